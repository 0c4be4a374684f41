"""Trains over REST: listed, shown, made, changed, paused and skipped by the use cases that Slack uses."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from bot.api.v1.call import Answer, Call, revision_of, tagged
from bot.api.v1.problems import missing
from bot.api.v1.reading import merged
from bot.api.v1.release_bodies import DayOrder, ReasonOrder, parsed, sent
from bot.api.v1.route import MANAGEMENT, PREFIX
from bot.api.v1.train_shapes import (
    ComingShape,
    DayOffPart,
    OffsetPart,
    SlotPart,
    TrainOrder,
    TrainPatch,
    TrainShape,
)
from orchestration.domain.calendar import WEEKDAYS
from orchestration.domain.frequency import parse_frequency
from orchestration.domain.stages import CycleFlags
from orchestration.domain.train import DayOff, Offset, SlotPlan, Train
from orchestration.domain.train_view import TrainView
from orchestration.domain.train_words import read_time, time_words
from orchestration.ports.runtime import UnitOfWork
from orchestration.services import train_acts, trains

_DATES = 8


async def list_trains(call: Call) -> Answer:
    """All trains with their next dates, by id."""
    found = await trains.list_trains(call.engine, call.tenant_id, actor=call.actor, most=_DATES)
    return call.page({view.train.id: _train(view) for view in found})


async def read_train(call: Call) -> Answer:
    """A train with its next dates."""
    return _shown(await _found(call))


async def create_train(call: Call) -> Answer:
    """A new train; its releases are made ahead of their dates from now on."""
    wanted = _wanted(call, sent(call, TrainOrder))
    return await _saved(call, wanted, status=201)


async def update_train(call: Call) -> Answer:
    """Change a train by a merge patch: what is absent stays, null puts a field back to its default."""
    sent(call, TrainPatch)
    view = await _found(call)
    call.seen(revision_of(_train(view)))
    before = _order(view.train)
    order = parsed(json.dumps(merged(before.model_dump(mode="json"), call.body)).encode(), TrainOrder)
    wanted = replace(_wanted(call, order), id=view.train.id, edition=view.train.edition)
    return await _saved(call, wanted)


async def _saved(call: Call, wanted: Train, *, status: int = 200) -> Answer:
    """The train as it is saved, with its dates; for one that asks again, kept with the change."""
    answers: list[Answer] = []

    async def keep(work: UnitOfWork, saved: Train) -> None:
        view = await trains.viewed(call.engine, work, saved, saved.config_id, _DATES)
        answers.append(_shown(view, status=status))
        await call.keep(work, answers[0])

    await trains.save(call.engine, wanted, actor=call.actor, along=keep)
    return answers[0]


async def _found(call: Call) -> TrainView:
    found = await trains.list_trains(call.engine, call.tenant_id, actor=call.actor, most=_DATES)
    view = next((view for view in found if view.train.id == call.names["id"]), None)
    if view is None:
        raise missing()
    return view


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


def _wanted(call: Call, order: TrainOrder) -> Train:
    return Train(
        id="",
        tenant_id=call.tenant_id,
        name=" ".join(order.name.split()),
        config_id=order.configuration,
        owner=call.actor.id,
        frequency=parse_frequency(order.frequency),
        first_on=order.first_on,
        kick_off=read_time(order.kick_off),
        zone=order.zone,
        slots=tuple(
            SlotPlan(
                after=_offset(slot),
                flags=CycleFlags(regression_builds=slot.regression_builds, automation=slot.automation),
            )
            for slot in order.slots
        ),
        target=_offset(order.target),
        cursor=order.first_on,
        working_days=tuple(sorted(WEEKDAYS.index(day) for day in order.working_days)),
        holidays=tuple(dict.fromkeys(order.holidays)),
        days_off=tuple(DayOff(on=each.on, name=each.name) for each in order.days_off),
        type=order.type,
        versions=order.versions,
        ahead=order.ahead,
        remind=order.remind or None,
        late=order.late,
    )


def _offset(part: OffsetPart) -> Offset:
    return Offset(days=part.days, at=read_time(part.at))


def _order(train: Train) -> TrainOrder:
    """The order that would make this train; what was kept was judged already."""
    return TrainOrder.model_construct(**_fields(train))


def _fields(train: Train) -> dict[str, Any]:
    """What people set of a train, by the names of its order."""
    return {
        "name": train.name,
        "configuration": train.config_id,
        "type": train.type,
        "frequency": train.frequency.key,
        "first_on": train.first_on,
        "kick_off": time_words(train.kick_off),
        "zone": train.zone,
        "slots": [_slot(slot) for slot in train.slots],
        "target": OffsetPart(days=train.target.days, at=time_words(train.target.at)),
        "working_days": [WEEKDAYS[day] for day in train.working_days],
        "holidays": list(train.holidays),
        "days_off": [DayOffPart(on=each.on, name=each.name) for each in train.days_off],
        "ahead": train.ahead,
        "remind": train.remind or 0,
        "late": train.late,
        "versions": dict(train.versions),
    }


def _slot(slot: SlotPlan) -> SlotPart:
    return SlotPart(
        days=slot.after.days,
        at=time_words(slot.after.at),
        regression_builds=slot.flags.regression_builds,
        automation=slot.flags.automation,
    )


def _train(view: TrainView) -> TrainShape:
    train = view.train
    return TrainShape(
        id=train.id,
        rule=train.frequency.words,
        owner=train.owner,
        paused_by=train.paused.by if train.paused else None,
        paused_because=train.paused.reason if train.paused else None,
        troubles=train.trouble.reasons if train.trouble else (),
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
        **_fields(train),
    )


def _shown(view: TrainView, *, status: int = 200) -> Answer:
    shape, train = _train(view), view.train
    place = f"{PREFIX}{MANAGEMENT}/tenants/{quote(train.tenant_id)}/trains/{quote(train.id)}"
    headers = {"Location": place} if status == 201 else {}  # noqa: PLR2004 - Created
    return tagged(shape, revision_of(shape), status=status, **headers)
