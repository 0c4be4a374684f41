"""What must hold of a release at every moment, and what its events must add up to."""

from collections import Counter
from functools import partial

from orchestration.domain import acts
from orchestration.domain.advance import advance
from orchestration.domain.change import Change
from orchestration.domain.due import due_work, may_start, next_wake
from orchestration.domain.events import Event, EventKind
from orchestration.domain.explain import explain
from orchestration.domain.gates import GateState
from orchestration.domain.holds import HoldCause, stops_work
from orchestration.domain.people import Actor
from orchestration.domain.release import Release
from orchestration.domain.stages import CycleState, SlotState, Stage, StageState
from orchestration.domain.tasks import FINAL, TaskState
from tests.support.release_parts import CAPTAIN
from tests.unit.domain.small_life import Life, plan

_ORDER = {StageState.COMPLETED: 0, StageState.IN_PROGRESS: 1, StageState.PENDING: 2}
_NEW = {TaskState.PENDING, TaskState.RETRYING}


def check_shape(release: Release) -> None:
    """Stages in order, one in progress; one active cycle; ids that name one thing each."""
    ranks = [_ORDER[record.state] for record in release.stages]
    assert ranks == sorted(ranks)
    assert ranks.count(1) <= 1
    assert sum(cycle.active for cycle in release.cycles) <= 1
    assert [cycle.number for cycle in release.cycles] == list(range(1, len(release.cycles) + 1))
    if release.active_cycle is not None:
        assert release.in_state(Stage.REGRESSION, StageState.IN_PROGRESS) or release.ended
    for things in (release.tasks, release.slots, release.gates, release.cycles):
        assert len({thing.id for thing in things}) == len(things)
    begun = sorted(slot.cycle_id for slot in release.slots if slot.cycle_id is not None)
    assert begun == sorted(cycle.id for cycle in release.cycles)
    assert len(release.holds) == len({hold.key for hold in release.holds})


def check_tasks(release: Release) -> None:
    """A task's state and what is beside it agree; failure holds are exactly those of failed tasks."""
    failing = {hold.by for hold in release.holds if hold.cause is HoldCause.TASK_FAILURE}
    assert failing == {task.id for task in release.failed_tasks}
    for task in release.tasks:
        assert (task.wait is not None) or task.state is not TaskState.WAITING, task.id
        assert (task.retry_at is not None) or task.state is not TaskState.RETRYING, task.id
        assert (task.trouble is not None) or task.state is not TaskState.FAILED, task.id
        if task.state in FINAL | {TaskState.FAILED}:
            assert task.finished_at is not None
            assert task.wait is None
        begun = release.stage(task.stage)
        assert begun.state is not StageState.PENDING, "a task of a stage that has not begun"
        if begun.state is StageState.COMPLETED and task.cycle_id is None:
            assert task.finished


def check_due(life: Life) -> None:
    """Nothing calls for an archived release, nothing new starts on hold, and no wake is in the past."""
    release = life.release
    work = due_work(release, now=life.now)
    if release.ended:
        assert {w.due_at for w in work} == {None}
        return
    wake = next_wake(release, now=life.now)
    assert wake is None or wake > life.now
    due = {w.subject for w in work if w.due_at is not None}
    for task in release.tasks:
        if task.state in _NEW and task.id in due:
            assert not stops_work(release.holds)
            assert may_start(release, task)
        if task.state in {TaskState.RUNNING, TaskState.WAITING}:
            assert task.id in due, "something under way that nobody looks after"
        if task.state in _NEW and may_start(release, task):
            assert task.id in due, "something that could go on and is not called"


def check_words(life: Life) -> None:
    """R5: something comes next or something is in the way, each with an owner; silence only at the end."""
    why = explain(life.release, now=life.now)
    if life.release.ended:
        assert (why.next, why.obstacles) == ((), ())
        return
    assert why.next or why.obstacles
    assert all(step.what and step.owner for step in why.next)
    assert all(o.what and o.owner and o.remedy and o.since <= life.now for o in why.obstacles)


def check_rest(life: Life) -> None:
    """A second advance does nothing; holding and archiving would work now."""
    change = Change(life.release, now=life.now)
    advance(change, plan)
    assert change.release is life.release
    assert change.events == []
    if life.release.ended:
        return
    for act in (partial(acts.hold, reason="stop"), partial(acts.archive, reason="over")):
        safe = Change(life.release, now=life.now, actor=Actor(id=CAPTAIN))
        act(safe)
        advance(safe, plan)
        assert safe.events


def check_told(release: Release, events: list[Event]) -> None:
    """B-38: the events alone tell what the release is: its stages, cycles, slots, tasks, gates and holds."""
    told = Counter(event.kind for event in events)
    stages = Counter(record.state for record in release.stages)
    cycles = Counter(cycle.state for cycle in release.cycles)
    opened = told[EventKind.STAGE_STARTED] + told[EventKind.STAGE_REOPENED]
    assert opened - told[EventKind.STAGE_COMPLETED] == stages[StageState.IN_PROGRESS]
    assert told[EventKind.CYCLE_STARTED] == len(release.cycles)
    assert told[EventKind.CYCLE_FINISHED] == cycles[CycleState.DONE]
    if not release.ended:
        assert told[EventKind.CYCLE_ABANDONED] == cycles[CycleState.ABANDONED]
        assert told[EventKind.SLOT_CANCELLED] == sum(s.state is SlotState.CANCELLED for s in release.slots)
    assert told[EventKind.SLOT_EXPIRED] == sum(s.state is SlotState.EXPIRED for s in release.slots)
    assert told[EventKind.APPROVAL_REQUESTED] == len(release.gates)
    assert told[EventKind.RELEASE_ARCHIVED] == release.ended
    ended = {
        TaskState.SUCCEEDED: (EventKind.TASK_SUCCEEDED, EventKind.TASK_DONE_BY_HAND),
        TaskState.SKIPPED: (EventKind.TASK_SKIPPED,),
        TaskState.CANCELLED: (EventKind.TASK_CANCELLED,),
    }
    for state, kinds in ended.items():
        assert sum(told[kind] for kind in kinds) == sum(t.state is state for t in release.tasks), state
    _check_holds_told(release, events)
    _check_gates_told(release, events)


def _check_holds_told(release: Release, events: list[Event]) -> None:
    held: set[tuple[str, str]] = set()
    for event in events:
        if event.kind is EventKind.HOLD_PLACED:
            held.add((event.data["cause"], event.data["by"]))
        if event.kind is EventKind.HOLD_LIFTED:
            held.discard((event.data["cause"], event.data["by"]))
            if event.data["cause"] == HoldCause.USER:
                assert event.actor.id == event.data["by"], "somebody else's hold was lifted"
    assert held == {(str(cause), by) for cause, by in (hold.key for hold in release.holds)}


def _check_gates_told(release: Release, events: list[Event]) -> None:
    granted = Counter(event.data["gate"] for event in events if event.kind is EventKind.APPROVAL_GRANTED)
    assert set(granted.values()) <= {1}, "a gate was settled twice"
    for gate in release.gates:
        if gate.state is GateState.APPROVED:
            assert granted[gate.id] == 1
            assert gate.decision is not None
