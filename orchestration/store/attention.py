"""The `Attentions` of a transaction, and their tables."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Boolean, Column, String, Table, Text, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.quiet import Attention, Kept, read_quiet, read_wall
from orchestration.store.database import insert_into
from orchestration.store.tables import metadata
from orchestration.store.texts import storable
from orchestration.store.times import due_ms, moment, past_ms

_REMEMBERED = timedelta(days=30)

attentions = Table(
    "attentions",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("quiet", String),
    Column("weekends", Boolean, nullable=False),
    Column("digest", String),
    Column("fixed", Boolean, nullable=False),
)

kept_news = Table(
    "kept_news",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("release_id", String),
    Column("gate", String),
    Column("told_ms", BigInteger),
)


class SqlAttentions:
    """Wishes and what is kept in one transaction."""

    def __init__(self, connection: AsyncConnection, *, may_write: Callable[[], object]) -> None:
        self._connection = connection
        self._may_write = may_write

    async def of(self, tenant_id: str, person: str) -> Attention | None:
        """What a person asked for, None where they never did."""
        mine = (attentions.c.tenant_id == tenant_id, attentions.c.person == person)
        row = (await self._connection.execute(select(attentions).where(*mine))).one_or_none()
        if row is None:
            return None
        return Attention(
            person=row.person,
            name=row.name,
            zone=row.zone,
            quiet=read_quiet(row.quiet) if row.quiet is not None else None,
            weekends=row.weekends,
            digest=read_wall(row.digest) if row.digest is not None else None,
            fixed=row.fixed,
        )

    async def save(self, tenant_id: str, attention: Attention) -> None:
        """Store it in the place of the one before."""
        self._may_write()
        values = {
            "name": storable(attention.name),
            "zone": attention.zone,
            "quiet": str(attention.quiet) if attention.quiet is not None else None,
            "weekends": attention.weekends,
            "digest": f"{attention.digest:%H:%M}" if attention.digest is not None else None,
            "fixed": attention.fixed,
        }
        statement = insert_into(self._connection, attentions).values(
            tenant_id=tenant_id, person=attention.person, **values
        )
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["tenant_id", "person"], set_=values)
        )

    async def keep(self, tenant_id: str, kept: Kept) -> None:
        """Keep something for a person; a repeat changes nothing."""
        self._may_write()
        statement = insert_into(self._connection, kept_news).values(
            tenant_id=tenant_id,
            person=kept.person,
            key=kept.key,
            at_ms=past_ms(kept.at),
            text=storable(kept.text),
            release_id=kept.release_id,
            gate=kept.gate,
        )
        await self._connection.execute(
            statement.on_conflict_do_nothing(index_elements=["tenant_id", "person", "key"])
        )

    async def is_told(self, tenant_id: str, person: str, key: str) -> bool | None:
        """Whether what was kept of a message was told; None where it was never kept."""
        table = kept_news.c
        one = (table.tenant_id == tenant_id, table.person == person, table.key == key)
        row = (await self._connection.execute(select(table.told_ms).where(*one))).one_or_none()
        return None if row is None else row.told_ms is not None

    async def waiting(self, tenant_id: str, person: str) -> Sequence[Kept]:
        """What is kept and was not told, oldest first."""
        table = kept_news.c
        rows = await self._connection.execute(
            select(kept_news)
            .where(table.tenant_id == tenant_id, table.person == person, table.told_ms.is_(None))
            .order_by(table.at_ms, table.key)
        )
        return [
            Kept(
                person=row.person,
                key=row.key,
                at=moment(row.at_ms),
                text=row.text,
                release_id=row.release_id,
                gate=row.gate,
            )
            for row in rows
        ]

    async def told(self, tenant_id: str, person: str, *, at: datetime) -> None:
        """Everything that waits is told; what was told a month before is forgotten."""
        self._may_write()
        mine = (kept_news.c.tenant_id == tenant_id, kept_news.c.person == person)
        old = kept_news.c.told_ms < due_ms(at - _REMEMBERED)
        await self._connection.execute(delete(kept_news).where(*mine, old))
        waiting = kept_news.c.told_ms.is_(None)
        await self._connection.execute(update(kept_news).where(*mine, waiting).values(told_ms=past_ms(at)))
