"""Several bots and many releases: a storm rages among them, then it is quiet, and everything must be as without it."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from statistics import median

from sandbox.github import GithubSimulator
from tests.support.claims import held_by
from tests.support.databases import new_sqlite
from tests.support.direct_order import ordering
from tests.support.many_releases import (
    BY_ITSELF,
    PAIRS,
    UNHURRIED,
    all_begun,
    ended_in,
    not_whole,
    said_of_each,
    until_done,
    until_next_change,
    work_outside,
)
from tests.support.processes import BotProcess, immortal
from tests.support.town import Town, town

# Longer than the slowest look on a small machine.
LEASE_SECONDS = 6.0
# No release is late by its own plan, whatever the clocks say.
_TARGET = timedelta(days=60)
_GLANCE = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How much there is, how long it storms, and what chance is drawn from."""

    releases: int = 4
    seconds: float = 25.0
    seed: int = 1
    patience: float = 400.0


@dataclass(kw_only=True, slots=True)
class Tale:
    """What a storm did, and what is wrong after it."""

    done: Counter[str] = field(default_factory=Counter)
    figures: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def lines(self, name: str) -> list[str]:
        """The table."""
        rows = [*((what, str(n)) for what, n in sorted(self.done.items())), *self.figures.items()]
        verdict = "as undisturbed" if not self.wrong else f"{len(self.wrong)} things are wrong"
        return [
            f"| {name} | |",
            "|---|---|",
            *(f"| {what} | {value} |" for what, value in rows),
            f"| the end | {verdict} |",
            *(f"  ! {line}" for line in self.wrong),
        ]


@dataclass(kw_only=True)
class Fleet:
    """The bots under way, for a storm to work on."""

    place: Town
    bots: Sequence[BotProcess]
    chance: Random
    size: Size
    tale: Tale = field(default_factory=Tale)
    took_over: list[float] = field(default_factory=list)
    _watching: set[asyncio.Task[None]] = field(default_factory=set)
    _until: float = 0.0
    start_seconds: float = 0.0

    def struck(self, what: str) -> None:
        """Count a blow."""
        self.tale.done[what] += 1

    def watch_takeover(self, pid: int) -> None:
        """Measure how long what a process holds stays in its name."""

        async def watch() -> None:
            begun = time.monotonic()
            # Another process writes it, and tells nobody here.
            while await held_by(self.place, pid):  # noqa: ASYNC110 - see above
                await asyncio.sleep(_GLANCE)
            self.took_over.append(time.monotonic() - begun)

        task = asyncio.create_task(watch())
        self._watching.add(task)
        task.add_done_callback(self._watching.discard)

    async def until_taken_over(self) -> None:
        """Everything that the watched ones held is another's, or done."""
        await asyncio.gather(*self._watching)

    @property
    def raging(self) -> bool:
        """Whether there is time left for the storm, and work that it could disturb."""
        return time.monotonic() < self._until and not all_begun(self.place, self.size.releases)

    def begin(self) -> None:
        """It begins now."""
        self._until = time.monotonic() + self.size.seconds


Storm = Callable[[Fleet], Awaitable[None]]
Portrait = tuple[Counter[str], Counter[str]]
"""What was said of a release, and how its tasks ended."""
# Of the release in peace, once it was lived.
_peace: list[Portrait] = []


@dataclass(frozen=True, kw_only=True, slots=True)
class Outfit:
    """How many bots there are, and what is theirs alone in a storm."""

    bots: int
    furnish: Callable[[Town], Awaitable[Mapping[str, str]]] | None = None
    program: Callable[[BotProcess], Sequence[str]] | None = None


async def portraits(place: Town) -> Mapping[str, Portrait]:
    """Of every release."""
    said, ends = said_of_each(place), await ended_in(place)
    return {release: (said[release], ends[release]) for release in ends}


async def undisturbed(folder: Path) -> Portrait:
    """The portrait of a release that is left in peace, which is lived once in a process."""

    async def look(fleet: Fleet) -> None:
        await until_done(fleet.place, 1, within=fleet.size.patience)
        _peace.extend((await portraits(fleet.place)).values())

    if not _peace:
        await asyncio.to_thread(folder.mkdir, parents=True)
        await _sail(folder / "one", await new_sqlite(folder), Size(releases=1), look, Outfit(bots=1))
    return _peace[0]


