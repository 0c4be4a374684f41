"""What is not met, with the time zones of those whose it is; and nudges."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from orchestration.domain import nudging
from orchestration.domain.calendar import zone_names
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.people import EVERYBODY, Actor, Permission, areas, is_group
from orchestration.domain.release import Release
from orchestration.domain.unmet import Unmet, unmet
from orchestration.ports.errors import PortError
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.engine import Engine
from orchestration.services.recognise import gone
from orchestration.services.saving import change_release

_ASKED = 8
"""People whose zone is looked up at most: an answer waits for it."""

_NUDGED = 20
"""People of an area who are nudged at most: a nudge is for a team, not for a department."""

AlongNudge = Callable[[UnitOfWork, Change, Unmet, tuple[str, ...]], Awaitable[None]]


async def zones(engine: Engine, release: Release, *, now: datetime) -> dict[str, str]:
    """The time zone of each person whose something is; who the chat says nothing of is left out."""
    people = dict.fromkeys(person for each in unmet(release, now=now) for person in each.people)
    return await zones_of(engine, release.tenant_id, list(people)[:_ASKED])


async def zones_of(engine: Engine, tenant_id: str, people: Sequence[str]) -> dict[str, str]:
    """The time zones of people, as far as the chat tells them."""
    found: dict[str, str] = {}
    if engine.membership is None:
        return found
    for person in people:
        try:
            zone = await engine.membership.zone(tenant_id, person)
        except PortError:
            continue  # Their local time is left out; everything else is told.
        if zone in zone_names():
            found[person] = zone
    return found


async def nudge(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    matter: str,
    *,
    actor: Actor,
    along: AlongNudge,
) -> Change:
    """Nudge those whose matter it is, once in a while. `along` stores what they are told."""
    if not actor.is_person:
        raise NotNow("People nudge people.")
    told: list[tuple[Unmet, tuple[str, ...]]] = []
    holders = await _holders(engine, tenant_id)

    def act(change: Change) -> None:
        told[:] = [nudging.nudge(change, matter, holders)]

    async def store(work: UnitOfWork, change: Change) -> None:
        found, people = told[0]
        await along(work, change, found, people)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.READ, along=store
    )


async def _holders(engine: Engine, tenant_id: str) -> Mapping[str, Sequence[str]]:
    """The people who hold each area, by name or in a user group; a group that can't be read gives nobody."""
    async with engine.look() as work:
        grants = await work.directory.grants(tenant_id)
    found: dict[str, dict[str, None]] = {}
    for grant in grants:
        for area in areas([grant.role]):
            people = await _people(engine, tenant_id, grant.holder)
            found.setdefault(area, {}).update(dict.fromkeys(people))
    return {area: tuple(people)[:_NUDGED] for area, people in found.items()}


async def _people(engine: Engine, tenant_id: str, holder: str) -> Sequence[str]:
    if holder == EVERYBODY:
        return ()
    if not is_group(holder):
        chat = engine.membership
        return () if chat is not None and await gone(chat, tenant_id, holder) else (holder,)
    try:
        return sorted(await engine.membership.members(tenant_id, holder)) if engine.membership else ()
    except PortError:
        return ()
