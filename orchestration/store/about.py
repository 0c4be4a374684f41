"""What database this is and what time it has: leases go by its clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text, union
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.store.backing import Backing
from orchestration.store.database import Database
from orchestration.store.tables import configurations, integrations
from orchestration.store.times import moment


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """The kind of database, its version and its time."""

    kind: str
    version: str
    at: datetime


async def about(on: Backing) -> About:
    """Ask it."""
    async with on.database.reading() as connection:
        now = (await connection.execute(select(on.time.now()))).scalar_one()
        return About(kind=connection.dialect.name, version=await _version(connection), at=moment(int(now)))


async def _version(connection: AsyncConnection) -> str:
    words = "SHOW server_version" if connection.dialect.name == "postgresql" else "SELECT sqlite_version()"
    return str((await connection.execute(text(words))).scalar_one())


async def tenants(database: Database) -> Sequence[str]:
    """Every workspace that has a connection or a configuration, by id."""
    every = union(select(integrations.c.tenant_id), select(configurations.c.tenant_id))
    async with database.reading() as connection:
        return sorted((await connection.execute(every)).scalars())
