"""GET sessions: what is refused, how times are rounded, and how figures are grouped.

Sources: docs.sentry.io/api/releases/retrieve-release-health-session-statistics, and Sentry's own sources for the
refusals and for paging, which begins once `per_page` is there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor
from typing import Any

from sandbox.sentry.world import Told, World

FIELDS = frozenset(
    {
        "sum(session)",
        "count_unique(user)",
        "crash_rate(session)",
        "crash_rate(user)",
        "crash_free_rate(session)",
        "crash_free_rate(user)",
    }
)
GROUPS = frozenset({"release", "project", "environment"})
HOUR, DAY = 3600, 86_400
_UNITS = {"h": HOUR, "d": DAY, "w": 7 * DAY}
MOST_POINTS = 10_000


class BadRequest(Exception):
    """Sentry answers 400 with these words."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A question that may be answered."""

    fields: tuple[str, ...]
    groups: tuple[str, ...]
    environments: tuple[str, ...]
    since: float
    until: float
    interval: int
    series: bool

    @property
    def points(self) -> int:
        """How many intervals there are."""
        return int((self.until - self.since) // self.interval)


def wanted(query: Mapping[str, Sequence[str]], now: float) -> Wanted:
    """Read the question; BadRequest."""
    fields = tuple(query.get("field", ()))
    if not fields:
        raise BadRequest('Request is missing a "field"')
    for name in fields:
        if name not in FIELDS:
            raise BadRequest(f'Invalid field: "{name}"')
    groups = tuple(query.get("groupBy", ()))
    for name in groups:
        if name not in GROUPS:
            raise BadRequest(f'Invalid groupBy: "{name}"')
    interval = _interval(_one(query, "interval", "1h"))
    since, until = _times(query, now)
    return Wanted(
        fields=fields,
        groups=groups,
        environments=tuple(query.get("environment", ())),
        since=floor(since / interval) * interval,
        until=ceil(until / interval) * interval,
        interval=interval,
        series=_one(query, "includeSeries", "1") != "0",
    )


def answer(world: World, project: int, asked: Wanted) -> list[dict[str, Any]]:
    """The groups, those with the most sessions first; BadRequest for too many points."""
    told = world.within(project, asked.environments, asked.since, asked.until)
    keys = dict.fromkeys(_key(each, asked.groups) for each in told)
    if len(keys) * (asked.points + 1) > MOST_POINTS and asked.series:
        raise BadRequest("Your interval and date range would create too many results.")
    rows = [(key, [each for each in told if _key(each, asked.groups) == key]) for key in keys]
    rows.sort(key=lambda row: -sum(each.sessions for each in row[1]))
    return [_group(dict(key), each, asked) for key, each in rows]


def instant(at: float) -> str:
    """As Sentry writes times."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _group(by: dict[str, Any], told: Sequence[Told], asked: Wanted) -> dict[str, Any]:
    group: dict[str, Any] = {"by": by, "totals": _figures(told, asked.fields)}
    if asked.series:
        slots = [
            _figures([t for t in told if begin <= t.at < begin + asked.interval], asked.fields)
            for begin in (asked.since + n * asked.interval for n in range(asked.points))
        ]
        group["series"] = {name: [slot[name] for slot in slots] for name in asked.fields}
    return group


def _figures(told: Sequence[Told], fields: Sequence[str]) -> dict[str, Any]:
    sessions = sum(each.sessions for each in told)
    crashed = sum(each.crashed for each in told)
    rate = crashed / sessions if sessions else None
    figures: dict[str, Any] = {"sum(session)": sessions, "count_unique(user)": sessions}
    for of in ("session", "user"):
        figures[f"crash_rate({of})"] = rate
        figures[f"crash_free_rate({of})"] = None if rate is None else 1 - rate
    return {name: figures[name] for name in fields}


def _key(told: Told, groups: Sequence[str]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, getattr(told, name)) for name in groups)


def _interval(text: str) -> int:
    seconds = _span(text)
    if seconds < HOUR:
        raise BadRequest("The interval has to be a multiple of the minimum interval of one hour.")
    if seconds > DAY:
        raise BadRequest("The interval has to be less than one day.")
    if DAY % seconds:
        raise BadRequest("The interval should divide one day without a remainder.")
    return seconds


def _times(query: Mapping[str, Sequence[str]], now: float) -> tuple[float, float]:
    start, end, period = (_one(query, name, "") for name in ("start", "end", "statsPeriod"))
    if bool(start) != bool(end):
        raise BadRequest("start and end are both required")
    if not start:
        return now - _span(period or "90d"), now
    try:
        since, until = (_moment(text) for text in (start, end))
    except ValueError:
        raise BadRequest("start and end must be dates of ISO 8601") from None
    if since >= until:
        raise BadRequest("start must be before end")
    return since, until


def _moment(text: str) -> float:
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp()


def _span(text: str) -> int:
    if not text[:-1].isdigit() or text[-1] not in _UNITS:
        raise BadRequest(f"Invalid interval or statsPeriod: {text!r}")
    return int(text[:-1]) * _UNITS[text[-1]]


def _one(query: Mapping[str, Sequence[str]], name: str, otherwise: str) -> str:
    return next(iter(query.get(name, ())), otherwise)
