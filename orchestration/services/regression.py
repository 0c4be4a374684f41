"""What people do to Stage 2: slots, a cycle that is given up, commits that came after what was tested."""

from datetime import datetime

from orchestration.domain import cycles, drift, slots
from orchestration.domain.change import Change
from orchestration.domain.errors import NotAllowed
from orchestration.domain.people import Actor, ActorKind, Permission
from orchestration.domain.stages import CycleFlags
from orchestration.services.engine import Engine
from orchestration.services.read_gate import read_gate
from orchestration.services.saving import Along, change_release, require, roles_of


async def add_slot(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    at: datetime,
    flags: CycleFlags,
    *,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Plan a regression slot."""

    def act(change: Change) -> None:
        slots.add_slot(change, at, flags)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


async def move_slot(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    slot_id: str,
    *,
    at: datetime,
    flags: CycleFlags | None,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Put a planned slot elsewhere; what its cycle does changes only where `flags` say so."""

    def act(change: Change) -> None:
        slots.move_slot(change, slot_id, at, flags)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


async def cancel_slot(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    slot_id: str,
    *,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Take a planned slot back."""

    def act(change: Change) -> None:
        slots.cancel_slot(change, slot_id)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


async def abandon_cycle(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    reason: str,
    *,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Give the cycle under way up; its CI runs are stopped afterwards."""

    def act(change: Change) -> None:
        cycles.abandon_cycle(change, reason)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


async def accept_drift(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    gate_id: str,
    *,
    head: str,
    reason: str,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Leave the commits up to `head` out of this release. The branch is read again first, so none slips through.

    A person says it: a token decides nothing about what is shipped.
    """
    if actor.kind is ActorKind.TOKEN:
        raise NotAllowed("A person decides which commits stay out of the release.")
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        require(await roles_of(work, release, actor), Permission.EDIT)
    await read_gate(engine, tenant_id, release_id, gate_id)

    def act(change: Change) -> None:
        drift.accept_drift(change, gate_id, head=head, reason=reason)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )
