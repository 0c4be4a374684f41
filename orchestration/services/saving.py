"""The one way in which a release is changed: read, decide, move on, save with what follows from it, commit."""

from collections.abc import Awaitable, Callable

from orchestration.catalogue import plan_stage
from orchestration.domain.advance import advance
from orchestration.domain.change import Change
from orchestration.domain.errors import NotAllowed
from orchestration.domain.people import (
    CAPTAIN,
    OWNER,
    OWNERLESS_PREFIX,
    SYSTEM,
    UNREAD_PREFIX,
    Actor,
    ActorKind,
    Permission,
    ownerless,
    permissions,
    unread,
)
from orchestration.domain.release import Release
from orchestration.domain.workflow_steps import WORKFLOW
from orchestration.ports.errors import TryLater
from orchestration.ports.runtime import Claim, GaveWay, StaleRelease, UnitOfWork
from orchestration.services.again import stand_back
from orchestration.services.announce import announce, asked_by_name
from orchestration.services.engine import Engine
from orchestration.services.planned import follow_last, look_at_room
from orchestration.services.renewing import renew_homes
from orchestration.services.steps import settle_steps

# How often a decision is taken again because somebody else was faster. Every round somebody gets on.
_ROUNDS = 50

Act = Callable[[Change], None]
Along = Callable[[UnitOfWork, Change], Awaitable[None]]


async def save(
    engine: Engine, work: UnitOfWork, change: Change, *, claim: Claim | None = None, finish: bool = True
) -> None:
    """Move the release on as far as it goes and store everything in this transaction; nothing is committed."""
    advance(change, plan_stage)
    await follow_last(work, change)
    await work.releases.save(change, claim=claim, finish=finish)
    await look_at_room(work, change)
    await settle_steps(work, change)
    tenant_id = change.release.tenant_id
    deputies, holders = {}, {}
    if asked := asked_by_name(change):
        found = await work.people.deputies(tenant_id, at=change.now)
        deputies = {each.person: each.deputy for each in found}
        holders = {
            gate.id: await work.places.holders(tenant_id, change.release.id, gate.id) for gate in asked
        }
    messages = announce(change, engine.heard, deputies, holders)
    if messages:
        await work.send(tenant_id, messages)
        await renew_homes(work, tenant_id, now=change.now)


async def change_release(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    act: Act,
    *,
    actor: Actor = SYSTEM,
    need: Permission | None = None,
    claim: Claim | None = None,
    finish: bool = True,
    along: Along | None = None,
) -> Change:
    """Decide on the release as it is now, and again on a newer one where somebody else saved meanwhile.

    `need` is checked against the actor's roles in the same transaction. `along` stores what belongs to the
    change (an answer, the end of the request) before the commit. Raises what `act` raises; nothing is saved then.
    """
    with engine.tracer.span("change", facts={"tenant": tenant_id, "release": release_id}):
        return await _decided(
            engine,
            tenant_id,
            release_id,
            act,
            actor=actor,
            need=need,
            claim=claim,
            finish=finish,
            along=along,
        )


async def _decided(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    act: Act,
    *,
    actor: Actor,
    need: Permission | None,
    claim: Claim | None,
    finish: bool,
    along: Along | None,
) -> Change:
    for _ in range(_ROUNDS):
        try:
            async with engine.work() as work:
                release = await work.releases.get(tenant_id, release_id)
                if need is not None:
                    require(await roles_of(work, release, actor), need)
                change = Change(release, now=engine.clock.now(), actor=actor)
                act(change)
                await save(engine, work, change, claim=claim, finish=finish)
                if along is not None:
                    await along(work, change)
                await work.commit()
                return change
        except GaveWay:
            await stand_back()
        except StaleRelease:
            continue
    raise TryLater(f"Too many people and tasks change {release_id} at once")


async def roles_of(
    work: UnitOfWork, release: Release | None, actor: Actor, tenant_id: str = ""
) -> frozenset[str]:
    """The roles of a person, also through user groups, and as captain where the release is theirs.

    An operator is the owner. What could not be read of groups gives nothing and is told to who is refused.

    A token has its scopes, and those of another tenant, revoked or expired have none. A person who acts by a token
    of their own has their roles while it is good.
    """
    if actor.kind is ActorKind.SYSTEM:
        return frozenset({OWNER})
    if actor.kind is ActorKind.TOKEN:
        return await work.tokens.roles(release.tenant_id if release else tenant_id, actor.id)
    tenant_id = release.tenant_id if release else tenant_id
    if actor.token is not None and not await work.tokens.roles(tenant_id, actor.token):
        return frozenset()
    roles = await _held(work, actor, tenant_id)
    roles |= {f"{UNREAD_PREFIX}{reason}" for reason in actor.unread}
    return roles | {CAPTAIN} if release is not None and release.captain == actor.id else roles


async def _held(work: UnitOfWork, actor: Actor, tenant_id: str) -> frozenset[str]:
    """The roles that were granted to a person: those of everybody too, unless they are of another company.

    Where there is no owner whom they could ask, that is known in the place of a role.
    """
    if not actor.outside and (held := await work.directory.roles(tenant_id, actor.id, actor.groups)):
        return held
    grants = await work.directory.grants(tenant_id)
    if actor.outside:
        return frozenset(grant.role for grant in grants if grant.holder in {actor.id, *actor.groups})
    if actor == WORKFLOW or any(grant.role == OWNER for grant in grants):
        return frozenset()
    command = f"stationmaster grant {actor.id} owner --tenant {tenant_id}"
    return frozenset({f"{OWNERLESS_PREFIX}Nobody is an owner yet. On the bot's machine: `{command}`"})


def require(roles: frozenset[str], need: Permission) -> None:
    """NotAllowed where the roles do not give the permission."""
    if need not in permissions(roles):
        words = {
            Permission.READ: "see releases",
            Permission.APPROVE: "approve",
            Permission.FORCE: "override conditions",
            Permission.ARCHIVE: "archive a release",
            Permission.GRANT: "grant roles and tokens",
            Permission.CONFIGURE: "change release configurations",
            Permission.CONNECT: "connect accounts",
            Permission.REPORT: "report builds",
        }.get(need, "change releases")
        ask = ownerless(roles) or "Ask an owner for the role."
        raise NotAllowed(" ".join([f"You may not {words} here. {ask}", *unread(roles)]))
