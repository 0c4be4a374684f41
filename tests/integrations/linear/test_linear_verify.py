"""A connection to Linear is tried by reading, before it is saved."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from integrations.linear.settings import Access
from integrations.linear.verify import verify
from integrations.registry import Check
from sandbox.linear import OAUTH_TOKEN, TOKEN
from tests.integrations.linear.linear_rig import LinearRig, judge, linear_rig, secrets

TITLES = ["The token is accepted", "The user is a member of the workspace", "Teams can be listed"]


@pytest.fixture
async def rig() -> AsyncIterator[LinearRig]:
    """A workspace."""
    async with linear_rig() as made:
        yield made


async def tried(rig: LinearRig, *, token: str = TOKEN, **settings: Any) -> Sequence[Check]:
    """Try a connection to the rig's workspace."""
    return await verify(rig.settings(**settings), secrets(token), rig.edge())


@pytest.mark.parametrize(("token", "access"), [(TOKEN, Access.API_KEY), (OAUTH_TOKEN, Access.OAUTH)])
async def test_a_good_token_passes_every_check(rig: LinearRig, token: str, access: Access) -> None:
    """Whose token it is, that it is no guest's, and its teams are told line by line; only readings are sent."""
    checks = await tried(rig, token=token, access=access)
    assert [check.what for check in checks] == TITLES
    assert all(check.ok for check in checks)
    assert "Release Captain in the workspace Acme" in checks[0].says
    assert "Team MOB (MOB)" in checks[2].says
    assert judge(rig.simulator.record) == 2
    assert not any("mutation" in body["query"] for body in rig.sent())


async def test_many_teams_are_told_in_short(rig: LinearRig) -> None:
    """The first few by name, and that there are more."""
    for number in range(60):
        rig.simulator.world.add_team(f"T{number}")
    checks = await tried(rig)
    assert checks[-1].says.endswith("and more")


@pytest.mark.parametrize(
    ("token", "access"),
    [("lin_api_canary4711", Access.API_KEY), (TOKEN, Access.OAUTH), (OAUTH_TOKEN, Access.API_KEY)],
)
async def test_a_wrong_token_fails_and_is_no_delay(rig: LinearRig, token: str, access: Access) -> None:
    """An unknown token, or the right one sent the wrong way, fails at the first check and is not shown."""
    (check,) = await tried(rig, token=token, access=access)
    assert (check.what, check.ok, check.later) == (TITLES[0], False, False)
    assert token not in repr(check)


async def test_a_guest_is_told(rig: LinearRig) -> None:
    """A guest sees only some teams."""
    rig.simulator.captain.guest = True
    (failed,) = [check for check in await tried(rig) if not check.ok]
    assert failed.what == TITLES[1]
    assert "member" in failed.says


async def test_a_token_without_teams_fails(rig: LinearRig) -> None:
    """An API key may be limited to some teams: one that shows none is of no use."""
    rig.simulator.team.seen_by = frozenset()
    checks = await tried(rig)
    assert [check.ok for check in checks] == [True, True, False]


async def test_a_token_that_may_not_read_fails(rig: LinearRig) -> None:
    """A permission that is missing is a person's business, not a delay."""
    rig.simulator.captain.may = frozenset({"write"})
    (check,) = await tried(rig)
    assert (check.ok, check.later) == (False, False)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_trouble_on_the_way_is_a_delay(rig: LinearRig, status: int) -> None:
    """It says nothing of the credentials."""
    rig.simulator.fault(status=status, times=9)
    (check,) = await tried(rig)
    assert (check.ok, check.later) == (False, True)


async def test_a_used_up_limit_is_a_delay(rig: LinearRig) -> None:
    """RATELIMITED, though it comes with 400, is no fault of the token."""
    rig.simulator.limits.requests.limit = 0
    (check,) = await tried(rig)
    assert (check.ok, check.later) == (False, True)
