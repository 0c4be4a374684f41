"""A tenant's connections, read from the database and opened with the key ring.

What a person or a token may do is checked again in the transaction that stores it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from pydantic import BaseModel, ValidationError

from bot.connections.addresses import moved
from bot.connections.opened import Listed, Unreadable, plain, without_values
from bot.connections.sealing import reseal
from bot.connections.storing import allowed, fits, known_row, listed, put, record, tell, verified_row
from bot.connections.trying import tried
from bot.connections.usage import InUse, Usage, usage_of
from integrations.edge import Edge
from integrations.registry import Check, Connection, Provider
from integrations.vault import Vault, VaultError
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.people import SYSTEM, Actor, Permission
from orchestration.services.start_release import CONNECTIONS
from orchestration.store.integrations import (
    IntegrationRow,
    StaleIntegration,
)
from orchestration.store.store import Store
from orchestration.store.unit_of_work import SqlUnitOfWork

log = structlog.get_logger(__name__)

Along = Callable[[SqlUnitOfWork], Awaitable[None]]
"""What is stored in the same transaction: an answer, the end of a request or of a draft."""


async def _nothing_along(_work: SqlUnitOfWork) -> None:
    return


class ConnectionBook:
    """Reads and writes connections; secrets leave it only as the vendor's own model."""

    def __init__(self, *, store: Store, vault: Vault, providers: Mapping[str, Provider]) -> None:
        self._store = store
        self._rows = store.integrations
        self.vault = vault
        self.providers = providers

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
        return tuple(listed(row) for row in await self._rows.list(tenant_id))

    async def get(self, tenant_id: str, integration_id: str) -> Listed:
        """One of them; NoSuchIntegration."""
        return listed(await self._rows.get(tenant_id, integration_id))

    async def usage(self, tenant_id: str, integration_id: str) -> Usage:
        """Which running releases need it, and which configurations name it."""
        async with self._store.look() as work:
            return await usage_of(work, tenant_id, integration_id)

    async def may(self, tenant_id: str, actor: Actor, need: Permission = Permission.CONNECT) -> None:
        """NotAllowed for a person who may not."""
        async with self._store.look() as work:
            await allowed(work, tenant_id, actor, need)

    async def lent(
        self,
        tenant_id: str,
        integration_id: str,
        provider: Provider,
        settings: BaseModel | Mapping[str, Any],
    ) -> BaseModel:
        """The secrets of a connection, for another one of the same provider at the same address; NotNow."""
        found = await self.find(tenant_id, integration_id)
        if found is None or found.provider.key != provider.key:
            raise NotNow(f"There is no connection {integration_id} to {provider.title} that can be opened")
        changed = moved(provider.settings, found.settings, settings)
        if changed:
            raise NotNow(
                f"The secrets of {integration_id} are for another address ({', '.join(changed)}): enter new ones"
            )
        return found.secrets

    async def connect(
        self,
        *,
        tenant_id: str,
        integration_id: str,
        provider: Provider,
        settings: BaseModel,
        secrets: BaseModel,
        now: datetime,
        name: str | None = None,
        checks: Sequence[Check] = (),
        actor: Actor = SYSTEM,
        fresh: bool = False,
        revision: int | None = None,
        along: Along = _nothing_along,
    ) -> Listed:
        """Store a connection that was tried; `checks` are what came of it. NotAllowed.

        `fresh`: Taken where the id is in use. `revision`: an edit of the connection as it was read, else
        StaleIntegration, or NoSuchIntegration. With neither an older one is replaced. Taken by another provider's.
        """
        key_id, sealed = self.vault.seal(tenant_id, integration_id, plain(secrets))
        async with self._store.work() as work:
            await self._begin(work, tenant_id, actor)
            known = await known_row(work, tenant_id, integration_id)
            fits(integration_id, known, provider=provider.key, fresh=fresh, revision=revision)
            row = replace(
                verified_row(tenant_id, integration_id, checks, now=now),
                provider=provider.key,
                name=name or (known.name if known else provider.title),
                settings=settings.model_dump(mode="json"),
                secrets=sealed,
                key_id=key_id,
            )
            row = await put(work, row, known, now=now)
            kind = EventKind.CONNECTION_SAVED if revision is None else EventKind.CONNECTION_EDITED
            await tell(work, row, kind, actor=actor, now=now)
            await along(work)
            await work.commit()
        return listed(row)

    async def rename(
        self,
        tenant_id: str,
        integration_id: str,
        name: str,
        *,
        now: datetime,
        actor: Actor = SYSTEM,
        revision: int | None = None,
        along: Along = _nothing_along,
    ) -> Listed:
        """Give it another name for people; its id stays. NotAllowed, NoSuchIntegration, StaleIntegration."""
        async with self._store.work() as work:
            await self._begin(work, tenant_id, actor)
            row = await work.integrations.get(tenant_id, integration_id)
            if revision is not None and row.revision != revision:
                raise StaleIntegration(integration_id)
            row = await work.integrations.save(replace(row, name=name))
            await tell(work, row, EventKind.CONNECTION_RENAMED, actor=actor, now=now, name=name)
            await along(work)
            await work.commit()
        return listed(row)

    async def remove(
        self,
        tenant_id: str,
        integration_id: str,
        *,
        now: datetime,
        actor: Actor = SYSTEM,
        revision: int | None = None,
        along: Along = _nothing_along,
    ) -> Usage:
        """Forget it with its secrets. InUse while a running release needs it; else who named it.

        NotAllowed, NoSuchIntegration, StaleIntegration.
        """
        async with self._store.work() as work:
            await self._begin(work, tenant_id, actor)
            row = await work.integrations.get(tenant_id, integration_id)
            if revision is not None and row.revision != revision:
                raise StaleIntegration(integration_id)
            usage = await usage_of(work, tenant_id, integration_id)
            if usage.releases:
                raise InUse(row.name, usage.releases)
            await work.integrations.remove(tenant_id, integration_id)
            await tell(work, row, EventKind.CONNECTION_REMOVED, actor=actor, now=now)
            await along(work)
            await work.commit()
        return usage

    async def verify(
        self,
        tenant_id: str,
        integration_id: str,
        edge: Edge,
        *,
        now: datetime,
        actor: Actor = SYSTEM,
        along: Callable[[SqlUnitOfWork, Sequence[Check]], Awaitable[None]] | None = None,
    ) -> Sequence[Check]:
        """Try a stored connection again and record what came of it; NotAllowed, NoSuchIntegration.

        A provider that can't be asked now leaves the state as it was. One that was changed while it was tried
        keeps what was stored with the change.
        """
        await self.may(tenant_id, actor)
        row = await self._rows.get(tenant_id, integration_id)
        try:
            found = self._open(row)
        except Unreadable as error:
            checks: Sequence[Check] = (Check(what="It can be opened", ok=False, says=str(error)),)
        else:
            checks = await tried(found.provider, found.settings, found.secrets, edge)
        async with self._store.work() as work:
            await self._begin(work, tenant_id, actor)
            current = await work.integrations.get(tenant_id, integration_id)
            if (current.settings, current.secrets) == (row.settings, row.secrets):
                await record(work, current, checks, actor=actor, now=now)
            if along is not None:
                await along(work, checks)
            await work.commit()
        return checks

    async def reseal(self, tenant_id: str | None = None) -> tuple[int, Sequence[str]]:
        """Seal every secret anew with the first key of the ring; of all tenants where none is named. Idempotent.

        How many were sealed, and for each that does not open where it is and why; those stay as they are.
        """
        return await reseal(self._rows, self.vault, tenant_id)

    async def _begin(self, work: SqlUnitOfWork, tenant_id: str, actor: Actor) -> None:
        await work.alone(tenant_id, CONNECTIONS)
        await allowed(work, tenant_id, actor, Permission.CONNECT)

    def _open(self, row: IntegrationRow) -> Connection:
        provider = self.providers.get(row.provider)
        if provider is None:
            raise Unreadable(f"this version does not know the provider {row.provider}")
        try:
            opened = (
                self.vault.open(row.tenant_id, row.id, row.key_id or "", row.secrets) if row.secrets else {}
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
