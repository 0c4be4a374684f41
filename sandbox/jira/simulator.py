"""A Jira on a TCP port: Cloud or Data Center, by a switch of the constructor.

Cloud speaks versions 2 and 3, takes Basic (e-mail and API token) and has `search/jql`; Data Center
speaks version 2, takes Bearer (personal access token) and has `search`.
https://developer.atlassian.com/cloud/jira/platform/rest/v3/
https://developer.atlassian.com/server/jira/platform/rest/
"""

import base64
import binascii
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.jira.answers import NO_CLIENT, NOT_LOGGED_IN, Refusal, answer, body_of
from sandbox.jira.fields import MOBILE
from sandbox.jira.issue_routes import IssueRoutes
from sandbox.jira.people_routes import PeopleRoutes
from sandbox.jira.project_routes import ProjectRoutes
from sandbox.jira.search_routes import SearchRoutes
from sandbox.jira.site import ANONYMOUS, Account, Flavour, Site, stamp
from sandbox.jira.world import ENGLISH, Issue, Words, World
from sandbox.kit import CONTROL, Simulator

Handler = Callable[[web.Request, Account], Awaitable[web.Response]]

EMAIL = "captain@example.com"
TOKEN = "jira-token"
CLOUD_ID = "11223344-a1b2-3b33-c444-def123456789"
GATEWAY = f"/ex/jira/{CLOUD_ID}"
REASON = "X-Seraph-LoginReason"


