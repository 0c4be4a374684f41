"""What becomes of a task after a try: done, waiting, later, failed; and what becomes of an overdue wait."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from orchestration.domain.builds import Build, BuildState
from orchestration.domain.change import Change
from orchestration.domain.effects import Effect
from orchestration.domain.events import EventKind
from orchestration.domain.following import see
from orchestration.domain.submission import Sighting
from orchestration.domain.tasks import (
    Task,
    TaskSignal,
    TaskState,
    Trouble,
    TroubleKind,
    Wait,
    WaitOwner,
)
from orchestration.domain.watching import plan_look

# So many deaths of a worker in the middle of one task are no accident: the task itself may be what kills it.
_DEATHS = 20

# A wait is reminded of once, then told to everybody, then it fails.
_PATIENCE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """The task is done; `output` is what later tasks and people need to know.

    `seen` is what a store answered about the submission that the task carries out.
    """

    output: Mapping[str, str] = field(default_factory=dict)
    builds: tuple[Build, ...] = ()
    seen: Sighting | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """A pull request that can't be merged as it is: who wrote what it brings, and who of them are known here."""

    authors: tuple[str, ...]
    people: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """The task waits for something outside; it is looked at again after `check_after`."""

    what: str
    owner: WaitOwner
    check_after: timedelta
    link: str | None = None
    builds: tuple[Build, ...] = ()
    conflict: Conflict | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """The task failed for good; a person must decide."""

    kind: TroubleKind
    reason: str
    link: str | None = None
    builds: tuple[Build, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Later:
    """Transient trouble; `after` is the provider's wish, None where it gave none."""

    reason: str
    after: timedelta | None = None


Outcome = Done | Waiting | Failed | Later


def started(change: Change, task_id: str) -> bool:
    """Mark a task as being run, unless it killed too many workers already; then it fails. Whether to run it.

    A try that was cut off by a death of ours goes on and uses up nothing of the budget.
    """
    task = change.require_task(task_id)
    cut_off = task.state is TaskState.RUNNING
    if cut_off and task.cut_offs >= _DEATHS:
        reason = f"The process died {task.cut_offs} times in the middle of this; a person should look first"
        fail(change, task, Failed(kind=TroubleKind.UNKNOWN, reason=reason))
        return False
    moved = task.moved(
        TaskSignal.START,
        attempts=task.attempts + (0 if cut_off else 1),
        cut_offs=task.cut_offs + (1 if cut_off else 0),
        retry_at=None,
        started_at=change.now,
        trouble=task.trouble,
    )
    change.release = change.release.with_task(moved)
    if task.state is TaskState.PENDING:
        change.tell(EventKind.TASK_STARTED, task=task.id, type=task.type)
    return True


def apply(change: Change, task_id: str, outcome: Outcome, *, jitter: float) -> None:
    """Move the task as the outcome says; `jitter` in [0, 1) spreads retries."""
    task = change.require_task(task_id)
    match outcome:
        case Done():
            _keep_builds(change, outcome.builds)
            _finish(change, task, outcome.output)
            keep_answer(change, task_id, outcome)
        case Waiting():
            _keep_builds(change, outcome.builds)
            _wait(change, task, outcome)
        case Failed():
            _keep_builds(change, outcome.builds)
            fail(change, task, outcome)
        case Later():
            _later(change, task, outcome, jitter)


def keep_answer(change: Change, task_id: str, outcome: Outcome) -> None:
    """Take in what a store answered. An answer is as new as its arrival: older looks at the store don't undo it."""
    if isinstance(outcome, Done) and outcome.seen is not None:
        submission_id = task_id.rpartition("/")[0]
        see(change, submission_id, replace(outcome.seen, asked_at=change.now))
        # It was looked at rarely while a question about it waited.
        plan_look(change, submission_id, calendar=None)


def keep_effect(change: Change, effect: Effect) -> None:
    """Record the intent or the outcome of an effect."""
    change.release = change.release.with_effect(effect)


def _keep_builds(change: Change, builds: tuple[Build, ...]) -> None:
    known = {b.id: b.state for b in change.release.builds}
    change.release = change.release.with_builds(builds)
    for build in builds:
        if build.state is BuildState.READY and known.get(build.id) is not BuildState.READY:
            change.tell(
                EventKind.BUILD_READY,
                build=build.id,
                pair=build.pair.key,
                kind=build.kind,
                version=build.version,
                link=build.run_url,
            )


def _finish(change: Change, task: Task, output: Mapping[str, str]) -> None:
    moved = task.moved(
        TaskSignal.SUCCEED, output=dict(output), wait=None, trouble=None, finished_at=change.now
    )
    change.release = change.release.with_task(moved)
    change.tell(EventKind.TASK_SUCCEEDED, task=task.id, type=task.type, link=output.get("url"))


def _wait(change: Change, task: Task, outcome: Waiting) -> None:
    before = task.wait
    wait = Wait(
        what=outcome.what,
        owner=outcome.owner,
        since=before.since if before else change.now,
        check_at=change.now + outcome.check_after,
        deadline_at=before.deadline_at if before else change.now + task.deadline,
        link=outcome.link,
        reminders=before.reminders if before else 0,
        conflicted=outcome.conflict is not None,
    )
    change.release = change.release.with_task(task.moved(TaskSignal.WAIT, wait=wait, trouble=None))
    if before is None:
        change.tell(
            EventKind.TASK_WAITING, task=task.id, type=task.type, owner=outcome.owner, link=outcome.link
        )
    if outcome.conflict is not None and not (before and before.conflicted):
        change.tell(
            EventKind.PULL_CONFLICTED,
            task=task.id,
            what=outcome.what,
            link=outcome.link,
            authors=json.dumps(outcome.conflict.authors),
            people=json.dumps(outcome.conflict.people),
        )


def _later(change: Change, task: Task, outcome: Later, jitter: float) -> None:
    """Try again within the budget. A wait keeps waiting: its own deadline bounds it."""
    trouble = Trouble(kind=TroubleKind.TRANSIENT, reason=outcome.reason, at=change.now)
    pause = max(outcome.after or timedelta(0), task.retry.delay(task.attempts, jitter))
    if task.wait is not None:
        wait = replace(task.wait, check_at=change.now + max(pause, task.check_every))
        change.release = change.release.with_task(task.moved(TaskSignal.WAIT, wait=wait, trouble=trouble))
    elif task.attempts >= task.retry.attempts:
        reason = f"Gave up after {task.attempts} tries. The last answer: {outcome.reason}"
        fail(change, task, Failed(kind=TroubleKind.TRANSIENT, reason=reason))
    else:
        retry_at = change.now + pause
        moved = task.moved(TaskSignal.TRY_LATER, retry_at=retry_at, trouble=trouble)
        change.release = change.release.with_task(moved)
        change.tell(
            EventKind.TASK_RETRYING, task=task.id, reason=outcome.reason, retry_at=retry_at.isoformat()
        )


def fail(change: Change, task: Task, outcome: Failed) -> None:
    """Fail a task; the hold on the release follows from it."""
    trouble = Trouble(kind=outcome.kind, reason=outcome.reason, at=change.now, link=outcome.link)
    moved = task.moved(
        TaskSignal.FAIL,
        trouble=trouble,
        wait=None,
        retry_at=None,
        failures=task.failures + 1,
        finished_at=change.now,
    )
    change.release = change.release.with_task(moved)
    change.tell(EventKind.TASK_FAILED, task=task.id, type=task.type, reason=outcome.reason, link=outcome.link)


def overdue(wait: Wait, now: datetime) -> bool:
    """Whether the deadline of a wait has passed."""
    return now >= wait.deadline_at


def press(change: Change, task_id: str) -> None:
    """The deadline of a wait has passed: remind, then escalate, then fail."""
    task = change.require_task(task_id)
    wait = task.wait
    if wait is None or not overdue(wait, change.now):
        return
    if wait.reminders >= _PATIENCE:
        reason = f"Waited in vain for {wait.what} since {wait.since:%Y-%m-%d %H:%M} UTC"
        fail(change, task, Failed(kind=TroubleKind.OVERDUE, reason=reason, link=wait.link))
        return
    longer = replace(
        wait,
        reminders=wait.reminders + 1,
        deadline_at=change.now + task.deadline / 2,
        check_at=change.now + task.check_every,
    )
    change.release = change.release.with_task(task.moved(TaskSignal.WAIT, wait=longer))
    change.tell(
        EventKind.WAIT_REMINDED,
        task=task.id,
        what=wait.what,
        owner=wait.owner,
        escalated="yes" if longer.reminders == _PATIENCE else None,
        link=wait.link,
    )
