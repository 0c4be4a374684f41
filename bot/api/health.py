"""Is the bot ready? The database answers, the ticks are young, and Slack is connected where Socket Mode is on."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.scheduler import Ticks
from orchestration.ports.runtime import Clock, UnitsOfWork

log = structlog.get_logger(__name__)

# So many ticks may be missing before the loop counts as stuck.
_STALE_TICKS = 10


class Health:
    """Asks everything anew at each call; nothing is remembered."""

    def __init__(
        self, *, look: UnitsOfWork, ticks: Ticks, clock: Clock, slack: Callable[[], Awaitable[bool]]
    ) -> None:
        self._look = look
        self._ticks = ticks
        self._clock = clock
        self._slack = slack

    async def report(self) -> dict[str, object]:
        """What answers and what does not; `ready` when everything does."""
        database, young, connected = await self._database(), self._young(), await self._slack()
        return {
            "ready": database and young and connected,
            "database": database,
            "ticks": young,
            "slack": connected,
        }

    async def _database(self) -> bool:
        try:
            async with self._look() as work:
                await work.releases.active("", limit=1)
        except Exception:
            log.exception("The database does not answer", action="health")
            return False
        return True

    def _young(self) -> bool:
        last = self._ticks.last
        limit = timedelta(seconds=self._ticks.seconds * _STALE_TICKS)
        return last is not None and self._clock.now() - last < limit
