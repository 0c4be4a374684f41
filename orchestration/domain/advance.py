"""How a release moves on by itself: every step that can be taken now is taken, until none is left.

Pure: the same release at the same time always moves the same way. Called after every change and whenever a
planned time comes; calling it once more does nothing.
"""

from dataclasses import replace

from orchestration.domain.asking import open_gate, withdraw_gates
from orchestration.domain.backmerges import plan_backmerges
from orchestration.domain.candidates import after_picks, unfinished
from orchestration.domain.change import Change, Planner
from orchestration.domain.distributing import (
    open_submissions,
    ready_to_end,
    settle_submissions,
    watched_plans,
)
from orchestration.domain.errors import IllegalMove
from orchestration.domain.events import EventKind
from orchestration.domain.gates import GateKind, GateState
from orchestration.domain.holds import Hold, HoldCause, lifted, placed
from orchestration.domain.reminding import remind
from orchestration.domain.stages import (
    CYCLE_MOVES,
    REOPENABLE,
    SLOT_MOVES,
    STAGE_MOVES,
    Cycle,
    CycleSignal,
    Slot,
    SlotSignal,
    Stage,
    StageSignal,
    StageState,
    take,
)
from orchestration.domain.tasks import Task


def advance(change: Change, plan: Planner) -> None:
    """Take every step that can be taken at `change.now`."""
    while not change.release.ended:
        before = change.release
        keep_failure_holds(change)
        settle_submissions(change)
        _expire_slots(change)
        _run_stages(change, plan)
        plan_backmerges(change)
        remind(change)
        if change.release is before:
            return


def move_stage(change: Change, stage: Stage, signal: StageSignal) -> None:
    """Move a stage along its table and say so; IllegalMove where it has no such row or may not reopen."""
    record = change.release.stage(stage)
    if signal is StageSignal.REOPEN and stage not in REOPENABLE:
        raise IllegalMove(f"Stage {stage}", record.state, signal)
    state = take(f"Stage {stage}", STAGE_MOVES, record.state, signal)
    moved = replace(
        record,
        state=state,
        started_at=change.now if signal is StageSignal.START else record.started_at,
        completed_at=change.now if signal is StageSignal.COMPLETE else None,
    )
    change.release = change.release.with_stage(moved)
    kind = {
        StageSignal.START: EventKind.STAGE_STARTED,
        StageSignal.COMPLETE: EventKind.STAGE_COMPLETED,
        StageSignal.REOPEN: EventKind.STAGE_REOPENED,
    }[signal]
    change.tell(kind, stage=stage)


def keep_failure_holds(change: Change) -> None:
    """A hold for each failed task, and for no other: the cause sets it and the cause clears it."""
    release = change.release
    failed = {task.id: task for task in release.failed_tasks}
    # Dictionaries, not sets: the order of what is told must not change from one process to the next.
    holding = {hold.by: hold for hold in release.holds if hold.cause is HoldCause.TASK_FAILURE}
    for task_id, task in failed.items():
        if task_id in holding:
            continue
        reason = task.trouble.reason if task.trouble else "it failed"
        hold = Hold(cause=HoldCause.TASK_FAILURE, by=task_id, reason=reason, at=change.now)
        change.release = replace(change.release, holds=placed(change.release.holds, hold))
        change.tell(EventKind.HOLD_PLACED, cause=hold.cause, by=task_id, reason=reason)
    for task_id in holding:
        if task_id in failed:
            continue
        holds = lifted(change.release.holds, HoldCause.TASK_FAILURE, task_id)
        change.release = replace(change.release, holds=holds)
        change.tell(EventKind.HOLD_LIFTED, cause=HoldCause.TASK_FAILURE, by=task_id)


def _expire_slots(change: Change) -> None:
    release = change.release
    if change.now < release.target_at:
        return
    for slot in release.planned_slots:
        if slot.at <= change.now:
            _replace_slot(change, _slot(slot, SlotSignal.EXPIRE))
            change.tell(EventKind.SLOT_EXPIRED, slot=slot.id, at=slot.at.isoformat())


def _run_stages(change: Change, plan: Planner) -> None:
    """Start, finish and connect the stages, as far as no hold forbids it."""
    if change.release.holds:
        return
    _kick_off(change, plan)
    _finish_kick_off(change)
    _regression(change, plan)
    _pre_release(change, plan)
    _distribution(change)


def _distribution(change: Change) -> None:
    """What goes to no connected store waits for a person who says that it is out."""
    release = change.release
    if not release.in_state(Stage.PRE_RELEASE, StageState.COMPLETED) or not watched_plans(release):
        return
    if release.in_state(Stage.DISTRIBUTION, StageState.PENDING):
        move_stage(change, Stage.DISTRIBUTION, StageSignal.START)
    if release.in_state(Stage.DISTRIBUTION, StageState.IN_PROGRESS):
        open_submissions(change)
    if ready_to_end(change.release):
        complete(change)


def complete(change: Change, note: str | None = None) -> None:
    """The release has reached its users; nothing happens to it any more."""
    move_stage(change, Stage.DISTRIBUTION, StageSignal.COMPLETE)
    change.tell(EventKind.RELEASE_COMPLETED, version=change.release.version, note=note)


