"""Stage 4 as it moves on by itself: a submission and a question per store, its tasks once it is approved, the end.

Each store goes at its own pace: one may be live a week before the other is submitted.
"""

from dataclasses import replace
from datetime import timedelta

from orchestration.domain.asking import open_submission_gate
from orchestration.domain.builds import Build, BuildKind, BuildState
from orchestration.domain.change import Change
from orchestration.domain.events import EventKind
from orchestration.domain.gates import GateKind, GateSignal, GateState, settled
from orchestration.domain.pairs import Pair, Target
from orchestration.domain.release import PairPlan, Release
from orchestration.domain.stages import Stage, StageState
from orchestration.domain.store_states import Rollout, StoreState
from orchestration.domain.submission import Submission, facts_of
from orchestration.domain.tasks import FINAL, Task, TaskSignal, TaskState, TaskType

STORES = frozenset({Target.APP_STORE, Target.PLAY_STORE})
STORE_BUILDS = frozenset({BuildKind.TEST_FLIGHT, BuildKind.AAB})
_SUBMITS = {
    Target.APP_STORE: TaskType.SUBMIT_TO_APP_STORE,
    Target.PLAY_STORE: TaskType.SUBMIT_TO_PLAY_STORE,
}
_STARTED = frozenset({TaskState.RUNNING, TaskState.WAITING})
ROLL_OUT_DEADLINE = timedelta(days=60)
"""A phased release may be paused for 30 days; a rollout that takes much longer was forgotten."""


def watched_plans(release: Release) -> tuple[PairPlan, ...]:
    """The pairs whose store is connected for more than its testers: the release is submitted there, and followed."""
    return tuple(p for p in release.plans if _submits(release, p.pair))


def unwatched_plans(release: Release) -> tuple[PairPlan, ...]:
    """The pairs that go to a store where people submit: nobody connected it, or for its testers only."""
    return tuple(p for p in release.plans if p.pair.target in STORES and not _submits(release, p.pair))


def _submits(release: Release, pair: Pair) -> bool:
    store = release.snapshot.stores.get(pair.key)
    return store is not None and store.submit


def all_over(release: Release) -> bool:
    """Whether every store that is followed is done with it."""
    found = release.current_submissions
    return len(found) >= len(watched_plans(release)) > 0 and all(s.over for s in found)


def store_build(release: Release, pair: Pair) -> Build | None:
    """The newest build of a pair that its store has, None where there is none."""
    ready = (
        b
        for b in reversed(release.builds)
        if b.pair == pair and b.kind in STORE_BUILDS and b.state is BuildState.READY and b.store is not None
    )
    return next(ready, None)


def submission_gate(release: Release, submission: Submission) -> GateState | None:
    """How the newest question about a submission stands, None where none is asked."""
    gates = (
        g
        for g in reversed(release.gates)
        if g.kind is GateKind.SUBMISSION and g.subject == submission.id and g.state is not GateState.VOID
    )
    return next((g.state for g in gates), None)


def tasks_of(release: Release, submission: Submission) -> tuple[Task, ...]:
    """The tasks that carry a submission out."""
    return tuple(t for t in release.tasks if t.id.rpartition("/")[0] == submission.id)


def never_sent(release: Release, submission: Submission) -> bool:
    """Whether the store would not take it: people mend what was wrong, and submit it anew."""
    failed = (
        t.state is TaskState.FAILED for t in tasks_of(release, submission) if t.type in _SUBMITS.values()
    )
    return submission.state is StoreState.PENDING and any(failed)


def settle_submissions(change: Change) -> None:
    """Let the tasks and questions of submissions follow what their stores told. Holds don't keep facts away."""
    for submission in change.release.submissions:
        if submission.state is not StoreState.PENDING:
            _close_gates(change, submission)
            _sent_in_fact(change, submission)
        if submission.over:
            _finish(change, submission)
        elif submission.turned_back:
            cancel_tasks(change, submission, f"the submission was {submission.state.lower()}")


def open_submissions(change: Change) -> None:
    """A submission for each store, and the question about each that can be sent."""
    release = change.release
    known = {s.pair for s in release.submissions}
    for plan in watched_plans(release):
        if plan.pair not in known:
            open_submission(change, plan)
    for submission in change.release.current_submissions:
        if submission.state is not StoreState.PENDING:
            continue
        state = submission_gate(change.release, submission)
        if state is None and submission.build is not None and not tasks_of(change.release, submission):
            open_submission_gate(change, submission)
        elif state is GateState.APPROVED and not tasks_of(change.release, submission):
            _plan(change, submission)


