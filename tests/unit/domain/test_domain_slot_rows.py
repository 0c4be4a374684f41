"""Regression slots are rows with an id: planned, moved and taken back one by one, while they are ahead."""

from datetime import timedelta
from functools import partial

import pytest

from orchestration.domain import slots
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import GateState
from orchestration.domain.phase import Phase, phase
from orchestration.domain.snapshot import BuildMode
from orchestration.domain.stages import CycleFlags, SlotState
from tests.support.release_parts import CAPTAIN, NOW, snapshot
from tests.unit.domain.small_life import DAY, HOUR, Life, kinds, release

ID = "REL-7F3K2Q9D"


def state_of(life: Life, number: int) -> SlotState:
    """What became of a slot."""
    return next(s.state for s in life.release.slots if s.id == f"{ID}/s{number}")


def test_a_slot_is_added_moved_and_taken_back() -> None:
    """B-15: each act changes its own row, is told, and no id is ever given twice."""
    life = Life()
    assert kinds(life.act(lambda c: slots.add_slot(c, NOW + 3 * DAY, CycleFlags()), by=CAPTAIN)) == [
        EventKind.SLOT_ADDED
    ]
    moved = life.act(lambda c: slots.move_slot(c, f"{ID}/s3", NOW + 4 * DAY), by=CAPTAIN)
    assert moved[0].data == {
        "slot": f"{ID}/s3",
        "old": (NOW + 3 * DAY).isoformat(),
        "at": (NOW + 4 * DAY).isoformat(),
    }
    assert kinds(life.act(lambda c: slots.cancel_slot(c, f"{ID}/s3"), by=CAPTAIN)) == [
        EventKind.SLOT_CANCELLED
    ]
    life.act(lambda c: slots.add_slot(c, NOW + 3 * DAY, CycleFlags()), by=CAPTAIN)
    assert [s.id.rpartition("/")[2] for s in life.release.slots] == ["s1", "s2", "s3", "s4"]
    assert state_of(life, 3) is SlotState.CANCELLED
    assert [s.id.rpartition("/")[2] for s in life.release.planned_slots] == ["s1", "s2", "s4"]


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (timedelta(0), "must be in the future"),
        (-DAY, "must be in the future"),
        (5 * DAY, "before the target date"),
        (30 * timedelta(minutes=1), "after kick-off"),
        (2 * DAY, "Another slot is planned for that time"),
    ],
)
def test_a_slot_lies_between_kick_off_and_target_alone(at: timedelta, words: str) -> None:
    """B-14: two slots of one instant would become one cycle; one outside would never run."""
    life = Life()
    with pytest.raises(NotNow, match=words):
        life.act(lambda c: slots.add_slot(c, NOW + at, CycleFlags()), by=CAPTAIN)
    if words != "Another slot is planned for that time":
        with pytest.raises(NotNow, match=words):
            life.act(lambda c: slots.move_slot(c, f"{ID}/s1", NOW + at), by=CAPTAIN)


def test_an_overdue_slot_does_not_hinder_the_others() -> None:
    """B-15: while a late slot waits for the cycle under way, others are edited as ever."""
    life = Life().in_cycle()
    life.wait(2 * DAY)
    late = life.release.planned_slots[0]
    assert late.at < life.now
    life.act(lambda c: slots.add_slot(c, life.now + HOUR, CycleFlags()), by=CAPTAIN)
    life.act(lambda c: slots.move_slot(c, late.id, life.now + 2 * HOUR), by=CAPTAIN)
    assert [s.at for s in life.release.planned_slots] == [life.now + HOUR, life.now + 2 * HOUR]


def test_what_a_cycle_does_is_changed_without_its_time() -> None:
    """B-55: the slot's own flags are what its cycle runs; saying what is so already is no change."""
    life = Life()
    bare = CycleFlags(regression_builds=False)
    life.act(lambda c: slots.move_slot(c, f"{ID}/s1", NOW + DAY, bare), by=CAPTAIN)
    with pytest.raises(NotNow) as said:
        life.act(lambda c: slots.move_slot(c, f"{ID}/s1", NOW + DAY, bare), by=CAPTAIN)
    assert said.value.settled
    life.in_cycle()
    assert life.release.cycles[0].flags == bare


def test_the_only_slot_stays_until_something_was_tested() -> None:
    """B-13: a release without a slot and without a cycle would stand for ever."""
    life = Life(release(slots=(DAY,)))
    with pytest.raises(NotNow, match="only regression slot"):
        life.act(lambda c: slots.cancel_slot(c, f"{ID}/s1"), by=CAPTAIN)
    life.act(lambda c: slots.add_slot(c, NOW + 2 * DAY, CycleFlags()), by=CAPTAIN)
    life.in_cycle()
    life.act(lambda c: slots.cancel_slot(c, f"{ID}/s2"), by=CAPTAIN)
    life.finish()
    assert phase(life.release) is Phase.AWAITING_STAGE_3


def test_slots_that_are_past_are_told_apart() -> None:
    """What became of a slot is said; one that never was is said to be none."""
    life = Life().in_cycle()
    for number, words in ((1, "has started its cycle"), (9, "no such regression slot")):
        with pytest.raises(NotNow, match=words):
            life.act(partial(slots.cancel_slot, slot_id=f"{ID}/s{number}"), by=CAPTAIN)
    life.act(lambda c: slots.cancel_slot(c, f"{ID}/s2"), by=CAPTAIN)
    with pytest.raises(NotNow, match="was taken back"):
        life.act(lambda c: slots.move_slot(c, f"{ID}/s2", life.now + DAY), by=CAPTAIN)


def test_a_new_slot_reopens_regression_when_its_time_comes() -> None:
    """A slot added after the last cycle closes the gate at once and opens Stage 2 when it is due, till Stage 3."""
    life = Life().awaiting_stage_3()
    life.judge()
    life.act(lambda c: slots.add_slot(c, life.now + HOUR, CycleFlags()), by=CAPTAIN)
    assert life.gate.check_at == life.now
    assert phase(life.release) is Phase.AWAITING_STAGE_3
    told = life.wait(HOUR)
    assert kinds(told)[:2] == [EventKind.APPROVAL_VOIDED, EventKind.STAGE_REOPENED]
    assert life.release.gates[0].state is GateState.VOID
    assert phase(life.finish().release) is Phase.AWAITING_STAGE_3
    over = Life().in_pre_release()
    for act in (
        lambda c: slots.add_slot(c, over.now + HOUR, CycleFlags()),
        lambda c: slots.cancel_slot(c, f"{ID}/s1"),
    ):
        with pytest.raises(NotNow, match="Stage 3 has started"):
            over.act(act, by=CAPTAIN)


def test_a_slot_promises_nothing_that_cannot_be_started() -> None:
    """B-55: automation is refused where nothing would start it, so that no cycle waits for ever."""
    by_hand = Life(release(snapshot=snapshot(build_mode=BuildMode.MANUAL)))
    with pytest.raises(NotNow, match="made by hand"):
        by_hand.act(lambda c: slots.add_slot(c, NOW + 3 * DAY, CycleFlags(automation=True)), by=CAPTAIN)
    without = Life(release(snapshot=snapshot(workflows=())))
    with pytest.raises(NotNow, match="no CI workflow for the automation build of Android"):
        without.act(
            lambda c: slots.add_slot(c, NOW + 3 * DAY, CycleFlags(regression_builds=False, automation=True)),
            by=CAPTAIN,
        )
