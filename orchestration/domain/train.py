"""A train: a recurring schedule on a configuration, and what is to be done about it at a moment.

Pure. A date by the rule is settled once: a release was made for it, or it was skipped or missed, and a row says so.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from orchestration.domain.calendar import MONDAY_TO_FRIDAY, WorkCalendar
from orchestration.domain.creation import WantedSlot
from orchestration.domain.frequency import Frequency, dates_by_rule
from orchestration.domain.stages import CycleFlags
from orchestration.domain.version import ReleaseType

GRACE = timedelta(hours=1)
"""Within it a kick-off is not called late."""
RETRY = timedelta(minutes=30)
"""How long it takes until a release that could not be made is tried again."""


class Late(StrEnum):
    """What happens to a date whose kick-off has passed before its release could be made."""

    CREATE = "CREATE"
    SKIP = "SKIP"


@dataclass(frozen=True, kw_only=True, slots=True)
class Offset:
    """A wall time, so many working days after the kick-off's day."""

    days: int
    at: time


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotPlan:
    """A regression slot of every release of the train."""

    after: Offset
    flags: CycleFlags = field(default_factory=CycleFlags)


@dataclass(frozen=True, kw_only=True, slots=True)
class DayOff:
    """A day of one's own on which nobody works."""

    on: date
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """Somebody stopped the train: no date is settled and no release made until it is resumed."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Why the release of a date could not be made when it was tried last."""

    by_rule: date
    reasons: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Train:
    """A train. `holidays` are countries or regions such as `DE` and `DE-BY`; `versions` the first ones, by `Pair.key`.

    Releases are made `ahead` working days before their kick-off, and people are reminded `remind` working days
    before it (None: not). `cursor` is the first date by the rule that is not settled. `edition` counts what people
    have changed, `revision` every change.
    """

    id: str
    tenant_id: str
    name: str
    config_id: str
    owner: str
    frequency: Frequency
    first_on: date
    kick_off: time
    zone: str
    slots: tuple[SlotPlan, ...]
    target: Offset
    cursor: date
    working_days: tuple[int, ...] = MONDAY_TO_FRIDAY
    holidays: tuple[str, ...] = ()
    days_off: tuple[DayOff, ...] = ()
    type: ReleaseType = ReleaseType.MINOR
    versions: Mapping[str, str] = field(default_factory=dict)
    ahead: int = 2
    remind: int | None = 1
    late: Late = Late.CREATE
    paused: Pause | None = None
    trouble: Trouble | None = None
    edition: int = 0
    revision: int = 0


class RunState(StrEnum):
    """What became of a date of a train."""

    CREATED = "CREATED"
    SKIPPED = "SKIPPED"
    MISSED = "MISSED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A date that is settled. `by_rule` is the date by the rule, `on` the working day on which it falls."""

    tenant_id: str
    train_id: str
    by_rule: date
    on: date
    state: RunState
    by: str
    at: datetime
    reason: str = ""
    release_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Departure:
    """A date of the train: by its rule, and the working day on which it falls."""

    by_rule: date
    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Timetable:
    """The instants of one departure. `reminder_at` None: nobody is reminded."""

    departure: Departure
    created_at: datetime
    kick_off_at: datetime
    reminder_at: datetime | None
    slots: tuple[WantedSlot, ...]
    target_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Rest:
    """Nothing is to be done before `until`; None while the train is paused."""

    until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pass:
    """The date is settled already, mostly because a person skipped it."""

    departure: Departure


@dataclass(frozen=True, kw_only=True, slots=True)
class Miss:
    """The date can't be made any more, and why."""

    departure: Departure
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Make:
    """The release of a date is to be made now; what has passed of its timetable is left out.

    `begun`: its kick-off has come, so that it starts at once. It is `late` only where that is long ago.
    """

    timetable: Timetable
    begun: bool
    late: bool


Step = Rest | Pass | Miss | Make


def departures(train: Train, calendar: WorkCalendar, since: date) -> Iterator[Departure]:
    """The dates of the train from the date by the rule `since` on. Dates that fall on one working day are one."""
    before: date | None = None
    for by_rule in dates_by_rule(train.frequency, train.first_on, since):
        on = calendar.forward(by_rule)
        if by_rule >= since and on != before:
            yield Departure(by_rule=by_rule, on=on)
        before = on


def timetable(train: Train, calendar: WorkCalendar, departure: Departure) -> Timetable:
    """When everything of a departure happens."""
    on = departure.on

    def after(offset: Offset) -> datetime:
        return calendar.at(calendar.shift(on, offset.days), offset.at)

    def before(days: int) -> datetime:
        return calendar.at(calendar.shift(on, -days), train.kick_off)

    return Timetable(
        departure=departure,
        created_at=before(train.ahead),
        kick_off_at=calendar.at(on, train.kick_off),
        reminder_at=before(train.remind) if train.remind else None,
        slots=tuple(WantedSlot(at=after(slot.after), flags=slot.flags) for slot in train.slots),
        target_at=after(train.target),
    )


def next_step(train: Train, calendar: WorkCalendar, settled: Collection[Run], *, now: datetime) -> Step:
    """What is to be done about the train at `now`; `settled` tells what became of dates from the cursor on."""
    if train.paused is not None:
        return Rest(until=None)
    coming = departures(train, calendar, train.cursor)
    departure, following = next(coming), next(coming)
    if is_settled(departure, settled):
        return Pass(departure=departure)
    plan = timetable(train, calendar, departure)
    if plan.created_at > now:
        return Rest(until=plan.created_at)
    late = now > plan.kick_off_at + GRACE
    if late:
        reason = _too_late(train, plan, timetable(train, calendar, following), now)
        if reason is not None:
            return Miss(departure=departure, reason=reason)
    return Make(timetable=_still_ahead(plan, now), begun=plan.kick_off_at <= now, late=late)


def is_settled(departure: Departure, settled: Collection[Run]) -> bool:
    """Whether a row tells of the date, by the rule or as a day: an edited rule may find the same day again."""
    return any(run.by_rule == departure.by_rule or run.on == departure.on for run in settled)


def _too_late(train: Train, plan: Timetable, following: Timetable, now: datetime) -> str | None:
    if following.kick_off_at <= now:
        return "the next date of the train has come"
    if train.late is Late.SKIP:
        return "the train skips what it can't start in time"
    if plan.target_at <= now:
        return "its target date has passed"
    if all(slot.at <= now for slot in plan.slots):
        return "its last regression slot has passed"
    return None


def _still_ahead(plan: Timetable, now: datetime) -> Timetable:
    reminder = plan.reminder_at
    return replace(
        plan,
        slots=tuple(slot for slot in plan.slots if slot.at > now),
        reminder_at=reminder if reminder is not None and reminder > now else None,
    )


def settle(train: Train, departure: Departure) -> Train:
    """The train with this date behind it."""
    return replace(train, cursor=departure.by_rule + timedelta(days=1), trouble=None)


def resumed(train: Train, calendar: WorkCalendar, *, now: datetime) -> Train:
    """The train without its pause: dates that have passed meanwhile are behind it.

    One by its rule may have passed while the day on which it falls, after a holiday, is ahead.
    """
    today = calendar.day_of(now.astimezone(UTC))
    ahead = next(each for each in departures(train, calendar, train.cursor) if each.on >= today)
    return replace(train, paused=None, trouble=None, cursor=ahead.by_rule)
