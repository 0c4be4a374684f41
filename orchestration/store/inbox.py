"""Requests from outside: stored before they are acknowledged, worked on by one worker at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from orchestration.ports.runtime import Incoming, Request
from orchestration.ports.tracing import carried
from orchestration.services.again import again
from orchestration.store.backing import Backing
from orchestration.store.database import insert_into
from orchestration.store.leases import AT, CLAIMER, ROOM, claiming, lengthen
from orchestration.store.putting_right import PuttingRight, rest_ms
from orchestration.store.queues import inbox
from orchestration.store.texts import storable
from orchestration.store.times import LeaseTime
from orchestration.store.wake import Wake


class SqlInbox:
    """The `Inbox` over its table; each call is a transaction of its own."""

    def __init__(self, backing: Backing) -> None:
        self._on = backing
        self._claim = claim_statement(backing.time, keys=())
        self._right = PuttingRight(backing, inbox, inbox.c.not_before_ms, backing.post_ms)

    @again
    async def receive(self, incoming: Incoming) -> bool:
        """Store a request; False where it was there already."""
        now = self._on.post_ms()
        async with self._on.database.writing() as connection:
            statement = insert_into(connection, inbox).values(
                tenant_id=incoming.tenant_id,
                key=incoming.key,
                kind=incoming.kind,
                payload=dict(incoming.payload),
                received_ms=now,
                not_before_ms=now,
                fence=0,
                attempts=0,
                trace=carried(),
            )
            result = await connection.execute(statement.on_conflict_do_nothing())
            new = result.rowcount > 0
        if new:
            self._on.wake([Wake.INBOX])
        return new

    async def answered(self, tenant_id: str, key: str) -> Mapping[str, object] | None:
        """How a stored request was acknowledged (`answer` of its payload); None where it is not stored."""
        statement = select(inbox.c.payload).where(inbox.c.tenant_id == tenant_id, inbox.c.key == key)
        async with self._on.database.reading() as connection:
            payload = (await connection.execute(statement)).scalar_one_or_none()
        if payload is None:
            return None
        answer = payload.get("answer", {})
        return answer if isinstance(answer, Mapping) else {}

    @again
    async def claim(self, *, limit: int, keys: Sequence[str] = ()) -> Sequence[Request]:
        """Take up to `limit` open requests, oldest first; only those of `keys` where given."""
        if limit < 1:
            return []
        await self._right.look()
        statement = claim_statement(self._on.time, keys=keys) if keys else self._claim
        asked = claiming(self._on.post_ms(), self._on.owner, limit=limit)
        async with self._on.database.writing() as connection:
            rows = (await connection.execute(statement, asked)).mappings().all()
        return [_request(row) for row in sorted(rows, key=lambda row: int(row["id"]))]

    @again
    async def renew(self, requests: Sequence[Request]) -> None:
        """Lengthen the leases that are still ours."""
        held = [(request.incoming.key, request.fence) for request in requests]
        await lengthen(self._on, inbox, inbox.c.key, held)

    @again
    async def close(self, request: Request, *, error: str | None = None) -> None:
        """Mark a request as worked on. Does nothing where the lease was lost."""
        async with self._on.database.writing() as connection:
            await finish(connection, request, error=error)

    @again
    async def later(self, request: Request, *, seconds: float, reason: str) -> None:
        """Try again after `seconds`, an hour at most. Does nothing where the lease was lost."""
        again = self._on.post_ms() + rest_ms(seconds)
        async with self._on.database.writing() as connection:
            await _end_claim(connection, request, not_before=again, error=reason)


async def finish(connection: AsyncConnection, request: Request, *, error: str | None = None) -> bool:
    """Mark a request as worked on in a transaction; False where the lease was lost."""
    return await _end_claim(connection, request, not_before=None, error=error)


async def _end_claim(
    connection: AsyncConnection, request: Request, *, not_before: int | None, error: str | None
) -> bool:
    result = await connection.execute(
        update(inbox)
        .where(
            inbox.c.tenant_id == request.incoming.tenant_id,
            inbox.c.key == request.incoming.key,
            inbox.c.fence == request.fence,
            inbox.c.lease_until_ms.is_not(None),
        )
        .values(
            not_before_ms=not_before,
            lease_until_ms=None,
            owner=None,
            error=storable(error) if error is not None else None,
        )
    )
    return result.rowcount > 0


def claim_statement(time: LeaseTime, *, keys: Sequence[str]) -> ReturningUpdate[Any]:
    """Claims open requests; by their keys where those are given. To be killed is no try: its lease was never ended."""
    chosen = select(inbox.c.id).where(
        inbox.c.not_before_ms <= AT,
        time.over(inbox.c.lease_until_ms),
    )
    if keys:
        chosen = chosen.where(inbox.c.key.in_(keys))
    open_ones = chosen.order_by(inbox.c.id).limit(ROOM).with_for_update(skip_locked=True).cte("open_ones")
    cut_off = inbox.c.lease_until_ms.is_not(None)
    return (
        update(inbox)
        .where(inbox.c.id.in_(select(open_ones.c.id)))
        .values(
            attempts=case((cut_off, inbox.c.attempts), else_=inbox.c.attempts + 1),
            fence=inbox.c.fence + 1,
            owner=CLAIMER,
            lease_until_ms=time.end(),
        )
        .returning(inbox)
    )


def _request(row: RowMapping) -> Request:
    return Request(
        incoming=Incoming(
            key=row["key"], tenant_id=row["tenant_id"], kind=row["kind"], payload=row["payload"]
        ),
        fence=row["fence"],
        attempts=row["attempts"],
        trace=row["trace"],
    )
