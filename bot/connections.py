"""A tenant's connections, read from the database and opened with the key ring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from pydantic import BaseModel, SecretStr, ValidationError

from integrations.edge import Edge
from integrations.redaction import HIDDEN
from integrations.registry import Check, Connection, Provider
from integrations.vault import Vault, VaultError
from orchestration.store.integrations import (
    IntegrationRow,
    IntegrationRows,
    IntegrationState,
    NoSuchIntegration,
    StaleIntegration,
)

log = structlog.get_logger(__name__)


class Unreadable(Exception):
    """A stored connection can't be opened. The text holds nothing of its settings and secrets."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A connection as people see it, without its settings and secrets."""

    id: str
    tenant_id: str
    provider: str
    state: IntegrationState
    verified_at: datetime | None


class ConnectionBook:
    """Reads and writes connections; secrets leave it only as the vendor's own model."""

    def __init__(self, *, rows: IntegrationRows, vault: Vault, providers: Mapping[str, Provider]) -> None:
        self._rows = rows
        self._vault = vault
        self._providers = providers

    async def of_tenant(self, tenant_id: str) -> Sequence[Connection]:
        """All connections of a tenant that can be opened; one that can't be is logged and hinders no other."""
        opened = []
        for row in await self._rows.list(tenant_id):
            try:
                opened.append(self._open(row))
            except Unreadable as error:
                log.error(  # noqa: TRY400 - the trace of what lies below might show what it could not read
                    "A connection can't be opened",
                    action="connection_unreadable",
                    tenant=tenant_id,
                    connection=row.id,
                    reason=str(error),
                )
        return tuple(opened)

    async def find(self, tenant_id: str, integration_id: str) -> Connection | None:
        """One connection, None where the tenant has none of this id that can be opened."""
        found = [c for c in await self.of_tenant(tenant_id) if c.id == integration_id]
        return found[0] if found else None

    async def listed(self, tenant_id: str) -> Sequence[Listed]:
        """All connections of a tenant by id, those too that can't be opened."""
        return tuple(
            Listed(
                id=row.id,
                tenant_id=row.tenant_id,
                provider=row.provider,
                state=row.state,
                verified_at=row.verified_at,
            )
            for row in await self._rows.list(tenant_id)
        )

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

    async def verify(
        self, tenant_id: str, integration_id: str, edge: Edge, *, now: datetime
    ) -> Sequence[Check]:
        """Try a stored connection again and record what came of it; NoSuchIntegration.

        A provider that can't be asked now leaves the state as it was.
        """
        row = await self._rows.get(tenant_id, integration_id)
        try:
            found = self._open(row)
        except Unreadable as error:
            checks: Sequence[Check] = (Check(what="It can be opened", ok=False, says=str(error)),)
        else:
            checks = await tried(found.provider, found.settings, found.secrets, edge)
        state = state_of(checks)
        if state is not None:
            await self._rows.set_state(tenant_id, integration_id, state, at=now)
        return checks

    async def reseal(self, tenant_id: str | None = None) -> tuple[int, Sequence[str]]:
        """Seal every secret anew with the first key of the ring; of all tenants where none is named. Idempotent.

        How many were sealed, and for each that does not open where it is and why; those stay as they are.
        """
        rows = await (self._rows.of_all_tenants() if tenant_id is None else self._rows.list(tenant_id))
        done, left = 0, []
        for row in rows:
            try:
                done += await self._reseal(row)
            except VaultError as error:
                left.append(f"{row.tenant_id} {row.id}: {error}")
        return done, left

    async def _reseal(self, row: IntegrationRow) -> bool:
        """False where there is nothing to seal (any more). Somebody who saves meanwhile is waited for."""
        while row.secrets is not None:
            secrets = self._vault.open(row.tenant_id, row.id, row.key_id or "", row.secrets)
            key_id, sealed = self._vault.seal(row.tenant_id, row.id, secrets)
            try:
                await self._rows.save(replace(row, secrets=sealed, key_id=key_id))
            except StaleIntegration:
                try:
                    row = await self._rows.get(row.tenant_id, row.id)
                except NoSuchIntegration:
                    return False
            else:
                return True
        return False

    def _open(self, row: IntegrationRow) -> Connection:
        provider = self._providers.get(row.provider)
        if provider is None:
            raise Unreadable(f"this version does not know the provider {row.provider}")
        try:
            opened = (
                self._vault.open(row.tenant_id, row.id, row.key_id or "", row.secrets) if row.secrets else {}
            )
            return Connection(
                id=row.id,
                tenant_id=row.tenant_id,
                provider=provider,
                settings=provider.settings.model_validate(dict(row.settings)),
                secrets=provider.secrets.model_validate(opened),
                revision=row.revision,
            )
        except VaultError as error:
            raise Unreadable(str(error)) from None
        except ValidationError as error:
            raise Unreadable(f"connect it again: {'; '.join(without_values(error))}") from None


async def tried(provider: Provider, settings: BaseModel, secrets: BaseModel, edge: Edge) -> Sequence[Check]:
    """What the provider says of a connection; never empty. A provider may repeat a secret, so each is taken out."""
    checks = await provider.verify(settings, secrets, edge) if provider.verify is not None else ()
    hidden = sorted(plain(secrets).values(), key=len, reverse=True)
    said = tuple(replace(check, says=_without(check.says, hidden)) for check in checks)
    return said or (Check(what="It can be tried", ok=False, says=f"{provider.title} has no such test"),)


def _without(text: str, hidden: Sequence[str]) -> str:
    for secret in hidden:
        text = text.replace(secret, HIDDEN)
    return text


def state_of(checks: Sequence[Check]) -> IntegrationState | None:
    """The state that follows; None where the provider could not be asked, and nothing else is wrong."""
    if all(check.ok for check in checks):
        return IntegrationState.VERIFIED
    return IntegrationState.FAILING if any(not c.ok and not c.later for c in checks) else None


def without_values(error: ValidationError) -> Sequence[str]:
    """The problems without the input, which may be a secret."""
    return tuple(
        f"{'.'.join(str(part) for part in each['loc']) or 'the whole'}: {each['msg']}"
        for each in error.errors(include_input=False, include_url=False)
    )


def plain(secrets: BaseModel) -> dict[str, str]:
    """The secrets as texts, for sealing and nothing else."""
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name in type(secrets).model_fields
        if (value := getattr(secrets, name)) is not None
    }
