"""User groups: kept whole, and only where the workspace lets us."""

from collections.abc import AsyncIterator

import pytest

from orchestration.ports.errors import NeedsCredentials, Refused
from sandbox.slack.app import DEFAULT_SCOPES
from tests.integrations.slack.slack_rig import SlackRig, slack_rig


@pytest.fixture
async def rig() -> AsyncIterator[SlackRig]:
    """A workspace and the bot's client in it."""
    async with slack_rig() as made:
        yield made


async def test_a_group_holds_exactly_who_is_named(rig: SlackRig) -> None:
    """The members are replaced, not added to; a group that is gone and people who may not be in one are refused."""
    world = rig.simulator.world
    group = next(iter(world.groups.values()))
    bo, cleo = world.user("bo").id, world.user("cleo").id
    for _ in range(2):
        await rig.web.usergroups_users_update(group.id, [bo, cleo])
        assert world.groups[group.id].users == (bo, cleo)
    with pytest.raises(Refused, match="does not exist"):
        await rig.web.usergroups_users_update("S404", [bo])
    with pytest.raises(Refused, match="one of these people"):
        await rig.web.usergroups_users_update(group.id, [rig.simulator.app_install.bot_user])


async def test_the_scope_for_groups_is_named() -> None:
    """Changing a group needs usergroups:write, which is optional."""
    async with slack_rig(scopes=DEFAULT_SCOPES - {"usergroups:write"}) as rig:
        with pytest.raises(NeedsCredentials, match="usergroups:write"):
            await rig.web.usergroups_users_update("S1", ["U1"])
