"""What a release wants to be called for, and when."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from orchestration.domain import acts
from orchestration.domain.due import (
    LONGEST_REST,
    WorkKind,
    due_work,
    left_alone,
    may_start,
    next_wake,
    overdue_by,
)
from orchestration.domain.holds import Hold, HoldCause, placed
from orchestration.domain.outcomes import Done, Later, Waiting
from orchestration.domain.snapshot import GateSettings
from orchestration.domain.tasks import TaskState, TaskType, WaitOwner
from tests.support.release_parts import CAPTAIN, NOW, QA, snapshot
from tests.unit.domain.small_life import DAY, HOUR, OTHER, Life, release

PLACES: dict[str, Callable[[], Life]] = {
    "scheduled": Life,
    "kicked off": lambda: Life().kicked_off(),
    "in cycle": lambda: Life().in_cycle(),
    "awaiting stage 3": lambda: Life().awaiting_stage_3(),
    "pre-release": lambda: Life().in_pre_release(),
    "awaiting submission": lambda: Life().awaiting_submission(),
}


def _due(life: Life, subject: str) -> datetime | None:
    (at,) = [work.due_at for work in due_work(life.release, now=life.now) if work.subject == subject]
    return at


@pytest.mark.parametrize("where", PLACES)
def test_nothing_is_due_once_archived(where: str) -> None:
    """B-21: no task, gate or time calls for an archived release; its rows are there and silent."""
    life = PLACES[where]()
    life.act(lambda c: acts.archive(c, "over"), by=CAPTAIN)
    work = due_work(life.release, now=life.now)
    assert work
    assert {w.due_at for w in work} == {None}
    assert overdue_by(life.release, now=life.now + 9 * DAY) is None


@pytest.mark.parametrize("where", PLACES)
def test_each_thing_has_one_row(where: str) -> None:
    """Every task and gate has its row, due or not, and the release one of its own."""
    life = PLACES[where]()
    subjects = [(w.kind, w.subject) for w in due_work(life.release, now=life.now)]
    assert len(set(subjects)) == len(subjects)
    assert subjects == [
        *((WorkKind.TASK, t.id) for t in life.release.tasks),
        *((WorkKind.GATE, g.id) for g in life.release.gates),
        (WorkKind.TESTS, life.release.id),
        (WorkKind.RELEASE, life.release.id),
    ]


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("hours", range(0, 150, 7))
def test_the_release_is_never_woken_for_what_is_past(where: str, hours: int) -> None:
    """A wake in the past would be due at once, for ever."""
    life = PLACES[where]()
    life.wait(timedelta(hours=hours))
    wake = next_wake(life.release, now=life.now)
    assert wake is None or wake > life.now


def test_the_release_wakes_for_each_time_that_may_move_it() -> None:
    """Walking from wake to wake misses nothing: reminder, kick-off, slots, target."""
    life = Life()
    seen = []
    while (wake := next_wake(life.release, now=life.now)) is not None and wake < NOW + 4 * DAY:
        life.wait_until(wake)
        life.finish()
        seen.append(wake - NOW)
    asked = 2 * DAY + life.release.snapshot.timing.gate_reminder_every
    assert seen[:5] == [HOUR / 2, HOUR, DAY, 2 * DAY, asked]


def test_between_two_wakes_time_moves_nothing() -> None:
    """The wake is not too late either: until just before it, nothing happens by itself."""
    life = Life()
    while (wake := next_wake(life.release, now=life.now)) is not None and wake < NOW + 9 * DAY:
        life.wait_until(wake - timedelta(microseconds=1))
        assert life.wait(timedelta(0)) == []
        before = life.release
        life.wait_until(wake)
        assert life.release is not before
        life.finish()


def test_a_running_task_keeps_its_time() -> None:
    """B-09: should its worker die, it is still due, on hold too; its row must not vanish under the worker."""
    life = Life()
    life.wait(HOUR)
    fork = life.find(TaskType.FORK_BRANCH).id
    life.start(fork)
    started = life.now
    assert _due(life, fork) == started
    life.act(lambda c: acts.hold(c, "wait"), by=OTHER)
    life.wait(HOUR)
    assert _due(life, fork) == started
    assert may_start(life.release, life.find(TaskType.FORK_BRANCH)), "due for ever and never taken up"


def test_a_task_is_due_from_when_it_could_start() -> None:
    """The longest due comes first: due times are those of the last thing that was waited for."""
    life = Life()
    life.wait(3 * HOUR)
    fork = life.find(TaskType.FORK_BRANCH).id
    ticket = life.find(TaskType.CREATE_PROJECT_MANAGEMENT_TICKET).id
    assert (_due(life, fork), _due(life, ticket)) == (life.now, None)
    life.wait(HOUR)
    life.run(fork, Done())
    life.wait(HOUR)
    assert _due(life, ticket) == life.now - HOUR


def test_a_retried_task_is_due_from_the_retry() -> None:
    """It does not overtake what waited longer."""
    life = Life()
    life.wait(HOUR)
    fork = life.find(TaskType.FORK_BRANCH)
    for _ in range(fork.retry.attempts):
        life.run(fork.id, Later(reason="503"))
    assert _due(life, fork.id) is None
    life.wait(HOUR)
    life.act(lambda c: acts.retry(c, fork.id), by=CAPTAIN)
    assert _due(life, fork.id) == life.now


@pytest.mark.parametrize("cause", HoldCause)
def test_nothing_begins_under_a_hold_of_the_release(cause: HoldCause) -> None:
    """A person, a freeze and lost credentials stop what was not begun; a failure stops its own task alone."""
    life = Life()
    life.wait(HOUR)
    ready = {task.id for task in life.due_tasks()}
    assert ready
    hold = Hold(cause=cause, by="who", reason="why", at=life.now)
    held = replace(life.release, holds=placed(life.release.holds, hold))
    started = {task.id for task in held.tasks if may_start(held, task)}
    due = {work.subject for work in due_work(held, now=life.now) if work.due_at is not None}
    goes_on = ready if cause is HoldCause.TASK_FAILURE else set()
    assert (started & ready, due & ready) == (goes_on, goes_on)


def test_retries_stop_on_hold_and_waits_do_not() -> None:
    """A hold begins nothing new, a new try included; looking at what runs goes on."""
    life = Life()
    life.wait(HOUR)
    life.run(life.find(TaskType.FORK_BRANCH).id, Done())
    first, second = (t.id for t in life.due_tasks()[:2])
    life.run(first, Later(reason="503"))
    life.run(second, Waiting(what="CI", owner=WaitOwner.CI, check_after=HOUR))
    life.act(lambda c: acts.hold(c, "wait"), by=OTHER)
    assert (_due(life, first), _due(life, second)) == (None, life.now + HOUR)


def test_a_wait_is_due_at_the_next_look_or_its_deadline() -> None:
    """Whatever a provider wishes, the deadline is not slept over."""
    life = Life()
    life.wait(HOUR)
    fork = life.find(TaskType.FORK_BRANCH)
    life.run(fork.id, Waiting(what="CI", owner=WaitOwner.CI, check_after=9 * DAY))
    life.wait(fork.deadline - HOUR / 2)
    assert _due(life, fork.id) == life.now + HOUR / 2


def test_what_is_only_looked_at_rests_for_an_hour_at_most() -> None:
    """However late its next look may be; what lies further ahead was reckoned by a clock that was ahead."""
    life = Life()
    life.wait(HOUR)
    fork = life.find(TaskType.FORK_BRANCH)
    life.run(fork.id, Later(reason="429", after=9 * HOUR))
    assert _due(life, fork.id) == life.now + LONGEST_REST
    (plan,) = [w.due_at for w in due_work(life.release, now=life.now) if w.kind is WorkKind.RELEASE]
    assert plan == life.release.planned_slots[0].at


def test_a_try_is_left_until_its_time_unless_a_clock_was_ahead() -> None:
    """A provider's wish for hours is kept, though the task is called meanwhile; a time that was reckoned from a moment
    that is still to come is nobody's wish."""
    life = Life()
    life.wait(3 * HOUR)
    fork = life.find(TaskType.FORK_BRANCH)
    life.run(fork.id, Later(reason="429", after=9 * HOUR))
    put_off = life.find(TaskType.FORK_BRANCH)
    assert left_alone(put_off, now=life.now + 9 * HOUR - HOUR / 2)
    assert not left_alone(put_off, now=life.now + 9 * HOUR)
    assert not left_alone(put_off, now=life.now - 2 * HOUR)


