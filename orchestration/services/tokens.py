"""Tokens of programs and of people: made, listed, revoked, and recognised when they are presented."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from orchestration.domain.errors import Invalid, NotAllowed, NotNow, Unknown
from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import Actor, Permission
from orchestration.domain.tokens import (
    ID_LENGTH,
    SECRET_LENGTH,
    Presented,
    Scope,
    Token,
    order_problems,
    presented,
)
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.engine import Engine
from orchestration.services.saving import require, roles_of

_TOKENS = "tokens"
"""The name under which tokens that were ordered are made one at a time."""
Along = Callable[[UnitOfWork, Token], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A new token and its text, which nobody can be shown again."""

    token: Token
    text: str = field(repr=False)


async def create(
    engine: Engine,
    tenant_id: str,
    *,
    name: str,
    scopes: Sequence[str],
    life: timedelta,
    actor: Actor,
    along: Along | None = None,
    token_id: str | None = None,
) -> Made:
    """Make one of a program, for those who may grant; Invalid with every problem.

    `token_id` was drawn before, when it was ordered: NotNow where there is such a token already.
    """
    async with engine.work() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.GRANT)
        made = _ordered(engine, tenant_id, name=name, scopes=scopes, life=life, actor=actor, person=None)
        if token_id is not None:
            made = await _once(work, made, token_id)
        return await _stored(engine, work, made, actor=actor, along=along)


async def order(
    engine: Engine, tenant_id: str, *, name: str, scopes: Sequence[str], life: timedelta, actor: Actor
) -> str:
    """The id of a token that may be made now by those who may grant; Invalid. Nothing is stored."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.GRANT)
    return _ordered(engine, tenant_id, name=name, scopes=scopes, life=life, actor=actor, person=None).token.id


async def create_own(
    engine: Engine,
    tenant_id: str,
    *,
    name: str,
    scopes: Sequence[str],
    life: timedelta,
    actor: Actor,
    along: Along | None = None,
    token_id: str | None = None,
) -> Made:
    """Make one's own, in the chat, whose word it is who somebody is. Invalid with every problem.

    It allows nothing that the person's roles do not allow at the moment of acting, so whoever may look may have one.
    `token_id` was drawn before, when it was ordered: NotNow where there is such a token already.
    """
    _require_chat(actor)
    async with engine.work() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        made = _ordered(engine, tenant_id, name=name, scopes=scopes, life=life, actor=actor, person=actor.id)
        if token_id is not None:
            made = await _once(work, made, token_id)
        return await _stored(engine, work, made, actor=actor, along=along)


async def order_own(
    engine: Engine, tenant_id: str, *, name: str, scopes: Sequence[str], life: timedelta, actor: Actor
) -> str:
    """The id of a token that the person may make of their own now; Invalid. Nothing is stored."""
    _require_chat(actor)
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
    made = _ordered(engine, tenant_id, name=name, scopes=scopes, life=life, actor=actor, person=actor.id)
    return made.token.id


def _require_chat(actor: Actor) -> None:
    if not actor.is_person or actor.token is not None:
        raise NotAllowed("A token of one's own is made by the person in the chat.")


async def _once(work: UnitOfWork, made: Made, token_id: str) -> Made:
    """Under the id that was drawn when it was ordered; NotNow where there is such a token already."""
    await work.alone(made.token.tenant_id, _TOKENS)
    if await work.tokens.find(token_id) is not None:
        raise NotNow("This token was made already.", settled=True)
    text = made.text.replace(made.token.id, token_id, 1)
    return Made(token=replace(made.token, id=token_id), text=text)


def _ordered(
    engine: Engine,
    tenant_id: str,
    *,
    name: str,
    scopes: Sequence[str],
    life: timedelta,
    actor: Actor,
    person: str | None,
) -> Made:
    problems = list(order_problems(name, scopes, life))
    if problems:
        raise Invalid(problems)
    secret = Presented(id=engine.chance.code(ID_LENGTH), secret=engine.chance.code(SECRET_LENGTH))
    now = engine.clock.now()
    token = Token(
        id=secret.id,
        tenant_id=tenant_id,
        name=name.strip(),
        digest=secret.digest,
        scopes=tuple(scope for scope in Scope if scope in set(scopes)),
        created_by=actor.id,
        created_at=now,
        expires_at=now + life,
        person=person,
    )
    return Made(token=token, text=secret.text)


async def _stored(engine: Engine, work: UnitOfWork, made: Made, *, actor: Actor, along: Along | None) -> Made:
    await work.tokens.add(made.token)
    await _tell(engine, work, EventKind.TOKEN_CREATED, made.token, actor)
    if along is not None:
        await along(work, made.token)
    await work.commit()
    return made


async def list_all(engine: Engine, tenant_id: str, *, actor: Actor) -> tuple[Token, ...]:
    """All of a tenant, the expired and revoked too, oldest first; for those who may grant."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.GRANT)
        return tuple(await work.tokens.of_tenant(tenant_id))


