"""A connection to Sentry is tried by reading, before it is saved."""

from collections.abc import Sequence

import pytest

from integrations.registry import Check
from integrations.sentry.verify import verify
from sandbox.sentry import TOKEN, Token
from tests.integrations.sentry.sentry_rig import SentryRig, judge, secrets, sentry_rig

TITLES = ["The token is accepted", "Projects can be listed", "Releases can be read", "Sessions can be read"]


async def tried(rig: SentryRig, *, token: str = TOKEN, **settings: str) -> Sequence[Check]:
    """Try a connection to the rig's server."""
    edge = rig.edge()
    try:
        return await verify(rig.settings(**settings), secrets(token), edge)
    finally:
        await edge.threads.close()


async def test_a_good_token_passes_every_check() -> None:
    """Organization, projects, releases and sessions are told line by line, by requests that the description knows."""
    async with sentry_rig() as rig:
        rig.count("2.14.0", "417", sessions=5)
        checks = await tried(rig)
        assert [check.what for check in checks] == TITLES
        assert all(check.ok for check in checks)
        assert [check.says for check in checks] == [
            "for the organization Acme",
            "pixel-android (4501), pixel-ios (4502)",
            "the newest is com.acme.pixel@2.14.0+417",
            "there are some of the last day",
        ]
        assert judge(rig.simulator.record) == 4


@pytest.mark.parametrize(
    ("scopes", "last"),
    [({"project:read"}, TITLES[0]), ({"org:read"}, TITLES[2]), ({"event:read"}, TITLES[0])],
)
async def test_a_scope_that_is_missing_ends_at_its_line(scopes: set[str], last: str) -> None:
    """Which scope is missing is told by the line at which it ends."""
    async with sentry_rig() as rig:
        rig.simulator.world.tokens["few"] = Token(scopes=frozenset(scopes))
        failed = (await tried(rig, token="few"))[-1]
        assert (failed.what, failed.ok, failed.credentials) == (last, False, True)


async def test_a_token_without_projects_does_not_pass() -> None:
    """There is nothing that could be judged."""
    async with sentry_rig() as rig:
        rig.simulator.world.tokens["none"] = Token(projects=frozenset())
        assert [check.ok for check in await tried(rig, token="none")] == [True, False, True]


async def test_a_wrong_token_of_sentry_is_the_last_line() -> None:
    """It is refused, which is no delay, and it is not shown."""
    async with sentry_rig() as rig:
        (check,) = await tried(rig, token="canary-4711")
        assert (check.ok, check.later, check.credentials) == (False, False, True)
        assert "canary-4711" not in repr(check)


async def test_another_organization_is_not_there() -> None:
    """A slip in the slug is told as such, not as a wrong token."""
    async with sentry_rig() as rig:
        (check,) = await tried(rig, organization="acme-2")
        assert (check.ok, check.later, check.credentials) == (False, False, False)


@pytest.mark.parametrize("path", ["/acme/$", "/projects/", "/releases/", "/sessions/"])
async def test_trouble_on_the_way_to_sentry_is_a_delay(path: str) -> None:
    """A server error says nothing of the credentials."""
    async with sentry_rig() as rig:
        rig.simulator.fault(path=path, status=503, times=9)
        checks = await tried(rig)
        assert (checks[-1].ok, checks[-1].later) == (False, True)


@pytest.mark.parametrize("body", ["[]", "{}", "null", '{"slug": 1}', "<html>"])
async def test_an_odd_answer_of_sentry_is_no_success(body: str) -> None:
    """An answer of another shape fails the check instead of raising."""
    async with sentry_rig() as rig:
        rig.simulator.fault(
            path="/acme/$", status=200, body=body, headers={"Content-Type": "application/json"}
        )
        (check,) = await tried(rig)
        assert not check.ok
