"""Who people are in source control, and who stands in for them: said by themselves, and kept per tenant."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import Actor, ActorKind, Permission, permissions
from orchestration.domain.standing import Deputy, Me
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.announce import asked_people, gate_copy
from orchestration.services.engine import Engine
from orchestration.services.renewing import renew_homes
from orchestration.services.saving import require, roles_of

Ending = Callable[[UnitOfWork], Awaitable[None]]
_LONGEST = timedelta(days=366)
_LOGIN_LENGTH = 100


async def matched(engine: Engine, tenant_id: str, authors: Sequence[str]) -> Mapping[str, str]:
    """The people behind authors, and the authors that are nobody's: two JSON lists."""
    async with engine.look() as work:
        known = await work.people.logins(tenant_id)
    people = sorted({known[a.casefold()] for a in authors if a.casefold() in known})
    unknown = [author for author in authors if author.casefold() not in known]
    return {"people": json.dumps(people), "unknown": json.dumps(unknown)}


async def about_me(engine: Engine, tenant_id: str, *, actor: Actor) -> Me:
    """What is known of the one who asks."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        return await me_of(work, tenant_id, actor.id, at=engine.clock.now())


async def me_of(work: UnitOfWork, tenant_id: str, person: str, *, at: datetime) -> Me:
    """What is known of a person at a moment."""
    logins = await work.people.logins(tenant_id)
    deputies = await work.people.deputies(tenant_id, at=at)
    return Me(
        logins=tuple(sorted(login for login, whose in logins.items() if whose == person)),
        deputy=next((d for d in deputies if d.person == person), None),
        stands_for=tuple(d for d in deputies if d.deputy == person),
    )


async def deputies(engine: Engine, tenant_id: str, *, actor: Actor) -> tuple[Deputy, ...]:
    """Who stands in for whom now, by person."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        return tuple(await work.people.deputies(tenant_id, at=engine.clock.now()))


async def _nothing_more(_work: UnitOfWork) -> None:
    """Nothing else is stored."""


async def claim_login(
    engine: Engine,
    tenant_id: str,
    login: str,
    *,
    person: str,
    actor: Actor,
    ending: Ending = _nothing_more,
) -> None:
    """Say that a login is a person's. One that is somebody else's, or another's login, takes who may grant roles."""
    name = login.strip().removeprefix("@")
    if not 0 < len(name) <= _LOGIN_LENGTH:
        raise NotNow(f"A login has 1 to {_LOGIN_LENGTH} characters.")
    async with engine.work() as work:
        roles = await roles_of(work, None, actor, tenant_id)
        require(roles, Permission.READ)
        owner = (await work.people.logins(tenant_id)).get(name.casefold())
        if owner == person:
            raise NotNow(f"{name} is known as <@{person}> already.", settled=True)
        if (person != actor.id or owner is not None) and Permission.GRANT not in permissions(roles):
            whose = f"{name} is known as <@{owner}>" if owner is not None else "That is somebody else"
            raise NotAllowed(f"{whose}. Ask an owner to set it right.")
        await work.people.claim(tenant_id, name, person)
        before = {"before": owner} if owner is not None else {}
        said = (actor, engine.clock.now())
        await _tell(work, tenant_id, EventKind.LOGIN_CLAIMED, said, login=name, person=person, **before)
        await renew_homes(work, tenant_id, now=engine.clock.now())
        await ending(work)
        await work.commit()


async def drop_login(
    engine: Engine, tenant_id: str, login: str, *, actor: Actor, ending: Ending = _nothing_more
) -> None:
    """Forget a login of one's own; an owner forgets anybody's."""
    name = login.strip().removeprefix("@")
    async with engine.work() as work:
        roles = await roles_of(work, None, actor, tenant_id)
        require(roles, Permission.READ)
        owner = (await work.people.logins(tenant_id)).get(name.casefold())
        if owner is None:
            raise NotNow(f"{name} is nobody's login.", settled=True)
        if owner != actor.id and Permission.GRANT not in permissions(roles):
            raise NotAllowed(f"{name} is known as <@{owner}>. Ask an owner to set it right.")
        await work.people.drop(tenant_id, name)
        said = (actor, engine.clock.now())
        await _tell(work, tenant_id, EventKind.LOGIN_DROPPED, said, login=name, person=owner)
        await renew_homes(work, tenant_id, now=engine.clock.now())
        await ending(work)
        await work.commit()


async def name_deputy(
    engine: Engine,
    tenant_id: str,
    deputy: str,
    until: datetime,
    *,
    actor: Actor,
    ending: Ending = _nothing_more,
) -> None:
    """Let somebody sign in one's place until a moment. They get nothing that one has not oneself when they sign."""
    now = engine.clock.now()
    if actor.kind is not ActorKind.USER or deputy == actor.id:
        raise NotNow("Name another person as your deputy.")
    if until <= now:
        raise NotNow("The end must be in the future.")
    if until - now > _LONGEST:
        raise NotNow("A deputy is named for a year at most.")
    async with engine.work() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        await work.people.name_deputy(tenant_id, Deputy(person=actor.id, deputy=deputy, until=until))
        said = (actor, now)
        await _tell(work, tenant_id, EventKind.DEPUTY_NAMED, said, deputy=deputy, until=until.isoformat())
        await _hand_over(work, tenant_id, actor.id, deputy)
        await renew_homes(work, tenant_id, now=now)
        await ending(work)
        await work.commit()


async def _hand_over(work: UnitOfWork, tenant_id: str, person: str, deputy: str) -> None:
    """A deputy gets a copy of every open question that the person is asked by name, without waiting for news."""
    for release in await work.releases.active(tenant_id):
        asked = [gate for gate in release.open_gates if person in asked_people(gate)]
        if asked:
            await work.send(tenant_id, [gate_copy(release, gate, deputy) for gate in asked])


async def end_deputy(engine: Engine, tenant_id: str, *, actor: Actor, ending: Ending = _nothing_more) -> None:
    """Sign alone again."""
    async with engine.work() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        if not await work.people.end_deputy(tenant_id, actor.id):
            raise NotNow("Nobody stands in for you.", settled=True)
        await _tell(work, tenant_id, EventKind.DEPUTY_ENDED, (actor, engine.clock.now()))
        await renew_homes(work, tenant_id, now=engine.clock.now())
        await ending(work)
        await work.commit()


async def _tell(
    work: UnitOfWork, tenant_id: str, kind: EventKind, said: tuple[Actor, datetime], **data: str
) -> None:
    actor, at = said
    await work.tell(tenant_id, [Event(kind=kind, at=at, actor=actor, release_id=None, data=data)])
