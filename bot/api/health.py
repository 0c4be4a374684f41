"""Is the bot ready? The database answers and has our schema, every loop looks for work, and Slack answers us.

Slack counts as connected where Socket Mode, if it is on, has its connection, and where Slack has answered a question
of ours lately: a connection may look open long after the other side is gone.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import timedelta

import structlog

from bot.scheduler import Ticks
from orchestration.ports.errors import PortError
from orchestration.ports.runtime import Clock, UnitsOfWork

log = structlog.get_logger(__name__)

# So many ticks may be missing before the loop counts as stuck.
_STALE_TICKS = 10
# A loop that has its hands full looks when a piece ends, and none takes longer than this.
_STALE_LOOK = 60.0
# Probes come often, from several sides; Slack is not asked for each of them.
_SLACK_KEPT, _SLACK_KEPT_FAILED = 15.0, 3.0
_PATIENCE = 5.0


class SlackAnswer:
    """Whether Slack can reach us and answers: a real round trip, kept for a few seconds.

    `now` gives seconds that never go back.
    """

    def __init__(
        self,
        *,
        connected: Callable[[], Awaitable[bool]],
        ask: Callable[[], Awaitable[object]],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connected, self._ask, self._now = connected, ask, now
        self._known, self._until = False, float("-inf")
        self._asking = asyncio.Lock()

    async def __call__(self) -> bool:
        """As of now, or a few seconds ago."""
        if not await self._connected():
            return False
        async with self._asking:
            if self._now() >= self._until:
                self._known = await self._answers()
                self._until = self._now() + (_SLACK_KEPT if self._known else _SLACK_KEPT_FAILED)
            return self._known

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._ask()
        except (PortError, TimeoutError) as error:
            log.warning("Slack does not answer", action="health_slack", error=type(error).__name__)
            return False
        return True


class Health:
    """`loops` are the names of the loops that must run, `looks` when each was last answered, in unix seconds."""

    def __init__(
        self,
        *,
        look: UnitsOfWork,
        schema: Callable[[], Awaitable[bool]],
        ticks: Ticks,
        clock: Clock,
        slack: Callable[[], Awaitable[bool]],
        loops: Collection[str],
        looks: Mapping[str, float],
    ) -> None:
        self._look = look
        self._schema = schema
        self._ticks = ticks
        self._clock = clock
        self._slack = slack
        self._loops = loops
        self._looks = looks

    async def report(self) -> dict[str, object]:
        """What answers and what does not; `ready` when everything does."""
        parts = {
            "database": await self._database(),
            "migrations": await self._migrations(),
            "ticks": self._young(),
            "loops": self._looking(),
            "slack": await self._slack(),
        }
        return {"ready": all(parts.values()), **parts}

    async def well(self) -> bool:
        """Whether everything answers."""
        return bool((await self.report())["ready"])

    async def _database(self) -> bool:
        try:
            async with self._look() as work:
                await work.releases.active("", limit=1)
        except Exception:
            log.exception("The database does not answer", action="health")
            return False
        return True

    async def _migrations(self) -> bool:
        try:
            return await self._schema()
        except Exception:
            log.exception("The schema of the database can't be read", action="health")
            return False

    def _young(self) -> bool:
        last = self._ticks.last
        limit = timedelta(seconds=self._ticks.seconds * _STALE_TICKS)
        return last is not None and self._clock.now() - last < limit

    def _looking(self) -> bool:
        limit = max(_STALE_LOOK, self._ticks.seconds * _STALE_TICKS)
        now = self._clock.now().timestamp()
        return all(now - self._looks.get(name, float("-inf")) < limit for name in self._loops)
