"""How deliveries reach the app: signatures, retries, sockets, and faults on the way."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.slack import SlackSimulator
from tests.sandbox.slack.slack_sim_rig import actions, bolt_of, button, client_of, running

Handler = Callable[[web.Request], web.Response]


@asynccontextmanager
async def endpoint(slack: SlackSimulator, answer: Handler) -> AsyncIterator[list[web.Request]]:
    """Serve the request URL by hand and return what arrived."""
    arrived: list[web.Request] = []

    async def handle(request: web.Request) -> web.Response:
        await request.read()
        arrived.append(request)
        return answer(request)

    app = web.Application()
    app.router.add_post("/slack/events", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_over_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    try:
        yield arrived
    finally:
        await runner.cleanup()


@asynccontextmanager
async def socket_of(slack: SlackSimulator) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Connect by hand and say hello."""
    client = client_of(slack)
    url = (await client.apps_connections_open(app_token=slack.app_install.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        yield socket


def mention(slack: SlackSimulator) -> None:
    """Let Ann open the app's home, which is an event."""
    slack.person("ann").opens_home()


async def test_requests_are_signed(slack: SlackSimulator) -> None:
    """The signature is the HMAC over version, timestamp and raw body."""
    async with endpoint(slack, lambda _: web.Response()) as arrived:
        await slack.person("ann").types("/release status", channel="#releases")
    (request,) = arrived
    base = f"v0:{request.headers['X-Slack-Request-Timestamp']}:".encode() + await request.read()
    secret = slack.app_install.signing_secret.encode()
    assert request.headers["X-Slack-Signature"] == "v0=" + hmac.new(secret, base, hashlib.sha256).hexdigest()
    form = await request.post()
    assert (form["command"], form["text"], form["channel_name"]) == ("/release", "status", "releases")


async def test_events_of_a_shared_channel_name_its_workspace(slack: SlackSimulator) -> None:
    """`team_id` is that of the channel; where the app is installed stands in `authorizations`."""
    (channel,) = (c for c in slack.world.channels.values() if c.name == "releases")
    ann = slack.person("ann")
    ann.invites("stationmaster", channel="releases")
    async with endpoint(slack, lambda _: web.Response()) as arrived:
        await ann.types("@stationmaster why", channel="releases")
        slack.world.hosts[channel.id] = "T0PARTNER"
        await ann.types("@stationmaster why", channel="releases")
        await slack.until(lambda: len(arrived) == 2)
    own, theirs = [json.loads(await request.read()) for request in arrived]
    here = slack.world.team_id
    assert (own["team_id"], own["is_ext_shared_channel"]) == (here, False)
    assert (theirs["team_id"], theirs["is_ext_shared_channel"]) == ("T0PARTNER", True)
    assert theirs["authorizations"][0]["team_id"] == here


async def test_the_request_url_is_challenged(slack: SlackSimulator) -> None:
    """Bolt passes Slack's challenge; an endpoint that answers something else does not."""
    async with running(slack, bolt_of(slack), "http"):
        assert await slack.http.verify_url()
        assert len(slack.http.sent) == 1
    async with endpoint(slack, lambda _: web.Response(text="hello")):
        assert not await slack.http.verify_url()


async def test_an_event_is_sent_four_times(slack: SlackSimulator) -> None:
    """Refused events come again three times, numbered and with a reason; then they are lost."""
    async with endpoint(slack, lambda _: web.Response(status=500)) as arrived:
        mention(slack)
        await slack.until(lambda: any(c.kind == "event_lost" for c in slack.world.changes))
    numbers = [r.headers.get("x-slack-retry-num") for r in arrived]
    reasons = {r.headers.get("x-slack-retry-reason") for r in arrived[1:]}
    ids = {json.loads(await r.read())["event_id"] for r in arrived}
    assert numbers == [None, "1", "2", "3"]
    assert (reasons, len(ids)) == ({"http_error"}, 1)


async def test_the_app_can_stop_retries(slack: SlackSimulator) -> None:
    """`x-slack-no-retry` on a refusal ends them."""
    headers = {"x-slack-no-retry": "1"}
    async with endpoint(slack, lambda _: web.Response(status=500, headers=headers)) as arrived:
        mention(slack)
        await slack.until(lambda: any(c.kind == "event_lost" for c in slack.world.changes))
    assert len(arrived) == 1


async def test_commands_are_not_retried(slack: SlackSimulator) -> None:
    """A refused command is sent once, and the person reads `dispatch_failed`."""
    async with endpoint(slack, lambda _: web.Response(status=404)) as arrived:
        await slack.person("ann").types("/release", channel="#releases")
    assert len(arrived) == 1
    (notice,) = slack.person("ann").errors
    assert notice.text == '/release failed with the error "dispatch_failed"'
    assert [v.kind for v in slack.violations] == ["ack_error"]


async def test_an_app_that_is_away(slack: SlackSimulator) -> None:
    """Without a socket a command fails at once; without a request URL too."""
    ann = slack.person("ann")
    await ann.types("/release", channel="#releases")
    slack.settings.transport = "http"
    await ann.types("/release", channel="#releases")
    assert [n.kind for n in ann.errors] == ["dispatch_failed", "dispatch_failed"]
    assert {v.kind for v in slack.violations} == {"unreachable"}


async def test_envelopes_go_to_one_connection_each(slack: SlackSimulator) -> None:
    """Of several connections each gets its turn, and none the same thing as another."""
    async with socket_of(slack) as one, socket_of(slack) as two:
        mention(slack)
        mention(slack)
        first, second = await one.receive_json(), await two.receive_json()
        assert first["payload"]["event_id"] != second["payload"]["event_id"]
        for socket, frame in ((one, first), (two, second)):
            assert (frame["type"], frame["retry_attempt"]) == ("events_api", 0)
            await socket.send_json({"envelope_id": frame["envelope_id"]})
        await slack.until(lambda: [c.kind for c in slack.world.changes].count("event_delivered") == 2)


async def test_an_unacked_event_is_sent_again(slack: SlackSimulator) -> None:
    """When a socket breaks before the ack, the event comes over another with its retry number."""
    async with socket_of(slack) as one, socket_of(slack) as two:
        mention(slack)
        first = await one.receive_json()
        await one.close()
        again = await two.receive_json()
        assert again["payload"] == first["payload"]
        assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")
        assert again["envelope_id"] != first["envelope_id"]


async def test_ten_connections_and_no_more(slack: SlackSimulator) -> None:
    """The eleventh connection is told to go away; a URL is good for one connection."""
    url = slack.socket.new_url()
    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(slack.socket.new_url()) for _ in range(9)]
        sockets.append(await session.ws_connect(url))
        await slack.until(lambda: len(slack.socket.connections) == 10)
        extra = await session.ws_connect(slack.socket.new_url())
        assert await extra.receive_json() == {"type": "disconnect", "reason": "too_many_websockets"}
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        for socket in (*sockets, extra):
            await socket.close()


async def test_the_sdk_reconnects_when_it_is_told_to(slack: SlackSimulator) -> None:
    """After `refresh_requested` the real client opens a new connection and serves on."""
    app = bolt_of(slack)

    @app.command("/release")
    async def answer(ack: Any) -> None:
        await ack("still here")

    async with running(slack, app, "socket"):
        (old,) = slack.socket.connections
        await slack.socket.say_disconnect("refresh_requested", close=False)
        await slack.until(lambda: [c for c in slack.socket.connections if c is not old])
        ann = slack.person("ann")
        await ann.types("/release", channel="#releases")
        assert [m.text for m in ann.sees("#releases")] == ["still here"]


async def test_an_unknown_envelope_is_held_against_the_app(slack: SlackSimulator) -> None:
    """An ack must name an envelope that waits for one, and be JSON."""
    async with socket_of(slack) as socket:
        await socket.send_json({"envelope_id": "nobody"})
        await socket.send_str("hello")
        await slack.until(lambda: len(slack.violations) == 2)
    assert [v.kind for v in slack.violations] == ["unknown_envelope", "ack_body"]


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_faults_on_the_way(slack: SlackSimulator, transport: str) -> None:
    """Doubled clicks, late acks and swapped events reach the app as such, without blame for it."""
    app, clicks, tabs = bolt_of(slack), [], []

    @app.action("go")
    async def clicked(ack: Any, body: dict[str, Any]) -> None:
        clicks.append(body["trigger_id"])
        await ack()

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any]) -> None:
        tabs.append(event["tab"])

    async with running(slack, app, transport):
        ann = slack.person("ann")
        await client_of(slack).chat_postMessage(
            channel="#releases", text="Go?", blocks=[actions(button("Go", "go"))]
        )
        (card,) = ann.sees("#releases")
        slack.delivery_fault("duplicate", about="go")
        await ann.clicks(card, "Go")
        assert (len(clicks), len(set(clicks))) == (2, 1)
        slack.delivery_fault("late_ack", about="go")
        await ann.clicks(card, "Go")
        assert (len(clicks), [n.kind for n in ann.errors]) == (3, ["operation_timeout"])
        slack.delivery_fault("reorder")
        ann.opens_home("home")
        ann.opens_home("messages")
        await slack.until(lambda: len(tabs) == 2)
        assert tabs == ["messages", "home"]
        slack.delivery_fault("late_ack", about="app_home_opened")
        ann.opens_home("home")
        await slack.until(lambda: tabs[2:] == ["home", "home"])
    assert slack.violations == []


