"""What stands in the audit log of a tenant, oldest first."""

from dataclasses import dataclass

from sqlalchemy import select

from orchestration.store.store import Store
from orchestration.store.tables import events


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of it."""

    kind: str
    actor: str
    release_id: str | None
    data: dict[str, str]


async def entries(store: Store, tenant_id: str) -> list[Entry]:
    """All of them."""
    async with store._database.reading() as connection:
        rows = await connection.execute(
            select(events).where(events.c.tenant_id == tenant_id).order_by(events.c.seq)
        )
        return [
            Entry(kind=row.kind, actor=row.actor_id, release_id=row.release_id, data=dict(row.data))
            for row in rows
        ]
