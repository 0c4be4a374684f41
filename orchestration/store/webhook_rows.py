"""Webhooks and their deliveries as rows, and back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.events import EventKind
from orchestration.domain.webhooks import Delivery, DeliveryState, Webhook
from orchestration.store.adapters import adapter_of
from orchestration.store.texts import storable
from orchestration.store.times import moment, past_ms
from orchestration.store.webhook_tables import webhook_deliveries, webhooks

_OWN = frozenset({"id", "tenant_id", "active", "revision"})


async def put_delivery(connection: AsyncConnection, given: Delivery) -> None:
    """Store a delivery in the place of the one that was there."""
    await connection.execute(
        update(webhook_deliveries)
        .where(*place_of(given.tenant_id, given.webhook_id, given.seq))
        .values(
            state=given.state.value,
            attempts=given.attempts,
            queued_ms=past_ms(given.queued_at),
            tried_ms=_past(given.tried_at),
            status=given.status,
            reason=storable(given.reason) if given.reason is not None else None,
        )
    )


def place_of(tenant_id: str, webhook_id: str, seq: int) -> tuple[Any, ...]:
    """Where a delivery stands."""
    columns = webhook_deliveries.c
    return (columns.tenant_id == tenant_id, columns.webhook_id == webhook_id, columns.seq == seq)


def as_read(webhook: Webhook) -> tuple[Any, ...]:
    """Where a webhook stands, as it was read."""
    columns = webhooks.c
    return (
        columns.id == webhook.id,
        columns.tenant_id == webhook.tenant_id,
        columns.revision == webhook.revision,
    )


def _past(at: datetime | None) -> int | None:
    return past_ms(at) if at is not None else None


def webhook_doc(webhook: Webhook) -> dict[str, Any]:
    """Everything of a webhook that has no column of its own."""
    found: dict[str, Any] = adapter_of(Webhook).dump_python(webhook, mode="json", exclude=set(_OWN))
    return found


def webhook_of(row: Row[Any]) -> Webhook:
    """The webhook of a row."""
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
