"""Decide on a gate: fresh evidence first, then the yes or no, bound to the evidence that the person saw."""

from datetime import timedelta

from orchestration.domain import decisions
from orchestration.domain.advance import ANY_APPROVER
from orchestration.domain.change import Change
from orchestration.domain.errors import NotAllowed
from orchestration.domain.people import Actor, Permission, areas, permissions
from orchestration.domain.release import Release
from orchestration.services.engine import Engine
from orchestration.services.read_gate import read_gate
from orchestration.services.saving import Along, change_release, roles_of

# Ten people who click together need one reading, not ten.
_FRESH = timedelta(seconds=5)


async def approve(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    gate_id: str,
    *,
    digest: str,
    actor: Actor,
    force: str | None = None,
    along: Along | None = None,
) -> Change:
    """Say yes. The facts are read again before it counts, so a stale card can't approve what changed."""
    await read_gate(engine, tenant_id, release_id, gate_id, fresh_for=_FRESH)
    roles = await _roles(engine, tenant_id, release_id, actor)
    need = Permission.FORCE if force is not None else Permission.APPROVE

    def act(change: Change) -> None:
        gate = next((g for g in change.release.gates if g.id == gate_id), None)
        signs = (
            decisions.areas_for(
                gate, actor.id, areas(roles), may_approve=Permission.APPROVE in permissions(roles)
            )
            if gate is not None
            else ()
        )
        if gate is not None and not signs and need not in permissions(roles):
            raise NotAllowed(who_may(change.release, gate_id))
        if force is not None and need not in permissions(roles):
            raise NotAllowed("Only owners and the captain may override conditions.")
        if gate is not None and not signs and force is None:
            raise NotAllowed(who_may(change.release, gate_id))
        decisions.sign(change, gate_id, areas=signs, digest=digest, force=force)

    return await change_release(engine, tenant_id, release_id, act, actor=actor, along=along)


async def reject(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    gate_id: str,
    *,
    digest: str,
    reason: str,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Say no, with a reason. Everyone who may say yes may say no."""
    roles = await _roles(engine, tenant_id, release_id, actor)

    def act(change: Change) -> None:
        gate = next((g for g in change.release.gates if g.id == gate_id), None)
        may = Permission.APPROVE in permissions(roles)
        if (
            gate is not None
            and not decisions.areas_for(gate, actor.id, areas(roles), may_approve=may)
            and not may
        ):
            raise NotAllowed(who_may(change.release, gate_id))
        decisions.reject(change, gate_id, digest=digest, reason=reason)

    return await change_release(engine, tenant_id, release_id, act, actor=actor, along=along)


def who_may(release: Release, gate_id: str) -> str:
    """Who decides this gate, for the one who may not."""
    gate = next((g for g in release.gates if g.id == gate_id), None)
    wanted = gate.sign_offs if gate is not None else ()
    named = [f"<@{person}> ({s.area})" for s in wanted for person in s.people]
    roles = [f"people with the role approver:{s.area}" for s in wanted if not s.people and s != ANY_APPROVER]
    if named or roles:
        return "Only these decide this: " + ", ".join([*named, *roles]) + "."
    return f"Only approvers, editors and the captain <@{release.captain}> decide this."


async def _roles(engine: Engine, tenant_id: str, release_id: str, actor: Actor) -> frozenset[str]:
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        return await roles_of(work, release, actor)
