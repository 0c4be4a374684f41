"""A release that already runs elsewhere is taken over: what exists is marked as made, nothing counts as tested.

Stage 1 begins with the branch and the tickets that are there. The candidates that others tagged become cycles that
were given up: the next one counts on from them, and only what is tested from now on can be approved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from orchestration.domain.advance import move_stage
from orchestration.domain.change import Change, Planner
from orchestration.domain.events import EventKind
from orchestration.domain.pairs import Pair
from orchestration.domain.stages import (
    CYCLE_MOVES,
    Cycle,
    CycleFlags,
    CycleSignal,
    CycleState,
    Stage,
    StageSignal,
    take,
)
from orchestration.domain.tasks import Task, TaskSignal, TaskType

_SAYS = "It was there when the release was imported"
_LEFT_OUT = frozenset({TaskType.TRIGGER_PRE_REGRESSION_BUILDS})
"""What is for a branch that was just cut."""

Output = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Adopted:
    """What exists, as the tasks would have left it behind. `candidates` are the tags of rc.1 and on, in their order."""

    branch: Output
    tickets: Mapping[Pair, Output]
    candidates: Sequence[Output] = ()


def adopt(change: Change, found: Adopted, plan: Planner) -> None:
    """Begin Stage 1 of a new release with what exists; the rest of its plan is still to be done."""
    move_stage(change, Stage.KICKOFF, StageSignal.START)
    for task in plan(change.release, Stage.KICKOFF, None):
        if task.type in _LEFT_OUT:
            continue
        _add(change, task, _made(task, found))
    for number, tag in enumerate(found.candidates, 1):
        _add_candidate(change, number, tag, plan)


def _made(task: Task, found: Adopted) -> Output | None:
    if task.type is TaskType.FORK_BRANCH:
        return found.branch
    if task.type is TaskType.CREATE_PROJECT_MANAGEMENT_TICKET and task.pair is not None:
        return found.tickets.get(task.pair)
    return None


def _add_candidate(change: Change, number: int, tag: Output, plan: Planner) -> None:
    release = change.release
    cycle = Cycle(
        id=f"{release.id}/c{number}",
        number=number,
        tag=release.candidate_tag(number),
        flags=CycleFlags(regression_builds=False),
        state=take("The cycle", CYCLE_MOVES, CycleState.NOT_STARTED, CycleSignal.ABANDON),
        started_at=change.now,
        finished_at=change.now,
    )
    change.release = replace(release, cycles=(*release.cycles, cycle))
    for task in plan(change.release, Stage.REGRESSION, cycle):
        if task.type is TaskType.CREATE_RC_TAG:
            _add(change, replace(task, after=()), tag)


def _add(change: Change, task: Task, output: Output | None) -> None:
    if output is not None:
        task = task.moved(TaskSignal.DONE_BY_HAND, note=_SAYS, output=dict(output), finished_at=change.now)
        change.tell(EventKind.TASK_DONE_BY_HAND, task=task.id, type=task.type, evidence=_SAYS)
    change.release = replace(change.release, tasks=(*change.release.tasks, task))