def test_a_gate_is_read_while_it_is_asked() -> None:
    """Open or rejected, its facts are looked at; settled, they are not."""
    life = Life().awaiting_stage_3()
    gate = life.gate.id
    assert _due(life, gate) == life.now
    life.judge()
    assert _due(life, gate) == life.now + HOUR
    life.reject(QA)
    assert _due(life, gate) == life.now + HOUR
    life.sign(QA, "release")
    assert _due(life, gate) is None


def test_what_it_comes_after_must_be_finished() -> None:
    """Done or skipped opens the way; failed, waiting or unknown does not."""
    life = Life()
    life.wait(HOUR)
    ticket = life.find(TaskType.CREATE_PROJECT_MANAGEMENT_TICKET)
    fork = life.find(TaskType.FORK_BRANCH)
    for state in TaskState:
        life.release = life.release.with_task(
            type(fork)(id=fork.id, type=fork.type, stage=fork.stage, state=state)
        )
        assert may_start(life.release, ticket) is (state in {TaskState.SUCCEEDED, TaskState.SKIPPED})


def test_lateness_counts_from_the_target_until_stage_3_is_done() -> None:
    """People see how late a release is, and no longer once it is ready."""
    life = Life(release(snapshot=snapshot(gate=GateSettings()))).kicked_off()
    assert overdue_by(life.release, now=NOW + 5 * DAY) is None
    assert overdue_by(life.release, now=NOW + 6 * DAY) == DAY
    assert overdue_by(Life().awaiting_submission().release, now=NOW + 6 * DAY) is None
