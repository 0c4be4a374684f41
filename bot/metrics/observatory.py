"""Everything by which a bot is watched, as the wiring hands it out; one per bot."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from importlib.metadata import version

from prometheus_client import CollectorRegistry

from bot.metrics.counting import Counting
from bot.metrics.gathering import Counted, Gathering
from bot.metrics.instruments import Instruments
from bot.metrics.sending import CountedLimiter, CountedMailbox
from bot.scheduler import Ticks
from bot.settings import Settings
from bot.tracing import TracedCalls, open_tracer
from integrations.breaker import Breakers
from integrations.observed import CallWatch
from orchestration.ports.runtime import Clock, Mailbox


class Observatory:
    """`clock` is the machine's: what is measured is real time, also where a sandbox has another."""

    def __init__(self, *, clock: Clock, settings: Settings) -> None:
        self.clock = clock
        self.tracer, self._close_tracer = open_tracer(settings)
        self._now = lambda: clock.now().timestamp()
        self._instruments = Instruments(CollectorRegistry())
        self._instruments.info.labels(version("stationmaster")).set(1)
        self.counting = Counting(self._instruments, now=self._now, clock=time.monotonic)
        self.calls: CallWatch = TracedCalls(self.counting, self.tracer)

    async def close(self) -> None:
        """Send what was traced and not sent yet."""
        await asyncio.to_thread(self._close_tracer)

    def limiter(self, *, clock: Callable[[], float], edit_seconds: float, scale: float) -> CountedLimiter:
        """The limits of a workspace, whose waits are counted."""
        return CountedLimiter(clock=clock, edit_seconds=edit_seconds, scale=scale, on=self._instruments)

    def mailbox(self, mailbox: Mailbox) -> CountedMailbox:
        """A mailbox whose messages are counted."""
        return CountedMailbox(mailbox, self._instruments)

    def gathering(
        self, store: Counted, ticks: Ticks, breakers: Breakers, slack: Callable[[], Awaitable[bool]]
    ) -> Gathering:
        """Who makes the page of metrics."""
        return Gathering(
            self._instruments, store=store, ticks=ticks, slack=slack, breakers=breakers.states, now=self._now
        )
