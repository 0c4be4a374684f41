"""Webhooks: addresses elsewhere that are told of events, signed, in their order. PURE.

The signature is that of Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks): HMAC-SHA256 over
`<id>.<timestamp>.<body>`, with the bytes that stand in base64 behind `whsec_`.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from orchestration.domain.errors import Problem
from orchestration.domain.events import Event, EventKind

EVERYTHING = "*"
PATIENCE = timedelta(days=3)
"""How long a delivery is tried; then it is dead, and the webhook is switched off."""
KEPT = timedelta(days=30)
"""How long what was delivered can be looked at and sent again."""
MOST_WEBHOOKS = 20
SECRET_LENGTH = 40
LONGEST_URL = 2000
OVERLAP, LONGEST_OVERLAP = timedelta(days=1), timedelta(days=7)
"""How long the former secret signs beside a new one, unless somebody says otherwise."""
_PREFIX = "whsec_"
_WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800))
_LONGEST_WAIT = timedelta(hours=1)
_GONE = 410
_SUCCESS = range(200, 300)


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """An address that is told of `events`, names of kinds or `*`. `trouble` is why it was switched off by us.

    Until `former_until` the secret that was there before the newest signs too.
    """

    id: str
    tenant_id: str
    url: str
    events: tuple[str, ...]
    created_by: str
    created_at: datetime
    active: bool = True
    trouble: str | None = None
    former_until: datetime | None = None
    revision: int = 0

    def overlaps(self, now: datetime) -> bool:
        """Whether two secrets sign."""
        return self.former_until is not None and now < self.former_until

    def hears(self, kind: EventKind) -> bool:
        """Whether it is told of events of a kind."""
        return self.active and (EVERYTHING in self.events or kind in self.events)


class DeliveryState(StrEnum):
    """What became of a delivery."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """An event on its way to a webhook. `seq` is the event's number; `queued_at` when it was queued (again).

    `status` is what the receiver answered last, and `reason` why that was no yes.
    """

    tenant_id: str
    webhook_id: str
    seq: int
    kind: EventKind
    release_id: str | None
    body: str
    queued_at: datetime
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    tried_at: datetime | None = None
    status: int | None = None
    reason: str | None = None

    @property
    def id(self) -> str:
        """The same at every try, so that the receiver knows a repeat."""
        return f"{self.webhook_id}-{self.seq}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What follows from a try: the delivery as it is then, when to go on, and why the webhook ends, if it does."""

    delivery: Delivery
    due_at: datetime
    ends: str | None = None


def problems_of(events: Sequence[str], url: str) -> Iterator[Problem]:
    """What is wrong with an order for a webhook; whether the address may be called is judged elsewhere."""
    if len(url) > LONGEST_URL:
        yield Problem(field="url", message=f"has more than {LONGEST_URL} characters")
    if not events:
        yield Problem(field="events", message=f"Name at least one kind of event, or {EVERYTHING} for all")
    for number, kind in enumerate(events):
        if kind != EVERYTHING and kind not in set(EventKind):
            yield Problem(field=f"events.{number}", message="is no kind of event")


def body_of(seq: int, event: Event) -> str:
    """The event as it is sent."""
    told = {
        "seq": seq,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "actor": {"id": event.actor.id, "kind": event.actor.kind},
        "release": event.release_id,
        "data": {name: str(value) for name, value in event.data.items()},
    }
    return json.dumps(told)


def secret_text(letters: str) -> str:
    """A new secret, from letters that were drawn by lot."""
    return _PREFIX + base64.b64encode(letters.encode()).decode()


def headers_of(delivery: Delivery, secrets: Sequence[str], *, now: datetime) -> dict[str, str]:
    """What is sent with the body, a signature by each secret among it."""
    stamp = str(int(now.timestamp()))
    signed = (f"v1,{signature(secret, delivery.id, stamp, delivery.body)}" for secret in secrets)
    return {
        "Content-Type": "application/json",
        "webhook-id": delivery.id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signed),
    }


def signature(secret: str, delivery_id: str, stamp: str, body: str) -> str:
    """The base64 of the HMAC; ValueError where the secret is none."""
    key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    signed = f"{delivery_id}.{stamp}.{body}".encode()
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def wait(attempts: int, jitter: float) -> timedelta:
    """How long until the next try after so many; `jitter` in [0, 1) spreads over the upper half."""
    whole = _WAITS[attempts - 1] if attempts <= len(_WAITS) else _LONGEST_WAIT
    return whole / 2 + whole / 2 * jitter


def judged(
    delivery: Delivery, *, status: int | None, reason: str | None, now: datetime, jitter: float
) -> Verdict:
    """What follows from an answer, or from none (`status` None, with a reason)."""
    tried = _tried(delivery, status, reason, now)
    if status is not None and status in _SUCCESS:
        return Verdict(delivery=_with(tried, DeliveryState.DELIVERED, None), due_at=now)
    says = reason or f"the receiver answered {status}"
    if status == _GONE:
        return Verdict(
            delivery=_with(tried, DeliveryState.DEAD, says), due_at=now, ends="the receiver is gone (410)"
        )
    if now - delivery.queued_at >= PATIENCE:
        ends = f"nothing was taken for {PATIENCE.days} days; at last {says}"
        return Verdict(delivery=_with(tried, DeliveryState.DEAD, says), due_at=now, ends=ends)
    due_at = min(now + wait(tried.attempts, jitter), delivery.queued_at + PATIENCE)
    return Verdict(delivery=_with(tried, DeliveryState.PENDING, says), due_at=due_at)


def _tried(delivery: Delivery, status: int | None, reason: str | None, now: datetime) -> Delivery:
    return replace(delivery, attempts=delivery.attempts + 1, tried_at=now, status=status, reason=reason)


def _with(delivery: Delivery, state: DeliveryState, reason: str | None) -> Delivery:
    return replace(delivery, state=state, reason=reason)
