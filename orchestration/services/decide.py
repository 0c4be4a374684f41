"""Decide on a gate: fresh evidence first, then the yes or no, bound to the evidence that the person saw."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from orchestration.domain import decisions
from orchestration.domain.change import Change
from orchestration.domain.errors import NotAllowed
from orchestration.domain.gates import ANY_APPROVER, Gate, SignOff
from orchestration.domain.people import Actor, ActorKind, Permission, areas, permissions, unread
from orchestration.domain.release import Release
from orchestration.domain.standing import Rights, Seat, Standing, seat
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.engine import Engine
from orchestration.services.read_gate import read_gate
from orchestration.services.recognise import everyone
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
    """Say yes. The facts are read again before it counts, so a stale card can't approve what changed.

    What is overridden is read at this very moment: `force` counts for what was shown and nothing besides.
    """
    _let_sign(await _who(engine, tenant_id, release_id, actor), gate_id, force=force is not None)
    fresh_for = _FRESH if force is None else timedelta(0)
    await read_gate(engine, tenant_id, release_id, gate_id, fresh_for=fresh_for)
    who = await _who(engine, tenant_id, release_id, actor)

    def act(change: Change) -> None:
        gate = next((g for g in change.release.gates if g.id == gate_id), None)
        _let_sign(replace(who, release=change.release), gate_id, force=force is not None)
        where = who.seat(gate)
        decisions.sign(
            change,
            gate_id,
            areas=where.areas,
            digest=digest,
            force=force,
            instead_of=where.instead_of,
        )

    return await change_release(engine, tenant_id, release_id, act, actor=actor, along=along)


def _let_sign(who: "_Who", gate_id: str, *, force: bool) -> None:
    """NotAllowed for who may not say yes; no provider is asked for them."""
    gate = next((g for g in who.release.gates if g.id == gate_id), None)
    seated = bool(who.seat(gate).areas)
    if force and not who.may(Permission.FORCE):
        if gate is not None and not seated:
            raise NotAllowed(who_may(who.release, gate_id, who.unread))
        raise NotAllowed(" ".join(["Only owners and the captain may override conditions.", *who.unread]))
    if gate is not None and not seated and not force:
        raise NotAllowed(who_may(who.release, gate_id, who.unread))


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
    who = await _who(engine, tenant_id, release_id, actor)

    def act(change: Change) -> None:
        _require_decider(who, change.release, gate_id)
        decisions.reject(change, gate_id, digest=digest, reason=reason)

    return await change_release(engine, tenant_id, release_id, act, actor=actor, along=along)


def _require_decider(who: "_Who", release: Release, gate_id: str) -> None:
    gate = next((g for g in release.gates if g.id == gate_id), None)
    if gate is not None and not who.seat(gate).areas and not who.may(Permission.APPROVE):
        raise NotAllowed(who_may(release, gate_id, who.unread))


async def require_decider(
    engine: Engine, tenant_id: str, release_id: str, gate_id: str, *, actor: Actor
) -> None:
    """NotAllowed for who may neither approve nor reject: they need not fill in a form to learn it."""
    who = await _who(engine, tenant_id, release_id, actor)
    _require_decider(who, who.release, gate_id)


async def require_force(engine: Engine, tenant_id: str, release_id: str, *, actor: Actor) -> None:
    """NotAllowed for who may not override conditions: they need not fill in a form to learn it."""
    if not (await _who(engine, tenant_id, release_id, actor)).may(Permission.FORCE):
        raise NotAllowed("Only owners and the captain may override conditions.")


async def rights(engine: Engine, tenant_id: str, release_id: str, gate_id: str, *, actor: Actor) -> Rights:
    """What somebody may do about a gate, by their roles as they are now and those for whom they stand in."""
    who = await _who(engine, tenant_id, release_id, actor)
    gate = next((g for g in who.release.gates if g.id == gate_id), None)
    seated = who.seat(gate)
    return rights_by(who.release, gate_id, seated, allowed=who.allowed, unknown=who.unread)


def rights_by(
    release: Release,
    gate_id: str,
    seated: Seat,
    *,
    allowed: Collection[Permission],
    unknown: Sequence[str] = (),
) -> Rights:
    """What somebody who sits there, and is allowed so much about the release, may do about a gate."""
    signs = bool(seated.areas)
    return Rights(
        sign=signs,
        decline=signs or Permission.APPROVE in allowed,
        force=Permission.FORCE in allowed,
        edit=Permission.EDIT in allowed,
        who=" ".join([f"This is decided by {_deciders(release, gate_id)}.", *unknown]),
    )


def who_may(release: Release, gate_id: str, unknown: Sequence[str] = ()) -> str:
    """Who decides this gate, for the one who may not; and what could not be read of their groups."""
    deciders = _deciders(release, gate_id)
    named = bool(_asked_of(release, gate_id))
    said = f"Only these decide this: {deciders}." if named else f"Only {deciders} decide this."
    return " ".join([said, *unknown])


def _asked_of(release: Release, gate_id: str) -> tuple[SignOff, ...]:
    gate = next((g for g in release.gates if g.id == gate_id), None)
    return tuple(s for s in gate.sign_offs if s.people or s != ANY_APPROVER) if gate is not None else ()


def _deciders(release: Release, gate_id: str) -> str:
    wanted = _asked_of(release, gate_id)
    named = [f"<@{person}> ({s.area})" for s in wanted for person in s.people]
    roles = [f"people with the role approver:{s.area}" for s in wanted if not s.people]
    anybody = f"approvers, editors and the captain <@{release.captain}>"
    return ", ".join([*named, *roles]) or anybody


@dataclass(frozen=True, kw_only=True, slots=True)
class _Who:
    """The one who decides, and those for whom they stand in, by their roles as they are now."""

    release: Release
    me: Standing
    others: tuple[Standing, ...]
    allowed: frozenset[Permission]
    unread: tuple[str, ...] = ()

    def may(self, permission: Permission) -> bool:
        return permission in self.allowed

    def seat(self, gate: Gate | None) -> Seat:
        return seat(gate, self.me, self.others) if gate is not None else Seat(areas=())


async def _who(engine: Engine, tenant_id: str, release_id: str, actor: Actor) -> _Who:
    lenders = await lent_to(engine, tenant_id, actor)
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        roles = await roles_of(work, release, actor)
        others = [await standing_of(work, release, lender) for lender in lenders]
        return _Who(
            release=release,
            me=await standing_of(work, release, actor),
            others=tuple(others),
            allowed=permissions(roles),
            unread=unread(roles),
        )


async def lent_to(engine: Engine, tenant_id: str, actor: Actor) -> Sequence[Actor]:
    """Those whose deputy a person is, as they are known now."""
    async with engine.look() as work:
        deputies = await work.people.deputies(tenant_id, at=engine.clock.now())
    lent = [d.person for d in deputies if d.deputy == actor.id and actor.kind is ActorKind.USER]
    return await everyone(engine, tenant_id, lent)


async def standing_of(work: UnitOfWork, release: Release, actor: Actor) -> Standing:
    """What somebody may sign of a release, by their roles as they are now."""
    roles = await roles_of(work, release, actor)
    may = Permission.APPROVE in permissions(roles)
    return Standing(person=actor.id, areas=areas(roles), may_approve=may)
