"""Everything that people are reminded of comes due by time alone, once, and never for what is past."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.domain.due import WorkKind, due_work
from orchestration.domain.events import Event, EventKind
from orchestration.domain.outcomes import Waiting, press
from orchestration.domain.slots import add_slot, cancel_slot, move_slot
from orchestration.domain.stages import CycleFlags, Slot
from orchestration.domain.tasks import TaskState, WaitOwner
from tests.unit.domain.small_life import DAY, HOUR, Life, release

MINUTE = timedelta(minutes=1)


def _count(events: list[Event], kind: EventKind) -> int:
    return sum(1 for event in events if event.kind is kind)


def _with_reminders() -> Life:
    """A release whose slots are reminded of an hour before."""
    made = release()
    return Life(replace(made, slots=tuple(replace(s, remind_at=s.at - HOUR) for s in made.slots)))


def _wake(life: Life) -> object:
    return next(w.due_at for w in due_work(life.release, now=life.now) if w.kind is WorkKind.RELEASE)


def test_the_next_slot_is_told_an_hour_before_and_once() -> None:
    """B-58: each slot by itself, at its own time, for which the release wakes up."""
    life = _with_reminders()
    life.kicked_off()
    first = life.release.planned_slots[0]
    life.wait_until(first.at - HOUR - MINUTE)
    assert _wake(life) == first.at - HOUR
    told = life.wait(MINUTE)
    assert [e.data["slot"] for e in told if e.kind is EventKind.SLOT_REMINDED] == [first.id]
    assert _count(life.wait(MINUTE), EventKind.SLOT_REMINDED) == 0
    assert _count(life.events, EventKind.SLOT_REMINDED) == 1


def test_a_slot_that_was_slept_through_is_not_announced() -> None:
    """After a downtime past its time the cycle starts, and that is told; announcing it would be late."""
    life = _with_reminders()
    life.kicked_off()
    told = life.wait_until(life.release.planned_slots[0].at + MINUTE)
    assert _count(told, EventKind.SLOT_REMINDED) == 0
    assert _count(told, EventKind.CYCLE_STARTED) == 1


def test_a_slot_that_moves_is_reminded_of_at_its_new_time() -> None:
    """Also where it was reminded of before; and one that is taken back is reminded of no more."""
    life = _with_reminders()
    life.kicked_off()
    first = life.release.planned_slots[0]
    life.wait_until(first.at - HOUR)
    life.act(lambda change: move_slot(change, first.id, first.at + 3 * HOUR))
    assert _count(life.wait_until(first.at + 2 * HOUR), EventKind.SLOT_REMINDED) == 1
    second = life.release.planned_slots[1]
    life.act(lambda change: cancel_slot(change, second.id))
    assert _count(life.wait_until(second.at - MINUTE), EventKind.SLOT_REMINDED) == 0


@pytest.mark.parametrize(("ahead", "reminded"), [(2 * HOUR, True), (HOUR / 2, False)])
def test_a_slot_that_is_planned_for_soon_needs_no_reminder(ahead: timedelta, *, reminded: bool) -> None:
    """Its planning was told a moment ago."""
    life = Life()
    life.kicked_off()
    added: list[Slot] = []
    life.act(lambda change: added.append(add_slot(change, life.now + ahead, CycleFlags())))
    assert (added[0].remind_at is not None) is reminded


def _silent(owner: WaitOwner) -> Callable[[Life], list[Event]]:
    def live(life: Life) -> list[Event]:
        life.kicked_off()
        life.wait_until(life.release.planned_slots[0].at)
        task = next(iter(life.due_tasks()))
        life.run(task.id, Waiting(what="the build", owner=owner, check_after=MINUTE))
        waiting = next(t for t in life.release.tasks if t.state is TaskState.WAITING)
        assert waiting.wait is not None
        life.now = waiting.wait.deadline_at
        life.act(lambda change: press(change, waiting.id))
        return life.act(lambda change: press(change, waiting.id))

    return live


@pytest.mark.parametrize("owner", [WaitOwner.CI, WaitOwner.CAPTAIN])
def test_a_wait_for_a_build_reminds_once_at_its_deadline(owner: WaitOwner) -> None:
    """A CI that is silent and a build that nobody uploaded alike; looking again right away says nothing more."""
    life = Life()
    again = _silent(owner)(life)
    assert _count(life.events, EventKind.WAIT_REMINDED) == 1
    assert _count(again, EventKind.WAIT_REMINDED) == 0


def test_an_ageing_approval_reminds_at_its_interval() -> None:
    """B-58: once for each interval, and once after a long sleep."""
    life = Life()
    life.awaiting_stage_3()
    every = life.release.snapshot.timing.gate_reminder_every
    assert _count(life.wait(every), EventKind.APPROVAL_REMINDED) == 1
    assert _count(life.wait(MINUTE), EventKind.APPROVAL_REMINDED) == 0
    assert _count(life.wait(3 * every), EventKind.APPROVAL_REMINDED) == 1


def test_kick_off_and_target_are_told_once() -> None:
    """Before the one, after the other."""
    life = Life()
    assert _count(life.wait(HOUR / 2), EventKind.KICK_OFF_REMINDED) == 1
    assert _count(life.wait(MINUTE), EventKind.KICK_OFF_REMINDED) == 0
    assert _count(life.wait(6 * DAY), EventKind.RELEASE_OVERDUE) == 1
    assert _count(life.wait(DAY), EventKind.RELEASE_OVERDUE) == 0
