"""Editing what was ordered, judged by the same rules as the order itself: all that is wrong at once, at its field."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orchestration.domain import edits
from orchestration.domain.acts import require_alive
from orchestration.domain.branches import branch_name
from orchestration.domain.change import Change
from orchestration.domain.creation import Facts, Order, WantedSlot, create
from orchestration.domain.errors import Invalid, NotNow, Problem
from orchestration.domain.events import EventKind
from orchestration.domain.release import Release
from orchestration.domain.reminders import Reminder, ReminderKind
from orchestration.domain.snapshot import Bucket
from orchestration.domain.stages import Stage, StageState
from orchestration.domain.version import ReleaseType

_CHANNELS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """What is to be another; None leaves it. `versions` are of all pairs that remain, by `Pair.key`, as texts."""

    kick_off_at: datetime | None = None
    target_at: datetime | None = None
    type: ReleaseType | None = None
    versions: Mapping[str, str] | None = None
    base_branch: str | None = None
    branch: str | None = None
    parent: str | None = None
    channels: Mapping[str, tuple[str, ...]] | None = None
    reason: str = ""

    @property
    def early(self) -> bool:
        """Whether it is about what is fixed at kick-off."""
        wanted = (self.kick_off_at, self.type, self.versions, self.base_branch, self.branch, self.parent)
        return any(each is not None for each in wanted)


def ahead(release: Release) -> bool:
    """Whether branch, pairs, type and kick-off can still be edited."""
    return release.in_state(Stage.KICKOFF, StageState.PENDING) and not release.ended


def edit(change: Change, wanted: Edit, facts: Facts) -> None:
    """Change what was ordered. Invalid with every problem at its field; NotNow where its time is over.

    What is the same already changes nothing; where all is, it is NotNow(settled). A later target needs a reason.
    """
    require_alive(change)
    before = change.release
    moves = wanted.target_at is not None and wanted.target_at != before.target_at
    if moves and not wanted.reason.strip():
        raise Invalid([Problem(field="reason", message="Please say why the target is moved")])
    if wanted.early:
        _before_kick_off(change, wanted, facts)
    if wanted.channels is not None:
        _channels(change, wanted.channels)
    _tell(change, before, wanted.reason)
    if wanted.target_at is not None and moves:
        edits.move_target(change, wanted.target_at, wanted.reason)
    if change.release == before:
        raise NotNow(f"{before.title} is like that already.", settled=True)


def _before_kick_off(change: Change, wanted: Edit, facts: Facts) -> None:
    release = change.release
    if not ahead(release):
        raise NotNow(
            "Kick-off is over, so branch, platforms, versions and type are fixed. "
            "Slots, the target date and channels can still be edited."
        )
    order = Order(
        type=wanted.type or release.type,
        versions=_versions(release) if wanted.versions is None else wanted.versions,
        kick_off_at=wanted.kick_off_at or release.kick_off_at,
        target_at=wanted.target_at or release.target_at,
        slots=[WantedSlot(at=slot.at, flags=slot.flags) for slot in release.planned_slots],
        base_branch=wanted.base_branch or release.base_branch,
        base_commit=release.base_commit,
        branch=wanted.branch or _kept_branch(release, wanted),
        captain=release.captain,
        previous_tag=release.previous_tag if release.parent is None else None,
        skip_regression=release.skipped.reason if release.skipped is not None else None,
    )
    made = create(
        order,
        facts,
        release_id=release.id,
        tenant_id=release.tenant_id,
        by=release.created_by,
        now=change.now,
    )
    change.release = replace(
        release,
        type=made.type,
        plans=made.plans,
        base_branch=made.base_branch,
        branch=made.branch,
        kick_off_at=made.kick_off_at,
        parent=made.parent,
        previous_tag=made.previous_tag,
        slots=made.slots if release.skipped is not None else release.slots,
        reminders=_reminders(release, made.kick_off_at - release.kick_off_at, change.now),
    )


def _versions(release: Release) -> Mapping[str, str]:
    return {plan.pair.key: str(plan.version) for plan in release.plans}


def _kept_branch(release: Release, wanted: Edit) -> str | None:
    """A branch named by the pattern follows the version; one with a name of its own keeps it."""
    by_pattern = branch_name(release.snapshot, release.type, release.version)
    follows = wanted.versions is not None or wanted.type is not None
    return None if follows and release.branch == by_pattern else release.branch


def _reminders(release: Release, moved: timedelta, now: datetime) -> tuple[Reminder, ...]:
    """The reminder of kick-off moves with it; one that would be late by now is not sent any more."""
    return tuple(
        replace(row, at=row.at + moved) if row.kind is ReminderKind.KICK_OFF and row.sent_at is None else row
        for row in release.reminders
        if row.kind is not ReminderKind.KICK_OFF or row.sent_at is not None or row.at + moved > now
    )


def _channels(change: Change, channels: Mapping[str, tuple[str, ...]]) -> None:
    buckets = {bucket.value for bucket in Bucket}
    problems = [
        Problem(field=f"channels:{name}", message=f"{name} is none of {', '.join(sorted(buckets))}")
        for name in channels
        if name not in buckets
    ]
    problems += [
        Problem(field=f"channels:{name}", message=f"At most {_CHANNELS} channels")
        for name, listed in channels.items()
        if len(listed) > _CHANNELS
    ]
    if problems:
        raise Invalid(problems)
    snapshot = change.release.snapshot
    merged = {
        **snapshot.channels,
        **{name: tuple(dict.fromkeys(listed)) for name, listed in channels.items()},
    }
    kept = {name: listed for name, listed in merged.items() if listed}
    if kept != dict(snapshot.channels):
        change.release = replace(change.release, snapshot=replace(snapshot, channels=kept))


def _shown(release: Release) -> Mapping[str, str]:
    """What people read of what can be edited, by its name."""
    channels = {
        f"channels of {name}": ", ".join(listed) for name, listed in release.snapshot.channels.items()
    }
    return {
        "type": release.type.lower(),
        "versions": ", ".join(f"{plan.pair.title} {plan.version}" for plan in release.plans),
        "base branch": release.base_branch,
        "branch": release.branch,
        "hotfix of": release.parent.name if release.parent else "",
        "kick-off": f"{release.kick_off_at:%Y-%m-%d %H:%M} UTC",
        **channels,
    }


def _tell(change: Change, before: Release, reason: str) -> None:
    was, now = _shown(before), _shown(change.release)
    names = [name for name in dict.fromkeys([*was, *now]) if was.get(name) != now.get(name)]
    if names:
        data = {f"before.{name}": was.get(name) for name in names}
        data |= {f"after.{name}": now.get(name) for name in names}
        change.tell(EventKind.RELEASE_EDITED, changed=", ".join(names), reason=reason.strip() or None, **data)
