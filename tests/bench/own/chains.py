"""No-op tasks in chains through our store: one claim for many, one fenced transaction for the end of each.

`python -m tests.bench.own.chains '{"url": ..., "chains": 40, "length": 25, "processes": 1}'`
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from orchestration.domain.tasks import TaskState
from orchestration.ports.runtime import Claim
from orchestration.services.pump import Pump
from orchestration.store.migrate import upgrade
from orchestration.store.queues import work as work_rows
from orchestration.store.store import Store
from orchestration.store.tables import tasks as task_rows
from orchestration.store.wake import Wake
from tests.bench.own.subject import add, chained, done, main, open_own

_AT_ONCE = 16
_LOOK_SECONDS = 0.05


def _pump(store: Store) -> Pump[Claim]:
    async def handle(claim: Claim) -> None:
        await done(store, claim)

    return Pump(
        "work",
        claim=lambda limit: store.dispatcher.claim(limit=limit),
        handle=handle,
        wake=store.wakes.of(Wake.WORK),
        limit=_AT_ONCE,
        idle=0.2,
        ahead=store.dispatcher.next_in,
    )


async def _left(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        waiting = select(func.count()).where(work_rows.c.due_ms.is_not(None), work_rows.c.kind == "TASK")
        return await connection.scalar(waiting) or 0


async def _succeeded(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        ended = select(func.count()).where(task_rows.c.state == TaskState.SUCCEEDED)
        return await connection.scalar(ended) or 0


async def _other(given: Mapping[str, Any]) -> asyncio.subprocess.Process:
    words = [sys.executable, "-m", "tests.bench.own.chains", json.dumps({**given, "work": "worker"})]
    process = await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    if process.stdout is not None:
        await process.stdout.readline()
    return process


async def _worker(given: Mapping[str, Any]) -> Mapping[str, float]:
    """Say that we are ready, and work until the first process closes our input."""
    store, _engine = open_own(given["url"], owner="other")
    store.listen()
    pump = _pump(store)
    working = asyncio.create_task(pump.run())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    pump.stop()
    await working
    await store.close()
    return {}


async def spread(given: Mapping[str, Any]) -> float:
    """Tasks per second of all processes, from the order of the first chain to the last task that has ended."""
    store, engine = open_own(given["url"], owner="first")
    store.listen()
    before = await _left(engine)
    others = [await _other(given) for _ in range(given["processes"] - 1)]
    pump = _pump(store)
    clock = asyncio.get_running_loop().time
    begun, done_before = clock(), await _succeeded(engine)
    working = asyncio.create_task(pump.run())
    for number in range(given["chains"]):
        await add(store, chained(given.get("first", 0) + number, given["length"]))
    while await _left(engine) > before:  # noqa: ASYNC110 - another process may end the last one; there is no event
        await asyncio.sleep(_LOOK_SECONDS)
    took = clock() - begun
    ended = await _succeeded(engine) - done_before
    pump.stop()
    await working
    for other in others:
        await other.communicate(b"")
    await store.close()
    return ended / took


async def measure(given: Mapping[str, Any]) -> Mapping[str, float]:
    """What `spread` says, on an empty database."""
    if given.get("work") == "worker":
        return await _worker(given)
    await upgrade(given["url"])
    return {"per_second": await spread(given)}


if __name__ == "__main__":
    main(measure)
