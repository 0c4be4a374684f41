"""The site: flavour, accounts, rate limit, and the JSON in which it shows what it holds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sandbox.jira import documents
from sandbox.jira.fields import Field
from sandbox.jira.world import LINK_TYPES, Comment, Issue, IssueType, Project, Status, World

Json = dict[str, Any]

FIELDS = (
    "summary",
    "description",
    "labels",
    "status",
    "issuetype",
    "project",
    "created",
    "updated",
    "issuelinks",
    "comment",
)


class Flavour(StrEnum):
    """Which Jira this is; the words are those of `deploymentType` in serverInfo."""

    CLOUD = "Cloud"
    DATA_CENTER = "Server"


@dataclass(kw_only=True)
class Account:
    """A user. `may` holds what the account may do: browse, create, link, comment, transition, assign.

    `open_email`: whether Cloud shows the address to others. `assignable`: whether issues may be given to it.
    """

    id: str
    name: str
    email: str
    token: str
    scoped: bool = False
    may: frozenset[str] = frozenset({"browse", "create", "link", "comment", "transition", "assign"})
    active: bool = True
    open_email: bool = False
    assignable: bool = True


ANONYMOUS = Account(id="", name="", email="", token="", may=frozenset())


@dataclass(kw_only=True)
class Allowance:
    """A rate limit per site: `limit` requests in each window of `seconds` of the clock."""

    limit: int = 500
    seconds: int = 60
    used: int = 0
    window: int = -1

    def take(self, now: float) -> int | None:
        """Count a request. None when it may pass, else the seconds to wait."""
        window = int(now // self.seconds)
        if window != self.window:
            self.window, self.used = window, 0
        if self.used >= self.limit:
            return max(1, round((window + 1) * self.seconds - now))
        self.used += 1
        return None


class Site:
    """One Jira site. `root` is its address for people; it is known once the port is."""

    def __init__(self, *, flavour: Flavour, world: World, clock: Callable[[], float]) -> None:
        self.flavour = flavour
        self.world = world
        self.clock = clock
        self.root = ""
        self.accounts: list[Account] = []
        self.allowance = Allowance()

    def info(self) -> Json:
        """Body of serverInfo."""
        cloud = self.flavour is Flavour.CLOUD
        return {
            "baseUrl": self.root,
            "version": "1001.0.0-SNAPSHOT" if cloud else "10.3.12",
            "versionNumbers": [1001, 0, 0] if cloud else [10, 3, 12],
            "deploymentType": self.flavour.value,
            "buildNumber": 100290 if cloud else 10030012,
            "buildDate": stamp(0),
            "serverTime": stamp(self.clock()),
            "scmInfo": "0" * 40,
            "serverTitle": "Jira",
        }

    def user(self, account: Account, version: str) -> Json:
        """A user, by account id on Cloud and by name on Data Center."""
        base: Json = {"displayName": account.name, "active": account.active, "timeZone": "Etc/UTC"}
        if self.flavour is Flavour.CLOUD:
            link = f"{self.root}/rest/api/{version}/user?accountId={account.id}"
            address = {"emailAddress": account.email} if account.open_email else {}
            return {**base, **address, "self": link, "accountId": account.id, "accountType": "atlassian"}
        link = f"{self.root}/rest/api/{version}/user?username={account.id}"
        return {**base, "self": link, "name": account.id, "key": account.id, "emailAddress": account.email}

    def status(self, status: Status, version: str) -> Json:
        """A status with its category."""
        api = f"{self.root}/rest/api/{version}"
        category = status.category
        return {
            "self": f"{api}/status/{status.id}",
            "description": "",
            "iconUrl": f"{self.root}/",
            "name": status.name,
            "id": status.id,
            "statusCategory": {
                "self": f"{api}/statuscategory/{category.id}",
                "id": category.id,
                "key": category.key,
                "colorName": category.colour,
                "name": category.name,
            },
        }

    def issue_type(self, kind: IssueType, version: str) -> Json:
        """An issue type."""
        link = f"{self.root}/rest/api/{version}/issuetype/{kind.id}"
        return {"self": link, "id": kind.id, "name": kind.name, "subtask": False, "description": ""}

    def issue(self, issue: Issue, version: str, fields: Iterable[str]) -> Json:
        """An issue with the fields asked for (`*all` and `*navigable` mean all that it has)."""
        wanted = set(fields)
        if wanted & {"*all", "*navigable"}:
            wanted |= set(FIELDS) | set(issue.custom)
        wanted -= {name[1:] for name in wanted if name.startswith("-")}
        body: Json = {
            "expand": "",
            "id": issue.id,
            "key": issue.key,
            "self": f"{self.root}/rest/api/{version}/issue/{issue.id}",
        }
        body["fields"] = {
            name: self._field(issue, name, version) for name in (*FIELDS, *issue.custom) if name in wanted
        }
        return body

    def _field(self, issue: Issue, name: str, version: str) -> Any:
        makers: dict[str, Callable[[], Any]] = {
            "summary": lambda: issue.summary,
            "description": lambda: self.text(issue.description, version),
            "labels": lambda: list(issue.labels),
            "status": lambda: self.status(issue.status, version),
            "issuetype": lambda: self.issue_type(issue.type, version),
            "project": lambda: {
                "id": issue.project.id,
                "key": issue.project.key,
                "name": issue.project.name,
            },
            "created": lambda: stamp(issue.created),
            "updated": lambda: stamp(issue.updated),
            "issuelinks": lambda: self.links(issue, version),
            "comment": lambda: self.comments(issue, version),
        }
        if name in makers:
            return makers[name]()
        long = any(field.id == name and field.long for field in issue.project.fields)
        return self.text(issue.custom[name], version) if long else issue.custom[name]

    def text(self, text: str | None, version: str) -> Any:
        """A text, as a document in version 3."""
        if text is None:
            return None
        return documents.from_text(text) if version == "3" else text

    def links(self, issue: Issue, version: str) -> list[Json]:
        """An issue's links, each with the end that the other issue is."""
        found = []
        for link, end, other in self.world.links_of(issue):
            number, inward, outward = LINK_TYPES[link.type]
            shown = {
                "id": other.id,
                "key": other.key,
                "self": f"{self.root}/rest/api/{version}/issue/{other.id}",
                "fields": {
                    "summary": other.summary,
                    "status": self.status(other.status, version),
                },
            }
            kind = {"id": number, "name": link.type, "inward": inward, "outward": outward}
            found.append({"id": link.id, "type": kind, f"{end}Issue": shown})
        return found

    def comments(self, issue: Issue, version: str) -> Json:
        """All comments of an issue, as its field shows them."""
        shown = [self.comment(issue, comment, version) for comment in issue.comments]
        return {"comments": shown, "maxResults": len(shown), "total": len(shown), "startAt": 0}

    def comment(self, issue: Issue, comment: Comment, version: str) -> Json:
        """A comment."""
        author = next(a for a in self.accounts if a.id == comment.author)
        return {
            "self": f"{self.root}/rest/api/{version}/issue/{issue.id}/comment/{comment.id}",
            "id": comment.id,
            "author": self.user(author, version),
            "body": self.text(comment.body, version),
            "updateAuthor": self.user(author, version),
            "created": stamp(comment.created),
            "updated": stamp(comment.created),
        }


def screen_fields(project: Project, account: Account) -> list[Field]:
    """The further fields that this account may set: who may assign nobody has no assignee to set."""
    return [field for field in project.fields if field.id != "assignee" or "assign" in account.may]


def stamp(moment: float) -> str:
    """A time as Jira writes it: milliseconds, and an offset without a colon."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
