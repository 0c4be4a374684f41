"""Trains: read, judged and saved. Whatever changes one has it looked at again at once, in the same transaction.

Making their releases is the work of `run_train`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice

from orchestration.domain.calendar import UTC_ZONE, NoWorkingDay, WorkCalendar, zone_names
from orchestration.domain.configuration_changes import differences
from orchestration.domain.errors import DomainError, Invalid, NotNow, Problem, Unknown
from orchestration.domain.events import EventKind
from orchestration.domain.guessing import did_you_mean
from orchestration.domain.people import Actor, Permission
from orchestration.domain.snapshot import Bucket
from orchestration.domain.train import Train, departures, timetable
from orchestration.domain.train_order import problems_of, unknown_zone
from orchestration.domain.train_view import Coming, TrainView
from orchestration.domain.train_words import train_words
from orchestration.ports.planning import DutyKind, StalePlan
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.engine import CONFIGURATIONS, PLANNING, Engine
from orchestration.services.news import channels_of, tell_tenant
from orchestration.services.saving import require, roles_of
from orchestration.services.start_release import configuration_of, facts_for

AlongTrain = Callable[[UnitOfWork, Train], Awaitable[None]]
LOOKED_BACK = timedelta(days=60)
"""How far before the cursor rows are read: a day on which a date fell may come long after the date."""


def calendar_of(engine: Engine, train: Train, *, now: datetime) -> WorkCalendar:
    """The train's working days, for the years that matter at `now`.

    NotNow where its zone or the holidays of a region, which were known when it was saved, are not known any more.
    """
    if train.zone not in zone_names():
        raise NotNow(unknown_zone(train.zone))
    years = range(min(train.cursor.year, now.year) - 1, now.year + 3)
    days_off: dict[date, str] = {}
    for region in train.holidays:
        try:
            days_off |= engine.holidays.days_off(region, years)
        except KeyError:
            raise NotNow(f"The holidays of {region} are not known any more. Edit the train") from None
    days_off |= {each.on: each.name for each in train.days_off}
    return WorkCalendar(zone=train.zone, working_days=train.working_days, days_off=days_off)


async def list_trains(
    engine: Engine, tenant_id: str, *, actor: Actor, most: int = 3
) -> tuple[TrainView, ...]:
    """All trains with their next dates, by name."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        names = {c.id: c.name for c in await work.directory.configurations(tenant_id)}
        return tuple(
            [
                await viewed(engine, work, train, names.get(train.config_id, train.config_id), most)
                for train in await work.planning.trains(tenant_id)
            ]
        )


async def find_train(engine: Engine, tenant_id: str, words: str, *, actor: Actor, most: int = 8) -> TrainView:
    """The train that a person means by its id or name, or the only one; NotNow with the choice."""
    found = await list_trains(engine, tenant_id, actor=actor, most=most)
    wanted = words.strip().casefold()
    fitting = [v for v in found if not wanted or wanted in {v.train.id, v.train.name.casefold()}]
    if len(fitting) == 1:
        return fitting[0]
    if not found:
        raise (Unknown if wanted else NotNow)("There is no train yet. Make one with `/release train new`.")
    choice = ", ".join(f"`{v.train.id}`" for v in found)
    if wanted and not fitting:
        meant = did_you_mean(words, ((v.train.id, v.train.name) for v in found))
        raise Unknown(f"No train is called “{words.strip()}”. There are {choice}.{meant}")
    raise NotNow(f"Which train? Name one of {choice}.")


async def viewed(engine: Engine, work: UnitOfWork, train: Train, name: str, most: int) -> TrainView:
    """The train with its next `most` dates whose kick-off is ahead; none where they can't be told."""
    now = engine.clock.now()
    try:
        calendar = calendar_of(engine, train, now=now)
        calendar.forward(calendar.day_of(now))
    except DomainError:
        # Its trouble is told where the train is run; here it must stay in sight, to be edited.
        blank = WorkCalendar(zone=UTC_ZONE, working_days=train.working_days)
        return TrainView(train=train, calendar=blank, configuration=name, coming=())
    since = calendar.day_of(now) - LOOKED_BACK
    by_day = {r.on: r for r in await work.planning.runs(train.tenant_id, train.id, since=since)}
    ahead = (
        Coming(timetable=plan, run=by_day.get(day.on))
        for day in departures(train, calendar, since)
        if day.by_rule >= train.cursor or day.on in by_day
        if (plan := timetable(train, calendar, day)).kick_off_at > now
    )
    return TrainView(train=train, calendar=calendar, configuration=name, coming=tuple(islice(ahead, most)))


