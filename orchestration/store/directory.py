"""Configurations, roles and the state of integrations, in a transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.people import EVERYBODY, Grant
from orchestration.ports.runtime import Configuration
from orchestration.store import configurations
from orchestration.store.database import insert_into
from orchestration.store.integrations import IntegrationState
from orchestration.store.tables import integrations, roles


class SqlDirectory:
    """What a tenant has besides releases."""

    def __init__(self, connection: AsyncConnection, *, may_write: Callable[[], object]) -> None:
        self._connection = connection
        self._may_write = may_write

    async def configurations(self, tenant_id: str) -> Sequence[Configuration]:
        """All configurations, by name."""
        return await configurations.all_of(self._connection, tenant_id)

    async def save_configuration(self, configuration: Configuration) -> Configuration:
        """Store one as it was read, or a new one; returns it with its new revision. StaleConfiguration."""
        self._may_write()
        return await configurations.save(self._connection, configuration)

    async def remove_configuration(self, configuration: Configuration) -> None:
        """Forget one as it was read. StaleConfiguration."""
        self._may_write()
        await configurations.remove(self._connection, configuration)

    async def roles(self, tenant_id: str, person: str, groups: Collection[str] = ()) -> frozenset[str]:
        """The roles granted to a person, to everybody (`*`), and to the user groups in which the person is."""
        found = await self._connection.scalars(
            select(roles.c.role).where(
                roles.c.tenant_id == tenant_id, roles.c.person.in_([person, EVERYBODY, *groups])
            )
        )
        return frozenset(found)

    async def grants(self, tenant_id: str) -> Sequence[Grant]:
        """Every role that is held, by role and holder."""
        rows = await self._connection.execute(
            select(roles.c.person, roles.c.role)
            .where(roles.c.tenant_id == tenant_id)
            .order_by(roles.c.role, roles.c.person)
        )
        return [Grant(holder=row.person, role=row.role) for row in rows]

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
