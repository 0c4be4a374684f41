"""What is planned ahead, over REST: trains, freezes, captains and the calendar."""

from bot.api.v1.call import Answer, Call
from bot.api.v1.planning_shapes import (
    AbsenceShape,
    CalendarShape,
    CaptainShape,
    CaptainsShape,
    ComingShape,
    EntryShape,
    ExceptionShape,
    FreezeShape,
    RotationShape,
    TrainShape,
)
from bot.api.v1.problems import missing
from bot.api.v1.reading import number
from bot.api.v1.release_bodies import DayOrder, ExceptionOrder, FreezeOrder, QueueOrder, ReasonOrder, sent
from orchestration.domain.freezes import Freeze, Window
from orchestration.domain.rotation import Rotation
from orchestration.domain.train_view import TrainView
from orchestration.ports.runtime import UnitOfWork
from orchestration.services import captains, freeze_exceptions, freezing, train_acts, trains
from orchestration.services.agenda import agenda

_DATES = 8
_DAYS, _MOST_DAYS = 30, 366


async def list_trains(call: Call) -> Answer:
    """All trains with their next dates, by id."""
    found = await trains.list_trains(call.engine, call.tenant_id, actor=call.actor, most=_DATES)
    return call.page({view.train.id: _train(view) for view in found})


async def read_train(call: Call) -> Answer:
    """A train with its next dates."""
    return Answer(body=await _one(call))


async def _one(call: Call) -> TrainShape:
    found = await trains.list_trains(call.engine, call.tenant_id, actor=call.actor, most=_DATES)
    shown = next((_train(view) for view in found if view.train.id == call.names["id"]), None)
    if shown is None:
        raise missing()
    return shown


async def pause_train(call: Call) -> Answer:
    """Let a train make no more releases until it is resumed, with a reason."""
    reason = sent(call, ReasonOrder).reason
    await train_acts.pause(call.engine, call.tenant_id, call.names["id"], reason, actor=call.actor)
    return Answer(status=204)


async def resume_train(call: Call) -> Answer:
    """Let a paused train go on with the dates that are ahead."""
    await train_acts.resume(call.engine, call.tenant_id, call.names["id"], actor=call.actor)
    return Answer(status=204)


async def skip_train_date(call: Call) -> Answer:
    """Make no release of a train for a date."""
    day = sent(call, DayOrder).on
    await train_acts.skip(call.engine, call.tenant_id, call.names["id"], day, actor=call.actor)
    return Answer(status=204)


async def restore_train_date(call: Call) -> Answer:
    """Take back that a date of a train is skipped."""
    day = sent(call, DayOrder).on
    await train_acts.unskip(call.engine, call.tenant_id, call.names["id"], day, actor=call.actor)
    return Answer(status=204)


async def delete_train(call: Call) -> Answer:
    """Forget a train and its dates; releases that were made stay."""
    await train_acts.delete(call.engine, call.tenant_id, call.names["id"], actor=call.actor)
    return Answer(status=204)


def _train(view: TrainView) -> TrainShape:
    train = view.train
    return TrainShape(
        id=train.id,
        name=train.name,
        configuration=train.config_id,
        type=train.type,
        rule=train.frequency.words,
        zone=train.zone,
        owner=train.owner,
        paused_by=train.paused.by if train.paused else None,
        paused_because=train.paused.reason if train.paused else None,
        coming=tuple(
            ComingShape(
                on=each.timetable.departure.on,
                kick_off_at=each.timetable.kick_off_at,
                target_at=each.timetable.target_at,
                state=each.run.state if each.run else None,
                release=each.run.release_id if each.run else None,
            )
            for each in view.coming
        ),
    )


async def list_freezes(call: Call) -> Answer:
    """The freezes that are on or ahead, by their begin."""
    found = await freezing.list_freezes(call.engine, call.tenant_id, actor=call.actor)
    return call.page({f"{freeze.starts_at.isoformat()} {freeze.id}": _freeze(freeze) for freeze in found})


