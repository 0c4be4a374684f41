"""The `Homes` and `Places` of a transaction."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, String, Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.ports.homes import Shown
from orchestration.ports.notification import MessageRef
from orchestration.store.database import insert_into
from orchestration.store.tables import messages, metadata
from orchestration.store.texts import storable
from orchestration.store.times import due_ms

_CARD = "card:"

homes = Table(
    "homes",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("opened_ms", BigInteger, nullable=False),
    Column("hash", String, nullable=False),
    Column("digest", String, nullable=False),
    Index("ix_homes_opened", "tenant_id", "opened_ms"),
)

_VIEWERS = (
    select(homes.c.person)
    .where(homes.c.tenant_id == bindparam("tenant"), homes.c.opened_ms >= bindparam("since_ms"))
    .order_by(homes.c.person)
)


class SqlHomes:
    """Who opened their home, and what it shows."""

    def __init__(self, connection: AsyncConnection, *, may_write: Callable[[], object]) -> None:
        self._connection = connection
        self._may_write = may_write

    async def opened(self, tenant_id: str, person: str, *, at: datetime, view_hash: str) -> None:
        """Somebody looks at theirs, which is in this state; it is to be rendered anew."""
        self._may_write()
        seen = {"opened_ms": due_ms(at), "hash": storable(view_hash), "digest": ""}
        statement = insert_into(self._connection, homes).values(tenant_id=tenant_id, person=person, **seen)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["tenant_id", "person"], set_=seen)
        )

    async def viewers(self, tenant_id: str, *, since: datetime) -> Sequence[str]:
        """Who opened theirs at or after a moment."""
        found = await self._connection.scalars(_VIEWERS, {"tenant": tenant_id, "since_ms": due_ms(since)})
        return list(found)

    async def shown(self, tenant_id: str, person: str) -> Shown | None:
        """What a home shows, None where the person never opened it."""
        found = await self._connection.execute(
            select(homes.c.hash, homes.c.digest).where(
                homes.c.tenant_id == tenant_id, homes.c.person == person
            )
        )
        row = found.one_or_none()
        return Shown(hash=row.hash, digest=row.digest) if row is not None else None

    async def published(self, tenant_id: str, person: str, shown: Shown) -> None:
        """Remember what a home shows now."""
        self._may_write()
        await self._connection.execute(
            update(homes)
            .where(homes.c.tenant_id == tenant_id, homes.c.person == person)
            .values(hash=shown.hash, digest=shown.digest)
        )


class SqlPlaces:
    """Where messages of releases stand."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def cards(self, tenant_id: str, releases: Sequence[str]) -> Mapping[str, MessageRef]:
        """The cards of releases, by release; those that were never posted are absent."""
        rows = await self._connection.execute(
            select(messages).where(
                messages.c.tenant_id == tenant_id, messages.c.key.in_([f"{_CARD}{one}" for one in releases])
            )
        )
        return {row.key.removeprefix(_CARD): MessageRef(channel=row.channel, ts=row.ts) for row in rows}

    async def holders(self, tenant_id: str, release: str, gate: str) -> Sequence[str]:
        """Who was sent a copy of a gate's card."""
        prefix = f"gate:{gate}:"
        found = await self._connection.scalars(
            select(messages.c.key)
            .where(
                messages.c.tenant_id == tenant_id,
                messages.c.release_id == release,
                messages.c.key.startswith(prefix, autoescape=True),
            )
            .order_by(messages.c.key)
        )
        return [key.removeprefix(prefix) for key in found]

    async def release_at(self, tenant_id: str, channel: str, ts: str) -> str | None:
        """The release whose card or news stand there, None where that is no message of one."""
        return await self._connection.scalar(
            select(messages.c.release_id)
            .where(
                messages.c.tenant_id == tenant_id,
                messages.c.channel == storable(channel),
                messages.c.ts == storable(ts),
                messages.c.release_id.is_not(None),
            )
            .limit(1)
        )