def _kick_off(change: Change, plan: Planner) -> None:
    release = change.release
    if release.in_state(Stage.KICKOFF, StageState.PENDING) and change.now >= release.kick_off_at:
        _start_stage(change, Stage.KICKOFF, plan)


def _start_stage(change: Change, stage: Stage, plan: Planner) -> None:
    move_stage(change, stage, StageSignal.START)
    tasks = plan(change.release, stage, None)
    change.release = replace(change.release, tasks=(*change.release.tasks, *tasks))


def _finish_kick_off(change: Change) -> None:
    release = change.release
    if release.in_state(Stage.KICKOFF, StageState.IN_PROGRESS) and _all_finished(
        release.tasks_of(Stage.KICKOFF)
    ):
        move_stage(change, Stage.KICKOFF, StageSignal.COMPLETE)
    _enter_regression(change)


def _enter_regression(change: Change) -> None:
    release = change.release
    if not (
        release.in_state(Stage.KICKOFF, StageState.COMPLETED)
        and release.in_state(Stage.REGRESSION, StageState.PENDING)
    ):
        return
    if release.snapshot.auto_stage_2:
        move_stage(change, Stage.REGRESSION, StageSignal.START)
        return
    gate = release.gate(GateKind.START_STAGE_2)
    if gate is None:
        open_gate(change, GateKind.START_STAGE_2)
    elif gate.state is GateState.APPROVED:
        move_stage(change, Stage.REGRESSION, StageSignal.START)


def _regression(change: Change, plan: Planner) -> None:
    _reopen_regression(change)
    release = change.release
    if not release.in_state(Stage.REGRESSION, StageState.IN_PROGRESS):
        return
    cycle = release.active_cycle
    if cycle is not None:
        if _all_finished(release.tasks_of(Stage.REGRESSION, cycle.id)):
            done = replace(
                cycle,
                state=take("The cycle", CYCLE_MOVES, cycle.state, CycleSignal.FINISH),
                finished_at=change.now,
            )
            _replace_cycle(change, done)
            change.tell(EventKind.CYCLE_FINISHED, cycle=cycle.id, tag=cycle.tag)
        return
    due = [slot for slot in release.planned_slots if slot.at <= change.now]
    if due and change.now < release.target_at:
        _start_cycle(change, due[0], plan)
    elif not release.planned_slots and release.tested_cycle is not None:
        move_stage(change, Stage.REGRESSION, StageSignal.COMPLETE)


def _reopen_regression(change: Change) -> None:
    """A slot that comes due before Stage 3 starts opens Stage 2 again; what was approved is void."""
    release = change.release
    may = release.in_state(Stage.REGRESSION, StageState.COMPLETED) and release.in_state(
        Stage.PRE_RELEASE, StageState.PENDING
    )
    due = [slot for slot in release.planned_slots if slot.at <= change.now < release.target_at]
    if may and due:
        withdraw_gates(change, "a new regression cycle starts")
        move_stage(change, Stage.REGRESSION, StageSignal.REOPEN)


def _start_cycle(change: Change, slot: Slot, plan: Planner) -> None:
    number = len(change.release.cycles) + 1
    cycle = Cycle(
        id=f"{change.release.id}/c{number}",
        number=number,
        tag=change.release.candidate_tag(number),
        flags=slot.flags,
    )
    started = replace(
        cycle, state=take("The cycle", CYCLE_MOVES, cycle.state, CycleSignal.START), started_at=change.now
    )
    change.release = replace(change.release, cycles=(*change.release.cycles, started))
    _replace_slot(change, replace(_slot(slot, SlotSignal.START), cycle_id=cycle.id))
    tasks = after_picks(change.release, plan(change.release, Stage.REGRESSION, started))
    change.release = replace(change.release, tasks=(*change.release.tasks, *tasks))
    change.tell(EventKind.CYCLE_STARTED, cycle=cycle.id, tag=cycle.tag, slot=slot.id)


def _pre_release(change: Change, plan: Planner) -> None:
    release = change.release
    waiting = release.in_state(Stage.REGRESSION, StageState.COMPLETED) and release.in_state(
        Stage.PRE_RELEASE, StageState.PENDING
    )
    if waiting and not unfinished(release):
        gate = release.gate(GateKind.APPROVE_STAGE_3)
        if gate is None:
            open_gate(change, GateKind.APPROVE_STAGE_3)
        elif gate.state is GateState.APPROVED:
            _start_stage(change, Stage.PRE_RELEASE, plan)
    elif release.in_state(Stage.PRE_RELEASE, StageState.IN_PROGRESS) and _all_finished(
        release.tasks_of(Stage.PRE_RELEASE)
    ):
        move_stage(change, Stage.PRE_RELEASE, StageSignal.COMPLETE)


def _all_finished(tasks: tuple[Task, ...]) -> bool:
    return all(task.finished for task in tasks)


def _slot(slot: Slot, signal: SlotSignal) -> Slot:
    return replace(slot, state=take(f"The slot {slot.id}", SLOT_MOVES, slot.state, signal))


def _replace_slot(change: Change, slot: Slot) -> None:
    slots = tuple(slot if s.id == slot.id else s for s in change.release.slots)
    change.release = replace(change.release, slots=slots)


def _replace_cycle(change: Change, cycle: Cycle) -> None:
    cycles = tuple(cycle if c.id == cycle.id else c for c in change.release.cycles)
    change.release = replace(change.release, cycles=cycles)
