"""Messages to come: ordered within their lane, coalesced by key, leased to one sender at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from math import ceil
from typing import Any

from sqlalchemy import and_, case, delete, exists, func, literal, or_, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import SYSTEM
from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import Letter, Outgoing, OutgoingKind, StaleClaim
from orchestration.store import audit
from orchestration.store.backing import Backing
from orchestration.store.database import insert_into
from orchestration.store.leases import lengthen
from orchestration.store.queues import outbox
from orchestration.store.tables import messages
from orchestration.store.texts import storable
from orchestration.store.times import LeaseTime
from orchestration.store.wake import Wake

# These show the current state of something: a new order after the last delivery means a new edit.
# The others are said once, and the same key again is a repeat of the same order.
_SHOWN_AGAIN = frozenset(
    {OutgoingKind.CARD, OutgoingKind.GATE, OutgoingKind.STORE, OutgoingKind.HOME, OutgoingKind.HOMES}
)


class OutboxState(StrEnum):
    """SENDING: somebody was about to send it, and where the lease is over nobody knows whether it was sent."""

    OPEN = "OPEN"
    SENDING = "SENDING"
    SENT = "SENT"
    DEAD = "DEAD"


_UNSENT = (OutboxState.OPEN, OutboxState.SENDING)


async def put(connection: AsyncConnection, tenant_id: str, outgoing: Sequence[Outgoing], *, now: int) -> None:
    """Store messages in their order, to go out after the commit."""
    if not outgoing:
        return
    mine = and_(outbox.c.tenant_id == tenant_id, outbox.c.key.in_({message.key for message in outgoing}))
    # Locked by key: two transactions that order the same messages the other way round don't deadlock.
    known = await connection.execute(
        select(outbox.c.id, outbox.c.kind, outbox.c.state)
        .where(mine)
        .order_by(outbox.c.key)
        .with_for_update()
    )
    settled = [row.id for row in known if row.kind in _SHOWN_AGAIN and row.state not in _UNSENT]
    if settled:
        # A new row gets a new place, at the end of its lane.
        await connection.execute(delete(outbox).where(outbox.c.id.in_(settled)))
    await _insert(connection, [_columns(tenant_id, message, now=now) for message in outgoing])


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
    }


async def _insert(connection: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
    """Add what is new; what is still to be sent is ordered again in its place."""
    statement = insert_into(connection, outbox)
    new = statement.excluded
    sending = outbox.c.state == OutboxState.SENDING
    renewed = statement.on_conflict_do_update(
        index_elements=["tenant_id", "key"],
        set_={
            "version": outbox.c.version + 1,
            "payload": new.payload,
            "release_id": new.release_id,
            # A card that a sender marks as sent at this very moment was not deleted above: it is open again.
            "state": case((sending, outbox.c.state), else_=new.state),
            "settled_ms": None,
            "not_before_ms": func.coalesce(outbox.c.not_before_ms, new.not_before_ms),
        },
        # Spelled out: IN can't be used where a statement is repeated for several rows.
        where=or_(
            *(outbox.c.kind == kind for kind in sorted(_SHOWN_AGAIN)),
            *(outbox.c.state == state for state in _UNSENT),
        ),
    )
    await connection.execute(renewed, rows)


class SqlMailbox:
    """The `Mailbox` over the table `outbox`; each call is a transaction of its own."""

    def __init__(self, backing: Backing) -> None:
        self._on = backing

    async def claim(self, *, limit: int) -> Sequence[Letter]:
        """The first unsent message of up to `limit` lanes, leased."""
        if limit < 1:
            return []
        taken_at = self._on.post.now()
        statement = claim_statement(self._on.time, now=self._on.post_ms(), owner=self._on.owner, limit=limit)
        async with self._on.database.writing() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return [_letter(row, taken_at) for row in sorted(rows, key=lambda row: int(row["id"]))]

    async def renew(self, letters: Sequence[Letter]) -> None:
        """Lengthen the leases that are still ours."""
        await lengthen(self._on, outbox, outbox.c.id, [(letter.id, letter.fence) for letter in letters])

    async def sent(self, letter: Letter, refs: Mapping[str, MessageRef]) -> None:
        """Record the delivery; a message that was ordered again meanwhile is open again. StaleClaim."""
        now = self._on.post_ms()
        same = outbox.c.version == letter.version
        async with self._on.database.writing() as connection:
            settled = await self._settle(
                connection,
                letter,
                state=case((same, OutboxState.SENT), else_=OutboxState.OPEN),
                not_before_ms=case((same, None), else_=now),
                settled_ms=case((same, now), else_=None),
                attempts=0,
                first_ms=None,
                uncertain=False,
                reason=None,
            )
            if not settled:
                raise StaleClaim(letter.outgoing.key)
            for key in sorted(refs):
                await self._register(connection, letter, key, refs[key])
        self._on.wakes.set([Wake.OUTBOX])

    async def _register(self, connection: AsyncConnection, letter: Letter, key: str, ref: MessageRef) -> None:
        place = {"channel": ref.channel, "ts": ref.ts, "release_id": letter.outgoing.release_id}
        statement = insert_into(connection, messages).values(tenant_id=letter.tenant_id, key=key, **place)
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["tenant_id", "key"], set_=place)
        )

    async def later(self, letter: Letter, *, seconds: float, reason: str, uncertain: bool) -> None:
        """Try again after `seconds`; the rest of the lane waits behind it."""
        again = self._on.post_ms() + ceil(seconds * 1000)
        async with self._on.database.writing() as connection:
            await self._settle(
                connection,
                letter,
                state=OutboxState.OPEN,
                not_before_ms=again,
                uncertain=uncertain,
                reason=storable(reason),
            )

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

    async def _settle(self, connection: AsyncConnection, letter: Letter, **values: object) -> bool:
        """End the claim; False where the lease was lost, and then nothing is written."""
        result = await connection.execute(
            update(outbox)
            .where(
                outbox.c.id == letter.id,
                outbox.c.tenant_id == letter.tenant_id,
                outbox.c.fence == letter.fence,
                outbox.c.lease_until_ms.is_not(None),
            )
            .values(lease_until_ms=None, owner=None, **values)
        )
        return result.rowcount > 0

    async def ref(self, tenant_id: str, key: str) -> MessageRef | None:
        """Where the message of a key stands, None where it was never sent."""
        async with self._on.database.reading() as connection:
            return await placed(connection, tenant_id, key)


async def placed(connection: AsyncConnection, tenant_id: str, key: str) -> MessageRef | None:
    """Where the message of a key stands, None where it was never sent."""
    found = await connection.execute(
        select(messages).where(messages.c.tenant_id == tenant_id, messages.c.key == key)
    )
    row = found.one_or_none()
    return MessageRef(channel=row.channel, ts=row.ts) if row is not None else None


def claim_statement(time: LeaseTime, *, now: int, owner: str, limit: int) -> ReturningUpdate[Any]:
    """Claims the heads of lanes: no older message of the lane is unsent, none is being sent."""
    other = outbox.alias("other")
    in_the_way = exists().where(
        other.c.tenant_id == outbox.c.tenant_id,
        other.c.lane == outbox.c.lane,
        other.c.not_before_ms.is_not(None),
        or_(
            other.c.id < outbox.c.id,
            and_(other.c.id != outbox.c.id, ~time.over(other.c.lease_until_ms)),
        ),
    )
    heads = (
        select(outbox.c.id)
        .where(
            outbox.c.not_before_ms <= now,
            time.over(outbox.c.lease_until_ms),
            ~in_the_way,
        )
        .order_by(outbox.c.not_before_ms, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("heads")
    )
    was_sending = outbox.c.state == OutboxState.SENDING
    return (
        update(outbox)
        .where(outbox.c.id.in_(select(heads.c.id)))
        .values(
            state=OutboxState.SENDING,
            uncertain=case((was_sending, literal(True)), else_=outbox.c.uncertain),
            first_ms=case((outbox.c.first_ms.is_(None), now), else_=outbox.c.first_ms),
            attempts=outbox.c.attempts + 1,
            fence=outbox.c.fence + 1,
            owner=owner,
            lease_until_ms=time.end(),
        )
        .returning(outbox)
    )


def _letter(row: RowMapping, taken_at: datetime) -> Letter:
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
    )
