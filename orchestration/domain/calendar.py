"""Days and wall times as people promise them, and the instants that they are.

Local wall time is what is promised: a kick-off at 10:00 stays at 10:00 when the clocks change. A wall time is
reached at the first instant at which a clock in the zone shows it or more. So a time that occurs twice is its
first occurrence (RFC 5545, 3.3.5, says the same), and a time that the clocks jump over is the end of the jump: for
02:30 in a night that goes from 02:00 to 03:00 it is 03:00. By that the order of wall times is the order of instants.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo, available_timezones

from orchestration.domain.errors import DomainError

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
UTC_ZONE = "UTC"
DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_LONGEST_REST = 366
_NONE: Mapping[date, str] = MappingProxyType({})


class NoWorkingDay(DomainError):
    """A whole year without a working day: the calendar can't be meant so."""


@cache
def zone_names() -> frozenset[str]:
    """The names of the IANA database, as far as this machine knows it."""
    return frozenset(available_timezones())


def instant(day: date, wall: time, zone: str) -> datetime:
    """The first instant, in UTC, at which a clock in the zone shows this day and time or more."""
    local = datetime.combine(day, wall.replace(tzinfo=None, fold=0))
    here = ZoneInfo(zone)
    first = local.replace(tzinfo=here).astimezone(UTC)
    if first.astimezone(here).replace(tzinfo=None, fold=0) == local:
        return first
    return _end_of_jump(local, here)


def _end_of_jump(local: datetime, here: ZoneInfo) -> datetime:
    """The instant of the transition that jumps over `local`, by halving between its two readings (PEP 495)."""
    early = local.replace(tzinfo=here, fold=1).astimezone(UTC)
    late = local.replace(tzinfo=here, fold=0).astimezone(UTC)
    while late - early > _SECOND:
        middle = early + (late - early) // 2
        reached = middle.astimezone(here).replace(tzinfo=None, fold=0) >= local
        early, late = (early, middle) if reached else (middle, late)
    # A transition stands at a whole second, and it lies in (early, late].
    return late.replace(microsecond=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkCalendar:
    """The working days of a place. `working_days` are weekdays, Monday is 0; `days_off` tells why, by day."""

    zone: str
    working_days: tuple[int, ...] = MONDAY_TO_FRIDAY
    days_off: Mapping[date, str] = field(default_factory=lambda: _NONE)

    def works(self, day: date) -> bool:
        """Whether people work on that day."""
        return day.weekday() in self.working_days and day not in self.days_off

    def why_off(self, day: date) -> str | None:
        """Why nobody works on that day, None where people do."""
        if day in self.days_off:
            return self.days_off[day]
        return None if day.weekday() in self.working_days else f"{WEEKDAYS[day.weekday()]} is no working day"

    def forward(self, day: date) -> date:
        """The day itself where it is a working day, else the next one. NoWorkingDay."""
        return self._walk(day, DAY)

    def shift(self, day: date, days: int) -> date:
        """So many working days after `day`, or before it where `days` is negative. NoWorkingDay.

        None after a day that is no working day is the next one.
        """
        step = DAY if days >= 0 else -DAY
        found = self._walk(day, DAY) if days >= 0 else day
        for _ in range(abs(days)):
            found = self._walk(found + step, step)
        return found

    def at(self, day: date, wall: time) -> datetime:
        """The instant of a wall time on a day."""
        return instant(day, wall, self.zone)

    def day_of(self, at: datetime) -> date:
        """The day that it is in the zone at an instant."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def _walk(self, day: date, step: timedelta) -> date:
        for number in range(_LONGEST_REST):
            if self.works(found := day + step * number):
                return found
        raise NoWorkingDay(f"There is no working day within a year of {day.isoformat()}")