class JiraSimulator(Simulator):
    """A Jira with one project `MOB`, one account (EMAIL, TOKEN), one person besides, and an empty backlog.

    `lag` is by how many seconds of `clock` search runs behind. Cloud is also reached under `GATEWAY`, as
    api.atlassian.com does for scoped tokens.
    """

    name = "jira"

    def __init__(
        self,
        *,
        flavour: Flavour = Flavour.CLOUD,
        clock: Callable[[], float] = time.time,
        lag: float = 0.0,
        words: Words = ENGLISH,
    ) -> None:
        super().__init__()
        self.world = World(words=words, clock=clock, lag=lag)
        self.site = Site(flavour=flavour, world=self.world, clock=clock)
        self.account = Account(id="captain", name="Release Captain", email=EMAIL, token=TOKEN)
        self.site.accounts.append(self.account)
        self.site.accounts.append(
            Account(id="mia", name="Mia Keller", email="mia@example.com", token="mia-token", open_email=True)
        )
        self.world.add_project("MOB", "Mobile", fields=MOBILE)
        self.search = SearchRoutes(self.site)
        self.issues = IssueRoutes(self.site)
        self.projects = ProjectRoutes(self.site)
        self.people = PeopleRoutes(self.site)
        self._route()
        self.app.router.add_get(f"{CONTROL}/state", self._get_state)
        self.app.router.add_post(f"{CONTROL}/tickets/{{key}}/status", self._post_status)
        self.app.router.add_route("*", "/{elsewhere:.*}", self._guarded(self._nothing))

    async def start(self, port: int = 0) -> str:
        """Listen, and know one's own address for the links in answers."""
        self.site.root = await super().start(port)
        return self.site.root

    def ticket(self, key: str) -> Issue:
        """The issue of this key. KeyError if there is none."""
        return next(i for i in self.world.issues.values() if i.key == key)

    def move(self, key: str, status: str) -> None:
        """Put a ticket into a status of this name, as a person does on the board."""
        issue = self.ticket(key)
        target = issue.project.status(status)
        if target is None:
            raise ValueError(f"no status {status!r} in {issue.project.key}")
        self.world.move(issue, target)

    def effects(self) -> Counter[str]:
        """How many tickets carry each label."""
        return Counter(label for issue in self.world.issues.values() for label in issue.labels)

    def _route(self) -> None:
        cloud = self.site.flavour is Flavour.CLOUD
        table: list[tuple[str, str, Handler]] = [
            ("GET", "serverInfo", self.projects.server_info),
            ("GET", "myself", self.projects.myself),
            ("GET", "mypermissions", self.projects.my_permissions),
            ("GET", "user/assignable/search", self.people.assignable),
            ("GET", "field", self.projects.fields),
            ("GET", "project", self.projects.all),
            ("GET", "project/{project}", self.projects.project),
            ("GET", "project/{project}/statuses", self.projects.statuses),
            ("GET", "issue/createmeta/{project}/issuetypes", self.projects.create_types),
            ("GET", "issue/createmeta/{project}/issuetypes/{type}", self.projects.create_fields),
            ("POST", "issue", self.issues.create),
            ("GET", "issue/{key}", self.issues.get),
            ("GET", "issue/{key}/transitions", self.issues.transitions),
            ("POST", "issue/{key}/transitions", self.issues.transition),
            ("GET", "issue/{key}/comment", self.issues.comments),
            ("POST", "issue/{key}/comment", self.issues.comment),
            ("GET", "issue/{key}/properties", self.issues.properties),
            ("GET", "issue/{key}/properties/{name}", self.issues.get_property),
            ("PUT", "issue/{key}/properties/{name}", self.issues.put_property),
            ("POST", "issueLink", self.issues.link),
            ("GET", "issueLinkType", self.issues.link_types),
        ]
        # First what is more exact: project/search is no project.
        table = [*(self._cloud_routes() if cloud else self._data_center_routes()), *table]
        versions = "2|3|latest" if cloud else "2|latest"
        for prefix in ("", GATEWAY) if cloud else ("",):
            for method, path, handler in table:
                full = f"{prefix}/rest/api/{{version:{versions}}}/{path}"
                self.app.router.add_route(method, full, self._guarded(handler))

    def _data_center_routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("GET", "search", self.search.get_offset),
            ("POST", "search", self.search.post_offset),
        ]

    def _cloud_routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("GET", "search", self.search.removed),
            ("POST", "search", self.search.removed),
            ("GET", "project/search", self.projects.page),
            ("GET", "search/jql", self.search.get_jql),
            ("POST", "search/jql", self.search.post_jql),
            ("POST", "search/approximate-count", self.search.count),
            ("POST", "issue/bulkfetch", self.search.bulk_fetch),
        ]

    def _guarded(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        """The handler behind the rate limit and the log-in, with Jira's headers on its answer."""

        async def guarded(request: web.Request) -> web.Response:
            headers = {"X-AREQUESTID": "0", "X-Content-Type-Options": "nosniff"}
            try:
                headers |= self._limited()
                account, reason = self._login(request)
                headers |= {REASON: reason} if reason else {}
                if account is ANONYMOUS and not request.path.endswith("/serverInfo"):
                    self._refuse_anonymous(request)
                response = await handler(request, account)
            except Refusal as refusal:
                response = answer(refusal.body, refusal.status, refusal.headers)
            for name, value in headers.items():
                response.headers.setdefault(name, value)
            return response

        return guarded

    def _limited(self) -> dict[str, str]:
        """Headers of the rate limit. Refusal (429) when it is used up."""
        allowance = self.site.allowance
        wait = allowance.take(self.site.clock())
        left = {"X-RateLimit-Limit": str(allowance.limit)}
        left["X-RateLimit-Remaining"] = str(allowance.limit - allowance.used)
        if self.site.flavour is Flavour.DATA_CENTER:
            left["X-RateLimit-Interval-Seconds"] = str(allowance.seconds)
            left["X-RateLimit-FillRate"] = str(allowance.limit)
        if wait is None:
            return left
        left["Retry-After"] = str(wait)
        if self.site.flavour is Flavour.CLOUD:
            left["X-RateLimit-Reset"] = stamp(self.site.clock() + wait)
            left["RateLimit-Reason"] = "jira-burst-based"
        raise Refusal(429, "Rate limit exceeded.", headers=left)

    def _login(self, request: web.Request) -> tuple[Account, str]:
        """The account of a request, and what Jira says of its log-in in a header."""
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return ANONYMOUS, ""
        cloud = self.site.flavour is Flavour.CLOUD
        gateway = request.path.startswith(GATEWAY)
        if cloud and scheme == "Bearer" and not gateway:
            raise Refusal(403, "Failed to parse Connect Session Auth Token")
        given = _basic(value) if scheme == "Basic" else ("", value)
        for account in self.site.accounts:
            known = (account.email, account.token) if scheme == "Basic" else ("", account.token)
            if given == known and (cloud or scheme == "Bearer") and account.scoped == gateway:
                return account, "OK"
        if gateway:
            raise Refusal(401, "Unauthorized")
        return ANONYMOUS, "AUTHENTICATED_FAILED"

    def _refuse_anonymous(self, request: web.Request) -> None:
        """Cloud lets anybody read, and shows nothing; all else is 401."""
        reading = request.method == "GET" or request.path.endswith(("/search/jql", "/bulkfetch"))
        if self.site.flavour is Flavour.CLOUD and reading and not request.path.endswith("/myself"):
            return
        refusal = Refusal(401, NOT_LOGGED_IN)
        if self.site.flavour is Flavour.DATA_CENTER or reading:
            refusal.body = dict(NO_CLIENT)
        refusal.headers = {"WWW-Authenticate": 'OAuth realm="http%3A%2F%2F127.0.0.1"'}
        raise refusal

    async def _nothing(self, request: web.Request, _account: Account) -> web.Response:
        raise Refusal(404, f"No endpoint {request.method} {request.path}.")

    async def _get_state(self, _request: web.Request) -> web.Response:
        return answer(
            {
                "flavour": self.site.flavour.value,
                "tickets": [self._ticket(issue) for issue in self.world.issues.values()],
                "effects": dict(self.effects()),
            }
        )

    def _ticket(self, issue: Issue) -> dict[str, Any]:
        return {
            "key": issue.key,
            "url": f"{self.url}/browse/{issue.key}",
            "type": issue.type.name,
            "summary": issue.summary,
            "description": issue.description,
            "labels": issue.labels,
            "status": issue.status.name,
            "category": issue.status.category.key,
            "comments": [comment.body for comment in issue.comments],
            "links": [other.key for _, _, other in self.world.links_of(issue)],
        }

    async def _post_status(self, request: web.Request) -> web.Response:
        try:
            self.move(request.match_info["key"], str((await body_of(request)).get("status")))
        except Refusal as refusal:
            return answer(refusal.body, refusal.status)
        except (StopIteration, ValueError) as error:
            return answer({"errorMessages": [str(error) or "no such ticket"]}, 404)
        return web.Response(status=204)


def _basic(value: str) -> tuple[str, str]:
    try:
        name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, password
