"""A connection that its provider does not take any more holds every release that uses it, by its own id."""

from dataclasses import replace

from orchestration.domain.change import Change
from orchestration.domain.events import EventKind
from orchestration.domain.holds import Hold, HoldCause, lifted, placed
from orchestration.domain.release import Release


def credentials_hold(release: Release, integration_id: str) -> Hold | None:
    """The hold that this connection has placed on a release, if any."""
    return next((h for h in release.holds if h.key == (HoldCause.CREDENTIALS, integration_id)), None)


def hold_for_credentials(change: Change, integration_id: str, reason: str) -> None:
    """Stand still until the account is connected again. A release that has ended is left alone. Idempotent.

    A new reason takes the place of the old one and is not told again.
    """
    if change.release.ended:
        return
    known = credentials_hold(change.release, integration_id)
    hold = Hold(cause=HoldCause.CREDENTIALS, by=integration_id, reason=reason, at=change.now)
    change.release = replace(change.release, holds=placed(change.release.holds, hold))
    if known is None:
        change.tell(EventKind.HOLD_PLACED, cause=HoldCause.CREDENTIALS, by=integration_id, reason=reason)


def lift_credentials_hold(change: Change, integration_id: str) -> None:
    """The account is connected again: take back this one hold and no other. Idempotent."""
    if credentials_hold(change.release, integration_id) is None or change.release.archived is not None:
        return
    holds = lifted(change.release.holds, HoldCause.CREDENTIALS, integration_id)
    change.release = replace(change.release, holds=holds)
    change.tell(EventKind.HOLD_LIFTED, cause=HoldCause.CREDENTIALS, by=integration_id)
