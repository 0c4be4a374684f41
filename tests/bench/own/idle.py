"""What it costs to wait: all loops of the bot and its ticks, with `waiting` releases' work due much later.

`python -m tests.bench.own.idle '{"url": ..., "waiting": 1000, "seconds": 10}'`
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.scheduler import Ticks
from orchestration.services.pump import Pump
from orchestration.store.migrate import upgrade
from orchestration.store.store import Store
from orchestration.store.wake import Wake
from tests.bench.measure import cpu_seconds
from tests.bench.own.subject import CLOCK, add, add_waiting, chained, main, open_own


async def _nothing(item: object) -> None:
    """Nothing is due: nothing comes here."""
    raise AssertionError(f"{item} was not to be due")


def _pumps(store: Store) -> Sequence[Pump[Any]]:
    claims: Mapping[Wake, Callable[[int], Awaitable[Sequence[Any]]]] = {
        Wake.WORK: lambda limit: store.dispatcher.claim(limit=limit),
        Wake.INBOX: lambda limit: store.inbox.claim(limit=limit),
        Wake.OUTBOX: lambda limit: store.mailbox.claim(limit=limit),
        Wake.CONNECTIONS: lambda limit: store.watch.claim(limit=limit),
        Wake.DUTIES: lambda limit: store.duties.claim(limit=limit),
        Wake.WEBHOOKS: lambda limit: store.webhooks.claim(limit=limit),
    }
    return [
        Pump(
            kind.value,
            claim=claim,
            handle=_nothing,
            wake=store.wakes.of(kind),
            ahead=store.dispatcher.next_in if kind is Wake.WORK else None,
        )
        for kind, claim in claims.items()
    ]


def _counting(engine: AsyncEngine) -> Callable[[], int]:
    """How many statements were sent up to now."""
    count = 0

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def counted(*_about: object) -> None:
        nonlocal count
        count += 1

    return lambda: count


async def measure(given: Mapping[str, Any]) -> Mapping[str, float]:
    """Statements per second and the part of a core, over some seconds in which nothing is due."""
    await upgrade(given["url"])
    store, engine = open_own(given["url"], owner="first")
    store.listen()
    release = chained(0, 0)
    await add(store, release)
    await add_waiting(engine, release, given["waiting"])
    async with engine.begin() as connection:
        await connection.execute(text("ANALYZE"))
    ticks = Ticks(wakes={kind.value: store.wakes.of(kind) for kind in Wake}, seconds=1.0, clock=CLOCK)
    ticks.start()
    pumps = _pumps(store)
    working = [asyncio.create_task(pump.run()) for pump in pumps]
    # The first looks compile their statements.
    await asyncio.sleep(2.5)
    statements = _counting(engine)
    before = cpu_seconds()
    await asyncio.sleep(given["seconds"])
    used = cpu_seconds() - before
    asked = statements()
    ticks.stop()
    for pump in pumps:
        pump.stop()
    await asyncio.gather(*working)
    await store.close()
    return {
        "queries_per_second": asked / given["seconds"],
        "cpu_percent": 100 * used / given["seconds"],
    }


if __name__ == "__main__":
    main(measure)
