"""The shapes of trains: as they are shown, and as they are ordered and changed."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.api.v1.release_bodies import Name
from bot.api.v1.shapes import Sent, Shape
from orchestration.domain.calendar import WEEKDAYS
from orchestration.domain.train import Late, RunState
from orchestration.domain.train_order import LONGEST_AHEAD, LONGEST_OFFSET, MOST_DAYS_OFF, MOST_SLOTS
from orchestration.domain.version import ReleaseType

_MOST_REGIONS, _MOST_PAIRS = 20, 10
_FIRST, _LAST = date(1970, 1, 1), date(2999, 12, 31)


def _near(day: date) -> date:
    """A day that calendars can reckon with."""
    if not _FIRST <= day <= _LAST:
        raise ValueError("is too far away")
    return day


Day = Annotated[date, AfterValidator(_near)]
Time = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="10:00, in the zone")]
Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
Frequency = Annotated[
    str,
    Field(
        pattern="^(weeks:[1-9][0-9]?|month:(-1|[1-4]):[0-6])$",
        description="`weeks:2`, or a day of the month: `month:1:0` the first Monday, `month:-1:4` the last Friday",
    ),
]
WORK_WEEK: tuple[Weekday, ...] = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


class OffsetPart(Sent):
    """A time of day, so many working days after the kick-off's day."""

    days: int = Field(ge=0, le=LONGEST_OFFSET)
    at: Time


class SlotPart(OffsetPart):
    """A regression slot of every release, and what its cycle does."""

    regression_builds: bool = True
    automation: bool = False


class DayOffPart(Sent):
    """A day of one's own on which nobody works."""

    on: Day
    name: Annotated[Name, Field(max_length=60)] = "Day off"


class TrainOrder(Sent):
    """A train: everything that people set of one."""

    name: Name
    configuration: Name
    type: ReleaseType = ReleaseType.MINOR
    frequency: Frequency
    first_on: Day = Field(description="The first kick-off; later ones are counted from it")
    kick_off: Time
    zone: Name = Field(description="An IANA zone: times are meant there")
    slots: list[SlotPart] = Field(min_length=1, max_length=MOST_SLOTS)
    target: OffsetPart
    working_days: list[Weekday] = Field(default_factory=lambda: list(WORK_WEEK), max_length=len(WEEKDAYS))
    holidays: list[Name] = Field(
        default_factory=list, max_length=_MOST_REGIONS, description="Countries or regions: DE, US-CA"
    )
    days_off: list[DayOffPart] = Field(default_factory=list, max_length=MOST_DAYS_OFF)
    ahead: int = Field(
        default=2, ge=0, le=LONGEST_AHEAD, description="Working days before its kick-off a release is made"
    )
    remind: int = Field(
        default=1,
        ge=0,
        le=LONGEST_AHEAD,
        description="Working days before the kick-off; 0: nobody is reminded",
    )
    late: Late = Field(default=Late.CREATE, description="What becomes of a date that could not be kept")
    versions: dict[Name, Name] = Field(
        default_factory=dict, max_length=_MOST_PAIRS, description="The first ones, by pair"
    )


class TrainPatch(Sent):
    """A merge patch: what is absent stays, null puts a field back to its default."""

    name: Name | None = None
    configuration: Name | None = None
    type: ReleaseType | None = None
    frequency: Frequency | None = None
    first_on: Day | None = None
    kick_off: Time | None = None
    zone: Name | None = None
    slots: list[SlotPart] | None = Field(default=None, min_length=1, max_length=MOST_SLOTS)
    target: "OffsetPatch | None" = None
    working_days: list[Weekday] | None = Field(default=None, max_length=len(WEEKDAYS))
    holidays: list[Name] | None = Field(default=None, max_length=_MOST_REGIONS)
    days_off: list[DayOffPart] | None = Field(default=None, max_length=MOST_DAYS_OFF)
    ahead: int | None = Field(default=None, ge=0, le=LONGEST_AHEAD)
    remind: int | None = Field(default=None, ge=0, le=LONGEST_AHEAD)
    late: Late | None = None
    versions: dict[Name, Name | None] | None = Field(default=None, max_length=_MOST_PAIRS)


class OffsetPatch(Sent):
    """Another day, another time, or both."""

    days: int | None = Field(default=None, ge=0, le=LONGEST_OFFSET)
    at: Time | None = None


class ComingShape(Shape):
    """A date of a train that is ahead; `state` tells what became of it already."""

    on: date
    kick_off_at: datetime
    target_at: datetime
    state: RunState | None
    release: str | None


class TrainShape(Shape):
    """A train as it was ordered, how it is, and its next dates."""

    id: str
    rule: str = Field(description="How often it goes, in words")
    owner: str
    paused_by: str | None
    paused_because: str | None
    troubles: tuple[str, ...] = Field(description="Why its newest release could not be made")
    coming: tuple[ComingShape, ...]
    name: str
    configuration: str
    type: ReleaseType
    frequency: str
    first_on: date
    kick_off: str
    zone: str
    slots: tuple[SlotPart, ...]
    target: OffsetPart
    working_days: tuple[str, ...]
    holidays: tuple[str, ...]
    days_off: tuple[DayOffPart, ...]
    ahead: int
    remind: int
    late: Late
    versions: dict[str, str]
