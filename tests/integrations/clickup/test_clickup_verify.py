"""A connection to ClickUp is tried by reading, before it is saved."""

from collections.abc import Sequence
from typing import Any

import pytest

from integrations.clickup.verify import verify
from integrations.registry import Check
from sandbox.clickup import OAUTH_TOKEN, TOKEN
from tests.integrations.clickup.clickup_rig import ClickupRig, judge, secrets

TITLES = [
    "The token is accepted",
    "The workspace is reached",
    "The user is a member of the workspace",
    "Spaces can be listed",
    "Task types can be listed",
]


async def tried(rig: ClickupRig, *, token: str = TOKEN, **settings: Any) -> Sequence[Check]:
    """Try a connection to the rig's workspace."""
    return await verify(rig.settings(**settings), secrets(token), rig.edge())


@pytest.mark.parametrize(("token", "name"), [(TOKEN, "Release Captain"), (OAUTH_TOKEN, "Release App")])
async def test_a_good_clickup_token_passes_every_check(rig: ClickupRig, token: str, name: str) -> None:
    """Whose token it is and what it shows are told line by line; only readings are sent, and each is described."""
    checks = await tried(rig, token=token)
    assert [check.what for check in checks] == TITLES
    assert all(check.ok for check in checks)
    assert [check.says for check in checks] == [
        f"it belongs to {name}",
        "Acme",
        "whether it may create tasks in a list, ClickUp tells only when it does",
        "Mobile",
        "Task, Milestone, Release",
    ]
    assert all(check.expires is None for check in checks)
    assert judge(rig.simulator.record) == 4
    assert all(asked.startswith("GET") for asked in rig.requests())


async def test_many_spaces_and_types_are_told_in_short(rig: ClickupRig) -> None:
    """The first few by name, and that there are more."""
    for number in range(9):
        rig.simulator.world.add_space(f"Space {number}")
        rig.simulator.world.types[2000 + number] = f"Type {number}"
    checks = await tried(rig)
    assert checks[3].says == "Mobile, Space 0, Space 1, Space 2, Space 3 and more"
    assert checks[4].says.endswith("and more")


@pytest.mark.parametrize("token", ["pk_9_CANARY4711", "9_canary4711"])
async def test_a_wrong_clickup_token_fails_and_is_no_delay(rig: ClickupRig, token: str) -> None:
    """An unknown token fails at the first check and is not shown."""
    (check,) = await tried(rig, token=token)
    assert (check.what, check.ok, check.later) == (TITLES[0], False, False)
    assert "4711" not in repr(check)


async def test_another_workspace_is_told_with_those_that_are_reached(rig: ClickupRig) -> None:
    """The number may be mistyped: what it could have been is said."""
    checks = await tried(rig, workspace="4711")
    assert [check.ok for check in checks] == [True, False]
    assert checks[-1].says == "the token does not reach 4711; it reaches: Acme (9001)"


async def test_a_token_that_reaches_no_workspace_fails(rig: ClickupRig) -> None:
    """An OAuth app may be authorized for none."""
    rig.simulator.captain.reaches = False
    checks = await tried(rig)
    assert [check.ok for check in checks] == [True, False]
    assert checks[-1].says.endswith("it reaches: none")


async def test_a_guest_of_the_workspace_is_told(rig: ClickupRig) -> None:
    """A guest sees what was shared with it, and may lose sight of a release's list."""
    rig.simulator.captain.role = 4
    (failed,) = [check for check in await tried(rig) if not check.ok]
    assert failed.what == TITLES[2]
    assert "member" in failed.says


async def test_a_token_without_spaces_fails(rig: ClickupRig) -> None:
    """A token that shows no space is of no use."""
    rig.simulator.captain.sees = frozenset()
    checks = await tried(rig)
    assert [check.ok for check in checks] == [True, True, True, False, True]


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_trouble_on_the_way_to_clickup_is_a_delay(rig: ClickupRig, status: int) -> None:
    """It says nothing of the credentials."""
    rig.simulator.fault(status=status, times=9)
    (check,) = await tried(rig)
    assert (check.ok, check.later) == (False, True)


async def test_a_used_up_minute_is_a_delay(rig: ClickupRig) -> None:
    """What was read until then stays told."""
    rig.simulator.limits.limit = 2
    checks = await tried(rig)
    assert [(check.ok, check.later) for check in checks] == [
        (True, False),
        (True, False),
        (True, False),
        (False, True),
    ]