async def test_a_dropped_socket(slack: SlackSimulator) -> None:
    """The app has handled the click, the socket breaks, the person sees trouble, the client comes back."""
    app, clicks = bolt_of(slack), []

    @app.action("go")
    async def clicked(ack: Any) -> None:
        clicks.append(1)
        await ack()

    async with running(slack, app, "socket"):
        ann = slack.person("ann")
        blocks = [actions(button("Go", "go"))]
        await client_of(slack).chat_postMessage(channel="#releases", text="Go?", blocks=blocks)
        (card,) = ann.sees("#releases")
        (old,) = slack.socket.connections
        slack.delivery_fault("drop", about="go")
        await ann.clicks(card, "Go")
        assert (clicks, [n.kind for n in ann.errors]) == ([1], ["dispatch_failed"])
        await slack.until(lambda: [c for c in slack.socket.connections if c is not old])
        await ann.clicks(card, "Go")
        assert len(clicks) == 2


async def test_ten_people_click_at_once(slack: SlackSimulator) -> None:
    """Clicks made at one time all reach the app, though the first of them takes the button away."""
    app, who = bolt_of(slack), []

    @app.action("go")
    async def clicked(ack: Any, body: dict[str, Any], client: Any) -> None:
        who.append(body["user"]["id"])
        await ack()
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Done")

    async with running(slack, app, "socket"):
        blocks = [actions(button("Go", "go"))]
        await client_of(slack).chat_postMessage(channel="#releases", text="Go?", blocks=blocks)
        people = [slack.person(name) for name in ("ann", "bo", "cleo", "dan", "eve")]
        (card,) = people[0].sees("#releases")
        await asyncio.gather(*(p.clicks(card, "Go") for p in people * 2))
        assert sorted(who) == sorted([p.id for p in people] * 2)
        await slack.until(lambda: not people[0].sees("#releases")[0].blocks)
        with pytest.raises(LookupError):
            await people[0].clicks(card, "Go")
        await people[0].clicks(card, "Go", stale=True)
        assert len(who) == 11
