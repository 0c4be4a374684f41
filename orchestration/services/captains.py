"""Captains: who leads a release, whose turn is next, and who is away."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from orchestration.domain import rotation as rules
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.guessing import did_you_mean
from orchestration.domain.people import Actor, Permission
from orchestration.domain.release import Release
from orchestration.domain.rotation import (
    Absence,
    CaptainsView,
    Rotation,
    Scope,
    configuration_scope,
    train_scope,
)
from orchestration.domain.snapshot import Bucket
from orchestration.ports.planning import DutyKind
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.configurations import none_in_use
from orchestration.services.engine import PLANNING, Engine
from orchestration.services.news import channels_of, tell_tenant
from orchestration.services.planned import look_at_group, rotation_of
from orchestration.services.saving import Along, change_release, require, roles_of

AlongRotation = Callable[[UnitOfWork, Rotation], Awaitable[None]]
AlongAbsence = Callable[[UnitOfWork, Sequence[Release]], Awaitable[None]]
MOST_PEOPLE = 50
_LONGEST_ABSENCE = timedelta(days=400)


async def show(engine: Engine, tenant_id: str, *, actor: Actor) -> CaptainsView:
    """All of it, for one who may read."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        scopes = {scope.id: scope for scope in await scopes_in(work, tenant_id)}
        rotations = await work.planning.rotations(tenant_id)
        return CaptainsView(
            running=tuple(await work.releases.active(tenant_id)),
            rotations=tuple((scopes.get(r.scope, Scope(id=r.scope, name=r.scope)), r) for r in rotations),
            absences=tuple(await work.planning.absences(tenant_id, since=engine.clock.now().date())),
        )


async def scopes_in(work: UnitOfWork, tenant_id: str) -> tuple[Scope, ...]:
    """Every train and configuration of a tenant."""
    trains = [Scope(id=train_scope(t.id), name=t.name) for t in await work.planning.trains(tenant_id)]
    known = await work.directory.configurations(tenant_id)
    return (*trains, *(Scope(id=configuration_scope(c.id), name=c.name) for c in known))


async def set_captain(
    engine: Engine, tenant_id: str, release_id: str, person: str, *, actor: Actor, along: Along | None = None
) -> Change:
    """Hand a release over to somebody."""

    async def and_group(work: UnitOfWork, change: Change) -> None:
        await work.alone(tenant_id, PLANNING)
        known = {r.scope: r for r in await work.planning.rotations(tenant_id)}
        rotation = rotation_of(change.release, known)
        if rotation is not None:
            await look_at_group(work, rotation, at=change.now)
        if along is not None:
            await along(work, change)

    def act(change: Change) -> None:
        rules.hand_over(change, person)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=and_group
    )


async def _changed(
    engine: Engine,
    tenant_id: str,
    words: str,
    act: Callable[[Rotation], Rotation],
    *,
    actor: Actor,
    need: Permission,
    along: AlongRotation | None,
) -> Rotation:
    """Change the rotation that is meant by `words`, in one transaction."""
    async with engine.work() as work:
        await work.alone(tenant_id, PLANNING)
        require(await roles_of(work, None, actor, tenant_id), need)
        known = {r.scope: r for r in await work.planning.rotations(tenant_id)}
        scope = _meant(await scopes_in(work, tenant_id), known, words)
        before = known.get(scope.id, Rotation(tenant_id=tenant_id, scope=scope.id, queue=()))
        after = act(before)
        saved = await work.planning.save_rotation(after)
        data = {"scope": scope.id, "name": scope.name, "order": ", ".join(saved.queue)}
        if saved.group:
            data["group"] = saved.group
        channels = await channels_for(work, tenant_id, scope.id, Bucket.RELEASES)
        kind = EventKind.ROTATION_SAVED
        await tell_tenant(engine, work, tenant_id, kind, data, actor=actor, channels=channels)
        at = engine.clock.now() if saved.group is not None else None
        await work.planning.look(tenant_id, DutyKind.GROUP, saved.scope, at=at)
        if along is not None:
            await along(work, saved)
        await work.commit()
        return saved


def _meant(scopes: Sequence[Scope], known: Collection[str], words: str) -> Scope:
    """The scope that a person means: named by id or name, else the only one with a rotation, else the only one."""
    wanted = words.strip().casefold()
    if wanted:
        fitting = [s for s in scopes if wanted in {s.id, s.id.partition(":")[2], s.name.casefold()}]
        # A train and its configuration may be called the same: the train is the nearer one.
        fitting = fitting[:1]
    else:
        fitting = [s for s in scopes if s.id in known] or list(scopes)
    if len(fitting) == 1:
        return fitting[0]
    if not scopes:
        raise none_in_use(())
    choice = ", ".join(f"`{s.id}`" for s in scopes)
    meant = did_you_mean(words, ((s.id.partition(":")[2], s.name) for s in scopes))
    raise NotNow(f"For which train or configuration? Name one of {choice}.{meant}")


