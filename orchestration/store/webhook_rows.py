"""Webhooks and their deliveries as rows have them."""

from typing import Any

from sqlalchemy import Row

from orchestration.domain.events import EventKind
from orchestration.domain.webhooks import Delivery, DeliveryState, Webhook
from orchestration.store.adapters import adapter_of
from orchestration.store.times import moment

_OWN = frozenset({"id", "tenant_id", "active", "revision"})


def doc_of(webhook: Webhook) -> dict[str, Any]:
    """What has no column of its own."""
    found: dict[str, Any] = adapter_of(Webhook).dump_python(webhook, mode="json", exclude=set(_OWN))
    return found


def webhook_of(row: Row[Any]) -> Webhook:
    """The webhook of a row; its secret stays there."""
    own = {"id": row.id, "tenant_id": row.tenant_id, "active": row.active, "revision": row.revision}
    return adapter_of(Webhook).validate_python({**row.doc, **own})


def delivery_of(row: Row[Any]) -> Delivery:
    """The delivery of a row."""
    return Delivery(
        tenant_id=row.tenant_id,
        webhook_id=row.webhook_id,
        seq=row.seq,
        kind=EventKind(row.kind),
        release_id=row.release_id,
        body=row.body,
        queued_at=moment(row.queued_ms),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        tried_at=moment(row.tried_ms) if row.tried_ms is not None else None,
        status=row.status,
        reason=row.reason,
    )
