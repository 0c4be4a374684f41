"""APScheduler 3 with a job store: date jobs that order the next one, and date jobs that come due.

Its job store forgets a job before it runs it: a process that dies loses the job.
It runs in the peers' environment: `python -m tests.bench.peers.apscheduler_peer '{"work": "chains", "url": ...}'`.
"""

import asyncio
import json
import sys
import time
from datetime import datetime, timedelta, timezone
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from tests.bench.measure import latencies

_UTC = timezone.utc  # noqa: UP017 - the peers' interpreter may be older
_started: list[float] = []
_state: dict[str, Any] = {"done": 0}


def _now() -> datetime:
    return datetime.now(_UTC)  # noqa: TID251 - a peer has no clock of ours


async def step(left: int) -> None:
    """Order the next one of the chain."""
    _state["done"] += 1
    if left > 1:
        _state["scheduler"].add_job("__main__:step", "date", run_date=_now(), args=[left - 1])
    if _state["done"] == _state["wanted"]:
        _state["all"].set()


async def due() -> None:
    """Tell when it was started."""
    _started.append(time.time())


def _scheduler(url: str) -> AsyncIOScheduler:
    engine = url.replace("postgresql://", "postgresql+psycopg://")
    scheduler = AsyncIOScheduler(
        timezone=_UTC,
        jobstores={"default": SQLAlchemyJobStore(url=engine)},
        job_defaults={"misfire_grace_time": None, "max_instances": 100},
    )
    _state["scheduler"] = scheduler
    return scheduler


async def _chains(given: dict[str, Any]) -> dict[str, float]:
    scheduler = _scheduler(given["url"])
    _state.update(wanted=given["chains"] * given["length"], all=asyncio.Event())
    scheduler.start()
    begun = time.perf_counter()
    for _ in range(given["chains"]):
        scheduler.add_job("__main__:step", "date", run_date=_now(), args=[given["length"]])
    await _state["all"].wait()
    took = time.perf_counter() - begun
    scheduler.shutdown(wait=False)
    return {"per_second": _state["wanted"] / took}


async def _starts(given: dict[str, Any]) -> dict[str, float]:
    scheduler = _scheduler(given["url"])
    scheduler.start(paused=True)
    far = _now() + timedelta(days=10)
    for number in range(given["waiting"]):
        scheduler.add_job("__main__:due", "date", run_date=far + timedelta(seconds=number))
    scheduler.resume()
    wanted = []
    for number in range(given["samples"]):
        at = _now() + timedelta(seconds=0.05 + 0.037 * (number % 7))
        wanted.append(at.timestamp())
        scheduler.add_job("__main__:due", "date", run_date=at)
        while len(_started) < len(wanted):  # noqa: ASYNC110 - the scheduler has no event for us
            await asyncio.sleep(0.001)
    scheduler.shutdown(wait=False)
    return latencies([end - begin for begin, end in zip(wanted, _started, strict=True)])


if __name__ == "__main__":
    arguments = json.loads(sys.argv[1])
    works = {"chains": _chains, "starts": _starts}
    sys.stdout.write(json.dumps(asyncio.run(works[arguments["work"]](arguments))) + "\n")
