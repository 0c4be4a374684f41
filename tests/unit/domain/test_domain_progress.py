"""How testing gets on: the pace of the last day, and when the rest would be done."""

from datetime import timedelta

import pytest

from orchestration.domain.progress import Figures, Pace, Progress, Reading, left_alone, pace, read
from tests.support.release_parts import ANDROID, IOS, NOW

HOUR = timedelta(hours=1)


def runs(*tested: int, total: int = 100) -> tuple[Reading, ...]:
    """A run for each number of cases with a verdict."""
    return tuple(
        Reading(
            pair=pair,
            suite=str(n),
            url="https://x.example",
            figures=Figures(total=total, passed=passed, failed=0),
        )
        for n, (pair, passed) in enumerate(zip((ANDROID, IOS), tested, strict=False))
    )


def lived(*steps: tuple[float, int], total: int = 100) -> Progress:
    """Readings of one run at hours from now."""
    progress = Progress()
    for hours, tested in steps:
        progress = read(progress, runs(tested, total=total), now=NOW + hours * HOUR)
    return progress


def test_the_pace_tells_cases_a_day_and_the_end() -> None:
    """Ten in two hours are 120 a day; forty that are left take eight hours more."""
    found = pace(lived((0, 50), (1, 55), (2, 60)))
    assert found == Pace(per_day=120.0, done_at=NOW + 10 * HOUR)


@pytest.mark.parametrize(
    "steps",
    [
        (),
        ((0, 10),),
        ((0, 10), (0.25, 20)),
        ((0, 10), (5, 10)),
        ((0, 10), (5, 100)),
    ],
)
def test_without_enough_to_go_by_there_is_no_pace(steps: tuple[tuple[float, int], ...]) -> None:
    """One look, a few minutes, nothing that moves and nothing that is left tell no end."""
    assert pace(lived(*steps)) is None


def test_an_idle_night_slows_the_pace() -> None:
    """Hours in which nobody tests count as well: the end is told by the clock, not by working hours."""
    busy = pace(lived((0, 0), (2, 20)))
    idle = pace(lived((0, 0), (2, 20), (10, 20)))
    assert busy is not None
    assert idle is not None
    assert (busy.per_day, idle.per_day) == (240.0, 48.0)


def test_a_retest_begins_the_count_anew() -> None:
    """B-54: a new candidate takes verdicts away; the pace of the candidate before says nothing about it."""
    before = lived((0, 0), (5, 90))
    assert pace(before) is not None
    anew = read(before, runs(0), now=NOW + 6 * HOUR)
    assert pace(anew) is None
    assert len(anew.points) == 1
    assert pace(read(anew, runs(10), now=NOW + 7 * HOUR)) == Pace(per_day=240.0, done_at=NOW + 16 * HOUR)


def test_only_the_last_day_counts() -> None:
    """A rush of the week before is over."""
    progress = lived((0, 0), (1, 80), (60, 81), (72, 82))
    found = pace(progress)
    assert found is not None
    assert found.per_day == pytest.approx(2.0)


def test_looks_are_thinned_out() -> None:
    """A look every five minutes for a month keeps a bounded number of points, and the newest is always one."""
    progress = Progress()
    for n in range(5_000):
        progress = read(progress, runs(n, total=9_999), now=NOW + n * timedelta(minutes=5))
    assert len(progress.points) <= 48
    assert progress.points[-1].tested == 4_999
    found = pace(progress)
    assert found is not None
    assert found.per_day == pytest.approx(288.0)


def test_all_runs_count_together() -> None:
    """Verdicts are passed, failed, blocked and skipped cases; figures never exceed the total."""
    progress = read(Progress(), runs(10, 40), now=NOW)
    assert (progress.tested, progress.left) == (50, 150)
    odd = Figures(total=5, passed=4, failed=2, blocked=1, skipped=1)
    assert (odd.tested, odd.left) == (5, 0)


@pytest.mark.parametrize(
    ("hours", "alone"), [(None, False), (0, False), (-1, False), (0.1, True), (2, True), (2.1, False)]
)
def test_the_next_reading_is_waited_for_as_long_as_one_may_rest(hours: float | None, *, alone: bool) -> None:
    """A call before it reads nothing. A time that nobody can have planned by the clock of now is not waited for."""
    progress = Progress(check_at=None if hours is None else NOW + hours * HOUR)
    assert left_alone(progress, every=2 * HOUR, now=NOW) is alone
