"""What people read, with many releases in the store: the list, one release, App Home; and the memory it takes.

`python -m tests.bench.own.reads '{"url": ..., "releases": 10000, "active": 1000, "samples": 20}'`
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.slack.homes import page_of
from bot.views.answers import list_answer, status_answer
from bot.views.home import ROWS, home_page
from orchestration.domain.people import Actor
from orchestration.services.homes import read_home
from orchestration.services.read_release import active_releases, find_release
from orchestration.store.migrate import upgrade
from tests.bench.measure import quantile, resident_mb
from tests.bench.own.stock import Stock, fill, release_of
from tests.bench.own.subject import CLOCK, main, open_own
from tests.support.engine import ManualClock, engine_on

_PERSON = "U0BENCH"
_URL = "https://acme.slack.com/"


async def _times(read: Callable[[], Awaitable[object]], samples: int) -> list[float]:
    clock = asyncio.get_running_loop().time
    await read()
    took = []
    for _ in range(samples):
        begun = clock()
        await read()
        took.append(clock() - begun)
    return took


async def measure(given: Mapping[str, Any]) -> Mapping[str, float]:
    """The middle and the slow end of each, in milliseconds, all in one workspace."""
    await upgrade(given["url"])
    store, engine = open_own(given["url"], owner="first")
    stock = Stock(releases=given["releases"], active=given["active"], tenants=1, waiting=0)
    await fill(engine, stock, person=_PERSON)
    bench = engine_on(store, ManualClock(at=CLOCK.now()))
    tenant, actor = stock.tenant(0), Actor(id=_PERSON)
    wanted = release_of(stock, given["releases"] - 1)

    async def listed() -> object:
        found = await active_releases(bench.engine, tenant, actor=actor)
        return list_answer(found, now=CLOCK.now())

    async def status() -> object:
        found = await find_release(bench.engine, tenant, wanted.id, actor=actor)
        return status_answer(found, now=CLOCK.now(), link=None)

    async def home() -> object:
        found = await read_home(bench.engine, tenant, _PERSON, listed=ROWS)
        return home_page(page_of(found, _URL), now=CLOCK.now())

    figures: dict[str, float] = {}
    for name, read in (("list", listed), ("status", status), ("home", home)):
        took = await _times(read, given["samples"])
        figures[f"{name}_p50_ms"] = 1000 * quantile(took, 0.5)
        figures[f"{name}_p99_ms"] = 1000 * quantile(took, 0.99)
    figures["memory_mb"] = resident_mb()
    await store.close()
    return figures


if __name__ == "__main__":
    main(measure)
