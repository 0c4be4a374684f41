"""What a Checkmate server remembers: projects with their cases, runs, and who may do what.

The rules are those of the server's own source (dream-horizon-org/checkmate, `app/db/dao`), not of its OpenAPI
file, which is wrong in seventeen places.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum


class CaseStatus(StrEnum):
    """The state of a case within a run."""

    PASSED = "Passed"
    FAILED = "Failed"
    UNTESTED = "Untested"
    BLOCKED = "Blocked"
    RETEST = "Retest"
    ARCHIVED = "Archived"
    SKIPPED = "Skipped"
    IN_PROGRESS = "InProgress"


class RunStatus(StrEnum):
    """The state of a run. A deleted run stays in the table."""

    ACTIVE = "Active"
    LOCKED = "Locked"
    ARCHIVED = "Archived"
    DELETED = "Deleted"


@dataclass(frozen=True, kw_only=True)
class User:
    """Who a token stands for; role `reader` may not change anything."""

    id: int
    name: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Named:
    """A squad, section, label or platform."""

    id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """A test case of a project."""

    id: int
    project: int
    title: str
    squad: int | None
    section: int
    platform: int
    labels: tuple[int, ...] = ()


@dataclass(kw_only=True)
class Run:
    """A run; `cases` gives the status of each case in it."""

    id: int
    project: int
    name: str
    description: str | None
    created_by: User
    created: float
    cases: dict[int, CaseStatus]
    status: RunStatus = RunStatus.ACTIVE
    updated: float = 0.0
    updated_by: User | None = None
    locked_by: User | None = None
    locked: float | None = None


@dataclass(kw_only=True)
class Project:
    """A project with its own squads, sections and labels."""

    id: int
    org: int
    name: str
    squads: list[Named] = field(default_factory=list)
    sections: list[Named] = field(default_factory=list)
    labels: list[Named] = field(default_factory=list)


class NoCases(Exception):
    """Creating a run whose filter fits no case."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which cases a new run gets; None or empty fits all. `either` joins labels, squads, platforms by `or`."""

    sections: Sequence[int] = ()
    labels: Sequence[int] = ()
    squads: Sequence[int] = ()
    platforms: Sequence[int] = ()
    either: bool = False

    def fits(self, case: Case) -> bool:
        """Whether a case belongs to the run."""
        if self.sections and case.section not in self.sections:
            return False
        tests = []
        if self.labels:
            tests.append(bool(set(self.labels) & set(case.labels)))
        if self.platforms:
            tests.append(case.platform in self.platforms)
        if self.squads:
            tests.append(case.squad in self.squads or (0 in self.squads and case.squad is None))
        return not tests or (any(tests) if self.either else all(tests))


class World:
    """The database. `clock` gives seconds since 1970; the server keeps whole seconds only."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.orgs = [Named(id=1, name="Northwind")]
        self.platforms = [Named(id=1, name="All"), Named(id=2, name="Android"), Named(id=3, name="iOS")]
        self.priorities = [Named(id=1, name="Critical"), Named(id=2, name="High")]
        self.projects: dict[int, Project] = {}
        self.cases: dict[int, Case] = {}
        self.runs: dict[int, Run] = {}
        self.users: dict[str, User] = {}
        self.next_run = 1

    def now(self) -> float:
        """The time in whole seconds."""
        return float(int(self._clock()))

    def create_run(
        self, *, project: int, name: str, description: str | None, chosen: Filter, user: User
    ) -> Run:
        """Create a run. NoCases leaves a gap in the ids, as the rolled back transaction does."""
        number = self.next_run
        self.next_run += 1
        found = [c.id for c in self.cases.values() if c.project == project and chosen.fits(c)]
        if not found:
            raise NoCases
        run = Run(
            id=number,
            project=project,
            name=name,
            description=description,
            created_by=user,
            created=self.now(),
            updated=self.now(),
            cases=dict.fromkeys(found, CaseStatus.UNTESTED),
        )
        self.runs[number] = run
        return run

    def search(self, *, project: int, text: str, status: str) -> list[Run]:
        """Runs of a project, newest first (in whole seconds). Deleted runs are among them.

        `text` is a LIKE pattern of MySQL: any case, `_` and `%` are wildcards, a backslash escapes.
        """
        pattern = _like(text)
        found = [
            run
            for run in self.runs.values()
            if run.project == project
            and (not text or pattern.search(run.name))
            and (not status or run.status == status)
        ]
        return sorted(found, key=lambda run: (-run.created, run.id))

    def count(self, run: Run, squad: int | None = None) -> Mapping[str, int]:
        """How many cases are in which state, of all or of one squad (0: of none), with a total."""
        statuses = [
            status
            for case, status in run.cases.items()
            if squad is None or (self.cases[case].squad or 0) == squad
        ]
        counted = Counter(statuses)
        return {"total": len(statuses)} | {s.value.lower(): counted[s] for s in CaseStatus}

    def squads_of(self, run: Run) -> list[Named]:
        """The squads that have cases in a run; cases of none are under `None`, id 0."""
        ids = {self.cases[case].squad or 0 for case in run.cases}
        known = {squad.id: squad for squad in self.projects[run.project].squads}
        return [known.get(squad, Named(id=0, name="None")) for squad in sorted(ids)]

    def set_status(self, run: Run, cases: Iterable[int], status: CaseStatus, user: User) -> int:
        """Change the status of those of the cases that are in the run; how many."""
        chosen = [case for case in cases if case in run.cases]
        run.cases.update(dict.fromkeys(chosen, status))
        run.updated, run.updated_by = self.now(), user
        return len(chosen)


def instant(seconds: float | None) -> str | None:
    """A time as the server writes it."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _like(text: str) -> re.Pattern[str]:
    parts = re.findall(r"\\.|.", text, re.DOTALL)
    wild = {"%": ".*", "_": "."}
    return re.compile(
        "".join(wild.get(part) or re.escape(part.removeprefix("\\") or part) for part in parts),
        re.IGNORECASE | re.DOTALL,
    )
