"""From the moment at which a task is due to the start of it, among `waiting` others that are due much later.

`python -m tests.bench.own.starts '{"url": ..., "waiting": 10000, "samples": 60}'`
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from bot.scheduler import Ticks
from orchestration.domain.change import Change
from orchestration.domain.tasks import TaskState
from orchestration.ports.runtime import Claim
from orchestration.services.pump import Pump
from orchestration.store.migrate import upgrade
from orchestration.store.store import Store
from orchestration.store.wake import Wake
from tests.bench.measure import latencies
from tests.bench.own.subject import CLOCK, add, add_waiting, chained, main, open_own

_FAR = timedelta(days=20)


class _Starts:
    """A worker as in the bot, whose task is ordered again for a moment that we choose."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.release = chained(0, 1)
        self.begun: asyncio.Queue[datetime] = asyncio.Queue()

    async def order(self, at: datetime, claim: Claim | None = None) -> None:
        """Make the task due at a moment, as a retry is."""
        async with self._store.work() as work:
            release = await work.releases.get(self.release.tenant_id, self.release.id)
            change = Change(release, now=CLOCK.now())
            task = replace(release.tasks[0], state=TaskState.RETRYING, retry_at=at)
            change.release = replace(release, tasks=(task,))
            await work.releases.save(change, claim=claim)
            await work.commit()

    async def handle(self, claim: Claim) -> None:
        """Tell that it was started; it is due again in the far future."""
        begun = CLOCK.now()
        await self.order(begun + _FAR, claim)
        self.begun.put_nowait(begun)


async def measure(given: Mapping[str, Any]) -> Mapping[str, float]:
    """Milliseconds between due and started, one task at a time at odd moments."""
    await upgrade(given["url"])
    store, engine = open_own(given["url"], owner="first")
    store.listen()
    starts = _Starts(store)
    await add(store, starts.release)
    await starts.order(CLOCK.now() + _FAR)
    await add_waiting(engine, starts.release, given["waiting"])
    async with engine.begin() as connection:
        await connection.execute(text("ANALYZE"))
    ticks = Ticks(wakes={"work": store.wakes.of(Wake.WORK)}, seconds=1.0, clock=CLOCK)
    pump = Pump(
        "work",
        claim=lambda limit: store.dispatcher.claim(limit=limit),
        handle=starts.handle,
        wake=store.wakes.of(Wake.WORK),
        limit=16,
        ahead=store.dispatcher.next_in,
    )
    ticks.start()
    working = asyncio.create_task(pump.run())
    took = []
    for number in range(given["samples"]):
        at = CLOCK.now() + timedelta(milliseconds=50 + 137 * (number % 9))
        await starts.order(at)
        took.append((await starts.begun.get() - at).total_seconds())
    ticks.stop()
    pump.stop()
    await working
    await store.close()
    return latencies(took)


if __name__ == "__main__":
    main(measure)
