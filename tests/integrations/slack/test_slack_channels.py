"""Channels of releases at Slack: made or found again, filled, named, pinned, archived; each as often as one likes."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from orchestration.ports.errors import NeedsCredentials, Refused
from sandbox.slack.app import DEFAULT_SCOPES
from tests.integrations.slack.slack_rig import SlackRig, message, slack_rig

SCOPES = DEFAULT_SCOPES | {"channels:manage"}
NAME = "rel-pixel-2-14-0"


@pytest.fixture
async def rig() -> AsyncIterator[SlackRig]:
    """A workspace where the app may manage channels."""
    async with slack_rig(scopes=SCOPES) as made:
        yield made


async def _opened(rig: SlackRig, *, taken: tuple[str, ...] = ()) -> str:
    return await rig.web.channels.open(NAME, me=rig.simulator.app_install.bot_user, taken=taken)


async def test_a_channel_is_made_once(rig: SlackRig) -> None:
    """The same name again gives the same channel, as after a crash, on whatever page of the list it stands."""
    rig.simulator.settings.page_size = 2
    first = await _opened(rig)
    assert await _opened(rig) == first
    assert [c.name for c in rig.simulator.world.channels.values()].count(NAME) == 1


async def test_what_is_not_ours_is_left_alone(rig: SlackRig) -> None:
    """Another release's, somebody's and an archived one are refused, with what to do."""
    first = await _opened(rig)
    with pytest.raises(Refused, match="rename it"):
        await _opened(rig, taken=(first,))
    world = rig.simulator.world
    for change in ({"archived": True}, {"archived": False, "creator": world.user("bo").id}):
        world.put_channel(replace(world.channels[first], **change))
        with pytest.raises(Refused, match="not Stationmaster's"):
            await _opened(rig)


async def test_people_are_brought_in_once(rig: SlackRig) -> None:
    """Who is there stays, the bot itself is left out, and one id that is none spoils nothing for the others."""
    channel, world = await _opened(rig), rig.simulator.world
    bo, cleo, me = world.user("bo").id, world.user("cleo").id, rig.simulator.app_install.bot_user
    for people in ([bo], [bo], [bo, cleo, me, "U0NOBODY"]):
        await rig.web.channels.invite(channel, people)
    assert set(world.channels[channel].members) == {me, bo, cleo}
    with pytest.raises(Refused, match="does not know that person"):
        await rig.web.channels.invite(channel, ["U0NOBODY"])


async def test_topic_pin_and_end_can_be_repeated(rig: SlackRig) -> None:
    """Each is what it is, however often it is asked for; a topic that is too long is refused."""
    channel, world = await _opened(rig), rig.simulator.world
    ref = await rig.slack.send_message(message(channel=channel))
    for _ in range(2):
        await rig.web.channels.set_topic(channel, "Regression")
        await rig.web.channels.pin(channel, ref.ts)
    assert world.channels[channel].topic == "Regression"
    assert [m.pinned for m in world.messages[channel].values()] == [True]
    with pytest.raises(Refused):
        await rig.web.channels.set_topic(channel, "x" * 251)
    for _ in range(2):
        await rig.web.channels.archive(channel)
    assert world.channels[channel].archived


async def test_the_scopes_are_named() -> None:
    """Managing channels and pinning are optional, and the refusal says what is missing."""
    async with slack_rig(scopes=DEFAULT_SCOPES) as rig:
        with pytest.raises(NeedsCredentials, match="channels:manage"):
            await _opened(rig)
    async with slack_rig(scopes=SCOPES - {"channels:read"}) as rig:
        await _opened(rig)
        with pytest.raises(Refused, match="rename it"):
            await _opened(rig)


async def test_a_step_of_a_workflow_ends_once(rig: SlackRig) -> None:
    """A second end is left so; one that Slack does not know is refused."""
    with pytest.raises(Refused, match="does not know this run"):
        await rig.web.complete_step("Fx404", None, "Nothing")


async def test_why_nothing_can_be_posted_is_known_before(rig: SlackRig) -> None:
    """An archived channel and one that is not there are told with what to do; one that can be joined is open."""
    channel, world = await _opened(rig), rig.simulator.world
    assert await rig.web.channels.why_closed(channel) is None
    world.put_channel(replace(world.channels[channel], members=()))
    assert await rig.web.channels.why_closed(channel) is None
    world.put_channel(replace(world.channels[channel], archived=True))
    assert "archived" in (await rig.web.channels.why_closed(channel) or "")
    assert "/invite @Stationmaster" in (await rig.web.channels.why_closed("C0NOWHERE") or "")


async def test_looking_needs_its_scope() -> None:
    """What may not be looked at is not judged."""
    async with slack_rig(scopes=SCOPES - {"channels:read"}) as rig:
        channel = await _opened(rig)
        with pytest.raises(NeedsCredentials, match="channels:read"):
            await rig.web.channels.why_closed(channel)
