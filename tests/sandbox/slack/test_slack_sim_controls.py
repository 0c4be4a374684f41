"""The control routes: the driver for other processes, settings, faults and the feed."""

import asyncio
import json
import sys
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck

from sandbox.slack import NotThere, SlackSimulator
from sandbox.slack.remote import RemoteSlack
from tests.sandbox.slack.slack_sim_rig import (
    actions,
    bolt_of,
    button,
    client_of,
    modal,
    running,
    text_input,
)


async def test_the_driver_works_from_another_process(slack: SlackSimulator) -> None:
    """Typing, filling, clicking and seeing go through HTTP as they go in process."""
    app = bolt_of(slack)

    @app.command("/release")
    async def start(ack: AsyncAck, body: dict[str, Any], client: Any) -> None:
        await ack()
        view = modal(text_input("Version", "version"))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("start")
    async def submitted(ack: AsyncAck, view: dict[str, Any], client: Any) -> None:
        await ack()
        version = view["state"]["values"]["version"]["value"]["value"]
        blocks = [actions(button(f"Ship {version}", "ship"))]
        await client.chat_postMessage(channel="#releases", text=version, blocks=blocks)

    @app.action("ship")
    async def shipped(ack: AsyncAck, respond: Any) -> None:
        await ack()
        await respond(text="Shipped", replace_original=True)

    async with running(slack, app, "socket"), RemoteSlack(slack.url) as remote:
        ann = remote.person("ann")
        await ann.types("/release start", channel="#releases")
        view = await remote.until(ann.modal)
        assert view is not None
        assert "Version" in view["words"]
        assert await ann.submits(view) == {"version": "Please complete this required field."}
        assert await ann.submits(view, {"Version": "1.4.0"}) == {}
        assert await ann.modal() is None
        (card,) = await remote.until(lambda: ann.sees("#releases"))
        with pytest.raises(NotThere, match="elements are called"):
            await ann.clicks(card, "Sink")
        await ann.clicks(card, "Ship 1.4.0")
        (card,) = await ann.sees("#releases")
        assert card["words"] == "Shipped"
        assert await ann.errors() == []
        assert await remote.get("violations") == []


async def test_the_state_is_readable(slack: SlackSimulator) -> None:
    """The whole workspace is there as JSON, with what is kept for one person marked so."""
    channel, ann = slack.world.channel("releases").id, slack.person("ann")
    await client_of(slack).chat_postEphemeral(channel=channel, user=ann.id, text="psst")
    async with RemoteSlack(slack.url) as remote:
        state = await remote.get("state")
    assert [c["name"] for c in state["channels"]][:2] == ["general", "releases"]
    assert state["messages"][channel][0]["only_for"] == ann.id
    assert len(state["users"]) == 6


async def test_settings_and_faults_are_set_from_outside(slack: SlackSimulator) -> None:
    """Transport, limits, being down and broken tokens are settings; unknown ones are refused."""
    async with RemoteSlack(slack.url) as remote:
        settings = await remote.post("settings", {"ack_seconds": 1.5, "retry_delays": [0, 1]})
        assert (settings["ack_seconds"], slack.settings.retry_delays) == (1.5, (0, 1))
        await remote.post("settings", {"rate_scale": 0.5, "down": True, "token_error": "token_revoked"})
        assert (slack.workspace.limits.scale, slack.settings.down) == (0.5, True)
        assert slack.settings.token_error == "token_revoked"
        await remote.post("delivery-faults", {"kind": "duplicate", "times": 2})
        assert slack.delivery.faults[0].times == 2
        with pytest.raises(NotThere, match="unknown settings"):
            await remote.post("settings", {"colour": "red"})
        with pytest.raises(NotThere, match="no verb"):
            await remote.post("people/ann/dances", {})


async def test_sockets_are_broken_from_outside(slack: SlackSimulator) -> None:
    """An abort breaks the sockets, after which the real client connects anew."""
    async with running(slack, bolt_of(slack), "socket"), RemoteSlack(slack.url) as remote:
        (old,) = slack.socket.connections
        await remote.post("disconnect", {"reason": "abort"})
        await slack.until(lambda: [c for c in slack.socket.connections if c is not old])
        assert old not in slack.socket.connections


async def test_the_feed_misses_nothing(slack: SlackSimulator) -> None:
    """A subscriber gets every change after the one it knows, in order, with the thing as it is now."""
    known = len(slack.world.changes)
    client = client_of(slack)
    await client.chat_postMessage(channel="#releases", text="one")
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{slack.url}/_sandbox/feed?after={known}") as socket,
    ):
        first = await socket.receive_json()
        await client.chat_postMessage(channel="#releases", text="two")
        second = await socket.receive_json()
    assert [f["number"] for f in (first, second)] == [known + 1, known + 2]
    assert [f["item"]["text"] for f in (first, second)] == ["one", "two"]


async def test_a_long_poll_returns_at_the_next_change(slack: SlackSimulator) -> None:
    """Without a change it waits; with one it answers at once."""
    async with RemoteSlack(slack.url) as remote:
        known = str(len(slack.world.changes))
        poll = asyncio.create_task(remote.get("feed", after=known, wait="30"))
        await slack.person("ann").types("hello", channel="#releases")
        answer = await poll
        assert [c["kind"] for c in answer["changes"]] == ["message"]
        empty = await remote.get("feed", after=str(answer["last"]), wait="0")
    assert empty["changes"] == []


@pytest.mark.slow
async def test_it_runs_as_a_process() -> None:
    """`python -m sandbox.slack` prints its address and tokens, serves, and ends on SIGTERM."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.slack", "--rate-scale", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    line = json.loads(await process.stdout.readline())
    async with RemoteSlack(line["url"]) as remote:
        await remote.person("ann").types("hello", channel="#releases")
        (message,) = await remote.person("eve").sees("#releases")
    process.terminate()
    assert (message["text"], await process.wait()) == ("hello", 0)
