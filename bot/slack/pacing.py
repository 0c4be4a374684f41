"""Within Slack's limits, or not now."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.slack.fitting import NotYet
from bot.slack.limiter import Family, Limiter
from orchestration.ports.errors import TryLater


class Pacing:
    """The limits as they stand around each call of Slack's."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter

    @asynccontextmanager
    async def limited(self, family: Family, channel: str, *, ts: str | None = None) -> AsyncIterator[None]:
        """Go on only where Slack's limits allow it now, and learn from its `Retry-After`."""
        seconds = self._limiter.delay_for(family, channel, ts=ts)
        if seconds > 0:
            raise NotYet(seconds, "Slack's limit for this channel")
        self._limiter.note_sent(family, channel, ts=ts)
        try:
            yield
        except TryLater as error:
            if error.after is not None:
                self._limiter.note_retry_after(family, error.after.total_seconds())
            raise
