"""Release configurations as rows, each saved only as it was read."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.ports.runtime import Configuration, StaleConfiguration
from orchestration.store.codec import snapshot_doc, snapshot_value
from orchestration.store.database import insert_into
from orchestration.store.tables import configurations


async def all_of(connection: AsyncConnection, tenant_id: str) -> Sequence[Configuration]:
    """Those of a tenant, by name."""
    rows = await connection.execute(select(configurations).where(configurations.c.tenant_id == tenant_id))
    found = [
        Configuration(
            id=row["id"],
            tenant_id=row["tenant_id"],
            name=row["name"],
            snapshot=snapshot_value(row["doc"]),
            active=row["active"],
            default=row["default"],
            revision=row["revision"],
        )
        for row in rows.mappings()
    ]
    return sorted(found, key=lambda item: (item.name.casefold(), item.id))


async def save(connection: AsyncConnection, configuration: Configuration) -> Configuration:
    """A new one where the revision is 0, otherwise as it was read; StaleConfiguration."""
    values = {
        "name": configuration.name,
        "active": configuration.active,
        "default": configuration.default,
        "doc": snapshot_doc(configuration.snapshot),
        "revision": configuration.revision + 1,
    }
    if configuration.revision == 0:
        added = insert_into(connection, configurations).values(
            tenant_id=configuration.tenant_id, id=configuration.id, **values
        )
        result = await connection.execute(added.on_conflict_do_nothing(index_elements=["tenant_id", "id"]))
    else:
        result = await connection.execute(
            update(configurations).where(*_as_read(configuration)).values(**values)
        )
    if result.rowcount == 0:
        raise StaleConfiguration(configuration.id)
    return replace(configuration, revision=configuration.revision + 1)


async def remove(connection: AsyncConnection, configuration: Configuration) -> None:
    """Forget one as it was read; StaleConfiguration."""
    result = await connection.execute(delete(configurations).where(*_as_read(configuration)))
    if result.rowcount == 0:
        raise StaleConfiguration(configuration.id)


def _as_read(configuration: Configuration) -> tuple[ColumnElement[bool], ...]:
    return (
        configurations.c.tenant_id == configuration.tenant_id,
        configurations.c.id == configuration.id,
        configurations.c.revision == configuration.revision,
    )
