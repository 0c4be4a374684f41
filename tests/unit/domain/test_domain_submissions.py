"""Submissions: their tables to the last row, what a store tells, what it is told, and what people may do when."""

from datetime import timedelta
from functools import partial
from itertools import product

import pytest

from orchestration.domain import following, store_orders, submitting
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.explain import explain
from orchestration.domain.phase import Phase, phase
from orchestration.domain.store_states import Rollout, StoreState
from orchestration.domain.submission import (
    SUBMISSION_MOVES,
    Missed,
    Sighting,
    Verb,
    stop_verb,
)
from orchestration.domain.tasks import TaskState, TaskType
from tests.support.release_parts import ANDROID, CAPTAIN, IOS
from tests.support.releases import Journey, approve_submission, told
from tests.support.submitted import asked, instruct, newest

_S = StoreState
ORDER = {
    Rollout.PHASED: (_S.PENDING, _S.SUBMITTED, _S.IN_REVIEW, _S.APPROVED, _S.LIVE, _S.PAUSED, _S.COMPLETE),
    Rollout.STAGED: (
        _S.PENDING,
        _S.SUBMITTED,
        _S.IN_REVIEW,
        _S.APPROVED,
        _S.IN_PROGRESS,
        _S.HALTED,
        _S.COMPLETE,
    ),
}
STOPPED = {Rollout.PHASED: _S.PAUSED, Rollout.STAGED: _S.HALTED}
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("rollout", "state", "seen"), [(r, s, t) for r in Rollout for s, t in product(StoreState, repeat=2)]
)
def test_a_state_only_moves_along_its_table(rollout: Rollout, state: StoreState, seen: StoreState) -> None:
    """B-73: forward, over what was missed; there and back only between moving and stopped; and nowhere from an end."""
    target = SUBMISSION_MOVES[rollout].get((state, seen))
    order, stopped = ORDER[rollout], STOPPED[rollout]
    reviewed = {_S.SUBMITTED, _S.IN_REVIEW, _S.APPROVED}
    expected = None
    known = state in order and seen in order and state is not _S.COMPLETE
    if known and (order.index(seen) > order.index(state) or (state is stopped and seen is order[4])):
        expected = seen
    if state in reviewed and seen in {_S.REJECTED, _S.CANCELLED}:
        expected = seen
    if state in reviewed and seen is _S.PENDING:
        expected = _S.CANCELLED
    assert target is expected


def test_each_store_is_asked_about_and_sent_by_its_own_yes() -> None:
    """Two questions; a yes to one plans that store's tasks and leaves the other open."""
    journey = asked(approved=False)
    assert phase(journey.release) is Phase.AWAITING_SUBMISSION
    assert [g.question for g in journey.release.open_gates] == [
        "Approve the submission (Android)",
        "Approve the submission (iOS)",
    ]
    approve_submission(journey, newest(journey, IOS))
    planned = [t.type for t in journey.release.tasks if t.stage == "DISTRIBUTION"]
    assert planned == [TaskType.SUBMIT_TO_APP_STORE, TaskType.ROLL_OUT]
    assert [g.about for g in journey.release.open_gates] == ["Android"]


def test_an_older_look_says_nothing_and_a_repeated_one_nothing_new() -> None:
    """Looks overlap: what was asked before the newest answer is old, and news are told once."""
    journey = asked()
    told(journey, newest(journey), _S.IN_PROGRESS, percent=20.0)
    count = len(journey.events)
    told(journey, newest(journey), _S.IN_PROGRESS, percent=20.0)
    old = Sighting(state=_S.HALTED, asked_at=journey.now - 5 * MINUTE, url="https://store.example")
    journey.change(lambda change: following.see(change, newest(journey).id, old))
    assert newest(journey).state is _S.IN_PROGRESS
    assert len(journey.events) == count


def test_the_share_only_grows_and_an_earlier_word_moves_nothing() -> None:
    """A lesser share and an earlier state are older words, whenever they come."""
    journey = asked()
    told(journey, newest(journey), _S.IN_PROGRESS, percent=20.0)
    told(journey, newest(journey), _S.IN_PROGRESS, percent=5.0)
    told(journey, newest(journey), _S.SUBMITTED)
    assert (newest(journey).state, newest(journey).percent) == (_S.IN_PROGRESS, 20.0)


