"""Response URLs: five posts, thirty minutes, and what each may do."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.slack import SlackSimulator
from tests.sandbox.slack.slack_sim_rig import HandClock, client_of, section


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A plain HTTP client."""
    async with aiohttp.ClientSession() as client:
        yield client


def url_of(slack: SlackSimulator, message_ts: str = "") -> str:
    """Return a response URL for Ann in #releases, about a message if one is given."""
    channel = slack.world.channel("releases").id
    ticket = slack.workspace.tickets.response_url(
        user=slack.person("ann").id, channel=channel, message_ts=message_ts
    )
    return f"{slack.url}/response/{slack.world.team_id}/{ticket.id}"


async def post(session: aiohttp.ClientSession, url: str, body: Any) -> tuple[int, str]:
    """Post JSON and return status and text."""
    async with session.post(url, json=body) as answer:
        return answer.status, await answer.text()


async def test_five_posts(slack: SlackSimulator, session: aiohttp.ClientSession) -> None:
    """The sixth post is refused and held against the app."""
    url = url_of(slack)
    found = [(await post(session, url, {"text": "x"}))[0] for _ in range(6)]
    assert found == [200] * 5 + [404]
    assert [v.kind for v in slack.violations] == ["used_url"]


async def test_thirty_minutes(
    slack: SlackSimulator, session: aiohttp.ClientSession, clock: HandClock
) -> None:
    """After thirty minutes the URL is expired; a made-up one never was."""
    url = url_of(slack)
    clock.turn(1800)
    assert await post(session, url, {"text": "x"}) == (200, "ok")
    clock.turn(1)
    status, text = await post(session, url, {"text": "x"})
    assert (status, "expired_url" in text) == (404, True)
    assert (await post(session, f"{slack.url}/response/T/none", {"text": "x"}))[0] == 404


async def test_who_sees_a_reply(slack: SlackSimulator, session: aiohttp.ClientSession) -> None:
    """For the person alone unless `in_channel`; it works where the app is not a member."""
    url, ann, bo = url_of(slack), slack.person("ann"), slack.person("bo")
    await post(session, url, {"text": "for you"})
    await post(session, url, {"text": "for all", "response_type": "in_channel"})
    assert [m.text for m in ann.sees("#releases")] == ["for you", "for all"]
    assert [m.text for m in bo.sees("#releases")] == ["for all"]


async def test_the_original_is_replaced_or_deleted(
    slack: SlackSimulator, session: aiohttp.ClientSession
) -> None:
    """Also an ephemeral original can be replaced and deleted, unlike with `chat.update`."""
    ann, channel = slack.person("ann"), slack.world.channel("releases").id
    answer = await client_of(slack).chat_postEphemeral(channel=channel, user=ann.id, text="psst")
    url = url_of(slack, answer["message_ts"])
    await post(session, url, {"text": "new", "replace_original": True})
    assert [m.text for m in ann.sees("#releases")] == ["new"]
    await post(session, url, {"delete_original": True})
    assert ann.sees("#releases") == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"text": "x", "blocks": [section("")]}, "invalid_blocks"),
        ({"text": "x", "response_type": "loud"}, "invalid_payload"),
        ({"txt": "x"}, "invalid_payload"),
        ({}, "no_text"),
        ({"delete_original": True}, "message_not_found"),
    ],
)
async def test_wrong_replies_are_refused(
    slack: SlackSimulator, session: aiohttp.ClientSession, body: dict[str, Any], error: str
) -> None:
    """The same rules as for messages, answered with 400 and held against the app."""
    status, text = await post(session, url_of(slack), body)
    assert (status, error in text) == (400, True)
    assert [v.kind for v in slack.violations] == [error]
