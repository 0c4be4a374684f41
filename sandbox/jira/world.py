"""What this Jira holds: projects with their workflow, issues, comments, links, and the search index.

The index is a second copy that runs behind by `lag` seconds of the clock, as Cloud's does
(https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile).
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from sandbox.jira.fields import Field


@dataclass(frozen=True, kw_only=True)
class Category:
    """A status category: the key is the same in every language, the name is not."""

    id: int
    key: str
    name: str
    colour: str


@dataclass(frozen=True, kw_only=True)
class Status:
    """A status of a workflow."""

    id: str
    name: str
    category: Category


@dataclass(frozen=True, kw_only=True)
class IssueType:
    """A kind of issue."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Words:
    """How a site calls its statuses, categories and issue types."""

    categories: tuple[str, str, str]
    statuses: tuple[str, str, str, str]
    issue_types: tuple[str, str]


ENGLISH = Words(
    categories=("To Do", "In Progress", "Done"),
    statuses=("To Do", "In Progress", "Done", "Won't Do"),
    issue_types=("Task", "Release"),
)
GERMAN = Words(
    categories=("Zu erledigen", "In Arbeit", "Fertig"),
    statuses=("Zu erledigen", "In Arbeit", "Fertig", "Wird nicht gemacht"),
    issue_types=("Aufgabe", "Freigabe"),
)
COLOURS = (("new", 2, "blue-gray"), ("indeterminate", 4, "yellow"), ("done", 3, "green"))


def statuses(words: Words) -> tuple[Status, ...]:
    """The workflow's statuses in a site's words: to do, in progress, done, and a second kind of done."""
    categories = tuple(
        Category(id=number, key=key, name=name, colour=colour)
        for (key, number, colour), name in zip(COLOURS, words.categories, strict=True)
    )
    of = (0, 1, 2, 2)
    return tuple(
        Status(id=str(10000 + n), name=name, category=categories[of[n]])
        for n, name in enumerate(words.statuses)
    )


@dataclass(kw_only=True)
class Project:
    """A project. `screen` is what may be set on the create screen, besides `fields`, which the project has further.

    `visible_to` is None for everybody.
    """

    id: str
    key: str
    name: str
    types: Sequence[IssueType]
    statuses: Sequence[Status]
    fields: Sequence[Field] = ()
    screen: frozenset[str] = frozenset({"summary", "description", "labels"})
    visible_to: frozenset[str] | None = None
    last_number: int = 0

    def status(self, name: str) -> Status | None:
        """The status of this name, whatever the case."""
        return next((s for s in self.statuses if s.name.casefold() == name.casefold()), None)

    def onward(self, status: Status) -> list[tuple[str, Status]]:
        """Transition id and target from a status: any other status but a return to the first."""
        return [
            (str(11 + 10 * n), target)
            for n, target in enumerate(self.statuses)
            if target != status and (n > 0 or status.category.key == "indeterminate")
        ]


@dataclass(kw_only=True)
class Comment:
    """A comment; `body` is text, whatever version of the API wrote it."""

    id: str
    author: str
    body: str
    created: float


@dataclass(kw_only=True)
class Link:
    """A relation of two issues, by their ids."""

    id: str
    type: str
    inward: str
    outward: str


@dataclass(kw_only=True)
class Issue:
    """An issue; `description` is text, whatever version of the API wrote it."""

    id: str
    key: str
    project: Project
    type: IssueType
    summary: str
    description: str | None
    labels: list[str]
    status: Status
    creator: str
    created: float
    updated: float
    custom: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)


LINK_TYPES = {
    "Blocks": ("10000", "is blocked by", "blocks"),
    "Relates": ("10003", "relates to", "relates to"),
}


class World:
    """The data of one Jira site."""

    def __init__(self, *, words: Words, clock: Callable[[], float], lag: float) -> None:
        self.words = words
        self.clock = clock
        self.lag = lag
        self.statuses = statuses(words)
        self.types = tuple(
            IssueType(id=str(10100 + n), name=name) for n, name in enumerate(words.issue_types)
        )
        self.projects: dict[str, Project] = {}
        self.issues: dict[str, Issue] = {}
        self.links: list[Link] = []
        self._index: dict[str, list[tuple[float, Issue]]] = {}
        self._next = 10000

    def new_id(self) -> str:
        """The next id of this site."""
        self._next += 1
        return str(self._next)

    def add_project(self, key: str, name: str = "", **options: Any) -> Project:
        """Add a project with this site's workflow and issue types; see `Project` for the options."""
        project = Project(
            id=self.new_id(),
            key=key,
            name=name or key,
            **{"types": self.types, "statuses": self.statuses, **options},
        )
        self.projects[key] = project
        return project

    def project(self, key_or_id: str, account: str) -> Project | None:
        """The project, if this account may see it."""
        for project in self.projects.values():
            if key_or_id.upper() == project.key or key_or_id == project.id:
                return project if may_see(project, account) else None
        return None

    def issue(self, key_or_id: str, account: str) -> Issue | None:
        """The issue as it is now, if this account may see it."""
        for issue in self.issues.values():
            if key_or_id.upper() == issue.key or key_or_id == issue.id:
                return issue if may_see(issue.project, account) else None
        return None

    def create(self, project: Project, **fields: Any) -> Issue:
        """Add an issue in the first status of its workflow."""
        project.last_number += 1
        now = self.clock()
        issue = Issue(
            id=self.new_id(),
            key=f"{project.key}-{project.last_number}",
            project=project,
            status=project.statuses[0],
            created=now,
            updated=now,
            **fields,
        )
        self.issues[issue.id] = issue
        self.touched(issue)
        return issue

    def move(self, issue: Issue, status: Status) -> None:
        """Put an issue into a status, past all rules of the workflow."""
        issue.status = status
        self.touched(issue)

    def touched(self, issue: Issue) -> None:
        """Tell the index that an issue changed; search shows it `lag` seconds from now."""
        issue.updated = self.clock()
        copies = self._index.setdefault(issue.id, [])
        copies.append((self.clock() + self.lag, _copy(issue)))

    def searchable(self, account: str, reconcile: frozenset[str] = frozenset()) -> list[Issue]:
        """Issues as search sees them, newest first; those of `reconcile` (ids) as they are now."""
        seen = []
        for number, issue in self.issues.items():
            now = self.clock()
            copies = [copy for visible, copy in self._index[number] if visible <= now]
            copy = issue if number in reconcile else copies[-1] if copies else None
            if copy is not None and may_see(copy.project, account):
                seen.append(copy)
        return sorted(seen, key=lambda i: int(i.id), reverse=True)

    def links_of(self, issue: Issue) -> list[tuple[Link, str, Issue]]:
        """Links of an issue: the link, which end the other issue is ("inward" or "outward"), the other."""
        found = []
        for link in self.links:
            if link.inward == issue.id:
                found.append((link, "outward", self.issues[link.outward]))
            elif link.outward == issue.id:
                found.append((link, "inward", self.issues[link.inward]))
        return found


def may_see(project: Project, account: str) -> bool:
    """Whether the account may browse the project; nobody anonymous may."""
    return account != "" and (project.visible_to is None or account in project.visible_to)


def _copy(issue: Issue) -> Issue:
    copy = deepcopy({k: v for k, v in vars(issue).items() if k != "project"})
    return Issue(project=issue.project, **copy)
