"""What a store tells of a submission, taken in: its state moves along its table, or stays, and each news is told once.

Looks overlap, and are repeated: one that was begun before the newest look that is known says nothing any more.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from orchestration.domain.change import Change
from orchestration.domain.events import EventKind
from orchestration.domain.store_states import Rollout, StoreState
from orchestration.domain.submission import (
    MOVING,
    STOPPED,
    SUBMISSION_MOVES,
    TURNED_BACK,
    Instruction,
    Sighting,
    Submission,
    Verb,
    facts_of,
)

_S = StoreState
_LONGEST_PAUSE = timedelta(hours=1)
_SLOWER = 8

_TOLD: Mapping[StoreState, EventKind] = MappingProxyType(
    {
        _S.SUBMITTED: EventKind.SUBMISSION_SENT,
        _S.IN_REVIEW: EventKind.SUBMISSION_IN_REVIEW,
        _S.APPROVED: EventKind.SUBMISSION_APPROVED,
        _S.REJECTED: EventKind.SUBMISSION_REJECTED,
        _S.CANCELLED: EventKind.SUBMISSION_CANCELLED,
        _S.LIVE: EventKind.ROLLOUT_STARTED,
        _S.IN_PROGRESS: EventKind.ROLLOUT_STARTED,
        _S.PAUSED: EventKind.ROLLOUT_STOPPED,
        _S.HALTED: EventKind.ROLLOUT_STOPPED,
        _S.COMPLETE: EventKind.STORE_COMPLETED,
    }
)
_CAUSES: Mapping[EventKind, frozenset[Verb]] = MappingProxyType(
    {
        EventKind.SUBMISSION_CANCELLED: frozenset({Verb.WITHDRAW}),
        EventKind.ROLLOUT_STOPPED: frozenset({Verb.PAUSE, Verb.HALT}),
        EventKind.ROLLOUT_RESUMED: frozenset({Verb.RESUME}),
        EventKind.ROLLOUT_RAISED: frozenset({Verb.RAISE, Verb.COMPLETE}),
    }
)
"""By which of our instructions a move of this kind comes about; without one, a person did it in the console."""


def see(change: Change, submission_id: str, seen: Sighting) -> None:
    """Take in what the store told; nothing where something newer is known."""
    known = change.release.submission(submission_id)
    if known is None:
        raise KeyError(submission_id)
    if known.replaced_at is not None or (known.seen_at is not None and seen.asked_at < known.seen_at):
        return
    if known.state in TURNED_BACK and seen.state not in {*TURNED_BACK, _S.PENDING}:
        known = _sent_again(change, known, seen)
    moved = _moved(change, known, seen)
    looked = replace(
        moved,
        seen_at=seen.asked_at,
        build=moved.build if moved.state is _S.PENDING else seen.number or moved.build,
        url=seen.url,
        detail=seen.detail,
        todo=seen.todo,
        day=seen.day,
        phased=seen.phased or moved.phased,
        looks=0,
        trouble=None,
    )
    if moved.todo != seen.todo and seen.todo is not None:
        change.tell(EventKind.STORE_NEEDS_PERSON, **facts_of(looked), what=seen.todo)
    if seen.replaced and not looked.over and looked.state not in TURNED_BACK:
        looked = replace(looked, replaced_at=change.now, instruction=None, step_at=None)
        change.tell(EventKind.STORE_REPLACED, **facts_of(looked))
    change.release = change.release.with_submission(looked)


def vanished(change: Change, submission_id: str, *, asked_at: datetime) -> None:
    """The store does not know the version: one that users have was replaced; one that was sent was taken away."""
    known = change.release.submission(submission_id)
    if known is None:
        raise KeyError(submission_id)
    if known.over or (known.seen_at is not None and asked_at < known.seen_at):
        return
    looked = replace(known, seen_at=asked_at, looks=0, trouble=None)
    if known.out:
        looked = replace(looked, replaced_at=change.now, instruction=None, step_at=None)
        change.tell(EventKind.STORE_REPLACED, **facts_of(looked))
    elif known.state not in {_S.PENDING, *TURNED_BACK}:
        looked = replace(
            looked,
            state=_S.CANCELLED,
            turned_back_at=change.now,
            detail="the store does not have it any more",
        )
        change.tell(EventKind.SUBMISSION_CANCELLED, **facts_of(looked), outside="yes")
    change.release = change.release.with_submission(looked)


def next_look(submission: Submission, *, now: datetime, every: timedelta) -> datetime:
    """When to ask the store again: soon after something happened, then less and less often."""
    moments = (
        submission.opened_at,
        submission.submitted_at,
        submission.in_review_at,
        submission.approved_at,
        submission.raised_at,
        submission.turned_back_at,
    )
    last = max(at for at in moments if at is not None)
    pause = min(max((now - last) / _SLOWER, every), max(_LONGEST_PAUSE, every))
    return now + pause


def _sent_again(change: Change, known: Submission, seen: Sighting) -> Submission:
    """A version that was turned back is on its way again: somebody sent it in the store's console."""
    again = Submission(
        id=f"{change.release.id}/d{len(change.release.submissions) + 1}",
        pair=known.pair,
        number=known.number + 1,
        version=known.version,
        integration=known.integration,
        build=seen.number or known.build,
        notes=known.notes,
        opened_at=change.now,
        outside=True,
        check_at=known.check_at,
    )
    change.release = change.release.with_submission(replace(known, check_at=None, instruction=None))
    return again


