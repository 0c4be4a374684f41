"""A tenant's connections, read from the database and opened with the key ring."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, SecretStr

from integrations.registry import Connection, Provider
from integrations.vault import Vault
from orchestration.store.integrations import IntegrationRow, IntegrationRows, IntegrationState


class ConnectionBook:
    """Reads and writes connections; secrets leave it only as the vendor's own model."""

    def __init__(self, *, rows: IntegrationRows, vault: Vault, providers: Mapping[str, Provider]) -> None:
        self._rows = rows
        self._vault = vault
        self._providers = providers

    async def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
        """All connections of a tenant whose provider this version knows."""
        rows = await self._rows.list(tenant_id)
        return tuple(self._open(row) for row in rows if row.provider in self._providers)

    async def find(self, tenant_id: str, integration_id: str) -> Connection | None:
        """One connection, None where the tenant has none of this id."""
        found = [c for c in await self.of_tenant(tenant_id) if c.id == integration_id]
        return found[0] if found else None

    async def connect(
        self,
        *,
        tenant_id: str,
        integration_id: str,
        provider: Provider,
        settings: BaseModel,
        secrets: BaseModel,
        now: datetime,
    ) -> None:
        """Store a connection that was tried. An older one of the same id is replaced."""
        key_id, sealed = self._vault.seal(tenant_id, integration_id, plain(secrets))
        known = {row.id: row for row in await self._rows.list(tenant_id)}
        row = IntegrationRow(
            id=integration_id,
            tenant_id=tenant_id,
            provider=provider.key,
            name=provider.title,
            settings=settings.model_dump(mode="json"),
            secrets=sealed,
            key_id=key_id,
            state=IntegrationState.VERIFIED,
            verified_at=now,
            revision=known[integration_id].revision if integration_id in known else 0,
        )
        if integration_id in known:
            await self._rows.save(row)
        else:
            await self._rows.add(row)

    def _open(self, row: IntegrationRow) -> Connection:
        provider = self._providers[row.provider]
        opened = self._vault.open(row.tenant_id, row.id, row.key_id or "", row.secrets) if row.secrets else {}
        return Connection(
            id=row.id,
            tenant_id=row.tenant_id,
            provider=provider,
            settings=provider.settings.model_validate(dict(row.settings)),
            secrets=provider.secrets.model_validate(opened),
            revision=row.revision,
        )


def plain(secrets: BaseModel) -> dict[str, str]:
    """The secrets as texts, for sealing and nothing else."""
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name in type(secrets).model_fields
        if (value := getattr(secrets, name)) is not None
    }
