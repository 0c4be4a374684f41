"""Whole releases under seeds: the same ones each time, and as many new ones as fit into a budget of seconds."""

import os
import sys
import time
from collections.abc import Callable
from os import cpu_count

from tests.simulation.__main__ import report, spread, told
from tests.simulation.run import Total

_KNOWN = range(1, 61)
# Two cores play some three hundred fresh schedules in this time; see docs/reliability.md.
_WITHIN = "150"

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


def test_whole_releases_keep_every_rule(record_property: Record) -> None:
    """The same schedules each time, so that a failure is the change's."""
    total = _play(_KNOWN, record_property, what="known seeds")
    assert total.schedules == len(_KNOWN)


def test_whole_releases_that_nobody_has_seen_keep_every_rule(record_property: Record) -> None:
    """Other schedules each time, begun within a budget of seconds that WITHIN changes; a failure names its seed."""
    within = float(os.environ.get("WITHIN", _WITHIN))  # noqa: TID251 - tests are told by the environment how long
    first = time.time_ns() // 1_000_000
    sys.stdout.write(f"fresh seeds from {first}\n")
    total = _play(range(first, first + 100_000), record_property, what="fresh seeds", within=within)
    assert total.schedules
