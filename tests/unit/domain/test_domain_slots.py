"""Slots become cycles, one at a time and not after the target; regression ends and may open again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.domain import acts
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import GateState
from orchestration.domain.outcomes import Done
from orchestration.domain.stages import CycleFlags, CycleState, Slot, SlotState, Stage, StageState
from orchestration.domain.tasks import TaskType
from tests.support.release_parts import CAPTAIN, NOW
from tests.unit.domain.small_life import DAY, OTHER, Life, kinds, release


def _stage(life: Life, stage: Stage) -> StageState:
    return life.release.stage(stage).state


def test_a_due_slot_waits_for_the_cycle_under_way() -> None:
    """Cycles never overlap; the waiting slot starts in the same moment in which the cycle ends."""
    life = Life().in_cycle()
    first = life.release.active_cycle
    assert first is not None
    assert life.wait_until(life.release.slots[1].at) == []
    for task in life.due_tasks():
        life.run(task.id, Done())
    life.finish()
    assert [c.state for c in life.release.cycles] == [CycleState.DONE, CycleState.DONE]
    done, started = life.release.cycles
    assert done.finished_at == started.started_at == life.now


def test_two_slots_give_two_cycles_whatever_their_times() -> None:
    """B-14, B-16: a slot is a row with an id and knows its cycle; two due at once are not one."""
    life = Life(release(slots=(DAY, DAY, 2 * DAY))).kicked_off()
    life.wait(3 * DAY)
    life.finish()
    assert [c.number for c in life.release.cycles] == [1, 2, 3]
    assert [s.cycle_id for s in life.release.slots] == [c.id for c in life.release.cycles]
    assert {s.state for s in life.release.slots} == {SlotState.STARTED}
    assert [c.tag for c in life.release.cycles] == ["v2.14.0-rc.1", "v2.14.0-rc.2", "v2.14.0-rc.3"]


def test_a_cycle_does_what_its_slot_says() -> None:
    """B-55, B-56: the flags of the slot reach the plan."""
    quiet = Slot(id="REL-7F3K2Q9D/s1", at=NOW + DAY, flags=CycleFlags(regression_builds=False))
    life = Life(replace(release(), slots=(quiet,))).in_cycle()
    assert [t.type for t in life.release.tasks_of(Stage.REGRESSION, life.release.cycles[0].id)] == [
        TaskType.CREATE_RC_TAG
    ]


def test_slots_past_the_target_expire_and_say_so() -> None:
    """B-13: an overdue slot does not stay planned for ever, and an untested release is not done."""
    life = Life().kicked_off()
    told = kinds(life.wait(5 * DAY))
    assert told.count(EventKind.SLOT_EXPIRED) == 2
    assert {s.state for s in life.release.slots} == {SlotState.EXPIRED}
    assert _stage(life, Stage.REGRESSION) is StageState.IN_PROGRESS
    assert life.release.cycles == ()


@pytest.mark.parametrize("early", [timedelta(0), timedelta.resolution])
def test_the_target_is_the_first_moment_that_is_too_late(early: timedelta) -> None:
    """Until just before it a slot starts; at it a slot expires and a new cycle is refused."""
    life = Life(release(slots=(DAY,))).kicked_off()
    life.act(lambda c: acts.hold(c, "wait"), by=OTHER)
    life.wait_until(life.release.target_at - early)
    life.act(acts.resume, by=OTHER)
    assert life.release.slots[0].state is (SlotState.STARTED if early else SlotState.EXPIRED)
    if not early:
        with pytest.raises(NotNow, match="The target date has passed"):
            life.act(lambda c: acts.add_cycle_now(c, CycleFlags()), by=CAPTAIN)


def test_a_slot_that_expires_after_a_cycle_ends_regression() -> None:
    """What was tested may be approved; the cycle that did not fit is told."""
    life = Life(release(slots=(DAY, 4 * DAY))).in_cycle()
    life.finish(TaskType.TRIGGER_REGRESSION_BUILDS)
    life.wait(5 * DAY)
    assert life.release.active_cycle is not None
    life.finish()
    assert [s.state for s in life.release.slots] == [SlotState.STARTED, SlotState.EXPIRED]
    assert _stage(life, Stage.REGRESSION) is StageState.COMPLETED


def test_a_new_cycle_reopens_regression_and_voids_what_was_asked() -> None:
    """A late cycle after 'done': the open question is withdrawn, and asked again on the new candidate."""
    life = Life().awaiting_stage_3()
    life.judge()
    asked = life.gate
    events = life.act(lambda c: acts.add_cycle_now(c, CycleFlags()), by=CAPTAIN)
    assert kinds(events) == [
        EventKind.SLOT_ADDED,
        EventKind.APPROVAL_VOIDED,
        EventKind.STAGE_REOPENED,
        EventKind.CYCLE_STARTED,
    ]
    life.finish()
    assert life.gate.id != asked.id
    assert [g.state for g in life.release.gates] == [GateState.VOID, GateState.OPEN]
    assert life.release.tested_cycle == life.release.cycles[-1]


def test_the_commit_to_ship_is_that_of_the_last_whole_cycle() -> None:
    """B-27: an RC that was never tested through does not become what is shipped."""
    life = Life().in_cycle()
    assert life.release.tested_commit is None
    life.finish()
    assert life.release.tested_commit == "1" * 40
    life.wait_until(life.release.slots[1].at)
    life.finish(TaskType.TRIGGER_REGRESSION_BUILDS)
    assert life.release.tested_commit == "1" * 40
    life.finish()
    assert life.release.tested_commit == "2" * 40