async def list_own(engine: Engine, tenant_id: str, *, actor: Actor) -> tuple[Token, ...]:
    """Those of the one who asks, oldest first."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        return tuple(t for t in await work.tokens.of_tenant(tenant_id) if t.person == actor.id)


async def revoke(
    engine: Engine, tenant_id: str, token_id: str, *, actor: Actor, along: Along | None = None
) -> Token:
    """Let it be worth nothing from now on: one's own, or any by those who may grant. Idempotent. Unknown."""
    async with engine.work() as work:
        found = await work.tokens.find(token_id)
        if found is None or found.tenant_id != tenant_id or found.person is None or found.person != actor.id:
            require(await roles_of(work, None, actor, tenant_id), Permission.GRANT)
        if found is None or found.tenant_id != tenant_id:
            raise Unknown("There is no such token.")
        if found.revoked_at is None:
            found = replace(found, revoked_at=engine.clock.now())
            await work.tokens.save(found)
            await _tell(engine, work, EventKind.TOKEN_REVOKED, found, actor)
        if along is not None:
            await along(work, found)
        await work.commit()
        return found


async def recognise(engine: Engine, text: str) -> Token:
    """The token that was presented, good now; its first use of a day is noted.

    NotAllowed, whose reason tells only those who know the secret that it is revoked or expired.
    """
    shown = presented(text)
    if shown is None:
        raise NotAllowed("This is no token.")
    now = engine.clock.now()
    async with engine.look() as work:
        token = await work.tokens.find(shown.id)
    if not shown.opens(token) or token is None:
        raise NotAllowed("This is no token.")
    if token.revoked_at is not None:
        raise NotAllowed("This token was revoked.")
    if not token.good(now):
        raise NotAllowed("This token has expired.")
    if token.last_used_on != now.date():
        async with engine.work() as work:
            await work.tokens.used(token.id, on=now.date())
            await work.commit()
    return token


async def refuse(engine: Engine, token: Token, *, method: str, path: str) -> None:
    """Record that a token asked for what is not there for it, in the audit log of its own tenant."""
    event = denial(engine, token.actor, {"method": method, "path": path})
    async with engine.work() as work:
        await work.tell(token.tenant_id, [event])
        await work.commit()


def denial(engine: Engine, actor: Actor, tried: Mapping[str, str]) -> Event:
    """The fact that somebody asked for what is not there for them."""
    return Event(
        kind=EventKind.ACCESS_DENIED, at=engine.clock.now(), actor=actor, release_id=None, data=tried
    )


async def _tell(engine: Engine, work: UnitOfWork, kind: EventKind, token: Token, actor: Actor) -> None:
    data = {
        "token": token.id,
        "name": token.name,
        "scopes": " ".join(token.scopes),
        "expires": token.expires_at.isoformat(),
        **({"person": token.person} if token.person is not None else {}),
    }
    event = Event(kind=kind, at=engine.clock.now(), actor=actor, release_id=None, data=data)
    await work.tell(token.tenant_id, [event])
