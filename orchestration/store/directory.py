"""Configurations, roles and the state of integrations, in a transaction."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.ports.runtime import Configuration
from orchestration.store.codec import snapshot_doc, snapshot_value
from orchestration.store.database import insert_into
from orchestration.store.integrations import IntegrationState
from orchestration.store.tables import configurations, integrations, roles

EVERYBODY = "*"


class SqlDirectory:
    """What a tenant has besides releases."""

    def __init__(self, connection: AsyncConnection, *, may_write: Callable[[], object]) -> None:
        self._connection = connection
        self._may_write = may_write

    async def configurations(self, tenant_id: str) -> Sequence[Configuration]:
        """All configurations, by name."""
        rows = await self._connection.execute(
            select(configurations).where(configurations.c.tenant_id == tenant_id)
        )
        found = [
            Configuration(
                id=row["id"],
                tenant_id=row["tenant_id"],
                name=row["name"],
                snapshot=snapshot_value(row["doc"]),
                active=row["active"],
                default=row["default"],
            )
            for row in rows.mappings()
        ]
        return sorted(found, key=lambda item: (item.name.casefold(), item.id))

    async def save_configuration(self, configuration: Configuration) -> None:
        """Store a configuration, new or known."""
        self._may_write()
        changed = {
            "name": configuration.name,
            "active": configuration.active,
            "default": configuration.default,
            "doc": snapshot_doc(configuration.snapshot),
        }
        statement = insert_into(self._connection, configurations).values(
            tenant_id=configuration.tenant_id, id=configuration.id, **changed
        )
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["tenant_id", "id"], set_=changed)
        )

    async def roles(self, tenant_id: str, person: str) -> frozenset[str]:
        """The roles granted to a person, and those granted to everybody (`*`)."""
        found = await self._connection.scalars(
            select(roles.c.role).where(
                roles.c.tenant_id == tenant_id, roles.c.person.in_([person, EVERYBODY])
            )
        )
        return frozenset(found)

    async def grant(self, tenant_id: str, person: str, role: str) -> None:
        """Grant a role. Idempotent."""
        self._may_write()
        statement = insert_into(self._connection, roles)
        await self._connection.execute(
            statement.values(tenant_id=tenant_id, person=person, role=role).on_conflict_do_nothing()
        )

    async def revoke(self, tenant_id: str, person: str, role: str) -> None:
        """Take a role back. Idempotent."""
        self._may_write()
        await self._connection.execute(
            delete(roles).where(
                roles.c.tenant_id == tenant_id, roles.c.person == person, roles.c.role == role
            )
        )

    async def unverified(self, tenant_id: str, integrations: Sequence[str]) -> Mapping[str, str]:
        """Those of the integrations that are not verified, with their state or `missing`."""
        rows = await self._connection.execute(
            select(_INTEGRATIONS.id, _INTEGRATIONS.state).where(
                _INTEGRATIONS.tenant_id == tenant_id, _INTEGRATIONS.id.in_(integrations)
            )
        )
        known = {row.id: row.state for row in rows}
        states = {name: known.get(name, "missing") for name in integrations}
        return {name: state for name, state in states.items() if state != IntegrationState.VERIFIED}


_INTEGRATIONS = integrations.c
