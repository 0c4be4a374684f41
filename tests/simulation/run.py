"""Run seeds: one schedule each, with what it met, whether every rule held, and how to see it again."""

import atexit
import gc
import logging
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

import structlog
from sqlalchemy import create_engine

from orchestration.domain.phase import Phase
from orchestration.store.tables import metadata
from tests.simulation.agenda import Happening, draw
from tests.simulation.cast import cast_of
from tests.simulation.ground import FileGround, Ground
from tests.simulation.judge import Broken
from tests.simulation.loop import GROUP, Stuck
from tests.simulation.remembering import remember_releases
from tests.simulation.story import Ending, live
from tests.simulation.world import World

_STEPS_AT_MOST = 400_000
# What schedules leave behind is looked for after so many of them. What outlived the first look are modules and what
# they remember: later looks pass them by.
_COLLECTED_AFTER = 10


@dataclass(kw_only=True)
class Outcome:
    """One schedule."""

    seed: int
    cast: str
    phase: Phase | None
    steps: int
    commits: int
    seconds: float
    faults: Counter[str]
    met: Counter[str]
    broken: Sequence[str]
    trace: Sequence[str]


@dataclass(kw_only=True)
class Total:
    """Many schedules."""

    schedules: int = 0
    steps: int = 0
    commits: int = 0
    days: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    casts: Counter[str] = field(default_factory=Counter)
    failed: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """One more."""
        self.schedules += 1
        self.steps += outcome.steps
        self.commits += outcome.commits
        self.days += outcome.seconds / 86_400
        self.faults += outcome.faults + outcome.met
        self.ends[outcome.phase or "no end"] += 1
        self.casts[outcome.cast] += 1
        if outcome.broken:
            self.failed.append(outcome)

    def join(self, part: "Total") -> None:
        """Those of another process."""
        self.schedules += part.schedules
        self.steps += part.steps
        self.commits += part.commits
        self.days += part.days
        self.faults += part.faults
        self.ends += part.ends
        self.casts += part.casts
        self.failed += part.failed


class Theatre:
    """Where schedules are played: a folder in memory, and an empty database to copy."""

    def __init__(self) -> None:
        shared = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
        self.played = 0
        self.folder = Path(tempfile.mkdtemp(prefix="simulation-", dir=shared if shared.is_dir() else None))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self._releases = remember_releases()
        self._template = self.folder / "template.db"
        with create_engine(f"sqlite:///{self._template}").begin() as connection:
            metadata.create_all(connection)
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")

    def play(
        self,
        seed: int,
        agenda: Sequence[Happening] | None = None,
        *,
        hasty: bool = False,
        ground: Ground | None = None,
    ) -> Outcome:
        """One schedule; `agenda` in the place of the seed's own, and `ground` in that of a file. A `hasty` one ends
        with the first broken rule, in the middle of everything: no other schedule may follow it in this process."""
        ahead = agenda_of(seed) if agenda is None else agenda
        ground = ground or FileGround(self._template, self.folder / f"seed-{seed}.db")
        world = World(seed, ground=ground, cast=cast_of(seed), agenda=ahead)
        world.say(f"a world of {world.cast}")
        world.hasty = hasty
        _FAULTS.clear()
        self._releases.forget()
        ending = _lived(world, seed)
        dead = {corpse.name for corpse in world.corpses}
        for name, fault in _FAULTS:
            if name not in dead:
                world.judge.blame("no fault of ours", f"{name}: {fault}")
        return Outcome(
            seed=seed,
            cast=str(world.cast),
            phase=ending.phase if ending else None,
            steps=world.loop.steps,
            commits=world.judge.commits,
            seconds=world.loop.time(),
            faults=world.faults,
            met=world.weather.met,
            broken=world.judge.broken,
            trace=world.trace,
        )


def _lived(world: World, seed: int) -> Ending | None:
    """How it ended; None where it did not, which the judge was told."""
    try:
        return world.play(live(world, seed), steps=_STEPS_AT_MOST)
    except Broken:
        return None
    except Stuck as stuck:
        world.judge.blame("the world goes on", str(stuck))
    except Exception as error:  # noqa: BLE001 - whatever it is, this schedule is one to be looked at
        world.judge.blame("people may do what they do", repr(error))
    finally:
        world.close()
    return None


def agenda_of(seed: int) -> Sequence[Happening]:
    """What happens in the world of a seed."""
    return draw(Random(f"agenda {seed}"), cast=cast_of(seed))


_FAULTS: list[tuple[str, str]] = []
"""(process, what it logged) of the schedule under way: faults of the bot's own."""


def _listen(_logger: object, method: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    error = entry.get("exc_info")
    error = sys.exception() if error is True else error
    # A file that a process which stands still keeps to itself is the machine's fault.
    if method in {"error", "exception", "critical"} and "database is locked" not in str(error):
        _FAULTS.append((GROUP.get(), f"{entry.get('event')}: {error!r}"))
    raise structlog.DropEvent


def quiet() -> None:
    """The log of a world full of faults is not written; what is a fault of the bot's own is kept for the judge."""
    structlog.configure(processors=[_listen])
    logging.disable(logging.CRITICAL)


def player() -> None:
    """Make this process one that plays and does nothing else: what is left behind is collected when it says so."""
    quiet()
    gc.disable()


@cache
def theatre() -> Theatre:
    """The one of this process."""
    return Theatre()


def play_all(seeds: Iterable[int]) -> Total:
    """All of them, one after the other in this process."""
    total, here = Total(), theatre()
    for seed in seeds:
        total.add(here.play(seed))
        here.played += 1
        if here.played % _COLLECTED_AFTER == 0:
            gc.collect()
            if here.played == _COLLECTED_AFTER:
                gc.freeze()
    return total


def shrink(seed: int, agenda: Sequence[Happening] | None = None) -> Sequence[Happening]:
    """The fewest happenings that still break a rule: each is left out once, and stays out where it was not needed."""
    kept = list(agenda_of(seed) if agenda is None else agenda)
    smaller = True
    while smaller:
        smaller = False
        for happening in list(kept):
            rest = [each for each in kept if each is not happening]
            if theatre().play(seed, rest).broken:
                kept, smaller = rest, True
    return kept
