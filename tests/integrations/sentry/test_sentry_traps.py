"""What Sentry does otherwise than one would think."""

from datetime import timedelta

import pytest

from integrations.sentry.naming import Name, name_of
from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from orchestration.ports.release_health import HealthReport
from sandbox.sentry import TOKEN, Project, Token
from tests.integrations.sentry.sentry_rig import APP, SentryRig, judge, sentry_rig


async def read(
    rig: SentryRig, *, project: str = "4501", token: str = TOKEN, environment: str = "production"
) -> HealthReport:
    """The report on build 417."""
    adapter = rig.another(token=token, environment=environment)
    return await adapter.read_health(
        project=project,
        app=APP,
        version="2.14.0",
        build="417",
        since=rig.now() - timedelta(days=1),
        until=rig.now(),
    )


@pytest.mark.parametrize(
    ("release", "name"),
    [
        ("com.acme.pixel@2.14.0+417", Name(package="com.acme.pixel", version="2.14.0", build="417")),
        ("com.acme.pixel@2.14.0", Name(package="com.acme.pixel", version="2.14.0", build=None)),
        (
            "com.acme.pixel@2.14.0-rc.1+4+1",
            Name(package="com.acme.pixel", version="2.14.0-rc.1", build="4+1"),
        ),
        ("9f2c41d07be5a3c8e6f1b2d4a5c6e7f809182a3b", None),
        ("@2.14.0", None),
        ("a@b@c", None),
    ],
)
def test_a_release_is_named_by_package_version_and_build(release: str, name: Name | None) -> None:
    """What is named otherwise, after a commit for example, is nobody's version."""
    assert name_of(release) == name


async def test_a_project_that_is_hidden_is_answered_as_a_missing_scope_is() -> None:
    """Sentry says 403 for both: a project that the token does not see is Refused, a scope NeedsCredentials."""
    async with sentry_rig() as rig:
        rig.simulator.world.tokens["half"] = Token(projects=frozenset({4502}))
        rig.simulator.world.tokens["bare"] = Token(scopes=frozenset({"event:read"}))
        with pytest.raises(Refused, match="no project 4501"):
            await read(rig, token="half")
        with pytest.raises(NeedsCredentials):
            await read(rig, token="bare")
        assert judge(rig.simulator.record) == 4


async def test_a_project_is_looked_for_on_every_page() -> None:
    """A token that lacks a scope for sessions of a project on the second page is no slip in the configuration."""
    async with sentry_rig() as rig:
        world = rig.simulator.world
        for number in range(150):
            world.projects[number + 1] = Project(id=number + 1, slug=f"p{number}", platform="android")
        rig.simulator.fault(
            path="/sessions/",
            status=403,
            headers={"Content-Type": "application/json"},
            body='{"detail": "You do not have permission to perform this action."}',
        )
        with pytest.raises(NeedsCredentials):
            await read(rig, project="150")


async def test_a_slug_is_no_project() -> None:
    """Sessions are asked for by number; nothing is sent for anything else."""
    async with sentry_rig() as rig:
        with pytest.raises(Refused, match="is a number"):
            await read(rig, project="pixel-android")
        assert rig.simulator.record == []


async def test_without_sessions_a_rate_says_nothing() -> None:
    """Sentry may tell 1 for no session at all: that is not 100 %."""
    async with sentry_rig() as rig:
        rates = '"crash_free_rate(session)": 1, "crash_free_rate(user)": 1'
        figures = f'{{"sum(session)": 0, "count_unique(user)": 0, {rates}}}'
        body = f'{{"groups": [{{"by": {{"release": "{APP}@2.14.0+417"}}, "totals": {figures}}}]}}'
        rig.simulator.fault(
            path="/sessions/", status=200, headers={"Content-Type": "application/json"}, body=body
        )
        (vitals,) = (await read(rig)).vitals
        assert (vitals.crash_free_sessions, vitals.crash_free_users) == (None, None)


async def test_only_one_environment_counts_unless_none_is_named() -> None:
    """Sessions of testers stand in others."""
    async with sentry_rig() as rig:
        for environment, sessions in (("production", 5), ("staging", 70)):
            rig.simulator.tell(f"{APP}@2.14.0+417", sessions=sessions, environment=environment)
        rig.clock.now += 60.0
        assert [v.sessions for v in (await read(rig)).vitals] == [5]
        assert [v.sessions for v in (await read(rig, environment="")).vitals] == [75]


async def test_the_next_page_is_always_named() -> None:
    """Only `results` tells whether it holds anything: one request is enough for one page."""
    async with sentry_rig() as rig:
        rig.count("2.14.0", "417", sessions=5)
        rig.clock.now += 60.0
        await read(rig)
        assert sum("/sessions/" in each.path for each in rig.simulator.record) == 1


async def test_a_limit_says_when_it_ends() -> None:
    """Each endpoint has its own; the header gives the second at which it counts anew."""
    async with sentry_rig() as rig:
        rig.simulator.world.allowed, rig.simulator.world.window = 1, 300
        await read(rig)
        with pytest.raises(TryLater) as caught:
            await read(rig)
        assert caught.value.after == timedelta(seconds=300 - rig.clock.now % 300)
        judge(rig.simulator.record)


async def test_an_own_sentry_may_stand_below_a_path() -> None:
    """Addresses are used as they were given, with no slash doubled; people are sent there too."""
    async with sentry_rig() as rig:
        url = (await read(rig)).url
        place = f"{rig.simulator.url}/organizations/acme/releases/com.acme.pixel%402.14.0%2B417/"
        assert url == f"{place}?project=4501"
