"""Webhooks as rows, the deliveries that an event makes, and the queue that hands them out."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from orchestration.domain.events import Event
from orchestration.domain.webhooks import KEPT, Delivery, DeliveryState, Verdict, Webhook, body_of
from orchestration.ports.webhooks import Errand, Sealed, StaleWebhook
from orchestration.services.again import again
from orchestration.store.adapters import adapter_of
from orchestration.store.backing import Backing
from orchestration.store.leases import AT, CLAIMER, ROOM, claiming, lengthen
from orchestration.store.putting_right import PuttingRight
from orchestration.store.texts import storable
from orchestration.store.times import MILLISECOND, LeaseTime, past_ms
from orchestration.store.webhook_rows import (
    as_read,
    delivery_of,
    place_of,
    put_delivery,
    webhook_doc,
    webhook_of,
)
from orchestration.store.webhook_tables import webhook_deliveries, webhooks

_ACTIVE = select(webhooks).where(webhooks.c.tenant_id == bindparam("tenant"), webhooks.c.active.is_(True))


class SqlWebhooks:
    """The webhooks in one transaction."""

    def __init__(self, connection: AsyncConnection, *, may_write: Callable[[], AsyncConnection]) -> None:
        self._connection = connection
        self._may_write = may_write

    async def tenants(self) -> Sequence[str]:
        """Those that have any, in their order."""
        column = webhooks.c.tenant_id
        found = await self._connection.execute(select(column).distinct().order_by(column))
        return [row.tenant_id for row in found]

    async def of_tenant(self, tenant_id: str) -> Sequence[Webhook]:
        """All of them, by id."""
        found = await self._connection.execute(
            select(webhooks).where(webhooks.c.tenant_id == tenant_id).order_by(webhooks.c.id)
        )
        return [webhook_of(row) for row in found]

    async def find(self, tenant_id: str, webhook_id: str) -> Webhook | None:
        """One of them."""
        found = await self._connection.execute(
            select(webhooks).where(webhooks.c.tenant_id == tenant_id, webhooks.c.id == storable(webhook_id))
        )
        row = found.one_or_none()
        return webhook_of(row) if row is not None else None

    async def add(self, webhook: Webhook, secret: Sealed) -> None:
        """Store a new one."""
        await self._may_write().execute(
            insert(webhooks).values(
                id=webhook.id,
                tenant_id=webhook.tenant_id,
                active=webhook.active,
                doc=webhook_doc(webhook),
                secret=secret.data,
                key_id=secret.key_id,
                due_ms=0,
                fence=0,
                revision=webhook.revision,
            )
        )

    async def save(self, webhook: Webhook) -> Webhook:
        """Store one as it was read, due at once; gives it with its new revision. StaleWebhook."""
        return await self._save(webhook)

    async def sealed(self, webhook: Webhook) -> Sealed:
        """The secrets of one that is there."""
        found = await self._connection.execute(
            select(webhooks.c.key_id, webhooks.c.secret).where(
                webhooks.c.tenant_id == webhook.tenant_id, webhooks.c.id == webhook.id
            )
        )
        row = found.one()
        return Sealed(key_id=row.key_id, data=row.secret)

    async def reseal(self, webhook: Webhook, secret: Sealed) -> Webhook:
        """Store one as it was read, with other secrets; gives it with its new revision. StaleWebhook."""
        return await self._save(webhook, secret=secret.data, key_id=secret.key_id)

    async def _save(self, webhook: Webhook, **more: object) -> Webhook:
        revision = webhook.revision + 1
        result = await self._may_write().execute(
            update(webhooks)
            .where(*as_read(webhook))
            .values(active=webhook.active, doc=webhook_doc(webhook), revision=revision, due_ms=0, **more)
        )
        if result.rowcount == 0:
            raise StaleWebhook(webhook.id)
        adapter = adapter_of(Webhook)
        return adapter.validate_python({**adapter.dump_python(webhook), "revision": revision})

    async def remove(self, webhook: Webhook) -> None:
        """Forget one as it was read, with its deliveries. StaleWebhook."""
        connection = self._may_write()
        result = await connection.execute(delete(webhooks).where(*as_read(webhook)))
        if result.rowcount == 0:
            raise StaleWebhook(webhook.id)
        await connection.execute(
            delete(webhook_deliveries).where(
                webhook_deliveries.c.tenant_id == webhook.tenant_id,
                webhook_deliveries.c.webhook_id == webhook.id,
            )
        )

    async def deliveries(
        self, tenant_id: str, webhook_id: str, *, before: int | None, limit: int
    ) -> Sequence[Delivery]:
        """What was or is to be sent, newest first, from below the number `before` on."""
        columns = webhook_deliveries.c
        older = () if before is None else (columns.seq < before,)
        found = await self._connection.execute(
            select(webhook_deliveries)
            .where(columns.tenant_id == tenant_id, columns.webhook_id == webhook_id, *older)
            .order_by(columns.seq.desc())
            .limit(limit)
        )
        return [delivery_of(row) for row in found]

    async def delivery(self, tenant_id: str, webhook_id: str, seq: int) -> Delivery | None:
        """One of them."""
        found = await self._connection.execute(
            select(webhook_deliveries).where(*place_of(tenant_id, webhook_id, seq))
        )
        row = found.one_or_none()
        return delivery_of(row) if row is not None else None

    async def put(self, delivery: Delivery) -> None:
        """Store a delivery in the place of the one that was there."""
        await put_delivery(self._may_write(), delivery)


async def queue_events(
    connection: AsyncConnection, tenant_id: str, told: Sequence[tuple[int, Event]], *, now: int
) -> bool:
    """Add a delivery of each event for each webhook that hears it; whether there is any."""
    found = await connection.execute(_ACTIVE, {"tenant": tenant_id})
    rows = [
        {
            "tenant_id": tenant_id,
            "webhook_id": webhook.id,
            "seq": seq,
            "kind": event.kind.value,
            "release_id": event.release_id,
            "body": body_of(seq, event),
            "state": DeliveryState.PENDING.value,
            "attempts": 0,
            "queued_ms": now,
        }
        for webhook in map(webhook_of, found)
        for seq, event in told
        if webhook.hears(event.kind)
    ]
    if rows:
        await connection.execute(insert(webhook_deliveries), rows)
    return bool(rows)


class SqlWebhookQueue:
    """Claims over the table `webhooks`; each call is a transaction of its own."""

    def __init__(self, backing: Backing) -> None:
        self._on = backing
        self._right = PuttingRight(backing, webhooks, webhooks.c.due_ms, backing.post_ms)

    @cached_property
    def _claim(self) -> ReturningUpdate[Any]:
        """Built once, by those who send webhooks."""
        return claim_statement(self._on.time)

    @again
    async def claim(self, *, limit: int) -> Sequence[Errand]:
        """Take up to `limit` active ones that are due and have something to send, each with what comes first."""
        if limit < 1:
            return []
        await self._right.look()
        async with self._on.database.writing() as connection:
            asked = claiming(self._on.post_ms(), self._on.owner, limit=limit)
            rows = (await connection.execute(self._claim, asked)).all()
            firsts = [await _first(connection, row.id) for row in rows]
        return [
            Errand(
                webhook=webhook_of(row),
                secret=Sealed(key_id=row.key_id, data=row.secret),
                delivery=first,
                fence=row.fence,
            )
            for row, first in zip(rows, firsts, strict=True)
            if first is not None
        ]

    @again
    async def renew(self, errands: Sequence[Errand]) -> None:
        """Lengthen the leases that are still ours."""
        held: list[tuple[object, int]] = [(each.webhook.id, each.fence) for each in errands]
        await lengthen(self._on, webhooks, webhooks.c.id, held)

    @again
    async def let_go(self, errand: Errand) -> None:
        """Give one back untouched."""
        async with self._on.database.writing() as connection:
            await self._end(connection, errand)

    @again
    async def settle(self, errand: Errand, verdict: Verdict) -> bool:
        """Record a try and give the webhook back until `due_at`; False, with nothing kept, where the lease is lost."""
        async with self._on.database.writing() as connection:
            if not await self._end(connection, errand, due_ms=past_ms(verdict.due_at)):
                return False
            await put_delivery(connection, verdict.delivery)
            columns = webhook_deliveries.c
            await connection.execute(
                delete(webhook_deliveries).where(
                    columns.tenant_id == errand.webhook.tenant_id,
                    columns.queued_ms < self._on.post_ms() - KEPT // MILLISECOND,
                    columns.state != DeliveryState.PENDING.value,
                )
            )
            return True

    async def _end(self, connection: AsyncConnection, errand: Errand, **values: object) -> bool:
        columns = webhooks.c
        ours = and_(
            columns.id == errand.webhook.id,
            columns.tenant_id == errand.webhook.tenant_id,
            columns.fence == errand.fence,
            columns.owner == self._on.owner,
        )
        result = await connection.execute(
            update(webhooks).where(ours).values(lease_until_ms=None, owner=None, **values)
        )
        return bool(result.rowcount)


def claim_statement(time: LeaseTime) -> ReturningUpdate[Any]:
    """Claims active ones that are due and have something to send."""
    columns = webhooks.c
    pending = exists().where(
        webhook_deliveries.c.webhook_id == columns.id,
        webhook_deliveries.c.state == DeliveryState.PENDING.value,
    )
    due = (
        select(columns.id)
        .where(columns.active.is_(True), columns.due_ms <= AT, time.over(columns.lease_until_ms), pending)
        .order_by(columns.due_ms, columns.id)
        .limit(ROOM)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        update(webhooks)
        .where(columns.id.in_(select(due.c.id)))
        .values(fence=columns.fence + 1, owner=CLAIMER, lease_until_ms=time.end())
        .returning(webhooks)
    )


async def _first(connection: AsyncConnection, webhook_id: str) -> Delivery | None:
    columns = webhook_deliveries.c
    found = await connection.execute(
        select(webhook_deliveries)
        .where(columns.webhook_id == webhook_id, columns.state == DeliveryState.PENDING.value)
        .order_by(columns.seq)
        .limit(1)
    )
    row = found.one_or_none()
    return delivery_of(row) if row is not None else None
