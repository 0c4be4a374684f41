"""What is stored with a change of a connection: who may, what fits, what came of a try, and the event."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.connections.opened import Listed
from bot.connections.schedule import next_try
from bot.connections.trying import end_of, kept, said, state_of
from bot.connections.usage import Taken
from integrations.registry import Check
from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import Actor, Permission
from orchestration.services.saving import require, roles_of
from orchestration.store.integrations import (
    IntegrationRow,
    IntegrationState,
    Judged,
    NoSuchIntegration,
    StaleIntegration,
)
from orchestration.store.unit_of_work import SqlUnitOfWork
from orchestration.store.wake import Wake


async def allowed(work: SqlUnitOfWork, tenant_id: str, actor: Actor, need: Permission) -> None:
    """NotAllowed for a person or token that may not; an operator may."""
    require(await roles_of(work, None, actor, tenant_id), need)


async def known_row(work: SqlUnitOfWork, tenant_id: str, integration_id: str) -> IntegrationRow | None:
    """The row, None where there is none."""
    try:
        return await work.integrations.get(tenant_id, integration_id)
    except NoSuchIntegration:
        return None


def fits(
    integration_id: str,
    known: IntegrationRow | None,
    *,
    provider: str,
    fresh: bool,
    revision: int | None,
) -> None:
    """Taken, NoSuchIntegration or StaleIntegration where what is known is not what was meant.

    Configurations and releases call a connection by its id, so it stays one of the same provider.
    """
    if known is not None and (fresh or known.provider != provider):
        raise Taken(integration_id)
    if revision is not None and known is None:
        raise NoSuchIntegration(integration_id)
    if revision is not None and known is not None and known.revision != revision:
        raise StaleIntegration(integration_id)


def verified_row(
    tenant_id: str, integration_id: str, checks: Sequence[Check], *, now: datetime
) -> IntegrationRow:
    """What a try that held leaves in the row of a connection."""
    return IntegrationRow(
        id=integration_id,
        tenant_id=tenant_id,
        provider="",
        name="",
        state=IntegrationState.VERIFIED,
        verified_at=now,
        checks=kept(checks),
        tried_at=now,
        expires_at=end_of(checks),
        verify_at=next_try(tenant_id, integration_id, IntegrationState.VERIFIED, now=now),
    )


async def put(
    work: SqlUnitOfWork, row: IntegrationRow, known: IntegrationRow | None, *, now: datetime
) -> IntegrationRow:
    """Store a new one, or in the place of the one that is known; whoever watches connections looks at it at once."""
    if known is not None:
        row = await work.integrations.save(replace(row, revision=known.revision))
    else:
        await work.integrations.add(row)
    await work.integrations.make_due(row.tenant_id, row.id, at=now)
    work.wake(Wake.CONNECTIONS)
    return row


async def record(
    work: SqlUnitOfWork, row: IntegrationRow, checks: Sequence[Check], *, actor: Actor, now: datetime
) -> None:
    """What came of a try, and the event where the state changed."""
    state = state_of(checks, verified_before=row.verified_at is not None)
    judged = Judged(
        state=state,
        checks=kept(checks),
        at=now,
        expires_at=end_of(checks) or (row.expires_at if state is not IntegrationState.VERIFIED else None),
        verify_at=next_try(row.tenant_id, row.id, state, now=now),
    )
    await work.integrations.record(row.tenant_id, row.id, judged)
    if state is not None and state is not row.state:
        # The holds of running releases follow; whoever watches connections places and lifts them.
        await work.integrations.make_due(row.tenant_id, row.id, at=now)
        work.wake(Wake.CONNECTIONS)
        await tell(work, row, EventKind.CONNECTION_STATE_CHANGED, actor=actor, now=now, state=state)


async def tell(
    work: SqlUnitOfWork, row: IntegrationRow, kind: EventKind, *, actor: Actor, now: datetime, **data: str
) -> None:
    """Ids and words only."""
    told = {"connection": row.id, "provider": row.provider, **data}
    named = {key: str(value) for key, value in told.items()}
    await work.tell(row.tenant_id, [Event(kind=kind, at=now, actor=actor, release_id=None, data=named)])


def listed(row: IntegrationRow) -> Listed:
    """A row as people see it."""
    return Listed(
        id=row.id,
        tenant_id=row.tenant_id,
        provider=row.provider,
        name=row.name,
        state=row.state,
        verified_at=row.verified_at,
        tried_at=row.tried_at,
        expires_at=row.expires_at,
        checks=said(row.checks),
        revision=row.revision,
    )
