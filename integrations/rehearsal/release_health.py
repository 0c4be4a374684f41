"""A tool that counts crashes, in memory: the contract's rules and nothing else. For tests and rehearsals."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from orchestration.ports.errors import Refused
from orchestration.ports.release_health import HealthReport, Vitals


@dataclass(frozen=True, kw_only=True, slots=True)
class _Counted:
    """So many sessions of one build at one time; each user has one of them."""

    project: str
    app: str
    version: str
    build: str | None
    at: datetime
    sessions: int
    crashed: int


class RehearsalReleaseHealth:
    """ReleaseHealth over a list. `projects` are those that there are.

    `hook` is called with the verb's name before a verb looks at anything, and may raise a port error.
    """

    def __init__(
        self,
        *,
        projects: Collection[str],
        home: str = "https://rehearsal.invalid",
        hook: Callable[[str], None] = lambda _verb: None,
    ) -> None:
        self._projects = projects
        self._home = home
        self._hook = hook
        self._counted: list[_Counted] = []
        self.issues: dict[tuple[str, str, str | None], int] = {}

    async def read_health(
        self, *, project: str, app: str, version: str, build: str | None, since: datetime, until: datetime
    ) -> HealthReport:
        """Sessions and users of every version between two moments, with the new issues of one build."""
        self._hook("read_health")
        if project not in self._projects:
            raise Refused(f"There is no project {project}")
        mine = [
            each
            for each in self._counted
            if (each.project, each.app) == (project, app) and since <= each.at <= until
        ]
        builds = dict.fromkeys((each.version, each.build) for each in mine)
        meant = {
            (each.version, each.build)
            for each in self._counted
            if (each.project, each.app) == (project, app) and _meant(each, version, build)
        }
        return HealthReport(
            vitals=tuple(
                _vitals([each for each in mine if (each.version, each.build) == of]) for of in builds
            ),
            new_issues=sum(self.issues.get((project, *of), 0) for of in meant) if meant else None,
            url=f"{self._home}/{project}/{version}",
        )

    def count(
        self,
        project: str,
        app: str,
        version: str,
        build: str | None,
        *,
        at: datetime,
        sessions: int,
        crashed: int = 0,
    ) -> None:
        """Users used a build so many times, and so many times it crashed."""
        row = _Counted(
            project=project,
            app=app,
            version=version,
            build=build,
            at=at,
            sessions=sessions,
            crashed=crashed,
        )
        self._counted.append(row)


def _meant(counted: _Counted, version: str, build: str | None) -> bool:
    return counted.version == version and build in {None, counted.build}


def _vitals(rows: list[_Counted]) -> Vitals:
    sessions = sum(row.sessions for row in rows)
    share = 100 * (1 - sum(row.crashed for row in rows) / sessions) if sessions else None
    return Vitals(
        version=rows[0].version,
        build=rows[0].build,
        sessions=sessions,
        users=sessions,
        crash_free_sessions=share,
        crash_free_users=share,
    )
