"""Freeze windows: added, removed, and kept on the releases that they are for."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from orchestration.domain.calendar import zone_names
from orchestration.domain.change import Change
from orchestration.domain.errors import Invalid, NotNow, Problem
from orchestration.domain.events import EventKind
from orchestration.domain.freezes import LONGEST_FREEZE, Freeze, Window, holds_release, keep_freeze, next_look
from orchestration.domain.holds import HoldCause
from orchestration.domain.people import SYSTEM, Actor, Permission
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Bucket
from orchestration.domain.train_order import unknown_zone
from orchestration.ports.planning import DutyKind
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.engine import CONFIGURATIONS, PLANNING, Engine
from orchestration.services.freeze_exceptions import change_frozen, known_freeze
from orchestration.services.news import channels_of, tell_tenant
from orchestration.services.saving import require, roles_of

AlongFreeze = Callable[[UnitOfWork, Freeze], Awaitable[None]]
_CODE_LENGTH = 5


async def list_freezes(engine: Engine, tenant_id: str, *, actor: Actor) -> tuple[Freeze, ...]:
    """Those that are on or ahead, by their begin."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        now = engine.clock.now()
        return tuple(f for f in await work.planning.freezes(tenant_id) if f.over_at > now)


async def judge(engine: Engine, tenant_id: str, wanted: Window, *, actor: Actor) -> None:
    """NotAllowed, or Invalid with every problem at its field."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.SAFETY)
        await _check(engine, work, tenant_id, wanted)


async def _check(engine: Engine, work: UnitOfWork, tenant_id: str, wanted: Window) -> None:
    configurations = {c.id for c in await work.directory.configurations(tenant_id)}
    rules = (
        ("reason", not wanted.reason.strip(), "Please say why nothing may be released then"),
        ("zone", wanted.zone not in zone_names(), unknown_zone(wanted.zone)),
        ("ends_at", wanted.ends_at <= wanted.starts_at, "The end must come after the begin"),
        ("ends_at", wanted.ends_at <= engine.clock.now(), "The end is in the past"),
        ("ends_at", wanted.ends_at - wanted.starts_at > LONGEST_FREEZE, "A freeze lasts a year at most"),
        ("scope", wanted.config_id not in {None, *configurations}, "There is no such configuration"),
    )
    problems = [Problem(field=field, message=words) for field, wrong, words in rules if wrong]
    if problems:
        raise Invalid(problems)


async def add(
    engine: Engine, tenant_id: str, wanted: Window, *, actor: Actor, along: AlongFreeze | None = None
) -> Freeze:
    """Plan a freeze; one that has begun holds its releases at once. A safety action."""
    async with engine.work() as work:
        await work.alone(tenant_id, CONFIGURATIONS)
        require(await roles_of(work, None, actor, tenant_id), Permission.SAFETY)
        await _check(engine, work, tenant_id, wanted)
        freeze = Freeze(
            id=f"FRZ-{engine.chance.code(_CODE_LENGTH)}",
            tenant_id=tenant_id,
            reason=wanted.reason.strip(),
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
            zone=wanted.zone,
            by=actor.id,
            config_id=wanted.config_id,
        )
        saved = await work.planning.save_freeze(freeze)
        await _tell(engine, work, saved, EventKind.FREEZE_ADDED, actor=actor)
        await work.planning.look(
            tenant_id, DutyKind.FREEZE, saved.id, at=max(saved.starts_at, engine.clock.now())
        )
        if along is not None:
            await along(work, saved)
        await work.commit()
        return saved


async def remove(
    engine: Engine, tenant_id: str, freeze_id: str, *, actor: Actor, along: AlongFreeze | None = None
) -> Freeze:
    """End a freeze before its time: what it holds goes on."""
    async with engine.work() as work:
        await work.alone(tenant_id, PLANNING)
        require(await roles_of(work, None, actor, tenant_id), Permission.EDIT)
        freeze = known_freeze(await work.planning.freeze(tenant_id, freeze_id), freeze_id)
        now = engine.clock.now()
        if freeze.over_at <= now:
            raise NotNow(f"The freeze {freeze.id} is over already.", settled=True)
        saved = await work.planning.save_freeze(replace(freeze, removed_at=now))
        await _tell(engine, work, saved, EventKind.FREEZE_REMOVED, actor=actor)
        await work.planning.look(tenant_id, DutyKind.FREEZE, saved.id, at=now)
        if along is not None:
            await along(work, saved)
        await work.commit()
        return saved


async def keep(engine: Engine, tenant_id: str, freeze_id: str) -> None:
    """Begin, keep or end a freeze, as its time is. Idempotent: who was interrupted begins again."""
    found = await _begin(engine, tenant_id, freeze_id)
    if found is None:
        return
    freeze, running = found

    def act(freeze: Freeze, change: Change) -> Freeze:
        keep_freeze(change, freeze)
        return freeze

    now = engine.clock.now()
    for release in running:
        if _held(release, freeze) != holds_release(freeze, release, now=now):
            await change_frozen(engine, tenant_id, freeze_id, release.id, act)
    await _end(engine, tenant_id, freeze_id)


def _held(release: Release, freeze: Freeze) -> bool:
    return any(hold.key == (HoldCause.FREEZE, freeze.id) for hold in release.holds)


async def _begin(engine: Engine, tenant_id: str, freeze_id: str) -> tuple[Freeze, tuple[Release, ...]] | None:
    """The freeze, begun where it is time, and the releases that run; None where it is over for good."""
    async with engine.work() as work:
        # A release that is being started does not see the freeze yet, or is seen here.
        await work.alone(tenant_id, CONFIGURATIONS)
        await work.alone(tenant_id, PLANNING)
        freeze = await work.planning.freeze(tenant_id, freeze_id)
        if freeze is None or freeze.ended:
            await work.planning.look(tenant_id, DutyKind.FREEZE, freeze_id, at=None)
            await work.commit()
            return None
        running = tuple(await work.releases.active(tenant_id))
        if freeze.on(engine.clock.now()) and not freeze.begun:
            freeze = await work.planning.save_freeze(replace(freeze, begun=True))
            await _tell(engine, work, freeze, EventKind.FREEZE_BEGAN, actor=SYSTEM)
        await work.commit()
        return freeze, running


async def _end(engine: Engine, tenant_id: str, freeze_id: str) -> None:
    """Plan the next look; a freeze that is over, and holds nothing any more, has ended."""
    async with engine.work() as work:
        await work.alone(tenant_id, PLANNING)
        freeze = await work.planning.freeze(tenant_id, freeze_id)
        now = engine.clock.now()
        if freeze is not None and not freeze.ended and freeze.over_at <= now:
            freeze = await work.planning.save_freeze(replace(freeze, ended=True))
            # Who removed it was told of already.
            quiet = freeze.removed_at is not None or not freeze.begun
            await _tell(engine, work, freeze, EventKind.FREEZE_ENDED, actor=SYSTEM, quiet=quiet)
        at = next_look(freeze, now=now) if freeze is not None else None
        await work.planning.look(tenant_id, DutyKind.FREEZE, freeze_id, at=at)
        await work.commit()


async def _tell(
    engine: Engine,
    work: UnitOfWork,
    freeze: Freeze,
    kind: EventKind,
    *,
    actor: Actor,
    quiet: bool = False,
) -> None:
    every = await work.directory.configurations(freeze.tenant_id)
    touched = [c for c in every if c.active and freeze.config_id in {None, c.id}]
    named = next((c.name for c in every if c.id == freeze.config_id), None)
    data = {
        "freeze": freeze.id,
        "reason": freeze.reason,
        "from": freeze.starts_at.isoformat(),
        "until": freeze.over_at.isoformat(),
        "zone": freeze.zone,
        **({"scope": named} if named is not None else {}),
    }
    channels = () if quiet else channels_of(touched, Bucket.RELEASES)
    await tell_tenant(engine, work, freeze.tenant_id, kind, data, actor=actor, channels=channels)
