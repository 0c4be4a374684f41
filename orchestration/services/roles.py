"""Roles: who holds which, granted and taken back by owners, to people, user groups and everybody."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.people import (
    EVERYBODY,
    OWNER,
    VIEWER,
    Actor,
    Grant,
    Permission,
    is_group,
    valid_role,
)
from orchestration.domain.snapshot import Bucket
from orchestration.ports.errors import PortError
from orchestration.ports.runtime import Configuration, UnitOfWork
from orchestration.services.engine import ROLES, Engine
from orchestration.services.news import channels_of, tell_tenant
from orchestration.services.recognise import gone
from orchestration.services.renewing import home_letter, renew_homes
from orchestration.services.saving import require, roles_of

Ending = Callable[[UnitOfWork], Awaitable[None]]


async def show(engine: Engine, tenant_id: str, *, actor: Actor) -> tuple[Grant, ...]:
    """Every role that is held; for owners."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.GRANT)
        return tuple(await work.directory.grants(tenant_id))


async def held(engine: Engine, tenant_id: str, *, actor: Actor) -> frozenset[str]:
    """The roles of the one who asks, as they are now, with why a group could not be looked into."""
    async with engine.look() as work:
        roles = await roles_of(work, None, actor, tenant_id)
    require(roles, Permission.READ)
    return roles


async def _nothing_more(_work: UnitOfWork) -> None:
    """Nothing else is stored."""


async def grant(
    engine: Engine, tenant_id: str, wanted: Grant, *, actor: Actor, ending: Ending = _nothing_more
) -> None:
    """Let somebody hold a role. A person who is gone, or a group that can't be looked into, gets none."""
    _possible(wanted)
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.GRANT)
    await _there(engine, tenant_id, wanted.holder)
    async with engine.work() as work:
        await work.alone(tenant_id, ROLES)
        require(await roles_of(work, None, actor, tenant_id), Permission.GRANT)
        if wanted in await work.directory.grants(tenant_id):
            raise NotNow(f"{_name(wanted.holder)} has the role {wanted.role} already.", settled=True)
        await work.directory.grant(tenant_id, wanted.holder, wanted.role)
        await _renew(engine, work, tenant_id, wanted.holder)
        await _tell(engine, work, tenant_id, EventKind.ROLE_GRANTED, wanted, actor=actor)
        await ending(work)
        await work.commit()


async def revoke(
    engine: Engine, tenant_id: str, held: Grant, *, actor: Actor, ending: Ending = _nothing_more
) -> None:
    """Take a role back; never from the last person who is an owner."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.GRANT)
        known = _owners(await work.directory.grants(tenant_id))
    away = await _away(engine, tenant_id, known) if held.role == OWNER else frozenset()
    async with engine.work() as work:
        await work.alone(tenant_id, ROLES)
        require(await roles_of(work, None, actor, tenant_id), Permission.GRANT)
        grants = await work.directory.grants(tenant_id)
        if held not in grants:
            raise NotNow(f"{_name(held.holder)} does not have the role {held.role}.", settled=True)
        if held.role == OWNER and not _owners(grants) - away - {held.holder}:
            raise NotNow(
                "Nobody else is an owner, so this role stays. Make another person an owner first; "
                "a group or a deactivated person does not count."
            )
        await work.directory.revoke(tenant_id, held.holder, held.role)
        await _renew(engine, work, tenant_id, held.holder)
        await _tell(engine, work, tenant_id, EventKind.ROLE_REVOKED, held, actor=actor)
        await ending(work)
        await work.commit()


async def _renew(engine: Engine, work: UnitOfWork, tenant_id: str, holder: str) -> None:
    """What a person may see changes with their roles; who is in a group is not asked here, so all are looked at."""
    if holder == EVERYBODY or is_group(holder):
        await renew_homes(work, tenant_id, now=engine.clock.now())
    else:
        await work.send(tenant_id, [home_letter(holder)])


def _possible(wanted: Grant) -> None:
    if not valid_role(wanted.role):
        raise NotNow(
            f"{wanted.role or 'Nothing'} is no role. The roles are owner, editor, viewer and approver:<area>, "
            "for example approver:qa."
        )
    if wanted.holder == EVERYBODY and wanted.role == OWNER:
        raise NotNow("Not everybody can be an owner. Name people, or a user group.")


async def _there(engine: Engine, tenant_id: str, holder: str) -> None:
    """NotNow where the chat says that there is no such holder, or that it may not be looked into."""
    chat = engine.membership
    if chat is None or holder == EVERYBODY:
        return
    if not is_group(holder):
        if await gone(chat, tenant_id, holder):
            raise NotNow(f"<@{holder}> is deactivated in Slack and gets no role.")
        return
    try:
        await chat.members(tenant_id, holder)
    except PortError as error:
        raise NotNow(f"The group can't be looked into, so it gets no role: {error.reason}.") from error


def _owners(grants: Iterable[Grant]) -> frozenset[str]:
    """The people who are owners by name: a group may be emptied by others."""
    return frozenset(
        g.holder for g in grants if g.role == OWNER and not is_group(g.holder) and g.holder != EVERYBODY
    )


async def _away(engine: Engine, tenant_id: str, people: Collection[str]) -> frozenset[str]:
    chat = engine.membership
    if chat is None:
        return frozenset()
    return frozenset([person for person in people if await gone(chat, tenant_id, person)])


async def _tell(
    engine: Engine, work: UnitOfWork, tenant_id: str, kind: EventKind, grant: Grant, *, actor: Actor
) -> None:
    """Who may decide and change is everybody's business; who may look is between the two."""
    announced = () if grant.role == VIEWER else _heard(await work.directory.configurations(tenant_id))
    person = grant.holder != EVERYBODY and not is_group(grant.holder) and grant.holder != actor.id
    await tell_tenant(
        engine,
        work,
        tenant_id,
        kind,
        {"person": grant.holder, "role": grant.role},
        actor=actor,
        channels=announced,
        people=(grant.holder,) if person else (),
    )


def _heard(configurations: Sequence[Configuration]) -> tuple[str, ...]:
    """Where the default configuration's critical news go."""
    return channels_of([c for c in configurations if c.default], Bucket.CRITICAL)


def _name(holder: str) -> str:
    if holder == EVERYBODY:
        return "Everybody"
    return f"The user group {holder}" if is_group(holder) else f"<@{holder}>"