async def judge(engine: Engine, wanted: Train, *, actor: Actor, most: int = 5) -> TrainView:
    """The train as it would run, stored nowhere; Invalid with every problem at its field."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, wanted.tenant_id), Permission.CONFIGURE)
        await _check(engine, work, wanted)
        configuration = await configuration_of(work, wanted.tenant_id, wanted.config_id)
        known = await work.planning.train(wanted.tenant_id, wanted.id) if wanted.id else None
        merged = _merged(engine, wanted, known)
        return await viewed(engine, work, merged, configuration.name, most)


async def save(engine: Engine, wanted: Train, *, actor: Actor, along: AlongTrain | None = None) -> Train:
    """Store a new train (its id is empty then) or what a person changed of one.

    Invalid with every problem at its field; StalePlan where another person changed it since its `edition`.
    """
    async with engine.work() as work:
        await work.alone(wanted.tenant_id, CONFIGURATIONS)
        await work.alone(wanted.tenant_id, PLANNING)
        require(await roles_of(work, None, actor, wanted.tenant_id), Permission.CONFIGURE)
        await _check(engine, work, wanted)
        known = await work.planning.train(wanted.tenant_id, wanted.id) if wanted.id else None
        if wanted.id and (known is None or known.edition != wanted.edition):
            raise StalePlan(wanted.id)
        merged = _merged(engine, wanted, known)
        if known is None:
            taken = {train.id for train in await work.planning.trains(wanted.tenant_id)}
            owner = await _owner(work, wanted.tenant_id, actor)
            merged = replace(merged, id=_new_id(wanted.name, taken), owner=owner)
        told = differences(train_words(known) if known else None, train_words(merged))
        saved = replace(merged, edition=merged.edition + 1)
        return await store_train(engine, work, saved, EventKind.TRAIN_SAVED, told, actor=actor, along=along)


async def _owner(work: UnitOfWork, tenant_id: str, actor: Actor) -> str:
    """Who hears of it, and leads what nobody else does: a person, also where a program sets the train up."""
    owners = () if actor.is_person else await work.planning.owners(tenant_id)
    return owners[0] if owners else actor.id


async def _check(engine: Engine, work: UnitOfWork, wanted: Train) -> None:
    configuration = await configuration_of(work, wanted.tenant_id, wanted.config_id)
    facts = await facts_for(work, configuration)
    problems = list(problems_of(wanted, facts, regions=engine.holidays.regions()))
    if not facts.active:
        words = f"{configuration.name} is switched off: activate it first"
        problems.append(Problem(field="configuration", message=words))
    if problems:
        raise Invalid(problems)
    now = engine.clock.now()
    calendar = calendar_of(engine, wanted, now=now)
    try:
        calendar.forward(calendar.day_of(now))
    except NoWorkingDay as error:
        raise Invalid([Problem(field="days_off", message=str(error))]) from None


def _merged(engine: Engine, wanted: Train, known: Train | None) -> Train:
    """What a person wants, on top of what the train has come to. A new rule looks ahead only."""
    now = engine.clock.now()
    today = calendar_of(engine, wanted, now=now).day_of(now)
    if known is None:
        return replace(wanted, cursor=max(wanted.first_on, today), revision=0, edition=0)
    same = (known.frequency, known.first_on) == (wanted.frequency, wanted.first_on)
    return replace(
        wanted,
        owner=known.owner,
        cursor=known.cursor if same else max(known.cursor, today),
        paused=known.paused,
        trouble=known.trouble,
        edition=known.edition,
        revision=known.revision,
    )


def _new_id(name: str, taken: set[str]) -> str:
    """A word that people can write: `Weekly Pixel` is `weekly-pixel`."""
    letters = "".join(c if c.isascii() and c.isalnum() else " " for c in name.lower())
    word = "-".join(letters.split())[:30].strip("-") or "train"
    numbered = (f"{word}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (word, *numbered) if each not in taken)


async def store_train(
    engine: Engine,
    work: UnitOfWork,
    train: Train,
    kind: EventKind,
    data: Mapping[str, str],
    *,
    actor: Actor,
    along: AlongTrain | None,
) -> Train:
    """Save, record, tell the channels of the configuration, have it looked at, commit."""
    saved = await work.planning.save_train(train)
    await tell_train(engine, work, saved, kind, data, actor=actor)
    await work.planning.look(saved.tenant_id, DutyKind.TRAIN, saved.id, at=engine.clock.now())
    if along is not None:
        await along(work, saved)
    await work.commit()
    return saved


async def tell_train(
    engine: Engine, work: UnitOfWork, train: Train, kind: EventKind, data: Mapping[str, str], *, actor: Actor
) -> None:
    every = await work.directory.configurations(train.tenant_id)
    channels = channels_of([c for c in every if c.id == train.config_id], Bucket.RELEASES)
    told = {**data, "train": train.id, "name": train.name}
    await tell_tenant(engine, work, train.tenant_id, kind, told, actor=actor, channels=channels)
