"""`stationmaster capacity`: what a number of releases asks of a machine, a database, Slack and a provider."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, fields
from math import ceil

from bot.connecting import OK
from bot.settings import Settings
from bot.words import Fills

_DAY, _HOUR, _MINUTE = 86_400.0, 3_600.0, 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """How much is asked. `tasks` is for a release, and so are `builds` and `messages`; `days` is how long one runs.

    `peak` is how much busier the busiest hour is than the average. `task_ms` and `look_ms` are processor time of the
    bot and its database for a whole task, and for one look at something that is waited for.
    """

    releases: int = 20
    days: float = 7.0
    tasks: int = 30
    builds: int = 6
    build_minutes: float = 40.0
    check_seconds: float = 30.0
    messages: int = 80
    calls: int = 4
    release_kb: float = 200.0
    peak: float = 20.0
    task_ms: float = 60.0
    look_ms: float = 25.0


_SAYS = {
    "releases": "that run at the same time",
    "days": "that one runs",
    "tasks": "of a release, cycles included",
    "builds": "of a release",
    "build_minutes": "that a build takes",
    "check_seconds": "between two looks at a build",
    "messages": "and edits of a release in its channel",
    "calls": "of a provider for a task",
    "release_kb": "that a release leaves in the database",
    "peak": "times the average in the busiest hour",
    "task_ms": "of processor time for a task",
    "look_ms": "of processor time for a look",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Needs:
    """What that comes to in the busiest hour, and what a year leaves behind."""

    tasks_per_minute: float
    looks_per_minute: float
    cores: float
    processes: int
    provider_calls_per_hour: float
    messages_per_minute: float
    gb_per_year: float


def needs(demand: Demand) -> Needs:
    """The formula, line by line as `docs/scale.md` has it."""
    started_per_second = demand.releases / (demand.days * _DAY)
    tasks = started_per_second * demand.tasks * demand.peak
    looks_of_a_build = demand.build_minutes * _MINUTE / demand.check_seconds
    looks = started_per_second * demand.builds * looks_of_a_build * demand.peak
    cores = (tasks * demand.task_ms + looks * demand.look_ms) / 1000
    return Needs(
        tasks_per_minute=tasks * _MINUTE,
        looks_per_minute=looks * _MINUTE,
        cores=cores,
        # Above half of a core an acknowledgement waits for work that is done in the same process.
        processes=max(1, ceil(cores / 0.5)),
        provider_calls_per_hour=(tasks * demand.calls + looks) * _HOUR,
        messages_per_minute=started_per_second * demand.messages * demand.peak * _MINUTE,
        gb_per_year=started_per_second * 365 * _DAY * demand.release_kb / 1e6,
    )


def shown(demand: Demand) -> str:
    """The needs as lines, with the limits of others beside them."""
    found = needs(demand)
    rows = (
        ("tasks a minute", f"{found.tasks_per_minute:.1f}", ""),
        ("looks a minute", f"{found.looks_per_minute:.1f}", ""),
        ("cores, bot and database", f"{found.cores:.3f}", ""),
        ("processes", f"{found.processes}", "SQLite carries one; more share a PostgreSQL"),
        ("provider calls an hour", f"{found.provider_calls_per_hour:.0f}", "each account has its own limit"),
        ("messages a minute", f"{found.messages_per_minute:.1f}", "Slack takes about 60 in one channel"),
        ("database, GB a year", f"{found.gb_per_year:.2f}", ""),
    )
    return "".join(f"{name:<26}{value:>10}  {says}".rstrip() + "\n" for name, value, says in rows)


def _capacity_word(command: argparse.ArgumentParser) -> None:
    """An option for each part of the demand."""
    for field in fields(Demand):
        default = getattr(Demand(), field.name)
        name = f"--{field.name.replace('_', '-')}"
        command.add_argument(
            name, type=_positive(type(default)), default=default, help=f"{_SAYS[field.name]} ({default})"
        )
    command.set_defaults(command=_capacity)


def _positive(kind: type[int] | type[float]) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = kind(text)
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError("must be more than nothing")
        return value

    read.__name__ = "number"
    return read


async def _capacity(arguments: argparse.Namespace, _settings: Settings) -> int:
    print(shown(Demand(**{field.name: getattr(arguments, field.name) for field in fields(Demand)})), end="")
    return OK


WORDS: Fills = {"capacity": _capacity_word}
