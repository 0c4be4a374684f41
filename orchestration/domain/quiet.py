"""When a person wants to be left alone, and when what was kept for them comes; PURE, by wall times of their zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from itertools import count
from zoneinfo import ZoneInfo

from orchestration.domain.calendar import DAY, instant

_WALL = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_DASHES = re.compile("[\u2010-\u2015]")
_SATURDAY = 5
_MIDNIGHT = time(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quiet:
    """A window of every day, by wall time: from `start` until before `end`, over midnight where that is earlier."""

    start: time
    end: time

    def __str__(self) -> str:
        """`19:00-08:00`."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attention:
    """How a person wants to be reached. `name` and `zone` are the chat's, as they were when this was said.

    `quiet`: hours in which nothing comes that can wait. `weekends`: Saturday and Sunday are quiet as a whole.
    `digest`: everything that can wait comes once a day at this time. `fixed`: they said the zone themselves, so that it
    stays whatever the chat tells.
    """

    person: str
    name: str
    zone: str
    quiet: Quiet | None = None
    weekends: bool = False
    digest: time | None = None
    fixed: bool = False

    @property
    def always_reached(self) -> bool:
        """Whether nothing is ever kept for them."""
        return self.quiet is None and not self.weekends and self.digest is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Something that waits for a person. `key` is the message's: what is kept once is told once.

    `text` is what is told, as the chat writes it. `release_id` and `gate` say what it is about; a gate's card that
    was not sent follows when it is told.
    """

    person: str
    key: str
    at: datetime
    text: str
    release_id: str | None = None
    gate: str | None = None


def kept_until(attention: Attention, now: datetime) -> datetime | None:
    """Until when what can wait is kept at `now`; None: it comes at once."""
    if attention.digest is not None:
        return end_of_quiet(attention, _next(attention, attention.digest, now))
    end = end_of_quiet(attention, now)
    return end if end > now else None


def told_at(attention: Attention, since: datetime, now: datetime) -> datetime:
    """When everything is told of which the first was kept at `since`: as is wished now, and never while it is quiet.

    A moment that is still to come is from a clock that was ahead: how long it has been kept nobody knows, so it is long
    enough.
    """
    wished = None if since > now else kept_until(attention, since)
    return end_of_quiet(attention, max(wished or now, now))


def end_of_quiet(attention: Attention, at: datetime) -> datetime:
    """The first moment from `at` on that is not quiet. There is one: a window never lasts for a whole day."""
    while (end := next((e for b, e in _windows(attention, at) if b <= at < e), None)) is not None:
        at = end
    return at


def _windows(attention: Attention, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The quiet windows around a moment, as instants: a night in which the clocks change has one like any other."""
    today = at.astimezone(ZoneInfo(attention.zone)).date()
    for day in (today - DAY, today):
        if attention.quiet is not None:
            last = day + DAY if attention.quiet.end < attention.quiet.start else day
            yield (
                instant(day, attention.quiet.start, attention.zone),
                instant(last, attention.quiet.end, attention.zone),
            )
        if attention.weekends and day.weekday() >= _SATURDAY:
            yield instant(day, _MIDNIGHT, attention.zone), instant(day + DAY, _MIDNIGHT, attention.zone)


def _next(attention: Attention, wall: time, after: datetime) -> datetime:
    """The next moment after `after` at which a clock of theirs shows this time."""
    today = after.astimezone(ZoneInfo(attention.zone)).date()
    moments = (instant(today + DAY * number, wall, attention.zone) for number in count())
    return next(at for at in moments if at > after)


def read_wall(text: str) -> time:
    """`9:00`, `09.30`; ValueError, with how it is written."""
    found = _WALL.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text.strip()!r} is no time of the day: write it as 19:00")
    return time(int(found[1]), int(found[2]))


def read_quiet(text: str) -> Quiet:
    """`19:00-08:00`; ValueError, with how it is written."""
    start, dash, end = _DASHES.sub("-", text).partition("-")
    if not dash:
        raise ValueError(f"{text.strip()!r} is no span of hours: write it as 19:00-08:00")
    window = Quiet(start=read_wall(start), end=read_wall(end))
    if window.start == window.end:
        raise ValueError("Quiet hours that end when they begin would never end")
    return window