def test_a_rejection_cancels_the_rollout_and_waits_for_a_new_submission() -> None:
    """B-72: the task of the rollout is over, the obstacle names the reason, and a new submission is asked about."""
    journey = asked()
    journey.finish(TaskType.ROLL_OUT)
    told(journey, newest(journey, IOS), _S.IN_REVIEW)
    told(journey, newest(journey, IOS), _S.REJECTED, detail="Guideline 2.1")
    rolls = [t for t in journey.release.tasks if t.type is TaskType.ROLL_OUT and t.pair == IOS]
    assert [t.state for t in rolls] == [TaskState.CANCELLED]
    obstacles = explain(journey.release, now=journey.now).obstacles
    assert any("Guideline 2.1" in o.what for o in obstacles)
    rejected = newest(journey, IOS)
    journey.change(lambda change: submitting.resubmit(change, rejected.id), by=CAPTAIN)
    again = newest(journey, IOS)
    assert (again.number, again.state, again.build) == (2, _S.PENDING, rejected.build)
    told(journey, again, _S.REJECTED)
    assert newest(journey, IOS).state is _S.PENDING
    with pytest.raises(NotNow, match="anew already"):
        journey.change(lambda change: submitting.resubmit(change, rejected.id), by=CAPTAIN)


def test_one_sent_again_in_the_console_is_a_new_submission() -> None:
    """Nobody asked us: it is followed, marked as made elsewhere, and asks nobody."""
    journey = asked()
    told(journey, newest(journey, IOS), _S.SUBMITTED)
    told(journey, newest(journey, IOS), _S.CANCELLED)
    told(journey, newest(journey, IOS), _S.IN_REVIEW)
    again = newest(journey, IOS)
    assert (again.number, again.state, again.outside) == (2, _S.IN_REVIEW, True)


def test_what_the_store_does_not_know_any_more_was_replaced_or_taken_away() -> None:
    """One that users have was replaced by a newer version; one in review was taken back; one not sent is as before."""
    journey = asked()
    told(journey, newest(journey), _S.IN_PROGRESS, percent=20.0)
    told(journey, newest(journey, IOS), _S.SUBMITTED)
    journey.now += MINUTE
    for pair in (ANDROID, IOS):
        journey.change(
            partial(following.vanished, submission_id=newest(journey, pair).id, asked_at=journey.now)
        )
    assert newest(journey).over
    assert newest(journey).state is _S.IN_PROGRESS
    assert newest(journey, IOS).state is _S.CANCELLED


@pytest.mark.parametrize("pair", [ANDROID, IOS])
def test_what_stops_takes_the_place_of_what_gives_to_more(pair: object) -> None:
    """A halt does not wait behind a step; a step waits behind a halt; the same word twice is one."""
    journey = asked()
    moving = _S.LIVE if pair == IOS else _S.IN_PROGRESS
    told(journey, newest(journey, pair), moving, percent=5.0, phased=True)
    instruct(journey, newest(journey, pair), Verb.COMPLETE)
    if pair == ANDROID:
        with pytest.raises(NotNow, match="wait until the store was told"):
            instruct(journey, newest(journey, pair), Verb.RAISE, percent=20)
    stop = stop_verb(newest(journey, pair).pair)
    instruct(journey, newest(journey, pair), stop)
    pending = newest(journey, pair).instruction
    assert pending is not None
    assert pending.verb is stop
    with pytest.raises(NotNow, match="already") as caught:
        instruct(journey, newest(journey, pair), stop)
    assert caught.value.settled


@pytest.mark.parametrize(
    ("percent", "words"),
    [(5.0, "only grows"), (4.0, "only grows"), (100.0, "no way back"), (None, "only grows")],
)
def test_a_step_is_more_than_before_and_less_than_everybody(percent: float | None, words: str) -> None:
    """Everybody is a word of its own."""
    journey = asked()
    told(journey, newest(journey), _S.IN_PROGRESS, percent=5.0)
    with pytest.raises(NotNow, match=words):
        store_orders_raise(journey, percent)


def store_orders_raise(journey: Journey, percent: float | None) -> None:
    """Raise it."""
    journey.change(
        lambda change: store_orders.instruct(change, newest(journey).id, Verb.RAISE, percent=percent),
        by=CAPTAIN,
    )


def test_an_instruction_that_does_not_get_through_is_told_once_and_never_given_up() -> None:
    """A halt that the store does not hear is loud at once; it is tried again and again."""
    journey = asked()
    told(journey, newest(journey), _S.IN_PROGRESS, percent=5.0)
    instruct(journey, newest(journey), Verb.HALT)
    for _ in range(30):
        journey.now += 5 * MINUTE

        def miss(change: Change) -> None:
            store_orders.intend(change, newest(journey).id, 1)
            store_orders.not_reached(change, newest(journey).id, 1, Missed(reason="503"), jitter=0.5)

        journey.change(miss)
    pending = newest(journey).instruction
    assert pending is not None
    assert (pending.tries, pending.trouble, pending.sent_at) == (30, "503", None)
    assert [e.kind for e in journey.events].count(EventKind.STORE_UNREACHED) == 1
