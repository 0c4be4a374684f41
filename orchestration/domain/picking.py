"""What people do about cherry-picks: ask for one, accept it, decline it. Who may is checked before."""

from dataclasses import replace

from orchestration.domain.acts import require_alive
from orchestration.domain.asking import withdraw_gates
from orchestration.domain.candidates import unfinished
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.picks import Pick, PickState, Wanted
from orchestration.domain.release import Release
from orchestration.domain.stages import Stage, StageState
from orchestration.domain.tasks import Task, TaskState, TaskType


def require_open(release: Release) -> None:
    """NotNow where no change can come in any more, or where none has to be picked yet."""
    if release.ended:
        raise NotNow(f"{release.title} is {'archived' if release.archived else 'completed'}.", settled=True)
    branch = release.find_task(TaskType.FORK_BRANCH)
    if branch is None or not branch.finished:
        raise NotNow(
            f"{release.branch} is not cut yet. What is merged into {release.base_branch} before kick-off "
            "is in the release by itself; ask again once the branch is there for what comes later."
        )
    if not release.in_state(Stage.PRE_RELEASE, StageState.PENDING):
        raise NotNow("Stage 3 has started: the commit to ship is fixed. A hotfix can bring the change.")


def ask(change: Change, wanted: Wanted, *, accepted: bool) -> Pick:
    """Ask for a change; `accepted` where the one who asks decides it too. Gives the pick as it is then.

    NotNow before the branch is cut, after Stage 3 has started, and where this commit was asked for already.
    """
    require_alive(change)
    require_open(change.release)
    release = change.release
    for known in release.picks:
        if known.wanted.commit == wanted.commit and not _given_up(release, known):
            word = "accepted" if known.state is PickState.ACCEPTED else "asked for"
            by = known.decided_by or known.asked_by
            raise NotNow(f"{wanted.name} was {word} already by <@{by}>.", settled=True)
    number = len(release.picks) + 1
    pick = Pick(
        id=f"{release.id}/p{number}",
        number=number,
        wanted=wanted,
        asked_by=change.actor.id,
        asked_at=change.now,
    )
    change.release = replace(release, picks=(*release.picks, pick))
    if accepted:
        return accept(change, pick.id)
    change.tell(EventKind.PICK_ASKED, pick=pick.id, commit=wanted.commit, source=wanted.source)
    return pick


def accept(change: Change, pick_id: str) -> Pick:
    """Take it in: its task is planned, and what is approved of Stage 3 is void, for the branch will change."""
    require_alive(change)
    require_open(change.release)
    pick = _undecided(change, pick_id)
    decided = _decided(change, pick, PickState.ACCEPTED)
    task = Task(
        id=pick.id,
        type=TaskType.CHERRY_PICK,
        stage=Stage.REGRESSION,
        about=pick.wanted.name,
        # One after the other, in the order in which they were accepted: a later change may stand on an earlier one.
        after=tuple(before.id for before in unfinished(change.release)),
        deadline=change.release.snapshot.timing.manual_deadline,
        check_every=change.release.snapshot.timing.gate_check_every,
        retry_at=change.now,
    )
    change.release = replace(change.release, tasks=(*change.release.tasks, task))
    change.tell(EventKind.PICK_ACCEPTED, pick=pick.id, commit=pick.wanted.commit, source=pick.wanted.source)
    withdraw_gates(change, f"the cherry-pick of {pick.wanted.name} changes the release branch")
    return decided


def decline(change: Change, pick_id: str, reason: str) -> Pick:
    """Leave it out, with a reason for the one who asked."""
    require_alive(change)
    pick = _undecided(change, pick_id)
    decided = _decided(change, pick, PickState.DECLINED, reason=reason)
    change.tell(EventKind.PICK_DECLINED, pick=pick.id, commit=pick.wanted.commit, reason=reason)
    return decided


def _given_up(release: Release, pick: Pick) -> bool:
    """Whether a change may be asked for again: it was declined, or accepted and then left out."""
    task = release.task(pick.id)
    skipped = task is not None and task.state is TaskState.SKIPPED
    return pick.state is PickState.DECLINED or skipped


def _undecided(change: Change, pick_id: str) -> Pick:
    pick = next((p for p in change.release.picks if p.id == pick_id), None)
    if pick is None:
        raise NotNow(f"{change.release.title} has no such cherry-pick.")
    if pick.state is not PickState.ASKED:
        raise NotNow(f"{pick.wanted.name} was {pick.state.lower()} by <@{pick.decided_by}>.", settled=True)
    return pick


def _decided(change: Change, pick: Pick, state: PickState, *, reason: str | None = None) -> Pick:
    decided = replace(pick, state=state, decided_by=change.actor.id, decided_at=change.now, reason=reason)
    picks = tuple(decided if p.id == pick.id else p for p in change.release.picks)
    change.release = replace(change.release, picks=picks)
    return decided
