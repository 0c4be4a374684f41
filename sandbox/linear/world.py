"""What a Linear workspace holds: teams with their own states, people and projects, labels, issues, comments
and relations.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar


@dataclass(kw_only=True, eq=False)
class Row:
    """Anything with an id. `kind` is its type's name in the schema."""

    id: str
    kind: ClassVar[str] = ""
    created_at: str = ""
    archived_at: str | None = None


R = TypeVar("R", bound=Row)


@dataclass(kw_only=True, eq=False)
class State(Row):
    """A workflow state of one team."""

    kind: ClassVar[str] = "WorkflowState"
    name: str
    type: str
    team: "Team"
    position: float = 0.0


@dataclass(kw_only=True, eq=False)
class Team(Row):
    """A team. A private one is seen by those in `seen_by` only. What its estimates are in is a word of Linear's."""

    kind: ClassVar[str] = "Team"
    key: str
    name: str
    states: list[State] = field(default_factory=list)
    seen_by: frozenset[str] | None = None
    last_number: int = 0
    members: "list[User]" = field(default_factory=list)
    projects: "list[Project]" = field(default_factory=list)
    issue_estimation_type: str = "notUsed"
    issue_estimation_allow_zero: bool = False
    inherit_issue_estimation: bool = False


@dataclass(kw_only=True, eq=False)
class Label(Row):
    """A label, of a team or (None) of the workspace. `parent` is the group that it is in."""

    kind: ClassVar[str] = "IssueLabel"
    name: str
    color: str = "#5e6ad2"
    is_group: bool = False
    retired_at: str | None = None
    team: Team | None = None
    parent: "Label | None" = None


@dataclass(kw_only=True, eq=False)
class Project(Row):
    """A project. Which teams work on it, the teams say."""

    kind: ClassVar[str] = "Project"
    name: str


@dataclass(kw_only=True, eq=False)
class Issue(Row):
    """An issue. One in the trash has both `trashed` and a time of archiving."""

    kind: ClassVar[str] = "Issue"
    number: int
    identifier: str
    title: str
    description: str | None
    team: Team
    state: State
    labels: list[Label]
    url: str
    trashed: bool | None = None
    previous_identifiers: list[str] = field(default_factory=list)
    priority: int = 0
    estimate: int | None = None
    due_date: str | None = None
    assignee: "User | None" = None
    project: Project | None = None

    @property
    def priority_label(self) -> str:
        """The priority as people read it."""
        return PRIORITIES[self.priority]


@dataclass(kw_only=True, eq=False)
class Comment(Row):
    """A comment on an issue."""

    kind: ClassVar[str] = "Comment"
    body: str
    issue: Issue


@dataclass(kw_only=True, eq=False)
class Relation(Row):
    """A relation between two issues, from one to the other."""

    kind: ClassVar[str] = "IssueRelation"
    type: str
    issue: Issue
    related_issue: Issue


@dataclass(kw_only=True, eq=False)
class Organization(Row):
    """The workspace."""

    kind: ClassVar[str] = "Organization"
    name: str
    url_key: str


@dataclass(kw_only=True, eq=False)
class User(Row):
    """Somebody. Who has no token never asks; `may` holds what the token may do: read, write."""

    kind: ClassVar[str] = "User"
    name: str
    display_name: str = ""
    email: str = ""
    active: bool = True
    is_assignable: bool = True
    token: str | None = None
    oauth: bool = False
    guest: bool = False
    may: frozenset[str] = frozenset({"read", "write"})


PRIORITIES = ("No priority", "Urgent", "High", "Medium", "Low")
STATES = (
    ("Triage", "triage"),
    ("Backlog", "backlog"),
    ("Todo", "unstarted"),
    ("In Progress", "started"),
    ("Done", "completed"),
    ("Canceled", "canceled"),
    ("Duplicate", "duplicate"),
)


class World:
    """One workspace. `root` is its address for people."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.root = "https://linear.app"
        self.rows: dict[str, Row] = {}
        self._made = 0
        self.organization = self.add(Organization(id=self.new_id(), name="Acme", url_key="acme"))

    def new_id(self) -> str:
        """A new id, the same in every run."""
        self._made += 1
        return str(uuid.UUID(int=self._made << 64 | self._made, version=4))

    def now(self) -> str:
        """The time as Linear writes it."""
        return datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def add(self, row: R) -> R:
        """Keep a row."""
        row.created_at = row.created_at or self.now()
        self.rows[row.id] = row
        return row

    def all(self, kind: type[R]) -> list[R]:
        """All rows of a kind, oldest first."""
        return [row for row in self.rows.values() if isinstance(row, kind)]

    def add_team(
        self, key: str, *, states: tuple[tuple[str, str], ...] = STATES, seen_by: frozenset[str] | None = None
    ) -> Team:
        """A team with its states; the first of type unstarted is that of new issues."""
        team = self.add(Team(id=self.new_id(), key=key, name=f"Team {key}", seen_by=seen_by))
        for position, (name, kind) in enumerate(states):
            state = State(id=self.new_id(), name=name, type=kind, team=team, position=float(position))
            team.states.append(self.add(state))
        return team

    def add_label(self, name: str, **options: object) -> Label:
        """A label; see `Label` for the options."""
        return self.add(Label(id=self.new_id(), name=name, **options))  # type: ignore[arg-type] # passed on

    def add_person(self, team: Team, name: str, **options: Any) -> User:
        """A member of a team; see `User` for the options."""
        short = name.split(maxsplit=1)[0].casefold()
        known = {"display_name": short, "email": f"{short}@example.com", **options}
        team.members.append(self.add(User(id=self.new_id(), name=name, **known)))
        return team.members[-1]

    def add_project(self, team: Team, name: str) -> Project:
        """A project of a team."""
        team.projects.append(self.add(Project(id=self.new_id(), name=name)))
        return team.projects[-1]

    def add_issue(
        self,
        team: Team,
        *,
        title: str,
        description: str | None = None,
        labels: list[Label] | None = None,
        state: State | None = None,
        issue_id: str | None = None,
        **further: Any,
    ) -> Issue:
        """The team's next issue; see `Issue` for what else it can have."""
        team.last_number += 1
        identifier = f"{team.key}-{team.last_number}"
        slug = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")
        return self.add(
            Issue(
                id=issue_id or self.new_id(),
                number=team.last_number,
                identifier=identifier,
                title=title,
                description=description,
                team=team,
                state=state or next(s for s in team.states if s.type == "unstarted"),
                labels=labels or [],
                url=f"{self.root}/{self.organization.url_key}/issue/{identifier}/{slug}",
                **further,
            )
        )

    def issue(self, name: str) -> Issue | None:
        """The issue of this id or identifier, an old identifier too."""
        for issue in self.all(Issue):
            names = {
                issue.id,
                issue.identifier.casefold(),
                *(n.casefold() for n in issue.previous_identifiers),
            }
            if name in names or name.casefold() in names:
                return issue
        return None

    def may_see(self, row: Row, user: User) -> bool:
        """Whether this user sees a row, by the team that it is of."""
        team = row if isinstance(row, Team) else getattr(row, "team", None)
        if isinstance(row, Comment | Relation):
            team = row.issue.team
        return team is None or team.seen_by is None or user.id in team.seen_by
