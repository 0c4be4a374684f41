"""A connection to Asana is tried by reading, before it is saved."""

from collections.abc import Sequence
from typing import Any

import pytest

from integrations.asana.verify import verify
from integrations.registry import Check
from sandbox.asana import TOKEN
from sandbox.asana.world import Tag
from tests.integrations.asana.asana_rig import AsanaRig, judge, secrets

TITLES = [
    "The token is accepted",
    "The workspace can be reached",
    "Projects can be read",
    "Tags can be read",
    "Tasks can be read",
]
SCOPES = ("users:read", "projects:read", "tags:read", "tasks:read")


async def tried(rig: AsanaRig, *, token: str = TOKEN, **settings: Any) -> Sequence[Check]:
    """Try a connection to the rig's workspace."""
    return await verify(rig.settings(**settings), secrets(token), rig.edge())


async def test_a_good_token_of_asana_passes_every_check(rig: AsanaRig) -> None:
    """Whose token it is, its workspace, projects and tags are told line by line; only readings are sent."""
    checks = await tried(rig)
    assert [check.what for check in checks] == TITLES
    assert all(check.ok and check.expires is None for check in checks)
    assert [check.says for check in checks[:4]] == [
        "it belongs to Release Captain",
        "Acme",
        "Mobile",
        "Bug, Release",
    ]
    assert judge(rig.simulator.record) == 4
    assert all(asked.startswith("GET") for asked in rig.asked())


async def test_many_projects_are_told_in_short(rig: AsanaRig) -> None:
    """The first few by name, and that there are more; archived ones are none."""
    for number in range(120):
        rig.simulator.world.add_project(f"P{number}", rig.simulator.workspace, "All", archived=number == 0)
    checks = await tried(rig)
    assert checks[2].says == "Mobile, P1, P2, P3, P4 and more"


async def test_a_wrong_token_of_asana_fails_and_is_no_delay(rig: AsanaRig) -> None:
    """An unknown token fails at the first check and is not shown."""
    (check,) = await tried(rig, token="2/910719925474000:canary4711canary")
    assert (check.what, check.ok, check.later) == (TITLES[0], False, False)
    assert "canary" not in repr(check)


async def test_another_workspace_is_told_with_those_that_there_are(rig: AsanaRig) -> None:
    """Somebody chose a workspace that the token's user is not in."""
    checks = await tried(rig, workspace="4711")
    assert [check.ok for check in checks] == [True, False]
    assert f"Acme ({rig.simulator.workspace.gid})" in checks[1].says


async def test_a_user_without_projects_fails(rig: AsanaRig) -> None:
    """A user of a bot's own sees nothing until somebody invites it."""
    rig.simulator.project.readers = frozenset()
    checks = await tried(rig)
    assert [check.ok for check in checks] == [True, True, False, True]
    assert "invite" in checks[2].says


async def test_a_workspace_without_tags_will_do(rig: AsanaRig) -> None:
    """An issue type is not needed."""
    for tag in rig.simulator.world.all(Tag):
        del rig.simulator.world.rows[tag.gid]
    checks = await tried(rig)
    assert all(check.ok for check in checks)
    assert "empty" in checks[3].says


@pytest.mark.parametrize(("missing", "failed"), list(zip(SCOPES, (0, 2, 3, 4), strict=True)))
async def test_a_scope_that_is_missing_is_told_at_its_line(rig: AsanaRig, missing: str, failed: int) -> None:
    """A token of an application has scopes: the first reading that lacks one ends the checks, in Asana's words."""
    rig.simulator.add_user("App", "app-token", scopes=frozenset(SCOPES) - {missing})
    checks = await tried(rig, token="app-token")
    assert [check.ok for check in checks] == [True] * failed + [False]
    assert (checks[-1].what, checks[-1].later) == (TITLES[failed], False)
    assert missing in checks[-1].says


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_trouble_on_the_way_to_asana_is_a_delay(rig: AsanaRig, status: int) -> None:
    """It says nothing of the credentials."""
    rig.simulator.fault(status=status, times=9)
    (check,) = await tried(rig)
    assert (check.ok, check.later) == (False, True)
