"""How the test runs of a release get on: the newest figures, and how fast they move."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from orchestration.domain.pairs import Pair

# A pace is told from what moved in this time: yesterday's rush says little about today.
_WINDOW = timedelta(days=1)
_SHORTEST = timedelta(minutes=30)
_POINTS = 48
_APART = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Cases of a run by state. `tested` are those with a verdict; a retest that is asked for takes it away."""

    total: int
    passed: int = 0
    failed: int = 0
    blocked: int = 0
    skipped: int = 0

    @property
    def tested(self) -> int:
        """How many have a verdict."""
        return min(self.total, self.passed + self.failed + self.blocked + self.skipped)

    @property
    def left(self) -> int:
        """How many are still to be tested."""
        return self.total - self.tested


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """The run of a pair as it was read; `squads` by their names."""

    pair: Pair
    suite: str
    url: str
    figures: Figures
    squads: Mapping[str, Figures] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """How many cases of all runs had a verdict at a moment."""

    at: datetime
    tested: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """The newest readings, and the points that a pace is told from. `check_at` is when to read next.

    `trouble` is why the last reading failed; the figures are then of `read_at`.
    """

    readings: tuple[Reading, ...] = ()
    points: tuple[Point, ...] = ()
    read_at: datetime | None = None
    check_at: datetime | None = None
    trouble: str | None = None

    @property
    def tested(self) -> int:
        """Cases with a verdict, in all runs."""
        return sum(r.figures.tested for r in self.readings)

    @property
    def left(self) -> int:
        """Cases still to be tested, in all runs."""
        return sum(r.figures.left for r in self.readings)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """Cases a day, and when the rest would be done at this rate."""

    per_day: float
    done_at: datetime


def left_alone(progress: Progress, *, every: timedelta, now: datetime) -> bool:
    """Whether the next reading is still to come. One that lies further ahead than `every` a wrong clock has planned."""
    return progress.check_at is not None and now < progress.check_at <= now + every


def read(before: Progress, readings: tuple[Reading, ...], *, now: datetime) -> Progress:
    """The progress with new readings. Fewer verdicts than before: a retest was asked for, and the count begins anew."""
    after = replace(before, readings=readings, read_at=now, trouble=None)
    points = before.points
    if points and after.tested < points[-1].tested:
        points = ()
    same = points and points[-1].tested == after.tested
    if len(points) > 1 and (same or points[-1].at - points[-2].at < _APART):
        points = points[:-1]
    points = (*points, Point(at=now, tested=after.tested))[-_POINTS:]
    return replace(after, points=points)


def pace(progress: Progress) -> Pace | None:
    """The pace of the last day, None while too little was seen or nothing moves."""
    if not progress.points or not progress.left:
        return None
    last = progress.points[-1]
    within = [p for p in progress.points if last.at - p.at <= _WINDOW]
    first = within[0]
    span = last.at - first.at
    moved = last.tested - first.tested
    if span < _SHORTEST or moved <= 0:
        return None
    per_day = moved / (span / timedelta(days=1))
    return Pace(per_day=per_day, done_at=last.at + span * (progress.left / moved))
