"""What people do to a train: pause, resume, skip a date or take that back, delete. Each is one transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date

from orchestration.domain.errors import NotNow, Unknown
from orchestration.domain.events import EventKind
from orchestration.domain.people import Actor, Permission
from orchestration.domain.rotation import train_scope
from orchestration.domain.train import Departure, Pause, Run, RunState, Train, resumed
from orchestration.domain.train_view import Coming, TrainView
from orchestration.ports.planning import DutyKind
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.engine import PLANNING, Engine
from orchestration.services.saving import require, roles_of
from orchestration.services.trains import (
    AlongTrain,
    calendar_of,
    store_train,
    tell_train,
    viewed,
)

AlongDate = Callable[[UnitOfWork, Departure], Awaitable[None]]
_LOOKED_AHEAD = 30
"""How many dates ahead can be skipped."""


async def _opened(
    work: UnitOfWork, tenant_id: str, train_id: str, *, actor: Actor, need: Permission
) -> Train:
    await work.alone(tenant_id, PLANNING)
    require(await roles_of(work, None, actor, tenant_id), need)
    train = await work.planning.train(tenant_id, train_id)
    if train is None:
        raise Unknown(f"There is no train `{train_id}` any more.")
    return train


async def pause(
    engine: Engine,
    tenant_id: str,
    train_id: str,
    reason: str,
    *,
    actor: Actor,
    along: AlongTrain | None = None,
) -> Train:
    """Make no more releases until it is resumed; those that were made go on."""
    async with engine.work() as work:
        train = await _opened(work, tenant_id, train_id, actor=actor, need=Permission.SAFETY)
        if train.paused is not None:
            raise NotNow(f"<@{train.paused.by}> has paused {train.name} already.", settled=True)
        paused = replace(train, paused=Pause(by=actor.id, at=engine.clock.now(), reason=reason))
        data = {"reason": reason}
        return await store_train(engine, work, paused, EventKind.TRAIN_PAUSED, data, actor=actor, along=along)


async def resume(
    engine: Engine, tenant_id: str, train_id: str, *, actor: Actor, along: AlongTrain | None = None
) -> Train:
    """Go on with the dates that are ahead."""
    async with engine.work() as work:
        train = await _opened(work, tenant_id, train_id, actor=actor, need=Permission.EDIT)
        if train.paused is None:
            raise NotNow(f"{train.name} is not paused.", settled=True)
        now = engine.clock.now()
        again = resumed(train, calendar_of(engine, train, now=now), now=now)
        return await store_train(engine, work, again, EventKind.TRAIN_RESUMED, {}, actor=actor, along=along)


async def skip(
    engine: Engine,
    tenant_id: str,
    train_id: str,
    day: date | None,
    *,
    actor: Actor,
    along: AlongDate | None = None,
) -> Departure:
    """Make no release for a date, or for the next one where none is named."""
    async with engine.work() as work:
        train = await _opened(work, tenant_id, train_id, actor=actor, need=Permission.EDIT)
        chosen = _chosen(await viewed(engine, work, train, "", _LOOKED_AHEAD), day)
        departure = chosen.timetable.departure
        if chosen.run is not None:
            raise NotNow(_settled_words(train, chosen.run), settled=chosen.run.state is RunState.SKIPPED)
        run = Run(
            tenant_id=tenant_id,
            train_id=train.id,
            by_rule=departure.by_rule,
            on=departure.on,
            state=RunState.SKIPPED,
            by=actor.id,
            at=engine.clock.now(),
        )
        await work.planning.add_run(run)

        async def told(work: UnitOfWork, _train: Train) -> None:
            if along is not None:
                await along(work, departure)

        data = {"on": departure.on.isoformat()}
        kind = EventKind.TRAIN_DATE_SKIPPED
        await store_train(engine, work, train, kind, data, actor=actor, along=told)
        return departure


async def unskip(
    engine: Engine, tenant_id: str, train_id: str, day: date, *, actor: Actor, along: AlongTrain | None = None
) -> Train:
    """Take a skipped date back, while it is ahead."""
    async with engine.work() as work:
        train = await _opened(work, tenant_id, train_id, actor=actor, need=Permission.EDIT)
        view = await viewed(engine, work, train, "", _LOOKED_AHEAD)
        run = _chosen(view, day).run
        if run is None or run.state is not RunState.SKIPPED:
            raise NotNow(f"{train.name} does not skip {day.isoformat()}.", settled=True)
        await work.planning.remove_run(run)
        back = replace(train, cursor=min(train.cursor, run.by_rule))
        data = {"on": run.on.isoformat()}
        return await store_train(
            engine, work, back, EventKind.TRAIN_DATE_RESTORED, data, actor=actor, along=along
        )


def _chosen(view: TrainView, day: date | None) -> Coming:
    """The date that is meant, or the next one that is not settled."""
    for coming in view.coming:
        departure = coming.timetable.departure
        if (day is None and coming.run is None) or day in {departure.on, departure.by_rule}:
            return coming
    ahead_days = ", ".join(c.timetable.departure.on.isoformat() for c in view.coming[:5])
    asked = day.isoformat() if day is not None else "any day"
    raise NotNow(f"{view.train.name} has no kick-off on {asked}. Its next ones are {ahead_days}.")


def _settled_words(train: Train, run: Run) -> str:
    if run.state is RunState.SKIPPED:
        return f"<@{run.by}> has skipped {run.on.isoformat()} of {train.name} already."
    if run.release_id is not None:
        return (
            f"The release of {run.on.isoformat()} is made already: "
            f"give it up with `/release archive {run.release_id}` and a reason."
        )
    return f"{run.on.isoformat()} of {train.name} was missed: {run.reason}."


async def delete(
    engine: Engine, tenant_id: str, train_id: str, *, actor: Actor, along: AlongTrain | None = None
) -> Train:
    """Forget the train, its dates and its own rotation; releases that were made stay."""
    async with engine.work() as work:
        train = await _opened(work, tenant_id, train_id, actor=actor, need=Permission.CONFIGURE)
        await work.planning.remove_train(train)
        for rotation in await work.planning.rotations(tenant_id):
            if rotation.scope == train_scope(train.id):
                await work.planning.remove_rotation(rotation)
                await work.planning.look(tenant_id, DutyKind.GROUP, rotation.scope, at=None)
        await tell_train(engine, work, train, EventKind.TRAIN_DELETED, {}, actor=actor)
        await work.planning.look(tenant_id, DutyKind.TRAIN, train.id, at=None)
        if along is not None:
            await along(work, train)
        await work.commit()
        return train
