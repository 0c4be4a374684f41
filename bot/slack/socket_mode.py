"""The connection that Socket Mode needs, made again and again while Slack is away."""

import asyncio

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

log = structlog.get_logger(__name__)

_LONGEST_PAUSE = 30.0


async def keep_connecting(handler: AsyncSocketModeHandler, connected: asyncio.Event) -> None:
    """Connect to Slack, again and again while it is away: a release goes on without it."""
    pause = 1.0
    while True:
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it bare
        except Exception as error:  # noqa: BLE001 - whatever the library raises while Slack is away; it is logged
            log.warning(
                "Slack can't be reached", action="slack_away", error=type(error).__name__, pause=pause
            )
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)
        else:
            connected.set()
            return
