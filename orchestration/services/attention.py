"""How people want to be reached: what can wait is kept while it is quiet for them, and comes once as a digest."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from orchestration.domain.calendar import UTC_ZONE, zone_names
from orchestration.domain.errors import NotNow
from orchestration.domain.events import Event, EventKind
from orchestration.domain.gates import GateState
from orchestration.domain.people import Actor, Permission
from orchestration.domain.quiet import Attention, Kept, kept_until, told_at
from orchestration.ports.attention import Face
from orchestration.ports.errors import PortError, Refused
from orchestration.ports.planning import DutyKind
from orchestration.ports.runtime import NoSuchRelease, Outgoing, OutgoingKind, UnitOfWork
from orchestration.services.again import again
from orchestration.services.engine import Engine
from orchestration.services.renewing import home_letter
from orchestration.services.saving import require, roles_of

Wish = Callable[[Attention], Attention]
Ending = Callable[[UnitOfWork, Attention], Awaitable[None]]


async def wishes(engine: Engine, tenant_id: str, *, actor: Actor) -> Attention | None:
    """How the one who asks wants to be reached; None where they never said."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        known = await work.attentions.of(tenant_id, actor.id)
    return await _as_now(engine, tenant_id, known) if known is not None else None


async def _nothing_more(_work: UnitOfWork, _asked: Attention) -> None:
    """Nothing else is stored."""


async def ask_for(
    engine: Engine,
    tenant_id: str,
    wish: Wish,
    *,
    actor: Actor,
    ending: Ending = _nothing_more,
    zone: str | None = None,
) -> None:
    """Be reached as `wish` says, by the clock of the chat's zone or of `zone`; what is kept follows the new wish."""
    face, now = await _face(engine, tenant_id, actor.id, zone), engine.clock.now()
    async with engine.work() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        await _alone(work, tenant_id, actor.id)
        before = await work.attentions.of(tenant_id, actor.id)
        asked = wish(before or Attention(person=actor.id, name="", zone=""))
        asked = _placed(asked, face, zone)
        await work.attentions.save(tenant_id, asked)
        if waiting := await work.attentions.waiting(tenant_id, actor.id):
            await _plan(work, tenant_id, actor.id, at=told_at(asked, waiting[0].at, now))
        data = {
            "quiet": str(asked.quiet or "off"),
            "weekends": "quiet" if asked.weekends else "off",
            "digest": f"{asked.digest:%H:%M}" if asked.digest else "off",
            "zone": asked.zone,
        }
        said = Event(kind=EventKind.ATTENTION_CHANGED, at=now, actor=actor, release_id=None, data=data)
        await work.tell(tenant_id, [said])
        await work.send(tenant_id, [home_letter(actor.id)])
        await ending(work, asked)
        await work.commit()


async def _face(engine: Engine, tenant_id: str, person: str, zone: str | None) -> Face | PortError:
    """Who it is, or why the chat does not tell; NotNow for a zone that there is not."""
    if zone is not None and zone not in zone_names():
        raise NotNow(f"{zone} is no time zone: write it like `Europe/Berlin`.")
    if engine.faces is None:
        return Refused("There is no chat to ask")
    try:
        return await engine.faces.face(tenant_id, person)
    except PortError as error:
        return error


def _placed(asked: Attention, face: Face | PortError, zone: str | None) -> Attention:
    """With the zone that was said now or before, else the chat's; NotNow, with the remedy, where there is none."""
    name = face.name if isinstance(face, Face) else asked.name
    if zone is not None:
        return replace(asked, name=name, zone=zone, fixed=True)
    if asked.fixed:
        return replace(asked, name=name)
    if isinstance(face, Face) and face.zone in zone_names():
        return replace(asked, name=name, zone=face.zone)
    if asked.always_reached:
        return replace(asked, name=name, zone=UTC_ZONE)
    why = face.reason if isinstance(face, PortError) else f"{face.zone} is no time zone"
    raise NotNow(
        f"Your time zone is not known ({why}). Write it too: `/release me quiet 19:00-08:00 Europe/Berlin`."
    )


