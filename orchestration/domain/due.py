"""What a release wants to be called for, and when: the rows that workers claim."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from orchestration.domain.gates import GateState
from orchestration.domain.health_gate import plan_of_health, watched
from orchestration.domain.holds import stops_work
from orchestration.domain.release import Release
from orchestration.domain.stages import Stage, StageState
from orchestration.domain.submission import SAFE, Submission
from orchestration.domain.tasks import Task, TaskState, TaskType


class WorkKind(StrEnum):
    """Whom to call: a task, a gate, the test runs, a store or a version's health to be read, or the release in time."""

    TASK = "TASK"
    GATE = "GATE"
    TESTS = "TESTS"
    STORE = "STORE"
    HEALTH = "HEALTH"
    RELEASE = "RELEASE"


LONGEST_REST = timedelta(hours=1)
"""For how long at most something is left alone that is only looked at now and then: a look does no harm."""
RESTS = frozenset(WorkKind) - {WorkKind.RELEASE}
"""What is looked at now and then. A release is woken by its plan, which may lie weeks ahead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """`subject` is the id of the task, gate or release; `due_at` None means not to be called."""

    kind: WorkKind
    subject: str
    due_at: datetime | None


def due_work(release: Release, *, now: datetime) -> tuple[Work, ...]:
    """Everything that the release may be called for, with its time: by its plan, or after an hour at most."""
    latest = now + LONGEST_REST
    return tuple(
        replace(work, due_at=min(work.due_at, latest)) if work.kind in RESTS and work.due_at else work
        for work in _planned(release, now)
    )


def _planned(release: Release, now: datetime) -> tuple[Work, ...]:
    seen = _seen(release)
    tasks = [Work(kind=WorkKind.TASK, subject=t.id, due_at=_task_due(seen, t)) for t in release.tasks]
    gates = [
        Work(
            kind=WorkKind.GATE,
            subject=g.id,
            due_at=g.check_at
            if not release.ended and g.state in {GateState.OPEN, GateState.REJECTED}
            else None,
        )
        for g in release.gates
    ]
    wake = Work(kind=WorkKind.RELEASE, subject=release.id, due_at=next_wake(release, now=now))
    tests = Work(kind=WorkKind.TESTS, subject=release.id, due_at=_tests_due(release))
    stores = [
        Work(kind=WorkKind.STORE, subject=s.id, due_at=_store_due(release, s)) for s in release.submissions
    ]
    health = [
        Work(kind=WorkKind.HEALTH, subject=s.id, due_at=_health_due(release, s))
        for s in release.submissions
        if plan_of_health(release, s) is not None
    ]
    return (*tasks, *gates, *stores, *health, tests, wake)


def _health_due(release: Release, submission: Submission) -> datetime | None:
    """From the first users on, at once; what nobody can be kept from any more is not read."""
    if not watched(release, submission):
        return None
    return submission.health.check_at or submission.live_at or submission.opened_at


def _store_due(release: Release, submission: Submission) -> datetime | None:
    """What a store is to be told is told even when the release has ended: users may still be getting it."""
    pending = submission.instruction
    if pending is not None and may_instruct(release, submission):
        return pending.retry_at or pending.at
    over = release.ended or submission.over
    return None if over else submission.check_at


def may_instruct(release: Release, submission: Submission) -> bool:
    """Whether the store may be told now what it is to be told: what only stops is never held up."""
    pending = submission.instruction
    if pending is None:
        return False
    return pending.verb in SAFE or not (release.ended or stops_work(release.holds))


def _tests_due(release: Release) -> datetime | None:
    """From the start of regression until Stage 3 starts, where there is a run to read."""
    begun = release.stage(Stage.REGRESSION).started_at
    over = release.ended or not release.in_state(Stage.PRE_RELEASE, StageState.PENDING)
    runs = any(t.type is TaskType.CREATE_TEST_SUITE and "id" in t.output for t in release.tasks)
    return None if over or begun is None or not runs else release.progress.check_at or begun


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """What every task of a release is judged by: looked up once for all of them."""

    release: Release
    ended: bool
    stopped: bool
    tasks: Mapping[str, Task]

    def after_all(self, task: Task) -> bool:
        """Whether everything that the task comes after is finished."""
        return all(
            (before := self.tasks.get(task_id)) is not None and before.finished for task_id in task.after
        )


def _seen(release: Release) -> _Seen:
    return _Seen(
        release=release,
        ended=release.ended,
        stopped=stops_work(release.holds),
        tasks={task.id: task for task in release.tasks},
    )


def may_start(release: Release, task: Task) -> bool:
    """Whether a task may be started: what it comes after is finished and nothing stops work.

    One that runs already may go on whatever holds: it was begun, and its effect may be out there to be found.
    """
    return _may_start(_seen(release), task)


def _may_start(seen: _Seen, task: Task) -> bool:
    if seen.ended:
        return False
    if task.state is TaskState.RUNNING:
        return True
    return not seen.stopped and seen.after_all(task)


def left_alone(task: Task, *, now: datetime) -> bool:
    """Whether the time of a task's next try is still to come. One that a clock reckoned which was ahead is none."""
    if task.state is not TaskState.RETRYING or task.retry_at is None or task.retry_at <= now:
        return False
    return task.trouble is None or task.trouble.at <= now


def _task_due(seen: _Seen, task: Task) -> datetime | None:
    if task.stop_at is not None or seen.ended:
        # What an ended release still runs is stopped too: it costs money, and may upload something.
        return task.stop_at
    match task.state:
        case TaskState.PENDING:
            return _ready_at(seen, task) if _may_start(seen, task) else None
        case TaskState.RETRYING:
            return None if seen.stopped else task.retry_at
        case TaskState.RUNNING:
            return task.started_at
        case TaskState.WAITING:
            return min(task.wait.check_at, task.wait.deadline_at) if task.wait else None
        case _:
            return None


def _ready_at(seen: _Seen, task: Task) -> datetime:
    """When the last thing happened that the task waited for; a person's retry counts as one."""
    started = seen.release.stage(task.stage).started_at or seen.release.created_at
    ended = [seen.tasks[before].finished_at for before in task.after]
    return max([started, *filter(None, ended), *([task.retry_at] if task.retry_at else [])])


def next_wake(release: Release, *, now: datetime) -> datetime | None:
    """The next moment at which time alone may move the release; what is past was looked at already."""
    return min((at for at in wakes(release) if at > now), default=None)


def wakes(release: Release) -> tuple[datetime, ...]:
    """Every moment at which time alone may move the release, also those that are past."""
    if release.ended:
        return ()
    times = [reminder.at for reminder in release.reminders if reminder.sent_at is None]
    times += [slot.at for slot in release.planned_slots]
    times += [slot.remind_at for slot in release.planned_slots if slot.remind_at is not None]
    times += [g.remind_at for g in release.gates if g.state is GateState.OPEN and g.remind_at is not None]
    if release.planned_slots:
        times.append(release.target_at)
    if release.in_state(Stage.KICKOFF, StageState.PENDING):
        times.append(release.kick_off_at)
    return tuple(times)


def overdue_by(release: Release, *, now: datetime) -> timedelta | None:
    """How late the release is, None while it is not."""
    late = now - release.target_at
    done = release.in_state(Stage.PRE_RELEASE, StageState.COMPLETED)
    return late if late > timedelta(0) and not done and not release.ended else None
