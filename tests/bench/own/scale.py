"""A store as after years, and replicas that work on what is due in it.

`python -m tests.bench.own.scale '{"url": ..., "releases": 10000, "active": 1000, "waiting": 100000, "tenants": 200,
"replicas": 3, "chains": 40, "length": 25}'`
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from orchestration.store.migrate import upgrade
from tests.bench.measure import quantile
from tests.bench.own.chains import spread
from tests.bench.own.stock import Stock, fill
from tests.bench.own.subject import main, open_own

_CLAIMS = 50


async def measure(given: Mapping[str, Any]) -> Mapping[str, float]:
    """How long a look at what is due takes, and a task with all replicas at work."""
    await upgrade(given["url"])
    store, engine = open_own(given["url"], owner="first")
    clock = asyncio.get_running_loop().time
    begun = clock()
    stock = Stock(
        releases=given["releases"], active=given["active"], tenants=given["tenants"], waiting=given["waiting"]
    )
    await fill(engine, stock, person="U0BENCH")
    filled = clock() - begun
    # What the copied releases had due is done first: they are no chains.
    while await store.dispatcher.claim(limit=1_000):
        pass
    took = []
    for _ in range(_CLAIMS):
        begun = clock()
        await store.dispatcher.claim(limit=16)
        took.append(clock() - begun)
    await store.close()
    # Numbers behind those of the stock: ids are taken once.
    rate = await spread({**given, "processes": given["replicas"], "first": given["releases"]})
    return {"claim_ms": 1000 * quantile(took, 0.5), "task_ms": 1000 / rate, "fill_s": filled}


if __name__ == "__main__":
    main(measure)