def open_submission(
    change: Change, plan: PairPlan, *, after: Submission | None = None, send_for_review: bool | None = None
) -> Submission:
    """A new submission of a pair, with the texts of the one that it follows and the newest build in the store.

    After a rejection a store with percentages takes changes unsent only, so that is proposed then.
    """
    release = change.release
    build = store_build(release, plan.pair)
    newest = build.store.number if build is not None and build.store is not None else None
    number = newest or (after.build if after is not None else None)
    submission = Submission(
        id=f"{release.id}/d{len(release.submissions) + 1}",
        pair=plan.pair,
        number=after.number + 1 if after is not None else 1,
        version=str(plan.version),
        integration=release.snapshot.stores[plan.pair.key].integration,
        build=number,
        notes=after.notes if after is not None else {},
        send_for_review=False if send_for_review is None and _unsent_only(after) else send_for_review,
        opened_at=change.now,
        check_at=change.now if number is not None else None,
    )
    change.release = release.with_submission(submission)
    change.tell(EventKind.SUBMISSION_OPENED, **facts_of(submission))
    return submission


def _unsent_only(after: Submission | None) -> bool:
    rejected = after is not None and after.state is StoreState.REJECTED
    return rejected and after is not None and after.rollout is Rollout.STAGED


def _plan(change: Change, submission: Submission) -> None:
    """It is approved: it is sent, and then let out."""
    sends = Task(
        id=f"{submission.id}/{_SUBMITS[submission.pair.target]}",
        type=_SUBMITS[submission.pair.target],
        stage=Stage.DISTRIBUTION,
        pair=submission.pair,
        retry_at=change.now,
        check_every=change.release.snapshot.timing.check_every,
    )
    rolls = Task(
        id=f"{submission.id}/{TaskType.ROLL_OUT}",
        type=TaskType.ROLL_OUT,
        stage=Stage.DISTRIBUTION,
        pair=submission.pair,
        after=(sends.id,),
        deadline=ROLL_OUT_DEADLINE,
    )
    change.release = replace(change.release, tasks=(*change.release.tasks, sends, rolls))


def _close_gates(change: Change, submission: Submission) -> None:
    """Somebody sent it in the store's console while it was being asked about."""
    for gate in change.release.open_gates:
        if gate.subject == submission.id:
            voided = replace(gate, state=settled(gate, GateSignal.WITHDRAW), check_at=None)
            change.release = change.release.with_gate(voided)
            why = "it was submitted in the store's own console"
            change.tell(EventKind.APPROVAL_VOIDED, gate=gate.id, kind=gate.kind, why=why)


def _sent_in_fact(change: Change, submission: Submission) -> None:
    """A task that failed to send what the store has on its way needs nobody any more."""
    for task in tasks_of(change.release, submission):
        if task.type in _SUBMITS.values() and task.state is TaskState.FAILED:
            note = "the store has it on its way"
            moved = task.moved(TaskSignal.DONE_BY_HAND, note=note, trouble=None, finished_at=change.now)
            change.release = change.release.with_task(moved)
            change.tell(EventKind.TASK_DONE_BY_HAND, task=task.id, type=task.type, evidence=note)


def _finish(change: Change, submission: Submission) -> None:
    for task in tasks_of(change.release, submission):
        if task.type is TaskType.ROLL_OUT and task.state in _STARTED:
            moved = task.moved(
                TaskSignal.SUCCEED,
                output={"percent": f"{submission.percent:g}", "url": submission.url or ""},
                wait=None,
                trouble=None,
                finished_at=change.now,
            )
            change.release = change.release.with_task(moved)
            change.tell(EventKind.TASK_SUCCEEDED, task=task.id, type=task.type, link=submission.url)


def cancel_tasks(change: Change, submission: Submission, why: str) -> None:
    """End what would carry a submission out."""
    for task in tasks_of(change.release, submission):
        if task.state not in FINAL:
            moved = task.moved(TaskSignal.CANCEL, note=why, wait=None, retry_at=None, finished_at=change.now)
            change.release = change.release.with_task(moved)
            change.tell(EventKind.TASK_CANCELLED, task=task.id, why=why)


def ready_to_end(release: Release) -> bool:
    """Whether nothing of Stage 4 is left to do, so that the release is completed."""
    return (
        release.in_state(Stage.DISTRIBUTION, StageState.IN_PROGRESS)
        and all_over(release)
        and not unwatched_plans(release)
        and all(t.state in FINAL for t in release.tasks_of(Stage.DISTRIBUTION))
    )
