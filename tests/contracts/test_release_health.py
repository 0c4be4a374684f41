"""The contract of ReleaseHealth, over Sentry and the twin in memory."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from integrations.rehearsal.release_health import RehearsalReleaseHealth
from orchestration.ports.errors import Refused
from orchestration.ports.release_health import HealthReport, ReleaseHealth, Vitals
from tests.integrations.sentry.sentry_rig import judge, sentry_rig

APP = "com.acme.pixel"
NEW, OLD = "2.14.0", "2.13.0"
DAY = timedelta(days=1)


class Rig(Protocol):
    """What the suite needs to see and to do besides the port."""

    project: str

    @property
    def health(self) -> ReleaseHealth:
        """The port under test."""

    def now(self) -> datetime:
        """The time."""

    def count(
        self,
        version: str,
        build: str,
        *,
        sessions: int,
        crashed: int = 0,
        at: datetime | None = None,
        app: str = APP,
    ) -> None:
        """As the app tells."""

    def find_issues(self, version: str, build: str, count: int) -> None:
        """So many issues were first seen in a build."""


class TwinRig:
    """The twin in memory."""

    project = "4501"

    def __init__(self) -> None:
        self.twin = RehearsalReleaseHealth(projects=("4501", "4502"))

    @property
    def health(self) -> ReleaseHealth:
        """The twin as the port: mypy holds it against the contract here."""
        return self.twin

    def now(self) -> datetime:
        """The time."""
        return datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)

    def count(
        self,
        version: str,
        build: str,
        *,
        sessions: int,
        crashed: int = 0,
        at: datetime | None = None,
        app: str = APP,
    ) -> None:
        """As the app tells."""
        when = at or self.now()
        self.twin.count(self.project, app, version, build, at=when, sessions=sessions, crashed=crashed)

    def find_issues(self, version: str, build: str, count: int) -> None:
        """So many issues were first seen in a build."""
        self.twin.issues[self.project, version, build] = count


@pytest.fixture(params=["sentry", "twin"])
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """One rig per implementation. Over TCP, every exchange is held against the description."""
    if request.param == "twin":
        yield TwinRig()
        return
    async with sentry_rig() as sentry:
        yield sentry
        judge(sentry.simulator.record)


async def read(
    rig: Rig,
    *,
    window: timedelta = DAY,
    project: str | None = None,
    build: str | None = "417",
) -> HealthReport:
    """The report on build 417 of the new version."""
    return await rig.health.read_health(
        project=project or rig.project,
        app=APP,
        version=NEW,
        build=build,
        since=rig.now() - window,
        until=rig.now(),
    )


def by_build(report: HealthReport) -> dict[tuple[str, str | None], Vitals]:
    """The figures by version and build."""
    found = {(each.version, each.build): each for each in report.vitals}
    assert len(found) == len(report.vitals)
    return found


async def test_every_version_is_told_with_its_shares(rig: Rig) -> None:
    """Per build: sessions, users, and the shares without a crash in per cent."""
    at = rig.now() - timedelta(hours=2)
    rig.count(NEW, "417", sessions=100, crashed=1, at=at)
    rig.count(NEW, "417", sessions=100, crashed=3, at=at)
    rig.count(NEW, "416", sessions=10, at=at)
    rig.count(OLD, "400", sessions=1000, crashed=5, at=at)
    found = by_build(await read(rig))
    assert set(found) == {(NEW, "417"), (NEW, "416"), (OLD, "400")}
    mine = found[NEW, "417"]
    assert (mine.sessions, mine.users) == (200, 200)
    assert mine.crash_free_sessions == pytest.approx(98.0)
    assert mine.crash_free_users == pytest.approx(98.0)
    assert found[OLD, "400"].crash_free_sessions == pytest.approx(99.5)
    assert found[NEW, "416"].crash_free_sessions == pytest.approx(100.0)


async def test_only_the_time_that_was_asked_for_counts(rig: Rig) -> None:
    """What was told before it is left out, in a short time and in a long one."""
    rig.count(NEW, "417", sessions=7, at=rig.now() - timedelta(hours=3))
    rig.count(NEW, "417", sessions=50, at=rig.now() - timedelta(days=9))
    rig.count(OLD, "400", sessions=60, at=rig.now() - timedelta(days=9))
    for window in (timedelta(hours=6), timedelta(days=7)):
        assert {key: v.sessions for key, v in by_build(await read(rig, window=window)).items()} == {
            (NEW, "417"): 7
        }


async def test_another_app_is_not_ours(rig: Rig) -> None:
    """A project may hold several."""
    rig.count(NEW, "417", sessions=5, at=rig.now() - timedelta(hours=2), app="com.acme.other")
    assert (await read(rig)).vitals == ()


async def test_what_nobody_uses_is_not_there(rig: Rig) -> None:
    """No sessions, no figures, no issues that are known of; and no error."""
    report = await read(rig)
    assert (report.vitals, report.new_issues) == ((), None)


async def test_new_issues_are_those_of_the_build(rig: Rig) -> None:
    """Of the build that was asked for; of all builds of the version where none was named."""
    at = rig.now() - timedelta(hours=2)
    for build, count in (("417", 3), ("416", 4)):
        rig.count(NEW, build, sessions=5, at=at)
        rig.find_issues(NEW, build, count)
    rig.count(OLD, "400", sessions=5, at=at)
    rig.find_issues(OLD, "400", 9)
    assert (await read(rig)).new_issues == 3
    assert (await read(rig, build=None)).new_issues == 7


async def test_all_versions_are_told_however_many(rig: Rig) -> None:
    """More than fit on a page of a provider."""
    for build in range(230):
        rig.count(OLD, str(build), sessions=1, at=rig.now() - timedelta(hours=2))
    assert len(by_build(await read(rig))) == 230


async def test_an_unknown_project_of_versions_is_refused(rig: Rig) -> None:
    """A slip in the configuration is no lack of figures."""
    with pytest.raises(Refused, match="project 77"):
        await read(rig, project="77")


async def test_the_report_says_where_people_look(rig: Rig) -> None:
    """An address that names version and project."""
    rig.count(NEW, "417", sessions=5, at=rig.now() - timedelta(hours=2))
    url = (await read(rig)).url
    assert NEW in url
    assert rig.project in url
