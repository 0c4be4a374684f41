"""The algorithm that polls: each minute every release is read, and one task of it is done. Simulated.

The minutes between two ticks are counted and not waited for; what a tick computes is measured.
`python -m tests.bench.own.reference '{"folder": ..., "releases": 10, "tasks": 19}'`
"""

import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.bench.measure import cpu_seconds
from tests.bench.own.subject import main

_TICK_SECONDS = 60.0
_SCHEMA = """
CREATE TABLE releases (id INTEGER PRIMARY KEY, state TEXT NOT NULL, stage INTEGER NOT NULL);
CREATE TABLE tasks (release_id INTEGER, place INTEGER, state TEXT NOT NULL, PRIMARY KEY (release_id, place));
"""


def _open(path: Path, *, releases: int, tasks: int) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.executescript(_SCHEMA)
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO releases VALUES (?, 'RUNNING', 1)", [(n,) for n in range(releases)])
    rows = [(n, place) for n in range(releases) for place in range(tasks)]
    connection.executemany("INSERT INTO tasks VALUES (?, ?, 'PENDING')", rows)
    connection.execute("COMMIT")
    return connection


def _tick(connection: sqlite3.Connection) -> tuple[int, int]:
    """One look at each running release; how many there were, and how many statements it took."""
    running = connection.execute("SELECT id FROM releases WHERE state = 'RUNNING'").fetchall()
    asked = 1
    for (release,) in running:
        tasks = connection.execute(
            "SELECT place, state FROM tasks WHERE release_id = ? ORDER BY place", (release,)
        ).fetchall()
        waiting = [place for place, state in tasks if state == "PENDING"]
        if waiting:
            connection.execute(
                "UPDATE tasks SET state = 'DONE' WHERE release_id = ? AND place = ?", (release, waiting[0])
            )
        if len(waiting) <= 1:
            connection.execute("UPDATE releases SET state = 'DONE' WHERE id = ?", (release,))
        asked += 2
    return len(running), asked


async def measure(given: Mapping[str, Any]) -> Mapping[str, float]:
    """The minutes that pass until all releases have ended, and what the ticks cost; or the cost of waiting."""
    path = Path(given["folder"]) / "reference.db"
    begun, cpu, ticks, statements = time.monotonic(), cpu_seconds(), 0, 0
    with closing(_open(path, releases=given["releases"], tasks=given["tasks"])) as connection:
        if given["tasks"] == 0:
            return _waiting(connection, given["releases"])
        while True:
            running, asked = _tick(connection)
            statements += asked
            if not running:
                break
            ticks += 1
    return {
        "wall_s": ticks * _TICK_SECONDS + time.monotonic() - begun,
        "cpu_s": cpu_seconds() - cpu,
        "statements": float(statements),
        "tasks": float(given["releases"] * given["tasks"]),
        "ms_per_release": 1000 * ticks * _TICK_SECONDS / max(1, given["releases"]),
    }


def _waiting(connection: sqlite3.Connection, releases: int) -> Mapping[str, float]:
    """What a tick over releases that have nothing to do costs, spread over its minute."""
    connection.execute("PRAGMA query_only=ON")
    cpu, asked = cpu_seconds(), 1
    for (release,) in connection.execute("SELECT id FROM releases").fetchall():
        connection.execute("SELECT place, state FROM tasks WHERE release_id = ?", (release,)).fetchall()
        asked += 1
    return {
        "queries_per_second": (asked if releases else 1) / _TICK_SECONDS,
        "cpu_percent": 100 * (cpu_seconds() - cpu) / _TICK_SECONDS,
    }


if __name__ == "__main__":
    main(measure)
