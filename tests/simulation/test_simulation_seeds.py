"""Whole releases under seeds, the same ones each time: every rule holds in each. `make simulate` plays fresh ones."""

import time
from collections.abc import Callable
from os import cpu_count

from tests.simulation.__main__ import report, spread, told

_SEEDS = range(1, 61)


def test_whole_releases_keep_every_rule(record_property: Callable[[str, object], None]) -> None:
    """The same schedules each time, so that a failure is the change's."""
    began = time.monotonic()
    total = spread(_SEEDS, workers=cpu_count() or 1, within=None)
    figures = report(total, seconds=time.monotonic() - began)
    record_property("figure", f"{len(_SEEDS)} seeds from {_SEEDS[0]}: {figures[0]}; {figures[-1]}")
    assert total.schedules == len(_SEEDS)
    assert not total.failed, "\n".join(
        line for each in total.failed[:3] for line in told(each, shrinking=False)
    )
