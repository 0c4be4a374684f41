"""Whole releases under fixed and fresh seeds, as many as fit into the time; every rule holds in each of them."""

import time
from collections.abc import Callable
from os import cpu_count

import pytest

from tests.simulation.__main__ import report, spread, told

_SECONDS = 75.0
_MANY = 100_000


@pytest.mark.parametrize("first", [pytest.param(1, id="fixed"), pytest.param(None, id="fresh")])
def test_whole_releases_keep_every_rule(
    first: int | None, record_property: Callable[[str, object], None]
) -> None:
    """Half of the time goes to the seeds from 1 on, half to seeds that nobody has seen; a failure says which it was."""
    begin = first if first is not None else time.time_ns() // 1_000_000
    total = spread(range(begin, begin + _MANY), workers=cpu_count() or 1, within=_SECONDS)
    figures = report(total, seconds=_SECONDS)
    record_property("figure", f"seeds from {begin}: {figures[0]}; {figures[-1]}")
    assert total.schedules > 0
    assert not total.failed, "\n".join(
        line for each in total.failed[:3] for line in told(each, shrinking=False)
    )
