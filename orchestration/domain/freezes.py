"""Freeze windows: from one instant to another no release of the scope moves, but for those that two people let go on.

A freeze places a hold of its own (cause `freeze`, by its id) and takes back that one hold and no other.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.holds import Hold, HoldCause, lifted, placed
from orchestration.domain.release import Release

ASK_LIVES = timedelta(hours=24)
"""How long somebody may take to answer a request for an exception."""
LONGEST_FREEZE = timedelta(days=366)


@dataclass(frozen=True, kw_only=True, slots=True)
class Exemption:
    """An exception for one release, asked for by one person and granted or declined by another.

    `lasts` is counted from the grant, or from the begin of a freeze that is ahead then; `until` is None while nobody
    has granted it.
    """

    release_id: str
    asked_by: str
    asked_at: datetime
    reason: str
    lasts: timedelta
    granted_by: str | None = None
    until: datetime | None = None

    def open(self, now: datetime) -> bool:
        """Whether it still waits for an answer."""
        return self.granted_by is None and now < self.asked_at + ASK_LIVES

    def good(self, now: datetime) -> bool:
        """Whether the release may go on by it."""
        return self.until is not None and now < self.until


@dataclass(frozen=True, kw_only=True, slots=True)
class Freeze:
    """A freeze window. `config_id` None: every release of the tenant. `zone` is where its times were meant.

    `removed_at` ends it before its time.
    """

    id: str
    tenant_id: str
    reason: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    by: str
    config_id: str | None = None
    removed_at: datetime | None = None
    exemptions: tuple[Exemption, ...] = ()
    begun: bool = False
    ended: bool = False
    revision: int = 0

    @property
    def over_at(self) -> datetime:
        """When it is over."""
        return min(self.ends_at, self.removed_at) if self.removed_at is not None else self.ends_at

    def on(self, now: datetime) -> bool:
        """Whether it is on."""
        return self.starts_at <= now < self.over_at

    def meant_for(self, release: Release) -> bool:
        """Whether the release is in its scope."""
        return self.config_id in {None, release.snapshot.config_id}

    def exemption(self, release_id: str) -> Exemption | None:
        """The newest exception that was asked for a release."""
        return next((e for e in reversed(self.exemptions) if e.release_id == release_id), None)

    def with_exemption(self, exemption: Exemption) -> "Freeze":
        """The freeze with this exception, in the place of an earlier one for the same release."""
        others = tuple(e for e in self.exemptions if e.release_id != exemption.release_id)
        return replace(self, exemptions=(*others, exemption))

    def without_exemption(self, release_id: str) -> "Freeze":
        """The freeze without an exception for a release."""
        return replace(self, exemptions=tuple(e for e in self.exemptions if e.release_id != release_id))


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A freeze as a person wants it, unchecked. `config_id` None: every release of the tenant."""

    reason: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    config_id: str | None = None


def holds_release(freeze: Freeze, release: Release, *, now: datetime) -> bool:
    """Whether this freeze wants the release to stand still at `now`."""
    exemption = freeze.exemption(release.id)
    exempt = exemption is not None and exemption.good(now)
    return not release.ended and freeze.meant_for(release) and freeze.on(now) and not exempt


def keep_freeze(change: Change, freeze: Freeze) -> None:
    """Place or take back this freeze's own hold, as it wants at `change.now`. Idempotent."""
    release = change.release
    key = (HoldCause.FREEZE, freeze.id)
    held = any(hold.key == key for hold in release.holds)
    wanted = holds_release(freeze, release, now=change.now)
    if wanted and not held:
        again = freeze.exemption(release.id)
        back = " (the exception has ended)" if again is not None and again.until is not None else ""
        hold = Hold(cause=HoldCause.FREEZE, by=freeze.id, reason=f"{freeze.reason}{back}", at=change.now)
        change.release = replace(release, holds=placed(release.holds, hold))
        change.tell(
            EventKind.HOLD_PLACED,
            cause=HoldCause.FREEZE,
            by=freeze.id,
            reason=hold.reason,
            until=freeze.over_at.isoformat(),
        )
    elif held and not wanted and not release.ended:
        change.release = replace(release, holds=lifted(release.holds, *key))
        change.tell(EventKind.HOLD_LIFTED, cause=HoldCause.FREEZE, by=freeze.id)


def next_look(freeze: Freeze, *, now: datetime) -> datetime | None:
    """When the freeze changes something next; None where it never will again."""
    if freeze.ended:
        return None
    times = [freeze.starts_at, freeze.over_at]
    times += [e.until for e in freeze.exemptions if e.until is not None]
    return min((at for at in times if at > now), default=now)


def ask(freeze: Freeze, change: Change, reason: str, lasts: timedelta) -> Freeze:
    """Ask to let one release go on for a while; somebody else must grant it."""
    _require_scope(freeze, change)
    known = freeze.exemption(change.release.id)
    if known is not None and known.good(change.now):
        raise NotNow(f"{change.release.title} may go on already, by the exception of <@{known.granted_by}>.")
    exemption = Exemption(
        release_id=change.release.id,
        asked_by=change.actor.id,
        asked_at=change.now,
        reason=reason,
        lasts=lasts,
    )
    change.tell(
        EventKind.EXCEPTION_ASKED,
        freeze=freeze.id,
        reason=reason,
        hours=str(lasts // timedelta(hours=1)),
        about=freeze.reason,
    )
    return freeze.with_exemption(exemption)


def grant(freeze: Freeze, change: Change) -> Freeze:
    """Let the release go on, as another person than the one who asked."""
    exemption = _asked(freeze, change)
    if exemption.asked_by == change.actor.id:
        raise NotNow("You asked for this exception yourself: another person must grant it.")
    until = min(max(change.now, freeze.starts_at) + exemption.lasts, freeze.over_at)
    granted = freeze.with_exemption(replace(exemption, granted_by=change.actor.id, until=until))
    change.tell(
        EventKind.EXCEPTION_GRANTED,
        freeze=freeze.id,
        asked_by=exemption.asked_by,
        reason=exemption.reason,
        until=until.isoformat(),
    )
    keep_freeze(change, granted)
    return granted


def decline(freeze: Freeze, change: Change) -> Freeze:
    """Let the release stand; who asked may decline too, and so takes the request back."""
    exemption = _asked(freeze, change)
    change.tell(EventKind.EXCEPTION_DECLINED, freeze=freeze.id, asked_by=exemption.asked_by)
    return freeze.without_exemption(change.release.id)


def _require_scope(freeze: Freeze, change: Change) -> None:
    if change.now >= freeze.over_at:
        raise NotNow(f"The freeze {freeze.id} is over.", settled=True)
    if change.release.ended or not freeze.meant_for(change.release):
        raise NotNow(f"The freeze {freeze.id} does not hold {change.release.title}.", settled=True)


def _asked(freeze: Freeze, change: Change) -> Exemption:
    _require_scope(freeze, change)
    exemption = freeze.exemption(change.release.id)
    if exemption is not None and exemption.good(change.now):
        raise NotNow(f"<@{exemption.granted_by}> granted this exception already.", settled=True)
    if exemption is None or exemption.granted_by is not None:
        raise NotNow(
            f"Nobody asks for an exception for {change.release.title}. "
            f"Ask with `/release freeze exception {freeze.id}` and a reason."
        )
    if not exemption.open(change.now):
        raise NotNow(
            "Nobody answered this request for a day, so it has expired. "
            f"Ask again with `/release freeze exception {freeze.id}` and a reason."
        )
    return exemption
