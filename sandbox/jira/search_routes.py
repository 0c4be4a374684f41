"""Search: Cloud's `search/jql` with page tokens, Data Center's `search` with offsets."""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp import web

from sandbox.jira import jql
from sandbox.jira.answers import GONE, Refusal, answer, body_of, listed, number
from sandbox.jira.site import Account, Flavour, Site
from sandbox.jira.world import Issue

UNBOUNDED = (
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query. "
    "For more information on searching syntax, see https://support.atlassian.com/jira-software-cloud/docs/jql/"
)
MOST_RECONCILED = 50
MOST_FETCHED = 100
MOST_PER_PAGE = 5000


class SearchRoutes:
    """Handlers of the search paths. `page_cap` bounds a page; the first `empty_pages` pages hold nothing."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.page_cap = MOST_PER_PAGE
        self.empty_pages = 0

    async def removed(self, _request: web.Request, _account: Account) -> web.Response:
        """GET and POST search on Cloud: gone since 2025 (CHANGE-2046)."""
        raise Refusal(410, GONE)

    async def get_jql(self, request: web.Request, account: Account) -> web.Response:
        """GET search/jql."""
        query = request.query
        values = {
            **query,
            "fields": listed(query.getall("fields", [])),
            "reconcileIssues": listed(query.getall("reconcileIssues", [])),
        }
        return self._page(request, account, values)

    async def post_jql(self, request: web.Request, account: Account) -> web.Response:
        """POST search/jql."""
        return self._page(request, account, await body_of(request))

    async def get_offset(self, request: web.Request, account: Account) -> web.Response:
        """GET search (Data Center)."""
        return self._slice(
            request, account, {**request.query, "fields": listed(request.query.getall("fields", []))}
        )

    async def post_offset(self, request: web.Request, account: Account) -> web.Response:
        """POST search (Data Center)."""
        return self._slice(request, account, await body_of(request))

    async def count(self, request: web.Request, account: Account) -> web.Response:
        """POST search/approximate-count (Cloud)."""
        found = self._found((await body_of(request)).get("jql"), account, frozenset())
        return answer({"count": len(found)})

    async def bulk_fetch(self, request: web.Request, account: Account) -> web.Response:
        """POST issue/bulkfetch (Cloud): reads the issues themselves, so it does not lag."""
        body = await body_of(request)
        asked = body.get("issueIdsOrKeys")
        if not isinstance(asked, list) or not 0 < len(asked) <= MOST_FETCHED:
            raise Refusal(400, f"issueIdsOrKeys must hold between 1 and {MOST_FETCHED} ids or keys.")
        issues, errors = [], []
        for key in asked:
            issue = self.site.world.issue(str(key), account.id)
            if issue is None:
                errors.append({"id": str(key), "errorMessage": "Issue does not exist or is not visible."})
            else:
                issues.append(issue)
        shown = self._shown(request, issues, body.get("fields") or ["*all"])
        return answer({"issues": shown, "issueErrors": errors})

    def _page(self, request: web.Request, account: Account, values: Mapping[str, Any]) -> web.Response:
        text = values.get("jql")
        reconcile = [str(number({"id": i}, "id", 0)) for i in values.get("reconcileIssues") or []]
        if len(reconcile) > MOST_RECONCILED:
            raise Refusal(400, f"The reconcileIssues parameter accepts at most {MOST_RECONCILED} issue ids.")
        found = self._found(text, account, frozenset(reconcile))
        start, turned = _opened(values.get("nextPageToken"), str(text))
        size = min(number(values, "maxResults", 50), self.page_cap)
        if size < 1:
            raise Refusal(400, "The value of maxResults must be positive.")
        part = [] if turned < self.empty_pages else found[start : start + size]
        end = start + len(part)
        last = turned >= self.empty_pages and end >= len(found)
        body: dict[str, Any] = {
            "issues": self._shown(request, part, values.get("fields") or ["id"]),
            "isLast": last,
        }
        if not last:
            body["nextPageToken"] = _closed(end, turned + 1, str(text))
        return answer(body)

    def _slice(self, request: web.Request, account: Account, values: Mapping[str, Any]) -> web.Response:
        found = self._found(values.get("jql") or "", account, frozenset())
        start = number(values, "startAt", 0)
        size = min(number(values, "maxResults", 50), 1000, self.page_cap)
        return answer(
            {
                "expand": "schema,names",
                "startAt": start,
                "maxResults": size,
                "total": len(found),
                "issues": self._shown(
                    request, found[start : start + size], values.get("fields") or ["*navigable"]
                ),
            }
        )

    def _found(self, text: object, account: Account, reconcile: frozenset[str]) -> list[Issue]:
        try:
            query = jql.parse(text if isinstance(text, str) else "")
        except jql.BadQuery as error:
            raise Refusal(400, str(error)) from error
        if self.site.flavour is Flavour.CLOUD and not query.clauses:
            raise Refusal(400, UNBOUNDED)
        for clause in query.clauses:
            self._check(clause, account)
        return query.run(self.site.world.searchable(account.id, reconcile))

    def _check(self, clause: jql.Clause, account: Account) -> None:
        """Values that name something must name something that the account may see."""
        world = self.site.world
        for value in clause.values:
            if clause.field == "project" and world.project(value, account.id) is None:
                raise Refusal(400, f"The value '{value}' does not exist for the field 'project'.")
            if clause.field in ("key", "issuekey", "issue") and world.issue(value, account.id) is None:
                raise Refusal(400, f"An issue with key '{value}' does not exist for field '{clause.field}'.")

    def _shown(self, request: web.Request, issues: Iterable[Issue], fields: list[str]) -> list[Any]:
        version = request.match_info["version"]
        shown = []
        for issue in issues:
            body = self.site.issue(issue, version, fields)
            if set(fields) == {"id"}:
                body = {"id": issue.id}
            shown.append(body)
        return shown


def _closed(at: int, turned: int, text: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([at, turned, text]).encode()).decode()


def _opened(token: object, text: str) -> tuple[int, int]:
    if token is None:
        return 0, 0
    try:
        at, turned, of = json.loads(base64.urlsafe_b64decode(str(token)))
    except ValueError:
        at, turned, of = 0, 0, None
    if of != text:
        raise Refusal(400, "The provided next page token is invalid or expired.")
    return int(at), int(turned)
