"""The connection that Socket Mode needs, made again and again while Slack is away."""

import asyncio
import logging

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

log = structlog.get_logger(__name__)

_LONGEST_PAUSE = 30.0
_TOLD_AGAIN = 300.0


class Terse(logging.Filter):
    """Says in one line, and again after five minutes only, that Slack can't be reached or refuses the token.

    The library tries every few seconds, and would show a traceback each time. Other faults pass as they are.
    """

    def __init__(self) -> None:
        super().__init__()
        self._again = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the library's own line is shown."""
        error = record.exc_info[1] if record.exc_info else None
        refusal = error.response.get("error") if isinstance(error, SlackApiError) else None
        if refusal is None and not isinstance(error, aiohttp.ClientError | OSError):
            return True
        if record.created >= self._again:
            self._again = record.created + _TOLD_AGAIN
            why = str(refusal or error)
            log.warning("Slack can't be reached", action="slack_away", error=type(error).__name__, why=why)
        return False


def socket_logger() -> logging.Logger:
    """Where the library says how its connection fares."""
    logger = logging.getLogger("stationmaster.socket_mode")
    logger.setLevel(logging.WARNING)
    if not any(isinstance(each, Terse) for each in logger.filters):
        logger.addFilter(Terse())
    return logger


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
