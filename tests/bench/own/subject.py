"""What the processes that measure us share: arguments, releases of no-op tasks, and a store as the bot opens it."""

import asyncio
import gc
import json
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import uvloop
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.surroundings import SystemClock
from orchestration.domain.change import Change
from orchestration.domain.due import LONGEST_REST
from orchestration.domain.release import Release
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import Task, TaskState, TaskType
from orchestration.ports.runtime import Claim
from orchestration.store.database import open_engine
from orchestration.store.queues import work as work_rows
from orchestration.store.store import Store
from orchestration.store.times import MILLISECOND, past_ms
from tests.store.samples import small_release

LEASE = timedelta(seconds=30)
CLOCK = SystemClock()
_AT_ONCE = 5_000
FAR_MS = (LONGEST_REST - timedelta(minutes=10)) // MILLISECOND
"""Nothing rests for longer than the longest rest: what does is put right, and would be started at once."""


def main(measure: Callable[[Mapping[str, Any]], Coroutine[Any, Any, Mapping[str, float]]]) -> None:
    """Measure, on the loop that a bot runs on, what the arguments ask for, and tell the figures in the last line.

    As in a bot, what was imported is not looked through for garbage again.
    """
    gc.freeze()
    given = json.loads(sys.argv[1])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(measure(given))
    sys.stdout.write(json.dumps(figures) + "\n")


def open_own(url: str, *, owner: str) -> tuple[Store, AsyncEngine]:
    """A store as the bot opens it: durable, with leases by the database's clock."""
    engine = open_engine(url)
    return Store(engine, clock=CLOCK, lease=LEASE, owner=owner), engine


def chained(number: int, length: int) -> Release:
    """A release of `length` tasks, each after the one before it; the first is due now. Every tenth has a tenant."""
    name = f"REL-{number:08d}"
    ids = [f"{name}/{place}" for place in range(length)]
    tasks = tuple(
        Task(
            id=each,
            type=TaskType.FORK_BRANCH,
            stage=Stage.KICKOFF,
            after=(ids[place - 1],) if place else (),
        )
        for place, each in enumerate(ids)
    )
    return replace(small_release(name, tenant=f"T{number % 10:04d}"), tasks=tasks)


async def add(store: Store, release: Release) -> None:
    """Store a new release."""
    async with store.work() as work:
        await work.releases.add(Change(release, now=CLOCK.now()))
        await work.commit()


async def done(store: Store, claim: Claim) -> None:
    """End a no-op task, fenced, and make the next one due, in one transaction."""
    async with store.work() as work:
        release = await work.releases.get(claim.tenant_id, claim.release_id)
        change = Change(release, now=CLOCK.now())
        tasks = tuple(
            replace(task, state=TaskState.SUCCEEDED, finished_at=change.now)
            if task.id == claim.subject
            else task
            for task in release.tasks
        )
        change.release = replace(release, tasks=tasks)
        await work.releases.save(change, claim=claim)
        await work.commit()


async def add_waiting(engine: AsyncEngine, release: Release, count: int) -> None:
    """Rows of work that are due so late as any may be, as many releases have them; they hang on one release."""
    far = past_ms(CLOCK.now()) + FAR_MS
    for first in range(0, count, _AT_ONCE):
        rows = [
            {
                "id": f"TASK:waiting-{number}",
                "tenant_id": release.tenant_id,
                "release_id": release.id,
                "kind": "TASK",
                "subject": f"waiting-{number}",
                "due_ms": far + number,
                "fence": 0,
            }
            for number in range(first, min(first + _AT_ONCE, count))
        ]
        async with engine.begin() as connection:
            await connection.execute(insert(work_rows), rows)
