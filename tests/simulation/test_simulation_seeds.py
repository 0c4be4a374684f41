"""Whole releases under seeds: the same ones each time and ones that nobody has seen; every rule holds in each."""

import time
from collections.abc import Callable
from os import cpu_count
from random import SystemRandom

from tests.simulation.__main__ import report, spread, told

_FIXED = range(1, 501)
_FRESH = 1500
_WITHIN = 120.0


def _play(seeds: range, record_property: Callable[[str, object], None], *, shrinking: bool) -> None:
    began = time.monotonic()
    total = spread(seeds, workers=cpu_count() or 1, within=_WITHIN)
    figures = report(total, seconds=time.monotonic() - began)
    record_property("figure", f"{len(seeds)} seeds from {seeds[0]}: {figures[0]}; {figures[-1]}")
    assert total.schedules
    assert not total.failed, "\n".join(
        line
        for place, each in enumerate(total.failed[:3])
        for line in told(each, shrinking=shrinking and place == 0)
    )


def test_whole_releases_keep_every_rule(record_property: Callable[[str, object], None]) -> None:
    """The same schedules each time, as many of them as begin within two minutes, so that a failure is the change's."""
    _play(_FIXED, record_property, shrinking=False)


def test_seeds_that_nobody_has_seen_keep_every_rule(record_property: Callable[[str, object], None]) -> None:
    """Other schedules each time, as many as begin within two minutes; one that fails is told with its command and
    without the faults that it does not need."""
    first = SystemRandom().randrange(10**6, 10**12)
    _play(range(first, first + _FRESH), record_property, shrinking=True)
