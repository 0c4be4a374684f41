"""Holds are a set: each is set and cleared by its own cause alone."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.domain.holds import Hold, HoldCause, lifted, placed, stops_work
from tests.support.release_parts import NOW

steps = st.lists(
    st.tuples(st.booleans(), st.sampled_from(HoldCause), st.sampled_from(["a", "b"]), st.text(max_size=3)),
    max_size=25,
)


def _hold(cause: HoldCause, by: str, reason: str = "why", minutes: int = 0) -> Hold:
    return Hold(cause=cause, by=by, reason=reason, at=NOW + timedelta(minutes=minutes))


@settings(deadline=None, derandomize=True)
@given(steps)
def test_no_cause_clears_or_overwrites_another(steps: list[tuple[bool, HoldCause, str, str]]) -> None:
    """B-17, B-18, B-19: after any sequence, the holds are those that were placed and not lifted since."""
    holds: tuple[Hold, ...] = ()
    expected: dict[tuple[HoldCause, str], str] = {}
    for minute, (place, cause, by, reason) in enumerate(steps):
        if place:
            holds = placed(holds, _hold(cause, by, reason, minute))
            expected[cause, by] = reason
        else:
            holds = lifted(holds, cause, by)
            expected.pop((cause, by), None)
    assert {hold.key: hold.reason for hold in holds} == expected
    assert len(holds) == len(expected)


def test_holding_again_changes_the_reason_and_not_the_time() -> None:
    """How long a release has stood still is told from the first hold."""
    first = _hold(HoldCause.USER, "a", "lunch")
    again = _hold(HoldCause.USER, "a", "a bad smell in the logs", 30)
    (kept,) = placed(placed((), first), again)
    assert (kept.at, kept.reason) == (first.at, "a bad smell in the logs")


@pytest.mark.parametrize("cause", HoldCause)
def test_a_failed_task_alone_does_not_stop_work(cause: HoldCause) -> None:
    """Independent tasks of the same stage go on beside a failed one; every other cause stops new work."""
    assert stops_work((_hold(cause, "a"),)) is (cause is not HoldCause.TASK_FAILURE)


def test_one_cause_that_stops_is_enough() -> None:
    """A release moves only when the set is empty of what stops it."""
    holds = (_hold(HoldCause.TASK_FAILURE, "t"), _hold(HoldCause.FREEZE, "winter"))
    assert stops_work(holds)
    assert not stops_work(lifted(holds, HoldCause.FREEZE, "winter"))
    assert not stops_work(())
