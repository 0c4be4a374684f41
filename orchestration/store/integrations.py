"""The integrations of a tenant as rows. Their secrets are bytes here: who may read them is decided elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import RowMapping

from orchestration.store.database import Database
from orchestration.store.tables import integrations
from orchestration.store.times import moment, past_ms


class IntegrationState(StrEnum):
    """Whether the provider accepted our credentials when it was last asked."""

    VERIFIED = "verified"
    FAILING = "failing"
    REVOKED = "revoked"


class NoSuchIntegration(Exception):
    """This tenant has no integration of that id."""


class StaleIntegration(Exception):
    """Somebody else changed the integration since it was read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IntegrationRow:
    """An integration. `secrets` is sealed; `key_id` names the key that opens it."""

    id: str
    tenant_id: str
    provider: str
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: bytes | None = field(default=None, repr=False)
    key_id: str | None = None
    state: IntegrationState = IntegrationState.FAILING
    verified_at: datetime | None = None
    revision: int = 0


class IntegrationRows:
    """Reads and writes integrations; each call is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, row: IntegrationRow) -> None:
        """Store a new one; IntegrityError where the tenant has that id already."""
        async with self._database.writing() as connection:
            await connection.execute(
                insert(integrations).values(
                    tenant_id=row.tenant_id, id=row.id, revision=row.revision, **_columns(row)
                )
            )

    async def get(self, tenant_id: str, integration_id: str) -> IntegrationRow:
        """One of a tenant; NoSuchIntegration."""
        async with self._database.reading() as connection:
            found = await connection.execute(
                select(integrations).where(
                    integrations.c.tenant_id == tenant_id, integrations.c.id == integration_id
                )
            )
            row = found.mappings().one_or_none()
        if row is None:
            raise NoSuchIntegration(integration_id)
        return _row(row)

    async def list(self, tenant_id: str) -> Sequence[IntegrationRow]:
        """All of a tenant, by id."""
        async with self._database.reading() as connection:
            found = await connection.execute(
                select(integrations).where(integrations.c.tenant_id == tenant_id)
            )
            return sorted((_row(row) for row in found.mappings()), key=lambda row: row.id)

    async def of_all_tenants(self) -> Sequence[IntegrationRow]:
        """Everybody's, by tenant and id: for the operator's own work, such as a change of keys, and nothing else."""
        async with self._database.reading() as connection:
            found = await connection.execute(select(integrations))
            return sorted((_row(row) for row in found.mappings()), key=lambda row: (row.tenant_id, row.id))

    async def save(self, row: IntegrationRow) -> IntegrationRow:
        """Store a changed one, as it was read before; StaleIntegration. Returns it with its new revision."""
        async with self._database.writing() as connection:
            result = await connection.execute(
                update(integrations)
                .where(
                    integrations.c.tenant_id == row.tenant_id,
                    integrations.c.id == row.id,
                    integrations.c.revision == row.revision,
                )
                .values(**_columns(row), revision=row.revision + 1)
            )
            if result.rowcount == 0:
                raise StaleIntegration(row.id)
        return replace(row, revision=row.revision + 1)

    async def set_state(
        self, tenant_id: str, integration_id: str, state: IntegrationState, *, at: datetime
    ) -> None:
        """Record what the provider said of our credentials; the newest word counts. NoSuchIntegration."""
        changed: dict[str, object] = {"state": state, "revision": integrations.c.revision + 1}
        if state is IntegrationState.VERIFIED:
            changed["verified_ms"] = past_ms(at)
        async with self._database.writing() as connection:
            result = await connection.execute(
                update(integrations)
                .where(integrations.c.tenant_id == tenant_id, integrations.c.id == integration_id)
                .values(**changed)
            )
            if result.rowcount == 0:
                raise NoSuchIntegration(integration_id)

    async def remove(self, tenant_id: str, integration_id: str) -> None:
        """Forget one with its secrets. Idempotent."""
        async with self._database.writing() as connection:
            await connection.execute(
                delete(integrations).where(
                    integrations.c.tenant_id == tenant_id, integrations.c.id == integration_id
                )
            )


def _columns(row: IntegrationRow) -> dict[str, object]:
    return {
        "provider": row.provider,
        "name": row.name,
        "settings": dict(row.settings),
        "secrets": row.secrets,
        "key_id": row.key_id,
        "state": row.state,
        "verified_ms": past_ms(row.verified_at) if row.verified_at is not None else None,
    }


def _row(row: RowMapping) -> IntegrationRow:
    verified = row["verified_ms"]
    return IntegrationRow(
        id=row["id"],
        tenant_id=row["tenant_id"],
        provider=row["provider"],
        name=row["name"],
        settings=row["settings"],
        secrets=row["secrets"],
        key_id=row["key_id"],
        state=IntegrationState(row["state"]),
        verified_at=moment(verified) if verified is not None else None,
        revision=row["revision"],
    )