async def ride(
    folder: Path,
    database_url: str,
    size: Size,
    storm: Storm,
    *,
    bots: int = 3,
    furnish: Callable[[Town], Awaitable[Mapping[str, str]]] | None = None,
    program: Callable[[BotProcess], Sequence[str]] | None = None,
) -> Tale:
    """The whole: a release in peace, then many under the storm, quiet, and both compared.

    `furnish` may change the town before the bots start, and gives settings for them. `program` is what each of them
    is started as, where that is not the bot as it is.
    """
    peace = await undisturbed(folder / "peace")
    outfit = Outfit(bots=bots, furnish=furnish, program=program)
    fleet = await _sail(folder / "storm", database_url, size, storm, outfit, peace=peace)
    return fleet.tale


async def _sail(
    folder: Path,
    database_url: str,
    size: Size,
    storm: Storm,
    outfit: Outfit,
    *,
    peace: Portrait | None = None,
) -> Fleet:
    await asyncio.to_thread(folder.mkdir, parents=True)
    async with (
        town(folder / "town", database_url, gate=BY_ITSELF, timing=UNHURRIED) as place,
        ordering(place, PAIRS, target=_TARGET) as order,
    ):
        place.world.simulator(GithubSimulator).limits.hourly = 10_000_000
        for simulator in place.simulators:
            simulator.remembers = 100
        settings = dict(await outfit.furnish(place)) if outfit.furnish is not None else {}
        settings |= {"STATIONMASTER_LOG_LEVEL": "INFO", "STATIONMASTER_LEASE_SECONDS": str(LEASE_SECONDS)}
        crew = [place.bot(f"bot-{n}", **settings) for n in range(outfit.bots)]
        for bot in crew:
            bot.program = bot.program if outfit.program is None else outfit.program(bot)
        fleet = Fleet(place=place, bots=crew, chance=Random(size.seed), size=size)
        for number in range(size.releases):
            await order(f"3.{number}.0")
        voyage: Callable[[], Awaitable[None]] = partial(_voyage, fleet, storm, peace)
        for bot in crew:
            voyage = partial(immortal, bot, voyage)
        await voyage()
        return fleet


async def _voyage(fleet: Fleet, storm: Storm, peace: Portrait | None) -> None:
    working, launched = asyncio.create_task(work_outside(fleet.place)), time.monotonic()
    try:
        started = "SELECT 1 FROM events WHERE kind = 'TASK_STARTED'"
        await fleet.place.until_row(started, within=fleet.size.patience)
        begun = time.monotonic()
        fleet.start_seconds = begun - launched
        fleet.begin()
        await storm(fleet)
        if peace is not None:
            await _after(fleet, peace, begun=begun)
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


async def _after(fleet: Fleet, peace: Portrait, *, begun: float) -> None:
    """Quiet: measure until all is well, and look at everything."""
    place, tale, calm = fleet.place, fleet.tale, time.monotonic()
    await until_next_change(place, fleet.size.releases, within=fleet.size.patience)
    first = time.monotonic() - calm
    await fleet.until_taken_over()
    await until_done(place, fleet.size.releases, within=fleet.size.patience)
    whole = time.monotonic() - calm
    tale.figures |= {
        "releases": str(fleet.size.releases),
        "it stormed for": f"{calm - begun:.0f} s",
        "from the quiet to the next change": f"{first:.1f} s",
        "from the quiet to the end of every release": f"{whole:.0f} s",
        "lives of the bots": ", ".join(str(bot.lives) for bot in fleet.bots),
    }
    if fleet.took_over:
        middle, most = median(fleet.took_over), max(fleet.took_over)
        tale.figures["what was held by the stricken was another's after"] = (
            f"{middle:.1f} s in the middle, {most:.1f} s at most (lease {LEASE_SECONDS:.0f} s)"
        )
    faults = Counter(
        str(line.get("action", "of a library"))
        for bot in fleet.bots
        for line in bot.said()
        if _is_fault(line)
    )
    tale.figures["complaints in the logs"] = (
        ", ".join(f"{n} {what}" for what, n in faults.most_common()) or "none"
    )
    tale.wrong += await not_whole(place, fleet.size.releases)
    for release, portrait in (await portraits(place)).items():
        tale.wrong += [f"{release} {line}" for line in _differences(peace, portrait)]


def _is_fault(line: Mapping[str, object]) -> bool:
    return line.get("level") in {"error", "critical", "exception"}


def _differences(peace: Portrait, storm: Portrait) -> list[str]:
    lines = []
    for before, after in zip(peace, storm, strict=True):
        lines += [f"lacks {n} of: {what}" for what, n in (before - after).items()]
        lines += [f"has {n} more of: {what}" for what, n in (after - before).items()]
    return lines
