"""What is not met, with the time zones of those whose it is; and nudges."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from orchestration.domain import nudging
from orchestration.domain.calendar import zone_names
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.people import Actor, Permission
from orchestration.domain.release import Release
from orchestration.domain.unmet import Unmet, unmet
from orchestration.ports.errors import PortError
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.engine import Engine
from orchestration.services.saving import change_release

_ASKED = 8
"""People whose zone is looked up at most: an answer waits for it."""

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

    def act(change: Change) -> None:
        told[:] = [nudging.nudge(change, matter)]

    async def store(work: UnitOfWork, change: Change) -> None:
        found, people = told[0]
        await along(work, change, found, people)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.READ, along=store
    )
