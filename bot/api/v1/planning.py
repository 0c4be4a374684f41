"""What is planned ahead, over REST: freezes, captains and the calendar."""

from bot.api.v1.call import Answer, Call
from bot.api.v1.planning_shapes import (
    AbsenceShape,
    CalendarShape,
    CaptainShape,
    CaptainsShape,
    EntryShape,
    ExceptionShape,
    FreezeShape,
    RotationShape,
)
from bot.api.v1.reading import number
from bot.api.v1.release_bodies import ExceptionOrder, FreezeOrder, QueueOrder, sent
from orchestration.domain.freezes import Freeze, Window
from orchestration.domain.rotation import Rotation
from orchestration.ports.runtime import UnitOfWork
from orchestration.services import captains, freeze_exceptions, freezing
from orchestration.services.agenda import agenda

_DAYS, _MOST_DAYS = 30, 366


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
