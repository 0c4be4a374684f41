"""A clock to turn by hand, and ways to run a Bolt app against the Slack simulator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackSimulator


class HandClock:
    """A clock that stands still until it is turned."""

    def __init__(self, now: float = 1_760_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time in seconds since the epoch."""
        return self.now

    def turn(self, seconds: float) -> None:
        """Move the clock."""
        self.now += seconds


def client_of(slack: SlackSimulator, token: str = "") -> AsyncWebClient:
    """Return the real client, without retries of its own."""
    return AsyncWebClient(
        token=token or slack.app_install.bot_token, base_url=f"{slack.url}/api/", retry_handlers=[]
    )


def bolt_of(slack: SlackSimulator) -> AsyncApp:
    """Return a real Bolt app that talks to the simulator."""
    return AsyncApp(
        client=client_of(slack),
        signing_secret=slack.app_install.signing_secret,
        process_before_response=True,
    )


@asynccontextmanager
async def running(slack: SlackSimulator, app: AsyncApp, transport: str) -> AsyncIterator[None]:
    """Connect the app over `socket` or `http` and return once it can be reached."""
    if transport == "socket":
        handler = AsyncSocketModeHandler(app, slack.app_install.app_token, ping_interval=1)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        await slack.until(lambda: slack.socket.connections)
        try:
            yield
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]  # see above
        return
    runner = web.AppRunner(app.web_app(path="/slack/events"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.deliver_over_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    try:
        yield
    finally:
        await runner.cleanup()


async def refusal(call: Any) -> str:
    """Return the error with which Slack refuses a call; empty when it does not."""
    try:
        await call
    except SlackApiError as error:
        return str(error.response["error"])
    return ""


def modal(*blocks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a modal view."""
    return {
        "type": "modal",
        "callback_id": "start",
        "title": plain("Start a release"),
        "submit": plain("Start"),
        "blocks": list(blocks) or [section("Hello")],
        **fields,
    }


def plain(text: str) -> dict[str, Any]:
    """Return a plain text."""
    return {"type": "plain_text", "text": text}


def section(text: str, **fields: Any) -> dict[str, Any]:
    """Return a section."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **fields}


def button(text: str, action_id: str, **fields: Any) -> dict[str, Any]:
    """Return a button."""
    return {"type": "button", "text": plain(text), "action_id": action_id, **fields}


def actions(*elements: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return an actions block."""
    return {"type": "actions", "elements": list(elements), **fields}


def text_input(label: str, block_id: str, **element: Any) -> dict[str, Any]:
    """Return an input block with a text field whose action_id is `value`."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"type": "plain_text_input", "action_id": "value", **element},
    }
