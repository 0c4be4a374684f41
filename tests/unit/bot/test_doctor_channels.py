"""What the doctor says of the channels that configurations and releases name."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from bot.doctor.chat import examine_slack
from bot.doctor.finding import Finding, Verdict
from bot.settings import Settings
from sandbox.slack.simulator import SlackSimulator
from sandbox.slack.values import ChannelKind
from tests.store.samples import NOW
from tests.support.office import installed


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    """A workspace with the app in it."""
    made = SlackSimulator(app=installed(), rate_scale=0)
    await made.start()
    yield made
    await made.stop()


async def _found(slack: SlackSimulator, channel: str) -> Finding:
    app = slack.app_install
    settings = Settings(slack_bot_token=SecretStr(app.bot_token), slack_api_url=f"{slack.url}/api/")
    named = {channel: ["Pixel", "Pixel 2.14.0"]}
    every = [found async for found in examine_slack(settings, named, now=NOW)]
    return next(found for found in every if found.what == f"Channel {channel}")


async def test_a_public_channel_needs_no_invitation(slack: SlackSimulator) -> None:
    """The bot joins it by itself when there is something to say."""
    home, bot = slack.world.channel("releases"), slack.app_install.bot_user
    slack.world.put_channel(replace(home, members=tuple(who for who in home.members if who != bot)))
    found = await _found(slack, home.id)
    assert (found.verdict, found.do) == (Verdict.FINE, "")
    assert "joins by itself" in found.says


async def test_an_archived_one_is_broken_for_all_that_use_it(slack: SlackSimulator) -> None:
    """The finding names the channel, and the configurations and running releases that need it."""
    home = slack.world.channel("releases")
    slack.world.put_channel(replace(home, archived=True))
    found = await _found(slack, home.id)
    assert found.verdict is Verdict.BROKEN
    assert "#releases is archived; used by Pixel, Pixel 2.14.0" in found.says


async def test_one_that_can_not_be_seen_is_broken(slack: SlackSimulator) -> None:
    """It does not exist, or it is private and the bot is not in it: who knows invites the bot."""
    home = slack.world.channel("releases")
    slack.world.put_channel(replace(home, kind=ChannelKind.PRIVATE, members=()))
    found = await _found(slack, home.id)
    assert found.verdict is Verdict.BROKEN
    assert "Invite the bot" in found.do
