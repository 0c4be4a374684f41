"""How often a train goes: every so many weeks, or on a weekday of the month such as the first Monday.

The dates of a rule are counted from its first date and never from where a holiday has put one, so nothing drifts;
and every month has a first to fourth and a last of each weekday, so none is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from orchestration.domain.calendar import WEEKDAYS

LAST = -1
"""The last one of its weekday in a month."""
_WEEK = 7
_MONTHS = 12
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", LAST: "last"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Weeks:
    """Every so many weeks, on the weekday of the first date."""

    weeks: int

    @property
    def words(self) -> str:
        """`every week`, `every 2 weeks`."""
        return "every week" if self.weeks == 1 else f"every {self.weeks} weeks"

    @property
    def key(self) -> str:
        """How it is spelled in forms: `weeks:2`."""
        return f"weeks:{self.weeks}"


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthDay:
    """A weekday of every month: the first to the fourth or the `LAST`; Monday is 0."""

    nth: int
    weekday: int

    @property
    def words(self) -> str:
        """`on the first Monday of the month`."""
        return f"on the {_NTH[self.nth]} {WEEKDAYS[self.weekday]} of the month"

    @property
    def key(self) -> str:
        """How it is spelled in forms: `month:1:0`."""
        return f"month:{self.nth}:{self.weekday}"

    def of_month(self, year: int, month: int) -> date:
        """The day in a month."""
        if self.nth == LAST:
            following = date(year + month // _MONTHS, month % _MONTHS + 1, 1)
            last = following - timedelta(days=1)
            return last - timedelta(days=(last.weekday() - self.weekday) % _WEEK)
        first = date(year, month, 1)
        return first + timedelta(days=(self.weekday - first.weekday()) % _WEEK + _WEEK * (self.nth - 1))


Frequency = Weeks | MonthDay


def parse_frequency(key: str) -> Frequency:
    """The inverse of `key`; ValueError."""
    kind, *numbers = key.split(":")
    match kind, [int(number) for number in numbers]:
        case "weeks", [weeks] if weeks > 0:
            return Weeks(weeks=weeks)
        case "month", [nth, weekday] if nth in _NTH and weekday in range(_WEEK):
            return MonthDay(nth=nth, weekday=weekday)
    raise ValueError(f"{key!r} is no frequency")


def dates_by_rule(frequency: Frequency, first_on: date, since: date) -> Iterator[date]:
    """The dates of a rule from `since` on, none before `first_on`, with the one before them where there is one.

    That one comes first: where a holiday has put it decides about the next. The dates do not end.
    """
    if isinstance(frequency, Weeks):
        return _weekly(frequency, first_on, since)
    return _monthly(frequency, first_on, since)


def _weekly(frequency: Weeks, first_on: date, since: date) -> Iterator[date]:
    step = timedelta(days=_WEEK * frequency.weeks)
    for number in count(max(0, (since - first_on) // step - 1)):
        yield first_on + step * number


def _monthly(frequency: MonthDay, first_on: date, since: date) -> Iterator[date]:
    start = max(since, first_on)
    for month in count(start.year * _MONTHS + start.month - 1 - 2):
        year, index = divmod(month, _MONTHS)
        day = frequency.of_month(year, index + 1)
        if day >= first_on:
            yield day