async def add_freeze(call: Call) -> Answer:
    """Plan a freeze; one that has begun holds its releases at once."""
    order = sent(call, FreezeOrder)

    async def keep(work: UnitOfWork, freeze: Freeze) -> None:
        await call.keep(work, _added(freeze))

    window = Window(
        reason=order.reason,
        starts_at=order.starts_at,
        ends_at=order.ends_at,
        zone=order.zone,
        config_id=order.configuration,
    )
    return _added(await freezing.add(call.engine, call.tenant_id, window, actor=call.actor, along=keep))


def _added(freeze: Freeze) -> Answer:
    return Answer(status=201, body=_freeze(freeze))


async def remove_freeze(call: Call) -> Answer:
    """End a freeze before its time: what it holds goes on."""
    await freezing.remove(call.engine, call.tenant_id, call.names["id"], actor=call.actor)
    return Answer(status=204)


async def ask_exception(call: Call) -> Answer:
    """Ask to let one release go on in a freeze; another person must grant it."""
    order = sent(call, ExceptionOrder)
    await freeze_exceptions.ask_exception(
        call.engine,
        call.tenant_id,
        call.names["id"],
        order.release,
        reason=order.reason,
        lasts=order.lasts,
        actor=call.actor,
    )
    return Answer(status=204)


async def grant_exception(call: Call) -> Answer:
    """Grant the exception that another person asked for."""
    return await _answer(call, granted=True)


async def decline_exception(call: Call) -> Answer:
    """Decline the exception that somebody asked for."""
    return await _answer(call, granted=False)


async def _answer(call: Call, *, granted: bool) -> Answer:
    await freeze_exceptions.answer_exception(
        call.engine,
        call.tenant_id,
        call.names["id"],
        call.names["release"],
        granted=granted,
        actor=call.actor,
    )
    return Answer(status=204)


def _freeze(freeze: Freeze) -> FreezeShape:
    return FreezeShape(
        id=freeze.id,
        reason=freeze.reason,
        starts_at=freeze.starts_at,
        ends_at=freeze.ends_at,
        zone=freeze.zone,
        by=freeze.by,
        configuration=freeze.config_id,
        removed_at=freeze.removed_at,
        exceptions=tuple(
            ExceptionShape(
                release=each.release_id,
                reason=each.reason,
                asked_by=each.asked_by,
                asked_at=each.asked_at,
                granted_by=each.granted_by,
                until=each.until,
            )
            for each in freeze.exemptions
        ),
    )


async def read_captains(call: Call) -> Answer:
    """Who leads what runs, whose turn is next, and who is away."""
    view = await captains.show(call.engine, call.tenant_id, actor=call.actor)
    shape = CaptainsShape(
        running=tuple(CaptainShape(release=r.id, captain=r.captain) for r in view.running),
        rotations=tuple(_rotation(rotation, scope.name) for scope, rotation in view.rotations),
        absences=tuple(
            AbsenceShape(person=a.person, from_on=a.from_on, until_on=a.until_on) for a in view.absences
        ),
    )
    return Answer(body=shape)


async def set_captains(call: Call) -> Answer:
    """Say who leads the next releases of a train or configuration, in this order."""
    order = sent(call, QueueOrder)

    async def keep(work: UnitOfWork, rotation: Rotation) -> None:
        await call.keep(work, Answer(body=_rotation(rotation, order.scope)))

    rotation = await captains.set_order(
        call.engine, call.tenant_id, order.scope, order.people, actor=call.actor, along=keep
    )
    return Answer(body=_rotation(rotation, order.scope))


def _rotation(rotation: Rotation, name: str) -> RotationShape:
    return RotationShape(scope=rotation.scope, name=name, people=rotation.queue, group=rotation.group)


async def read_calendar(call: Call) -> Answer:
    """Trains, releases and freezes ahead, for so many days."""
    days = number(call.query, "days", usual=_DAYS, most=_MOST_DAYS)
    entries = await agenda(call.engine, call.tenant_id, actor=call.actor, days=days)
    items = tuple(EntryShape.model_validate(entry, from_attributes=True) for entry in entries)
    return Answer(body=CalendarShape(items=items))
