"""Messages to come: ordered within their lane, coalesced by key, leased to one sender at a time."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    Update,
    delete,
)
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import SYSTEM
from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import Letter, Outgoing, OutgoingKind, StaleClaim
from orchestration.ports.tracing import carried
from orchestration.services.again import again
from orchestration.store import audit
from orchestration.store.backing import Backing
from orchestration.store.leases import claiming, lengthen
from orchestration.store.outbox_statements import (
    KNOWN,
    PLACE,
    SENT,
    SETTLE,
    SHOWN_AGAIN,
    UNSENT,
    OutboxState,
    claim_statement,
    registering,
    renewing,
)
from orchestration.store.putting_right import PuttingRight, rest_ms
from orchestration.store.queues import outbox
from orchestration.store.texts import storable
from orchestration.store.wake import Wake


async def put(connection: AsyncConnection, tenant_id: str, outgoing: Sequence[Outgoing], *, now: int) -> None:
    """Store messages in their order, to go out after the commit."""
    if not outgoing:
        return
    keys = sorted({message.key for message in outgoing})
    known = await connection.execute(KNOWN, {"of_tenant": tenant_id, "keys": keys})
    settled = [row.id for row in known if row.kind in SHOWN_AGAIN and row.state not in UNSENT]
    if settled:
        # A new row gets a new place, at the end of its lane.
        await connection.execute(delete(outbox).where(outbox.c.id.in_(settled)))
    rows = [_columns(tenant_id, message, now=now) for message in outgoing]
    await connection.execute(renewing(connection.dialect.name), rows)


def _columns(tenant_id: str, message: Outgoing, *, now: int) -> dict[str, object]:
    return {
        "tenant_id": tenant_id,
        "kind": message.kind,
        "lane": message.lane,
        "key": message.key,
        "release_id": message.release_id,
        "payload": dict(message.payload),
        "state": OutboxState.OPEN,
        "version": 1,
        "not_before_ms": now,
        "fence": 0,
        "attempts": 0,
        "uncertain": False,
        "trace": carried(),
    }


class SqlMailbox:
    """The `Mailbox` over the table `outbox`; each call is a transaction of its own."""

    def __init__(self, backing: Backing) -> None:
        self._on = backing
        self._claim = claim_statement(backing.time)
        self._right = PuttingRight(backing, outbox, outbox.c.not_before_ms, backing.post_ms)

    @again
    async def claim(self, *, limit: int) -> Sequence[Letter]:
        """The first unsent message of up to `limit` lanes, leased."""
        if limit < 1:
            return []
        await self._right.look()
        taken_at, taken = self._on.post.now(), asyncio.get_running_loop().time()
        asked = claiming(self._on.post_ms(), self._on.owner, limit=limit)
        async with self._on.database.writing() as connection:
            rows = (await connection.execute(self._claim, asked)).mappings().all()
        ordered = sorted(rows, key=lambda row: int(row["id"]))
        return [_letter(row, taken_at, taken) for row in ordered]

    @again
    async def renew(self, letters: Sequence[Letter]) -> None:
        """Lengthen the leases that are still ours."""
        await lengthen(self._on, outbox, outbox.c.id, [(letter.id, letter.fence) for letter in letters])

    @again
    async def sent(self, letter: Letter, refs: Mapping[str, MessageRef]) -> None:
        """Record the delivery; a message that was ordered again meanwhile is open again. StaleClaim."""
        async with self._on.database.writing() as connection:
            settled = await self._settle(
                connection,
                letter,
                SENT,
                now_ms=self._on.post_ms(),
                ordered=letter.version,
            )
            if not settled:
                raise StaleClaim(letter.outgoing.key)
            for key in sorted(refs):
                await self._register(connection, letter, key, refs[key])
        self._on.wakes.set([Wake.OUTBOX])

    async def _register(self, connection: AsyncConnection, letter: Letter, key: str, ref: MessageRef) -> None:
        place = {"channel": ref.channel, "ts": ref.ts, "release_id": letter.outgoing.release_id}
        row = {"tenant_id": letter.tenant_id, "key": key, **place}
        await connection.execute(registering(connection.dialect.name), row)

    @again
    async def later(self, letter: Letter, *, seconds: float, reason: str, uncertain: bool) -> None:
        """Try again after `seconds`, an hour at most; the rest of the lane waits behind it."""
        again = self._on.post_ms() + rest_ms(seconds)
        async with self._on.database.writing() as connection:
            await self._settle(
                connection,
                letter,
                state=OutboxState.OPEN,
                not_before_ms=again,
                uncertain=uncertain,
                reason=storable(reason),
            )

    @again
    async def dead(self, letter: Letter, reason: str) -> None:
        """Give it up, keep it with the reason, record the event and let the lane go on."""
        async with self._on.database.writing() as connection:
            settled = await self._settle(
                connection,
                letter,
                state=OutboxState.DEAD,
                not_before_ms=None,
                settled_ms=self._on.post_ms(),
                reason=storable(reason),
            )
            if not settled:
                return
            event = Event(
                kind=EventKind.MESSAGE_UNDELIVERED,
                at=self._on.clock.now(),
                actor=SYSTEM,
                release_id=letter.outgoing.release_id,
                data={"key": letter.outgoing.key, "kind": letter.outgoing.kind, "reason": storable(reason)},
            )
            await audit.append(connection, letter.tenant_id, [event])
        self._on.wakes.set([Wake.OUTBOX])

    async def _settle(
        self, connection: AsyncConnection, letter: Letter, statement: Update = SETTLE, **values: object
    ) -> bool:
        """End the claim; False where the lease was lost, and then nothing is written."""
        mine = {"letter": letter.id, "of_tenant": letter.tenant_id, "held": letter.fence}
        result = await connection.execute(statement, {**mine, **values})
        return result.rowcount > 0

    async def ref(self, tenant_id: str, key: str) -> MessageRef | None:
        """Where the message of a key stands, None where it was never sent."""
        async with self._on.database.reading() as connection:
            return await placed(connection, tenant_id, key)


async def placed(connection: AsyncConnection, tenant_id: str, key: str) -> MessageRef | None:
    """Where the message of a key stands, None where it was never sent."""
    found = await connection.execute(PLACE, {"of_tenant": tenant_id, "by_key": key})
    row = found.one_or_none()
    return MessageRef(channel=row.channel, ts=row.ts) if row is not None else None


def _letter(row: RowMapping, taken_at: datetime, taken: float) -> Letter:
    return Letter(
        id=row["id"],
        tenant_id=row["tenant_id"],
        outgoing=Outgoing(
            kind=OutgoingKind(row["kind"]),
            lane=row["lane"],
            key=row["key"],
            release_id=row["release_id"],
            payload=row["payload"],
        ),
        version=row["version"],
        fence=row["fence"],
        attempts=row["attempts"],
        uncertain=row["uncertain"],
        since=row["first_ms"] / 1000,
        taken_at=taken_at,
        taken=taken,
        trace=row["trace"],
    )
