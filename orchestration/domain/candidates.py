"""Which picks wait, and which release candidate each of them enters."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from orchestration.domain.picks import Pick, PickState
from orchestration.domain.release import Release
from orchestration.domain.stages import CycleState
from orchestration.domain.tasks import Task, TaskState, TaskType


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """The release candidate that a pick enters; `at` is when its cycle starts, None where none is planned.

    `started` says that its cycle has begun.
    """

    tag: str
    at: datetime | None = None
    started: bool = False


def asked(release: Release) -> tuple[Pick, ...]:
    """The picks that wait for the captain's answer, oldest first; none where the release has ended."""
    return () if release.ended else tuple(p for p in release.picks if p.state is PickState.ASKED)


def unfinished(release: Release) -> tuple[Task, ...]:
    """The accepted picks that are neither on the branch nor given up."""
    open_ = (t for t in release.tasks if t.type is TaskType.CHERRY_PICK and not t.finished)
    return tuple(t for t in open_ if t.state is not TaskState.CANCELLED)


def after_picks(release: Release, tasks: Iterable[Task]) -> tuple[Task, ...]:
    """The tasks of a new cycle: its candidate is tagged when the picks that were accepted before are in."""
    ids = tuple(task.id for task in unfinished(release))
    return tuple(
        replace(task, after=(*task.after, *ids)) if task.type is TaskType.CREATE_RC_TAG else task
        for task in tasks
    )


def candidate(release: Release, pick: Pick) -> Candidate:
    """The candidate that an accepted pick enters: that of the cycle which waits for it, or of the next one."""
    task = release.task(pick.id)
    done_at = task.finished_at if task is not None and task.finished else None
    for cycle in release.cycles:
        if cycle.state is CycleState.ABANDONED:
            continue
        tag = release.find_task(TaskType.CREATE_RC_TAG, cycle_id=cycle.id)
        waits = tag is not None and pick.id in tag.after
        later = done_at is not None and cycle.started_at is not None and cycle.started_at >= done_at
        if waits or later:
            return Candidate(tag=cycle.tag, at=cycle.started_at, started=True)
    slots = release.planned_slots
    return Candidate(tag=release.candidate_tag(len(release.cycles) + 1), at=slots[0].at if slots else None)
