"""Asks what only the database, the pool, the breakers and the clock know: when somebody looks, and not more often.

Prometheus may be several, and may ask often: the database is counted once in `every` seconds at most, whoever asks.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

import structlog
from prometheus_client import generate_latest

from bot.metrics.counting import kind_of
from bot.metrics.instruments import Instruments
from bot.scheduler import Ticks
from orchestration.domain.phase import Phase
from orchestration.store.figures import Figures, Pool

log = structlog.get_logger(__name__)


class Counted(Protocol):
    """What the store counts."""

    async def figures(self) -> Figures:
        """How much there is of what."""

    def pool(self) -> Pool:
        """The connections at this moment."""


class Gathering:
    """Gives the page of metrics. `now` gives unix seconds; `breakers` each provider and state of now."""

    def __init__(
        self,
        on: Instruments,
        *,
        store: Counted,
        ticks: Ticks,
        slack: Callable[[], Awaitable[bool]],
        breakers: Callable[[], Iterable[tuple[str, str]]],
        now: Callable[[], float],
        every: float = 10.0,
    ) -> None:
        self._on = on
        self._store = store
        self._ticks = ticks
        self._slack = slack
        self._breakers = breakers
        self._now = now
        self._every = every
        self._counted: float | None = None
        self._turn = asyncio.Lock()

    async def page(self) -> bytes:
        """Every metric in Prometheus' text format; without a database those that need none."""
        async with self._turn:
            if self._counted is None or self._now() - self._counted >= self._every:
                self._counted = self._now()
                await self._count()
        pool = self._store.pool()
        for state, number in (("in_use", pool.in_use), ("idle", pool.idle), ("most", pool.most)):
            self._on.connections_in_use.labels(state).set(number)
        if self._ticks.last is not None:
            self._on.tick.set(self._ticks.last.timestamp())
        self._on.breakers.clear()
        for (provider, state), number in Counter(
            (kind_of(provider), state) for provider, state in self._breakers()
        ).items():
            self._on.breakers.labels(provider, state).set(number)
        return generate_latest(self._on.registry)

    async def _count(self) -> None:
        self._on.connected.set(await self._slack())
        try:
            found = await self._store.figures()
        except Exception as error:  # noqa: BLE001 - whatever keeps the database from answering: the metric says so
            log.warning(
                "The database could not be counted", action="count_failed", error=type(error).__name__
            )
            self._on.database_up.set(0)
            return
        self._on.database_up.set(1)
        self._on.counted.set(self._now())
        self._show(found)

    def _show(self, found: Figures) -> None:
        """Gauges by label are set anew as a whole: what is gone must not stand for ever."""
        on = self._on
        for kind, queue in found.queues.items():
            on.waiting.labels(kind).set(queue.waiting)
            on.due.labels(kind).set(queue.due)
            on.oldest.labels(kind).set(queue.oldest)
        on.dead.set(found.outbox_dead)
        on.overdue.set(found.waits_overdue)
        on.longest.set(found.longest_overdue)
        for gauge in (on.failed_tasks, on.releases, on.in_phase, on.accounts, on.expiry):
            gauge.clear()
        for name, number in found.failed_tasks.items():
            on.failed_tasks.labels(name).set(number)
        for name in (*(phase.value for phase in Phase), *found.phases):
            count, oldest = found.phases.get(name, (0, 0.0))
            on.releases.labels(name).set(count)
            on.in_phase.labels(name).set(oldest)
        for (provider, state), number in found.connections.items():
            on.accounts.labels(provider, state).set(number)
        for provider, at in found.expiries.items():
            on.expiry.labels(provider).set(at.timestamp())
