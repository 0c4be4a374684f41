"""A release moves on by itself: every step that can be taken is taken, none twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.domain import acts
from orchestration.domain.advance import advance
from orchestration.domain.change import Change
from orchestration.domain.events import EventKind
from orchestration.domain.holds import Hold, HoldCause, placed
from orchestration.domain.outcomes import Done, Failed, Waiting
from orchestration.domain.stages import Stage, StageState
from orchestration.domain.tasks import TaskState, TaskType, TroubleKind, WaitOwner
from tests.support.release_parts import CAPTAIN, snapshot
from tests.unit.domain.small_life import DAY, HOUR, OTHER, Life, kinds, plan, release

BROKEN = Failed(kind=TroubleKind.REFUSED, reason="no such workflow")


def _stage(life: Life, stage: Stage) -> StageState:
    return life.release.stage(stage).state


def test_a_whole_life_tells_each_step_once_and_in_order() -> None:
    """Stage 1, two cycles, the approval, Stage 3: the milestones, in order, each exactly once."""
    life = Life().awaiting_submission()
    quiet = {EventKind.TASK_STARTED, EventKind.TASK_SUCCEEDED}
    assert [
        (e.kind, e.data.get("stage") or e.data.get("tag")) for e in life.events if e.kind not in quiet
    ] == [
        (EventKind.STAGE_STARTED, "KICKOFF"),
        (EventKind.STAGE_COMPLETED, "KICKOFF"),
        (EventKind.STAGE_STARTED, "REGRESSION"),
        (EventKind.CYCLE_STARTED, "v2.14.0-rc.1"),
        (EventKind.CYCLE_FINISHED, "v2.14.0-rc.1"),
        (EventKind.CYCLE_STARTED, "v2.14.0-rc.2"),
        (EventKind.CYCLE_FINISHED, "v2.14.0-rc.2"),
        (EventKind.STAGE_COMPLETED, "REGRESSION"),
        (EventKind.APPROVAL_REQUESTED, None),
        (EventKind.APPROVAL_GRANTED, None),
        (EventKind.STAGE_STARTED, "PRE_RELEASE"),
        (EventKind.STAGE_COMPLETED, "PRE_RELEASE"),
    ]
    assert {t.state for t in life.release.tasks} == {TaskState.SUCCEEDED}
    assert life.due_tasks() == []
    for stage in (Stage.KICKOFF, Stage.REGRESSION, Stage.PRE_RELEASE):
        record = life.release.stage(stage)
        assert record.started_at is not None
        assert record.completed_at is not None


@pytest.mark.parametrize("late", [timedelta(0), 8 * HOUR, 3 * DAY])
def test_kick_off_catches_up(late: timedelta) -> None:
    """Late by a downtime is late, not lost; and not before its time."""
    life = Life()
    life.wait(HOUR - timedelta(seconds=1))
    assert _stage(life, Stage.KICKOFF) is StageState.PENDING
    life.wait(timedelta(seconds=1) + late)
    assert life.release.stage(Stage.KICKOFF).started_at == life.now


def test_independent_tasks_go_side_by_side() -> None:
    """B-10b: after the branch, everything that waits for nothing else is due at once, not one per tick."""
    life = Life()
    life.wait(HOUR)
    assert [t.type for t in life.due_tasks()] == [TaskType.FORK_BRANCH]
    life.run(life.find(TaskType.FORK_BRANCH).id, Done())
    assert len(life.due_tasks()) == 4


def test_stage_2_waits_for_a_person_where_so_configured() -> None:
    """B-28: the flag is a setting; the question is asked once and answered once."""
    life = Life(release(snapshot=snapshot(auto_stage_2=False))).kicked_off()
    assert _stage(life, Stage.REGRESSION) is StageState.PENDING
    assert life.wait(2 * HOUR) == []
    life.sign(CAPTAIN, "release")
    assert _stage(life, Stage.REGRESSION) is StageState.IN_PROGRESS


def _hold(life: Life, cause: HoldCause) -> None:
    theirs = Hold(cause=cause, by=OTHER, reason="stop", at=life.now)
    life.release = replace(life.release, holds=placed(life.release.holds, theirs))


STOPPED: dict[str, Callable[[], Life]] = {
    "kick-off": Life,
    "tasks": lambda: Life().in_cycle(),
    "slot": lambda: Life().kicked_off(),
}


@pytest.mark.parametrize("cause", [HoldCause.USER, HoldCause.CREDENTIALS, HoldCause.FREEZE])
@pytest.mark.parametrize("where", STOPPED)
def test_a_hold_stops_everything_that_is_new(where: str, cause: HoldCause) -> None:
    """No stage, cycle or task begins while any cause holds; when the last one goes, what was due happens."""
    life = STOPPED[where]()
    _hold(life, cause)
    told = kinds(life.wait(DAY + HOUR))
    assert not {EventKind.STAGE_STARTED, EventKind.CYCLE_STARTED} & set(told)
    assert life.due_tasks() == []
    life.release = replace(life.release, holds=())
    life.wait(timedelta(0))
    assert life.due_tasks()


def test_a_hold_does_not_stop_waits() -> None:
    """What runs at the provider runs on, and its end is seen."""
    life = Life().in_cycle()
    tag = life.find(TaskType.CREATE_RC_TAG)
    life.run(tag.id, Waiting(what="CI", owner=WaitOwner.CI, check_after=HOUR))
    life.act(lambda c: acts.hold(c, "wait"), by=OTHER)
    life.wait(HOUR)
    assert [t.id for t in life.due_tasks()] == [tag.id]
    life.outcome(tag.id, Done(output={"sha": "1" * 40}))
    assert life.due_tasks() == []


def test_a_failed_task_holds_the_stage_and_not_its_siblings() -> None:
    """The others finish; the stage ends only when the failure is dealt with."""
    life = Life()
    life.wait(HOUR)
    life.run(life.find(TaskType.FORK_BRANCH).id, Done())
    failed = life.find(TaskType.TRIGGER_PRE_REGRESSION_BUILDS)
    life.run(failed.id, BROKEN)
    assert len(life.due_tasks()) == 3
    life.finish()
    assert _stage(life, Stage.KICKOFF) is StageState.IN_PROGRESS
    life.act(lambda c: acts.skip(c, failed.id, "no iOS build this time"), by=CAPTAIN)
    assert _stage(life, Stage.KICKOFF) is StageState.COMPLETED


def test_what_comes_after_a_failed_task_does_not_start() -> None:
    """Only its dependants wait for it."""
    life = Life()
    life.wait(HOUR)
    life.run(life.find(TaskType.FORK_BRANCH).id, BROKEN)
    assert life.due_tasks() == []


def test_failures_are_held_in_the_order_of_the_plan() -> None:
    """The same release at the same time always tells the same, also for several failures at once."""
    life = Life()
    life.wait(HOUR)
    life.run(life.find(TaskType.FORK_BRANCH).id, Done())
    change = Change(life.release, now=life.now)
    for task in life.due_tasks():
        change.release = change.release.with_task(replace(task, state=TaskState.FAILED))
    advance(change, plan)
    assert [e.data["by"] for e in change.events] == [t.id for t in change.release.failed_tasks]
    assert [h.by for h in change.release.holds] == [t.id for t in change.release.failed_tasks]


def test_reminders_are_sent_once_and_only_while_they_matter() -> None:
    """B-58: kick-off before it happens, the target while the release is not done."""
    life = Life()
    assert kinds(life.wait(HOUR / 2)) == [EventKind.KICK_OFF_REMINDED]
    late = Life()
    assert EventKind.KICK_OFF_REMINDED not in kinds(late.wait(HOUR))
    assert kinds(Life().awaiting_stage_3().wait(5 * DAY)).count(EventKind.RELEASE_OVERDUE) == 1
    assert EventKind.RELEASE_OVERDUE not in kinds(Life().awaiting_submission().wait(5 * DAY))


PLACES: dict[str, Callable[[], Life]] = {
    "scheduled": Life,
    "kicked off": lambda: Life().kicked_off(),
    "in cycle": lambda: Life().in_cycle(),
    "awaiting stage 3": lambda: Life().awaiting_stage_3(),
    "pre-release": lambda: Life().in_pre_release(),
    "awaiting submission": lambda: Life().awaiting_submission(),
}


@pytest.mark.parametrize("where", PLACES)
def test_advancing_twice_is_advancing_once(where: str) -> None:
    """A doubled tick is harmless, at any time and in any place."""
    life = PLACES[where]()
    for span in (timedelta(0), HOUR, DAY, 9 * DAY):
        life.wait(span)
        before = life.release
        assert life.wait(timedelta(0)) == []
        assert life.release is before


def test_an_archived_release_does_not_move() -> None:
    """B-21: nothing wakes it, whatever time comes."""
    life = Life().kicked_off()
    life.act(lambda c: acts.archive(c, "over"), by=CAPTAIN)
    before = life.release
    assert life.wait(9 * DAY) == []
    assert life.release is before
