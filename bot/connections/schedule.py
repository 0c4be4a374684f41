"""When a connection is tried again by itself, and when people are told that its credentials end soon."""

import hashlib
from datetime import datetime, timedelta

from orchestration.store.integrations import IntegrationState
from orchestration.store.watch import LONGEST_APART

DAILY = timedelta(hours=22)
SPREAD = LONGEST_APART - DAILY
WHILE_BROKEN = timedelta(hours=1)
WHILE_AWAY = timedelta(minutes=15)
WARN_DAYS = (14, 3, 1)
"""Days before the end of credentials at which people are told, once each."""


def next_try(
    tenant_id: str, integration_id: str, state: IntegrationState | None, *, now: datetime
) -> datetime:
    """About a day later where all is well, spread by the connection's name; sooner where it is not.

    `state` None: the provider was away.
    """
    if state is None:
        return now + WHILE_AWAY
    share = int.from_bytes(hashlib.sha256(f"{tenant_id}|{integration_id}".encode()).digest()[:4]) / 2**32
    if state is IntegrationState.VERIFIED:
        return now + DAILY + SPREAD * share
    return now + WHILE_BROKEN * (1 + share / 4)


def try_due(verify_at: datetime | None, *, now: datetime) -> bool:
    """Whether a connection is to be tried now. A time further ahead than tries are apart is not believed."""
    return verify_at is None or not now < verify_at <= now + LONGEST_APART


def warning_due(expires_at: datetime | None, warned: int | None, *, now: datetime) -> int | None:
    """The warning to give now, as its days; None where none is due. A late one stands for those before it."""
    if expires_at is None or expires_at <= now:
        return None
    reached = [days for days in WARN_DAYS if now >= expires_at - timedelta(days=days)]
    days = min(reached, default=None)
    return days if days is not None and (warned is None or days < warned) else None


def next_warning(expires_at: datetime | None, warned: int | None, *, now: datetime) -> datetime | None:
    """When the next warning is due; at the very end the connection is looked at once more."""
    if expires_at is None:
        return None
    ahead = [expires_at - timedelta(days=d) for d in WARN_DAYS if warned is None or d < warned]
    return min((at for at in (*ahead, expires_at) if at > now), default=None)