async def _as_now(engine: Engine, tenant_id: str, known: Attention) -> Attention:
    """With the zone that the chat tells now: people travel. As it was told before, where the chat is away."""
    if engine.faces is None or known.fixed:
        return known
    try:
        face = await engine.faces.face(tenant_id, known.person)
    except PortError:
        return known
    return replace(known, name=face.name, zone=face.zone if face.zone in zone_names() else known.zone)


async def kept_now(engine: Engine, tenant_id: str, person: str) -> Attention | None:
    """The wishes of a person for whom what can wait is kept now; None: they are reached at once."""
    async with engine.look() as work:
        known = await work.attentions.of(tenant_id, person)
    if known is None or known.always_reached:
        return None
    asked = await _as_now(engine, tenant_id, known)
    return asked if kept_until(asked, engine.clock.now()) is not None else None


async def was_told(engine: Engine, tenant_id: str, person: str, key: str) -> bool | None:
    """Whether what was kept of a message was told to a person; None where it was never kept."""
    async with engine.look() as work:
        return await work.attentions.is_told(tenant_id, person, key)


@again
async def keep(engine: Engine, tenant_id: str, asked: Attention, kept: Kept) -> None:
    """Keep something until the digest; the first that is kept says when that comes."""
    now = engine.clock.now()
    async with engine.work() as work:
        await _alone(work, tenant_id, asked.person)
        if not await work.attentions.waiting(tenant_id, asked.person):
            await _plan(work, tenant_id, asked.person, at=told_at(asked, now, now))
        await work.attentions.keep(tenant_id, kept)
        await work.commit()


async def send_digest(engine: Engine, tenant_id: str, person: str) -> None:
    """Tell a person everything that was kept, in one message; later where its time is to come, or it is quiet again."""
    async with engine.look() as work:
        known = await work.attentions.of(tenant_id, person)
    asked = await _as_now(engine, tenant_id, known) if known is not None else None
    now = engine.clock.now()
    async with engine.work() as work:
        await _alone(work, tenant_id, person)
        waiting = await work.attentions.waiting(tenant_id, person)
        later = told_at(asked, waiting[0].at, now) if asked is not None and waiting else now
        if later > now:
            await _plan(work, tenant_id, person, at=later)
        else:
            gates = [kept for kept in waiting if kept.gate is not None]
            open_gates = [kept for kept in gates if await _still_open(work, tenant_id, kept)]
            told = [kept for kept in waiting if kept.gate is None or kept in open_gates]
            if told:
                await work.send(tenant_id, [_digest(tenant_id, person, told, now), *map(_card, open_gates)])
            await work.attentions.told(tenant_id, person, at=now)
            await _plan(work, tenant_id, person, at=None)
        await work.commit()


async def _still_open(work: UnitOfWork, tenant_id: str, kept: Kept) -> bool:
    """Whether a decision that was asked for is still to be made."""
    try:
        release = await work.releases.get(tenant_id, kept.release_id or "")
    except NoSuchRelease:
        return False
    return any(g.id == kept.gate and g.state is GateState.OPEN for g in release.gates)


def _digest(tenant_id: str, person: str, told: list[Kept], now: datetime) -> Outgoing:
    lines = [
        {"at": kept.at.isoformat(), "text": kept.text, "key": kept.key, "release": kept.release_id or ""}
        for kept in told
    ]
    return Outgoing(
        kind=OutgoingKind.DIGEST,
        lane=f"digest:{tenant_id}:{person}",
        key=f"digest:{person}:{now.isoformat()}",
        payload={"user": person, "lines": json.dumps(lines)},
    )


def _card(kept: Kept) -> Outgoing:
    """The card of a decision, which was not sent; it comes after the digest that tells of it."""
    return Outgoing(
        kind=OutgoingKind.GATE,
        lane=kept.key,
        key=kept.key,
        release_id=kept.release_id,
        payload={"gate": kept.gate or "", "person": kept.person},
    )


async def _plan(work: UnitOfWork, tenant_id: str, person: str, *, at: datetime | None) -> None:
    await work.planning.look(tenant_id, DutyKind.DIGEST, person, at=at)


async def _alone(work: UnitOfWork, tenant_id: str, person: str) -> None:
    """What is kept while a digest is made belongs to the next one."""
    await work.alone(tenant_id, f"attention:{person}")