async def channels_for(work: UnitOfWork, tenant_id: str, scope: str, bucket: Bucket) -> tuple[str, ...]:
    """Where people hear of a rotation: as of its configuration, or of the train's."""
    trains = {train_scope(t.id): t.config_id for t in await work.planning.trains(tenant_id)}
    config_id = trains.get(scope, scope.partition(":")[2])
    every = await work.directory.configurations(tenant_id)
    return channels_of([c for c in every if c.id == config_id], bucket)


async def set_order(
    engine: Engine,
    tenant_id: str,
    words: str,
    people: Sequence[str],
    *,
    actor: Actor,
    along: AlongRotation | None = None,
) -> Rotation:
    """Who leads the next releases, in this order."""
    queue = tuple(dict.fromkeys(people))
    if not 0 < len(queue) <= MOST_PEOPLE:
        raise NotNow(f"Name 1 to {MOST_PEOPLE} people, for example `/release captain order @ann @bo`.")

    def act(rotation: Rotation) -> Rotation:
        return replace(rotation, queue=queue)

    need = Permission.CONFIGURE
    return await _changed(engine, tenant_id, words, act, actor=actor, need=need, along=along)


async def swap(
    engine: Engine,
    tenant_id: str,
    words: str,
    one: str,
    other: str,
    *,
    actor: Actor,
    along: AlongRotation | None = None,
) -> Rotation:
    """Two people change their places."""

    def act(rotation: Rotation) -> Rotation:
        return rules.swapped(rotation, one, other)

    need = Permission.EDIT
    return await _changed(engine, tenant_id, words, act, actor=actor, need=need, along=along)


async def set_group(
    engine: Engine,
    tenant_id: str,
    words: str,
    group: str | None,
    *,
    actor: Actor,
    along: AlongRotation | None = None,
) -> Rotation:
    """Keep the captains in a user group of the chat; None: in none."""

    def act(rotation: Rotation) -> Rotation:
        if not rotation.queue:
            raise NotNow("There is no rotation yet: begin with `/release captain order @ann @bo`.")
        return replace(rotation, group=group, trouble=None)

    need = Permission.CONFIGURE
    return await _changed(engine, tenant_id, words, act, actor=actor, need=need, along=along)


async def go_away(
    engine: Engine,
    absence: Absence,
    *,
    actor: Actor,
    along: AlongAbsence | None = None,
) -> tuple[Release, ...]:
    """Note that somebody is away; gives the running releases that they lead, which somebody should take over."""
    if absence.until_on < absence.from_on:
        raise NotNow("The last day must not come before the first one.")
    if absence.until_on < engine.clock.now().date():
        raise NotNow("These days are over.")
    if absence.until_on - absence.from_on > _LONGEST_ABSENCE:
        raise NotNow("That is more than a year; take the person out of the rotation instead.")
    async with engine.work() as work:
        led = await _opened_absence(work, absence.tenant_id, absence.person, actor)
        await work.planning.add_absence(absence)
        days = {"from": absence.from_on.isoformat(), "until": absence.until_on.isoformat()}
        data = {"person": absence.person, **days}
        await tell_tenant(engine, work, absence.tenant_id, EventKind.ABSENCE_SAVED, data, actor=actor)
        await _look_at_groups(engine, work, absence.tenant_id)
        if along is not None:
            await along(work, led)
        await work.commit()
        return led


async def come_back(
    engine: Engine, tenant_id: str, person: str, *, actor: Actor, along: AlongAbsence | None = None
) -> None:
    """Forget every absence of a person; NotNow where there is none."""
    async with engine.work() as work:
        led = await _opened_absence(work, tenant_id, person, actor)
        if not await work.planning.remove_absences(tenant_id, person):
            raise NotNow(f"<@{person}> is not away.", settled=True)
        data = {"person": person}
        await tell_tenant(engine, work, tenant_id, EventKind.ABSENCE_REMOVED, data, actor=actor)
        await _look_at_groups(engine, work, tenant_id)
        if along is not None:
            await along(work, led)
        await work.commit()


async def _opened_absence(work: UnitOfWork, tenant_id: str, person: str, actor: Actor) -> tuple[Release, ...]:
    """Everybody may say that they are away themselves; of others those who may edit."""
    await work.alone(tenant_id, PLANNING)
    need = Permission.READ if person == actor.id else Permission.EDIT
    require(await roles_of(work, None, actor, tenant_id), need)
    return tuple(r for r in await work.releases.active(tenant_id) if r.captain == person)


async def _look_at_groups(engine: Engine, work: UnitOfWork, tenant_id: str) -> None:
    for rotation in await work.planning.rotations(tenant_id):
        await look_at_group(work, rotation, at=engine.clock.now())
