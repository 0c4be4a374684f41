"""Edits of what was ordered, while it is still ahead. Who may is checked before."""

from dataclasses import replace
from datetime import datetime, timedelta

from orchestration.domain.acts import require_alive
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.release import Release
from orchestration.domain.reminders import Reminder, ReminderKind, next_number
from orchestration.domain.stages import Stage, StageState

LONGEST = timedelta(days=365)
"""How far ahead a target may be, as when a release is ordered."""


def move_target(change: Change, at: datetime, reason: str) -> None:
    """Put the target date elsewhere; a release whose target has passed can test again.

    NotNow where the release ended or is ready to submit, `reason` is empty, or `at` makes no sense.
    Moving it to where it is already changes nothing and is NotNow(settled).
    """
    require_alive(change)
    release = change.release
    if release.in_state(Stage.PRE_RELEASE, StageState.COMPLETED):
        raise NotNow("Stage 3 is done: the release is ready for submission, there is no target to move.")
    if not reason.strip():
        raise NotNow("Please say why the target is moved.")
    _check(release, at, change.now)
    old = release.target_at
    change.release = replace(release, target_at=at, reminders=_reminders(release, at))
    change.tell(EventKind.TARGET_MOVED, old=old.isoformat(), new=at.isoformat(), reason=reason)


def _check(release: Release, at: datetime, now: datetime) -> None:
    if at == release.target_at:
        raise NotNow(f"The target date of {release.title} is that already.", settled=True)
    if at <= now:
        raise NotNow("The target date must be in the future.")
    if at - now > LONGEST:
        raise NotNow("The target date is more than a year away.")
    if at <= release.kick_off_at:
        raise NotNow("The target date must come after kick-off.")
    last = max((slot.at for slot in release.planned_slots), default=None)
    if last is not None and at <= last:
        raise NotNow(
            f"A regression slot is planned for {last:%Y-%m-%d %H:%M} UTC: the target date must come after it."
        )


def _reminders(release: Release, at: datetime) -> tuple[Reminder, ...]:
    """A new row in the place of the target's old one, so that lateness is told once for each target."""
    others = tuple(r for r in release.reminders if r.kind is not ReminderKind.TARGET)
    number = next_number(release.reminders)
    return (*others, Reminder(id=f"{release.id}/r{number}", kind=ReminderKind.TARGET, at=at))
