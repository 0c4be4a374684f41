"""Procrastinate: jobs that order the next one, and jobs that start.

It runs in the peers' environment: `python -m tests.bench.peers.procrastinate_peer '{"work": "chains", "url": ...}'`.
"""

import asyncio
import json
import sys
import time
from typing import Any

from procrastinate import App, PsycopgConnector

from tests.bench.measure import latencies

_MODULE = "tests.bench.peers.procrastinate_peer"
_done = 0
_started: list[float] = []


async def _step(left: int) -> None:
    global _done  # noqa: PLW0603 - a job has no other way to its process
    _done += 1
    if left > 1:
        await _JOB.defer_async(left=left - 1)


async def _due() -> None:
    _started.append(time.time())


def _app(url: str) -> App:
    return App(connector=PsycopgConnector(conninfo=url, min_size=4, max_size=20))


async def _chains(given: dict[str, Any]) -> dict[str, float]:
    """Jobs per second where each of a chain orders the next one."""
    async with APP.open_async():
        await APP.schema_manager.apply_schema_async()
        others = [await _other(given) for _ in range(given["processes"] - 1)]
        begun = time.perf_counter()
        working = asyncio.create_task(_work())
        for _ in range(given["chains"]):
            await _JOB.defer_async(left=given["length"])
        while await _left():  # noqa: ASYNC110 - another process may do the last one; there is no event
            await asyncio.sleep(0.05)
        took = time.perf_counter() - begun
        for other in others:
            await other.communicate(b"")
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    return {"per_second": given["chains"] * given["length"] / took}


async def _other(given: dict[str, Any]) -> asyncio.subprocess.Process:
    again = json.dumps({**given, "work": "worker"})
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", _MODULE, again, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )


async def _left() -> int:
    found = await APP.connector.execute_query_one_async(
        "SELECT count(*) AS left FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    )
    return int(found["left"])


async def _work() -> None:
    await APP.run_worker_async(
        concurrency=20, install_signal_handlers=False, fetch_job_polling_interval=1.0, delete_jobs="never"
    )


async def _worker(_given: dict[str, Any]) -> dict[str, float]:
    """Work until the first process closes our input."""
    async with APP.open_async():
        working = asyncio.create_task(_work())
        await asyncio.to_thread(sys.stdin.read)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    return {}


async def _starts(given: dict[str, Any]) -> dict[str, float]:
    """From `defer` to the first line of the job, one at a time, with `waiting` scheduled ones beside."""
    async with APP.open_async():
        await APP.schema_manager.apply_schema_async()
        if given["waiting"]:
            later = _DUE.configure(schedule_in={"days": 10})
            await later.batch_defer_async(*({} for _ in range(given["waiting"])))
        working = asyncio.create_task(_work())
        await asyncio.sleep(1.0)
        asked = []
        for number in range(given["samples"]):
            await asyncio.sleep(0.01 + 0.037 * (number % 7))
            asked.append(time.time())
            await _DUE.defer_async()
            while len(_started) < len(asked):  # noqa: ASYNC110 - the worker has no event for us
                await asyncio.sleep(0.001)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    return latencies([end - begin for begin, end in zip(asked, _started, strict=True)])


if __name__ == "__main__":
    arguments = json.loads(sys.argv[1])
    APP = _app(arguments["url"])
    _JOB = APP.task(name="step")(_step)
    _DUE = APP.task(name="due")(_due)
    works = {"chains": _chains, "worker": _worker, "starts": _starts}
    sys.stdout.write(json.dumps(asyncio.run(works[arguments["work"]](arguments))) + "\n")
