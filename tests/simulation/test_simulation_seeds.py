"""Whole releases under seeds: the same two thousand each time, and as many of each commit's own as fit into a budget
of seconds."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from os import cpu_count
from pathlib import Path

import pytest

from tests.simulation.__main__ import report, spread, told
from tests.simulation.run import Total

# Each part is a test of its own, so that none comes near the time that a test may take, however slow the machine is.
_PART = 200
_KNOWN = [range(first, first + _PART) for first in range(1, 2001, _PART)]
# Two cores play more than a hundred fresh schedules in this time; see docs/reliability.md.
_WITHIN = "60"
_ROOT = Path(__file__).parents[2]

Record = Callable[[str, object], None]


def _play(seeds: range, record_property: Record, *, what: str, within: float | None = None) -> Total:
    """All of them, or those that fit; how many is printed at the end of the run, a failure with its replay."""
    began = time.monotonic()
    total = spread(seeds, workers=cpu_count() or 1, within=within)
    figures = report(total, seconds=time.monotonic() - began)
    record_property("figure", f"{what} from {seeds[0]}: {figures[0]}; {figures[-1]}")
    assert not total.failed, "\n".join(
        line for each in total.failed[:3] for line in told(each, shrinking=False)
    )
    return total


@pytest.mark.parametrize("seeds", _KNOWN, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_whole_releases_keep_every_rule(seeds: range, record_property: Record) -> None:
    """The same schedules each time, so that a failure is the change's."""
    total = _play(seeds, record_property, what="known seeds")
    assert total.schedules == len(seeds)


def _of_this_commit() -> int:
    """The first of the commit's own seeds; without a history, that of the time."""
    asked = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=_ROOT, capture_output=True, text=True, check=False
    )
    return int(asked.stdout[:10], 16) if asked.returncode == 0 else time.time_ns() // 1_000_000


def test_whole_releases_that_nobody_has_seen_keep_every_rule(record_property: Record) -> None:
    """Other schedules for each commit, and for one commit the same; WITHIN changes the budget of seconds for beginning
    them, and a failure names its seed."""
    within = float(os.environ.get("WITHIN", _WITHIN))  # noqa: TID251 - tests are told by the environment how long
    first = _of_this_commit()
    sys.stdout.write(f"fresh seeds from {first}\n")
    total = _play(range(first, first + 100_000), record_property, what="fresh seeds", within=within)
    assert total.schedules
