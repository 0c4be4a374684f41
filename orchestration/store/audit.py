"""The audit chain: each event of a tenant carries the hash of the one before, so no past can be rewritten."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.chain import GENESIS, Head, Link, verify
from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import Actor, ActorKind
from orchestration.ports.listing import Entry
from orchestration.store.database import insert_into
from orchestration.store.tables import events, tenants
from orchestration.store.times import moment, past_ms

_PAGE = 1000
_MINE = tenants.c.id == bindparam("tenant")
_END = select(tenants).where(_MINE).with_for_update()
_MOVE_END = update(tenants).where(_MINE)


async def verify_tenant(connection: AsyncConnection, tenant_id: str) -> int | None:
    """As `verify`, over all events of a tenant; finds as well that the newest were cut off."""
    head = (
        await connection.execute(
            select(tenants.c.chain_seq, tenants.c.chain_hash).where(tenants.c.id == tenant_id)
        )
    ).one_or_none()
    end = (head.chain_seq, head.chain_hash) if head is not None else (0, GENESIS)
    at = (0, GENESIS)
    while True:
        part = await page(connection, tenant_id, after=at[0])
        broken = verify(part, after=at)
        if broken is not None:
            return broken
        if not part:
            break
        at = (part[-1].seq, part[-1].hash)
    return None if at == end else min(at[0], end[0]) + 1


async def page(connection: AsyncConnection, tenant_id: str, *, after: int) -> Sequence[Link]:
    """The next events of a tenant behind the number `after`, oldest first, at most 1,000."""
    rows = await connection.execute(
        select(events)
        .where(events.c.tenant_id == tenant_id, events.c.seq > after)
        .order_by(events.c.seq)
        .limit(_PAGE)
    )
    return [Link(**row) for row in rows.mappings()]


async def append(
    connection: AsyncConnection, tenant_id: str, told: Sequence[Event]
) -> Sequence[tuple[int, Event]]:
    """Put events at the end of the tenant's chain; gives each with its number.

    It locks the tenant's row until the transaction ends. Everything else that a transaction locks is locked
    before, so that no two of them can wait for each other.
    """
    if not told:
        return []
    of_tenant = {"tenant": tenant_id}
    head = (await connection.execute(_END, of_tenant)).one_or_none()
    if head is None:
        first = insert_into(connection, tenants).values(id=tenant_id, chain_seq=0, chain_hash=GENESIS)
        await connection.execute(first.on_conflict_do_nothing())
        head = (await connection.execute(_END, of_tenant)).one()
    links = _links(tenant_id, told, after=(head.chain_seq, head.chain_hash))
    await connection.execute(insert(events), [_columns(link) for link in links])
    last = {"chain_seq": links[-1].seq, "chain_hash": links[-1].hash}
    await connection.execute(_MOVE_END, {**of_tenant, **last})
    return [(link.seq, event) for link, event in zip(links, told, strict=True)]


def _links(tenant_id: str, told: Sequence[Event], *, after: tuple[int, str]) -> list[Link]:
    seq, head = after
    links = []
    for event in told:
        seq += 1
        draft = {
            "tenant_id": tenant_id,
            "seq": seq,
            "release_id": event.release_id,
            "at_ms": past_ms(event.at),
            "kind": event.kind.value,
            "actor_id": event.actor.id,
            "actor_kind": event.actor.kind.value,
            "data": _said(event),
            "prev_hash": head,
        }
        head = Link(**draft, hash="").right_hash()  # type: ignore[arg-type]  # the draft is spelled out above
        links.append(Link(**draft, hash=head))  # type: ignore[arg-type]  # see above
    return links


def _said(event: Event) -> dict[str, str]:
    """The event's data, and the token by which a person acted from outside the chat."""
    by = {"by_token": event.actor.token} if event.actor.token is not None else {}
    return {key: str(value) for key, value in {**event.data, **by}.items()}


def _columns(link: Link) -> dict[str, Any]:
    return {column.name: getattr(link, column.name) for column in events.columns}


async def newest(
    connection: AsyncConnection, tenant_id: str, release_id: str, *, limit: int
) -> Sequence[Event]:
    """The events of a release, newest first."""
    found = await history(connection, tenant_id, release_id, before=None, limit=limit)
    return [entry.event for entry in found]


async def history(
    connection: AsyncConnection, tenant_id: str, release_id: str, *, before: int | None, limit: int
) -> Sequence[Entry]:
    """The events of a release with their numbers, newest first, from below `before` on."""
    older = () if before is None else (events.c.seq < before,)
    rows = await connection.execute(
        select(events)
        .where(events.c.tenant_id == tenant_id, events.c.release_id == release_id, *older)
        .order_by(events.c.seq.desc())
        .limit(limit)
    )
    links = [Link(**row) for row in rows.mappings()]
    return [Entry(seq=link.seq, event=_event(link)) for link in links]


async def links(connection: AsyncConnection, tenant_id: str, release_id: str) -> Sequence[Link]:
    """The part of the chain that is about a release, oldest first."""
    rows = await connection.execute(
        select(events)
        .where(events.c.tenant_id == tenant_id, events.c.release_id == release_id)
        .order_by(events.c.seq)
    )
    return [Link(**row) for row in rows.mappings()]


async def head(connection: AsyncConnection, tenant_id: str) -> Head:
    """The end of the chain."""
    chain = select(tenants.c.chain_seq, tenants.c.chain_hash).where(tenants.c.id == tenant_id)
    row = (await connection.execute(chain)).one_or_none()
    return Head(seq=row.chain_seq, hash=row.chain_hash) if row is not None else Head()


def _event(link: Link) -> Event:
    return Event(
        kind=EventKind(link.kind),
        at=moment(link.at_ms),
        actor=Actor(id=link.actor_id, kind=ActorKind(link.actor_kind)),
        release_id=link.release_id,
        data=link.data,
    )
