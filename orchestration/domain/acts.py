"""What people do to a release. Who may is checked before; here is when it makes sense, and what it does."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from orchestration.domain.advance import keep_failure_holds
from orchestration.domain.asking import look_again, withdraw_gates
from orchestration.domain.builds import Build, BuildState
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import GateKind
from orchestration.domain.holds import Hold, HoldCause, lifted, placed
from orchestration.domain.release import Closing
from orchestration.domain.stages import (
    CYCLE_MOVES,
    SLOT_MOVES,
    CycleFlags,
    CycleSignal,
    Slot,
    SlotSignal,
    Stage,
    StageState,
    take,
)
from orchestration.domain.stopping import order_stop
from orchestration.domain.tasks import FINAL, Task, TaskSignal, TaskState

MOVE_TARGET = "Move it with /release edit target, the new date and a reason"
"""What helps a release whose target date has passed, in words that every answer shares."""


def require_alive(change: Change) -> None:
    """NotNow where the release was archived, or has reached its users."""
    closing = change.release.archived
    if closing is not None:
        raise NotNow(
            f"{change.release.title} was archived by <@{closing.by}>: {closing.reason}", settled=True
        )
    if change.release.completed:
        raise NotNow(f"{change.release.title} is completed.", settled=True)


def hold(change: Change, reason: str) -> None:
    """Stand still, in whatever phase. Holding again only changes the reason."""
    require_alive(change)
    mine = Hold(cause=HoldCause.USER, by=change.actor.id, reason=reason, at=change.now)
    change.release = replace(change.release, holds=placed(change.release.holds, mine))
    change.tell(EventKind.HOLD_PLACED, cause=HoldCause.USER, by=change.actor.id, reason=reason)


def resume(change: Change) -> None:
    """Take back your own hold and no other."""
    require_alive(change)
    mine = (HoldCause.USER, change.actor.id)
    if mine not in {h.key for h in change.release.holds}:
        others = ", ".join(f"<@{h.by}>" for h in change.release.holds if h.cause is HoldCause.USER)
        if others:
            raise NotNow(f"You hold nothing here. The hold is {others}'s; it goes when they resume.")
        failures = [h for h in change.release.holds if h.cause is HoldCause.TASK_FAILURE]
        if failures:
            raise NotNow("No person holds this release: a task failed. Retry it or skip it with a reason.")
        if change.release.holds:
            why = "; ".join(h.reason for h in change.release.holds)
            raise NotNow(f"No person holds this release, and it goes on when the cause is gone: {why}")
        raise NotNow(f"{change.release.title} is not on hold.", settled=True)
    change.release = replace(change.release, holds=lifted(change.release.holds, *mine))
    change.tell(EventKind.HOLD_LIFTED, cause=HoldCause.USER, by=change.actor.id)


def archive(change: Change, reason: str) -> None:
    """Give up: cancel what is not final and say so. What exists at the providers stays there."""
    require_alive(change)
    withdraw_gates(change, "the release was archived", kinds=tuple(GateKind))
    cancel_tasks(change, "the release was archived", change.release.tasks)
    keep_failure_holds(change)
    cycles = tuple(
        replace(c, state=take("The cycle", CYCLE_MOVES, c.state, CycleSignal.ABANDON), finished_at=change.now)
        if c.active
        else c
        for c in change.release.cycles
    )
    planned = {s.id for s in change.release.planned_slots}
    slots = tuple(
        replace(s, state=take("The slot", SLOT_MOVES, s.state, SlotSignal.CANCEL)) if s.id in planned else s
        for s in change.release.slots
    )
    closing = Closing(by=change.actor.id, at=change.now, reason=reason)
    change.release = replace(change.release, cycles=cycles, slots=slots, archived=closing)
    change.tell(EventKind.RELEASE_ARCHIVED, reason=reason)


def cancel_tasks(change: Change, why: str, tasks: Iterable[Task]) -> None:
    """Cancel those that are not final, and have what they still run at a provider stopped there."""
    for task in tasks:
        if task.state not in FINAL:
            moved = task.moved(TaskSignal.CANCEL, note=why, wait=None, retry_at=None, finished_at=change.now)
            change.release = change.release.with_task(moved)
            change.tell(EventKind.TASK_CANCELLED, task=task.id, why=why)
        order_stop(change, task.id)


def retry(change: Change, task_id: str) -> None:
    """Run a failed task again, with a new budget; what its pair's siblings did is left alone."""
    task = _failed(change, task_id, "retried")
    again = task.moved(
        TaskSignal.RETRY,
        attempts=0,
        cut_offs=0,
        generation=task.generation + 1,
        retry_at=change.now,
        finished_at=None,
        wait=None,
    )
    change.release = change.release.with_task(again)
    change.tell(EventKind.TASK_RETRIED, task=task.id, type=task.type)


def skip(change: Change, task_id: str, reason: str) -> None:
    """Go on without a failed task, and have what it still runs at a provider stopped there."""
    task = _failed(change, task_id, "skipped")
    moved = task.moved(TaskSignal.SKIP, note=reason, finished_at=change.now)
    change.release = change.release.with_task(moved)
    change.tell(EventKind.TASK_SKIPPED, task=task.id, type=task.type, reason=reason)
    order_stop(change, task.id)


def done_by_hand(
    change: Change,
    task_id: str,
    evidence: str,
    *,
    builds: tuple[Build, ...] = (),
    output: Mapping[str, str] | None = None,
) -> None:
    """A person did what the task should do; `evidence` says where it can be seen.

    `output` is what the task itself would have left behind, as far as it was found.
    """
    require_alive(change)
    task = _known(change, task_id)
    if task.state not in {TaskState.FAILED, TaskState.WAITING}:
        raise NotNow(f"{task.title} is {task.state.lower()}; only a failed or waiting task is done by hand.")
    moved = task.moved(
        TaskSignal.DONE_BY_HAND,
        note=evidence,
        output=dict(output or {}),
        wait=None,
        trouble=None,
        finished_at=change.now,
    )
    change.release = change.release.with_task(moved).with_builds(builds)
    change.tell(EventKind.TASK_DONE_BY_HAND, task=task.id, type=task.type, evidence=evidence)
    for build in builds:
        if build.state is BuildState.READY:
            change.tell(EventKind.BUILD_READY, build=build.id, pair=build.pair.key, kind=build.kind)


def add_cycle_now(change: Change, flags: CycleFlags) -> None:
    """Plan a slot for this moment; Stage 2 opens again where it must."""
    require_alive(change)
    release = change.release
    if not release.in_state(Stage.PRE_RELEASE, StageState.PENDING):
        raise NotNow("Stage 3 has started: the commit to ship is fixed.")
    if change.now >= release.target_at:
        raise NotNow(f"The target date has passed, so a cycle would expire at once. {MOVE_TARGET}.")
    slot = Slot(id=f"{release.id}/s{len(release.slots) + 1}", at=change.now, flags=flags)
    change.release = replace(release, slots=(*release.slots, slot))
    look_again(change)
    change.tell(EventKind.SLOT_ADDED, slot=slot.id, at=slot.at.isoformat())


def _known(change: Change, task_id: str) -> Task:
    task = change.release.task(task_id)
    if task is None:
        raise NotNow(f"{change.release.title} has no task {task_id}.")
    return task


def _failed(change: Change, task_id: str, verb: str) -> Task:
    require_alive(change)
    task = _known(change, task_id)
    if task.state is not TaskState.FAILED:
        raise NotNow(
            f"{task.title} is {task.state.lower()}; only a failed task is {verb}.",
            settled=True,
        )
    return task
