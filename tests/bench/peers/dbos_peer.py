"""DBOS: workflows of no-op steps from a queue, queued workflows that start, and workflows that wait.

It runs in the peers' environment: `python -m tests.bench.peers.dbos_peer '{"work": "chains", "url": ...}'`.
"""

import json
import resource
import sqlite3
import subprocess
import sys
import time
from typing import Any

from dbos import DBOS, DBOSConfig, SetEnqueueOptions

from tests.bench.measure import latencies

_MODULE = "tests.bench.peers.dbos_peer"
_QUEUE = "bench"
_FAR_SECONDS = 10 * 86_400
_started: list[float] = []


def _step() -> int:
    return 1


def _chain(length: int) -> int:
    return sum(_DO_STEP() for _ in range(length))


def _due() -> None:
    _started.append(time.time())


def _open(url: str, *, poll: float, at_once: int) -> Any:
    if url.startswith("sqlite:///"):
        # Its own default is the slower rollback journal.
        kept = sqlite3.connect(url.removeprefix("sqlite:///"))
        kept.execute("PRAGMA journal_mode=WAL")
        kept.close()
    config: DBOSConfig = {
        "name": "bench",
        "system_database_url": url,
        "application_version": "bench",
        "log_level": "ERROR",
    }
    DBOS(config=config)
    DBOS.launch()
    return DBOS.register_queue(_QUEUE, worker_concurrency=at_once, polling_interval_sec=poll)


_DO_STEP = DBOS.step()(_step)
_CHAIN = DBOS.workflow()(_chain)
_DUE = DBOS.workflow()(_due)


def _chains(given: dict[str, Any]) -> dict[str, float]:
    """Steps per second of workflows that one process enqueues and all work on."""
    queue = _open(given["url"], poll=0.05, at_once=20)
    others = [
        subprocess.Popen(
            [sys.executable, "-m", _MODULE, json.dumps({**given, "work": "worker"})], stdin=subprocess.PIPE
        )
        for _ in range(given["processes"] - 1)
    ]
    begun = time.perf_counter()
    handles = [queue.enqueue(_CHAIN, given["length"]) for _ in range(given["chains"])]
    for handle in handles:
        handle.get_result()
    took = time.perf_counter() - begun
    for other in others:
        other.communicate()
    DBOS.destroy()
    return {"per_second": given["chains"] * given["length"] / took}


def _worker(given: dict[str, Any]) -> dict[str, float]:
    """Work until the first process closes our input."""
    _open(given["url"], poll=0.05, at_once=20)
    sys.stdin.read()
    DBOS.destroy()
    return {}


def _starts(given: dict[str, Any]) -> dict[str, float]:
    """From `enqueue` to the first line of the workflow, one at a time, with `waiting` delayed ones beside."""
    queue = _open(given["url"], poll=given["poll"], at_once=20)
    with SetEnqueueOptions(delay_seconds=_FAR_SECONDS):
        for _ in range(given["waiting"]):
            queue.enqueue(_DUE)
    asked = []
    for number in range(given["samples"]):
        time.sleep(0.01 + 0.037 * (number % 7))
        asked.append(time.time())
        queue.enqueue(_DUE).get_result(polling_interval_sec=0.01)
    DBOS.destroy()
    return latencies([end - begin for begin, end in zip(asked, _started, strict=True)])


def _idle(given: dict[str, Any]) -> dict[str, float]:
    """The processor time of a process that waits, with `waiting` delayed workflows."""
    queue = _open(given["url"], poll=1.0, at_once=20)
    with SetEnqueueOptions(delay_seconds=_FAR_SECONDS):
        for _ in range(given["waiting"]):
            queue.enqueue(_DUE)
    time.sleep(1.0)
    before = resource.getrusage(resource.RUSAGE_SELF)
    time.sleep(given["seconds"])
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    DBOS.destroy()
    return {"cpu_percent": 100 * used / given["seconds"]}


if __name__ == "__main__":
    arguments = json.loads(sys.argv[1])
    works = {"chains": _chains, "worker": _worker, "starts": _starts, "idle": _idle}
    sys.stdout.write(json.dumps(works[arguments["work"]](arguments)) + "\n")
