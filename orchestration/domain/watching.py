"""When a store is looked at next, when a step is taken by itself, and what is said when a store keeps silent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from orchestration.domain import health_gate
from orchestration.domain.calendar import WorkCalendar
from orchestration.domain.change import Change
from orchestration.domain.events import EventKind
from orchestration.domain.following import next_look
from orchestration.domain.people import SYSTEM
from orchestration.domain.release import Release
from orchestration.domain.rollout_plan import EVERYBODY
from orchestration.domain.store_states import Rollout, StoreState
from orchestration.domain.submission import (
    UNDER_REVIEW,
    Instruction,
    Missed,
    Sighting,
    Submission,
    Verb,
    facts_of,
)
from orchestration.domain.tasks import RetryBudget

_RETRY = RetryBudget(first=timedelta(seconds=30), longest=timedelta(hours=1))
_ENOUGH = 3
_SHORTEST_SILENCE = timedelta(hours=1)


def as_answer(seen: Sighting, now: datetime) -> Sighting:
    """The answer to what the store was told: as new as its arrival, so that no look begun before undoes it."""
    return replace(seen, asked_at=now)


def look_now(change: Change, submission_id: str) -> None:
    """Look at the store at once: what was believed of it was wrong."""
    known = _known(change.release, submission_id)
    if known.check_at is not None:
        change.release = change.release.with_submission(replace(known, check_at=change.now))


def unread(change: Change, submission_id: str, missed: Missed, *, jitter: float) -> None:
    """The store could not be looked at: again later, less and less often; what is known stays."""
    known = _known(change.release, submission_id)
    pause = max(missed.after or timedelta(0), _RETRY.delay(known.looks + 1, jitter))
    change.release = change.release.with_submission(
        replace(known, looks=known.looks + 1, trouble=missed.reason, check_at=change.now + pause)
    )


def plan_look(change: Change, submission_id: str, *, calendar: WorkCalendar | None) -> None:
    """Plan the next look. A step that is due by now is ordered; one to come is looked at in its time.

    Without a calendar nothing is known of the office, so a step that was planned stays as it was.
    """
    known = _known(change.release, submission_id)
    if known.over:
        change.release = change.release.with_submission(replace(known, check_at=None, step_at=None))
        return
    every = change.release.snapshot.timing.store_check_every
    look_at = next_look(known, now=change.now, every=every)
    step_at = _step_at(change.release, known, calendar, change.now)
    if step_at is not None and step_at <= change.now and known.instruction is None:
        known = _step(change, known)
        step_at = None
    # What is planned is looked at again when it comes: the office, the holds and the store may be others then.
    wake = min(look_at, step_at) if step_at is not None and step_at > change.now else look_at
    change.release = change.release.with_submission(replace(known, step_at=step_at, check_at=wake))


def call_silence(change: Change, submission_id: str, *, usual: timedelta | None) -> None:
    """Say once that a review takes longer than this app's reviews do: than half of them, where enough are known."""
    known = _known(change.release, submission_id)
    if known.state not in UNDER_REVIEW or known.submitted_at is None or known.silent_at is not None:
        return
    patience = max(usual or change.release.snapshot.timing.review_expected, _SHORTEST_SILENCE)
    waited = change.now - known.submitted_at
    if waited <= patience:
        return
    change.release = change.release.with_submission(replace(known, silent_at=change.now))
    change.tell(
        EventKind.STORE_SILENT,
        **facts_of(known),
        hours=f"{waited / timedelta(hours=1):.0f}",
        usual=f"{patience / timedelta(hours=1):.0f}",
        known="yes" if usual is not None else None,
    )


def median(reviews: Sequence[timedelta]) -> timedelta | None:
    """The middle of the reviews that are known, None where they are too few to say anything."""
    return sorted(reviews)[len(reviews) // 2] if len(reviews) >= _ENOUGH else None


def _step_at(
    release: Release, known: Submission, calendar: WorkCalendar | None, now: datetime
) -> datetime | None:
    """When the next step is taken by itself, None where a person takes it, or none is left."""
    plan = release.snapshot.stores.get(known.pair.key)
    rollout = plan.rollout if plan is not None else None
    if rollout is None or not rollout.auto_advance or known.rollout is not Rollout.STAGED:
        return None
    if known.state is not StoreState.IN_PROGRESS or rollout.after(known.percent) is None:
        return None
    if calendar is None:
        return known.step_at if known.step_at is not None and known.step_at > now else None
    since = known.raised_at or known.live_at or known.opened_at
    return release.snapshot.office.next_open(calendar, max(since + rollout.step_every, now))


def _step(change: Change, known: Submission) -> Submission:
    """Order the step that is due, as a person would; none while the release is held, or is not known to be well."""
    plan = change.release.snapshot.stores[known.pair.key].rollout
    percent = plan.after(known.percent)
    if percent is None or change.release.holds:
        return known
    withheld = health_gate.withheld(change.release, known, change.now)
    if withheld is not None:
        return _held(change, known, percent, withheld)
    everybody = percent >= EVERYBODY
    number = known.instructions + 1
    told = Instruction(
        number=number,
        verb=Verb.COMPLETE if everybody else Verb.RAISE,
        by=SYSTEM.id,
        at=change.now,
        percent=None if everybody else percent,
    )
    change.tell(EventKind.STORE_INSTRUCTED, **{**facts_of(known), "percent": f"{percent:g}"}, verb=told.verb)
    return replace(known, instructions=number, instruction=told)


def _held(change: Change, known: Submission, percent: float, why: str) -> Submission:
    """The step waits until the health is good; it is tried again with every look, and told once."""
    if known.health.held == percent:
        return known
    change.tell(
        EventKind.STEP_HELD,
        **{**health_gate.figures_of(known), "says": why},
        to=f"{percent:g}",
    )
    return replace(known, health=replace(known.health, held=percent))


def _known(release: Release, submission_id: str) -> Submission:
    known = release.submission(submission_id)
    if known is None:
        raise KeyError(submission_id)
    return known
