"""The requests that we send, on the `jira` library. Everything here blocks: `pm.py` runs it in a thread.

Of the library we take the log-in, the addresses, the errors and the session. We do without its retries (they
repeat POSTs), its second reading after a create, its look at all fields before a search and at all link types
before a link.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from jira import JIRA
from requests import Response

from integrations.edge import Edge
from integrations.egress import Egress
from integrations.jira import answers
from integrations.jira.errors import EXPECTED, credentials, translated
from integrations.jira.settings import JiraSecrets, JiraSettings
from integrations.jira.wording import bears, plain, quoted, signed
from integrations.origin import origin
from integrations.threads import GuardedAdapter
from orchestration.ports.errors import Refused
from orchestration.ports.pm import TicketRequest

T = TypeVar("T")

REASON: Final = "X-Seraph-LoginReason"
DENIED: Final = "X-Authentication-Denied-Reason"
CREATED: Final = 201
PAGE: Final = 50
MOST_PAGES: Final = 40
BEHIND: Final = 50  # keys looked at before the newest one that search knows …
AHEAD: Final = 50  # … and after it; a bulk fetch takes 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """Time-outs in seconds: to connect, between two pieces of an answer, for a request, for a step."""

    connect: float = 4.0
    read: float = 10.0
    total: float = 12.0
    step: float = 15.0


class JiraClient(JIRA):
    """One site with one account. Making it asks serverInfo, once. Raises what `errors.EXPECTED` lists."""

    def __init__(self, settings: JiraSettings, secrets: JiraSecrets, egress: Egress, times: Times) -> None:
        token = secrets.token.get_secret_value()
        self._adapter = GuardedAdapter(
            egress, settings.base_url, connect=times.connect, read=times.read, total=times.total
        )
        self.home = settings.base_url
        super().__init__(
            server=settings.base_url,
            basic_auth=(settings.email, token) if settings.email else None,
            token_auth=None if settings.email else token,
            get_server_info=True,
            max_retries=0,
            logging=False,
        )

    @property
    def cloud(self) -> bool:
        """Whether this is Jira Cloud."""
        return self._is_cloud

    def server_info(self) -> dict[str, Any]:
        """The site about itself. The library's constructor asks this first, so the guard is put on here."""
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, self._adapter)
        self._session.trust_env = False
        self._session.hooks["response"] = [_refuse_strangers]
        answer = self._session.get(self._get_url("serverInfo"))
        answered = origin(answer.url)
        if answered != origin(self.server_url):
            raise Refused(f"Jira has moved to {answered}: give that as its address")
        info = answers.ServerInfo.model_validate(answer.json())
        # A gateway (api.atlassian.com) is no address for people; the site itself is.
        self.home = info.base_url.rstrip("/") if "/ex/jira/" in self.server_url else self.server_url
        return {"versionNumbers": list(info.version_numbers), "deploymentType": info.deployment}

    def oldest_with(self, project: str, label: str) -> str | None:
        """Key of the first issue with this label that search knows, or None."""
        jql = f"project = {quoted(project)} AND labels = {quoted(label)} ORDER BY created ASC"
        return next((i.key for i in self._search(jql) if label in i.fields.labels), None)

    def unindexed_with(self, project: str, label: str) -> str | None:
        """Key of an issue with this label among the project's newest, read past the search index (Cloud).

        Issues are numbered in a row, and a bulk fetch reads the issues themselves. So the keys around the newest
        one that search knows are fetched: what was made a moment ago is among them, unless 50 others were too.
        """
        newest = next(self._search(f"project = {quoted(project)} ORDER BY created DESC"), None)
        name, _, number = (newest.key if newest else f"{project}-0").rpartition("-")
        first = max(1, int(number) - BEHIND + 1)
        keys = [f"{name}-{n}" for n in range(first, first + BEHIND + AHEAD)]
        body = {"issueIdsOrKeys": keys, "fields": ["labels"]}
        answer = self._session.post(self._get_url("issue/bulkfetch"), data=json.dumps(body))
        found = answers.Fetched.model_validate(answer.json()).issues
        return next((issue.key for issue in found if label in issue.fields.labels), None)

    def make_ticket(self, request: TicketRequest, further: Mapping[str, Any]) -> str:
        """POST issue, with further fields by their ids; the key of the new issue. Nothing is read afterwards.

        What we write ourselves stands, and further labels stand beside ours.
        """
        kind = "id" if request.issue_type.isdigit() else "name"
        fields = {
            **further,
            "project": {"key": request.project},
            "issuetype": {kind: request.issue_type},
            "summary": request.summary,
            "description": plain(request.description),
            "labels": list(dict.fromkeys((request.label, *further.get("labels", ())))),
        }
        return str(self.create_issue(fields=fields, prefetch=False).key)

    def ticket(self, key: str) -> answers.StatusIssue:
        """An issue with summary and status."""
        return answers.StatusIssue.model_validate(
            self._get_json(f"issue/{key}", params={"fields": "summary,status"})
        )

    def related(self, key: str) -> set[str]:
        """Keys of the issues that this one is linked to, whatever the kind of link."""
        raw = self._get_json(f"issue/{key}", params={"fields": "issuelinks"})
        links = answers.LinkedIssue.model_validate(raw).fields.issuelinks
        return {end.key.upper() for link in links for end in (link.inward, link.outward) if end}

    def make_link(self, key: str, other: str, kind: str) -> None:
        """POST issueLink. The library's own would send `comment: null`, which the description forbids."""
        body = {"type": {"name": kind}, "inwardIssue": {"key": key}, "outwardIssue": {"key": other}}
        answer = self._session.post(self._get_url("issueLink"), data=json.dumps(body))
        if answer.status_code != CREATED:
            raise ValueError("not the answer to a link that was made")

    def has_comment(self, key: str, marker: str) -> bool:
        """Whether the issue has a comment with this marker; newest comments are read first."""
        start = 0
        for _ in range(MOST_PAGES):
            params = {"startAt": start, "maxResults": PAGE, "orderBy": "-created"}
            page = answers.Comments.model_validate(self._get_json(f"issue/{key}/comment", params=params))
            if any(bears(comment.body, marker) for comment in page.comments):
                return True
            start += len(page.comments)
            if not page.comments or start >= page.total:
                return False
        return False

    def make_comment(self, key: str, text: str, marker: str) -> None:
        """POST comment."""
        comment = self.add_comment(key, signed(text, marker))
        answers.Made.model_validate(comment.raw)

    def raw(self, path: str, query: Mapping[str, object] | None = None) -> object:
        """GET below the API, as JSON."""
        answer: object = self._get_json(path, params=dict(query or {}))
        return answer

    def _search(self, jql: str) -> Iterator[answers.LabelledIssue]:
        """Issues with their labels, page by page. A short or empty page is not the last one on Cloud."""
        place: dict[str, object] = {}
        seen = 0
        for _ in range(MOST_PAGES):
            params: dict[str, object] = {"jql": jql, "fields": "labels", "maxResults": PAGE, **place}
            raw = self._get_json("search/jql" if self.cloud else "search", params=params)
            page = answers.Page.model_validate(raw)
            yield from page.issues
            seen += len(page.issues)
            if self.cloud and page.next_page_token:
                place = {"nextPageToken": page.next_page_token}
            elif not self.cloud and page.issues and seen < page.total:
                place = {"startAt": seen}
            else:
                return


def opened(settings: JiraSettings, secrets: JiraSecrets, edge: Edge) -> JiraClient:
    """A client for a single question. Blocks, and raises what its constructor raises."""
    return JiraClient(settings, secrets, edge.threads.egress, Times())


async def asked_of(edge: Edge, call: Callable[[], T], *, to: str) -> T:
    """Call in a thread, behind the breaker; errors as port errors."""

    def blocking() -> T:
        try:
            return call()
        except EXPECTED as error:
            raise translated(error, to=to, making=False) from None

    return await edge.threads.ask((edge.tenant, "jira"), blocking, timeout=Times().step)


def _refuse_strangers(answer: Response, *_args: object, **_options: object) -> None:
    """Cloud answers a wrong token with 404 and empty lists, as to anybody: say what it is instead."""
    reason = answer.headers.get(REASON, "")
    if "CAPTCHA" in answer.headers.get(DENIED, ""):
        raise credentials(
            "log in", "after too many wrong log-ins it wants a CAPTCHA: log in in a browser once"
        )
    if "AUTHENTICATED_FAILED" in reason or "AUTHENTICATION_DENIED" in reason:
        raise credentials("log in", "the token is not accepted")
