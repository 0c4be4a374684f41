"""Whole releases through stages 1 to 3, by the engine as it is, with providers in memory that answer at once.

`python -m tests.bench.own.pipeline '{"url": ..., "releases": 10}'`
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from orchestration.domain.phase import Phase, phase
from orchestration.services.start_release import start_release
from orchestration.services.work_due import work_claim
from orchestration.store.database import open_engine
from orchestration.store.migrate import upgrade
from orchestration.store.store import Store
from tests.bench.measure import cpu_seconds
from tests.bench.own.subject import main
from tests.support.engine import TENANT, Bench, ManualClock, engine_on
from tests.support.rehearsed import ANN, Company, approve, finish_by_hand, found, order

_AT_ONCE = 16


async def _settle(bench: Bench) -> None:
    """Work on what is due, as many pieces at a time as the bot does, until nothing is."""
    while claims := await bench.store.dispatcher.claim(limit=_AT_ONCE):
        await asyncio.gather(*(work_claim(bench.engine, claim) for claim in claims))


async def _live(bench: Bench, *, steps: int, minutes: float) -> None:
    for _ in range(steps):
        await _settle(bench)
        bench.clock.forward(minutes=minutes)
    await _settle(bench)


async def _play(bench: Bench, company: Company, count: int) -> int:
    """All of them from the order to the approved tag; how many tasks they had."""
    started = [
        await start_release(bench.engine, TENANT, "pixel", order(bench, version=f"2.{n}.0"), actor=ANN)
        for n in range(count)
    ]
    await _live(bench, steps=12, minutes=3)
    for each in started:
        finish_by_hand(company, await bench.release(each.id))
    await _live(bench, steps=2, minutes=1)
    for each in started:
        await approve(bench, each.id)
    await _live(bench, steps=5, minutes=1)
    ended = [await bench.release(each.id) for each in started]
    assert {phase(each) for each in ended} == {Phase.AWAITING_SUBMISSION}
    return sum(len(each.tasks) for each in ended)


async def measure(given: Mapping[str, Any]) -> Mapping[str, float]:
    """Seconds, processor time, statements and tasks, for so many releases."""
    await upgrade(given["url"])
    clock, company = ManualClock(), Company()
    engine = open_engine(given["url"])
    store = Store(engine, clock=clock, lease=timedelta(seconds=30), owner="bench", lease_clock=clock)
    bench = engine_on(store, clock, company.ports())
    await found(bench)
    statements = 0

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def counted(*_about: object) -> None:
        nonlocal statements
        statements += 1

    timer = asyncio.get_running_loop().time
    begun, cpu = timer(), cpu_seconds()
    tasks = await _play(bench, company, given["releases"])
    wall, used = timer() - begun, cpu_seconds() - cpu
    await store.close()
    return {
        "wall_s": wall,
        "cpu_s": used,
        "statements": float(statements),
        "tasks": float(tasks),
        "ms_per_release": 1000 * wall / given["releases"],
    }


if __name__ == "__main__":
    main(measure)