def _moved(change: Change, known: Submission, seen: Sighting) -> Submission:
    """Along the table where it has such a row; what the store told else is an older word, or none of ours."""
    moves = SUBMISSION_MOVES[known.rollout]
    state = moves.get((known.state, seen.state), known.state)
    agrees = state is seen.state
    percent = max(known.percent, seen.percent) if agrees else known.percent
    grown = percent > known.percent
    moved = replace(known, state=state, percent=percent, raised_at=change.now if grown else known.raised_at)
    if state is not known.state:
        moved = _dated(moved, known, seen, change.now)
        _tell_move(change, known, moved, seen)
    elif grown:
        _tell(change, EventKind.ROLLOUT_RAISED, moved, known.instruction)
    return moved


def _dated(moved: Submission, known: Submission, seen: Sighting, now: datetime) -> Submission:
    """The dates that follow from a new state; a state that was skipped has none."""
    state = moved.state
    if known.state is _S.PENDING and state not in TURNED_BACK:
        moved = replace(moved, submitted_at=moved.submitted_at or now)
    if state is _S.IN_REVIEW:
        moved = replace(moved, in_review_at=now)
    elif state is _S.APPROVED:
        moved = replace(moved, approved_at=now)
    elif state in TURNED_BACK:
        moved = replace(moved, turned_back_at=now, step_at=None)
    if moved.out and not known.out:
        moved = replace(moved, live_at=seen.live_since or now, approved_at=moved.approved_at or now)
    if state is _S.COMPLETE:
        moved = replace(moved, completed_at=now, step_at=None)
    if state in STOPPED:
        return replace(moved, paused_at=now, step_at=None)
    if known.paused_at is not None:
        paused = moved.paused_for + (now - known.paused_at)
        moved = replace(moved, paused_at=None, paused_for=paused, raised_at=now)
    return moved


def _tell_move(change: Change, known: Submission, moved: Submission, seen: Sighting) -> None:
    kind = _TOLD[moved.state]
    if known.state in STOPPED and moved.state in MOVING:
        kind = EventKind.ROLLOUT_RESUMED
    _tell(change, kind, moved, known.instruction, reason=seen.detail)


def _tell(
    change: Change,
    kind: EventKind,
    moved: Submission,
    instruction: Instruction | None,
    *,
    reason: str | None = None,
) -> None:
    # A phased release grows day by day, and nobody does it.
    by_itself = kind is EventKind.ROLLOUT_RAISED and moved.rollout is Rollout.PHASED
    causes = None if by_itself else _CAUSES.get(kind)
    ours = causes is None or (instruction is not None and instruction.verb in causes)
    by_hand = moved.outside if kind is EventKind.SUBMISSION_SENT else not ours
    asked = instruction if causes is not None and ours else None
    change.tell(
        kind,
        **facts_of(moved),
        reason=reason,
        outside="yes" if by_hand else None,
        by=asked.by if asked is not None else None,
        because=asked.reason if asked is not None else None,
    )
