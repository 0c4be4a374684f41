"""A release in a town where the bot is killed again and again, and the same release left in peace."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from difflib import ndiff
from pathlib import Path
from pprint import pformat
from random import Random
from typing import Any

from sandbox.kit import Moment
from tests.support.outcome import inside, out_of_order, outcome
from tests.support.processes import immortal
from tests.support.reaper import Reaper
from tests.support.town import Town, town
from tests.support.townsfolk import Townsfolk

# The form is shown as it ended at most once, after everything is stored: a kill there leaves no second time.
_ONLY_ONCE = frozenset({"slack POST views.update"})
# Slack saw nobody at the other end, or no answer: that is what a killed bot looks like.
_OF_THE_DEAD = frozenset({"unreachable", "ack_timeout", "expired_trigger_id", "exchanged_trigger_id"})
# In one run on one database; more come by chance.
PROMISED = 60
_IN_BETWEEN = frozenset({"TASK_RETRYING", "TASK_WAITING", "BUILD_READY"})
# Nothing in its log may be a fault of the bot's own.
_FAULTS = frozenset({"error", "critical", "exception"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """What a run left behind, and the kills in it."""

    outcome: Mapping[str, Any]
    inside: Mapping[str, Any]
    out_of_order: list[str]
    violations: list[str]
    faults: list[str]
    audit_broken_at: int | None
    kills: int = 0
    table: str = ""
    survived: set[str] = field(default_factory=set)
    lives: int = 1


async def run_release(
    folder: Path,
    database_url: str,
    *,
    seed: int | None = None,
    random_kills: int = 0,
    wanted: Callable[[str, Moment], bool] = lambda _family, _moment: True,
    kill_at_acts: bool = True,
    task_kills: bool = False,
    without_scopes: frozenset[str] = frozenset(),
    people: type[Townsfolk] = Townsfolk,
) -> Run:
    """Play the release; with a `seed`, under kills."""
    async with town(folder, database_url, without_scopes=without_scopes) as place:
        bot = place.bot()
        reaper = Reaper(bot.kill, chance=Random(seed), wanted=wanted)  # noqa: S311 - a test's chance
        folk = people(place)
        if seed is not None:
            for simulator in place.simulators:
                simulator.hooks.append(reaper.hook(simulator))
            if kill_at_acts:
                folk = people(place, acting=reaper.act)

        async def play() -> None:
            roaming = asyncio.create_task(reaper.roam(random_kills))
            stalking = asyncio.create_task(reaper.stalk(_boundaries(place))) if task_kills else None
            try:
                await folk.play()
                await asyncio.wait_for(roaming, timeout=60)
                await folk.rest()
            finally:
                roaming.cancel()
                if stalking is not None:
                    stalking.cancel()

        await immortal(bot, play)
        return await _summary(place, reaper, bot.said(), bot.lives)


def _boundaries(place: Town) -> Callable[[], Awaitable[list[str]]]:
    """The beginnings and ends of tasks, stages, cycles and decisions that were committed since the last look."""
    seen = 0

    async def news() -> list[str]:
        nonlocal seen
        query = "SELECT seq, kind, data FROM events WHERE seq > :seen ORDER BY seq"
        rows = await place.rows(query, seen=seen)
        seen = max([seen, *(row["seq"] for row in rows)])
        return [_named(row["kind"], row["data"]) for row in rows if row["kind"] not in _IN_BETWEEN]

    return news


def _named(kind: str, data: Any) -> str:
    facts = json.loads(data) if isinstance(data, str) else data
    what = facts.get("type") or facts.get("stage") or ""
    return f"{kind} {what}".strip()


async def _summary(place: Town, reaper: Reaper, said: Any, lives: int) -> Run:
    return Run(
        outcome=outcome(place),
        inside=await inside(place),
        out_of_order=list(out_of_order(place)),
        violations=[
            f"{v.kind} {v.about}: {v.detail}"
            for v in place.world.slack.violations
            if (v.kind not in _OF_THE_DEAD or lives == 1) and "im:history" not in v.detail
        ],
        faults=[str(line) for line in said if line.get("level") in _FAULTS],
        audit_broken_at=await place.audit_broken_at(),
        kills=reaper.kills.total(),
        table=reaper.table(),
        survived=reaper.survived() - _ONLY_ONCE,
        lives=lives,
    )


def show(title: str, run: Run) -> None:
    """The table of kills, on the terminal with `-rP` and in the log of a failed test."""
    sys.stdout.write(f"{title}: {run.kills} kills, {run.lives} lives\n{run.table}\n")


def _difference(quiet: Any, killed: Any) -> list[str]:
    """The lines that one has and the other has not; none where they are equal."""
    if killed == quiet:
        return []
    before, after = (pformat(each, width=110).splitlines() for each in (quiet, killed))
    return [line for line in ndiff(before, after) if line[:1] in "+-"] or ["they differ in kind only"]


def compare(quiet: Run, killed: Run) -> None:
    """The outcome under kills is that of the undisturbed run; each difference is shown by its name."""
    for before, after in ((quiet.outcome, killed.outcome), (quiet.inside, killed.inside)):
        for name in before:
            different = _difference(before[name], after[name])
            assert not different, "\n".join([name, *different])
    for run in (quiet, killed):
        assert run.outcome["made twice"] == {}
        assert run.outcome["said twice"] == {}
        assert run.out_of_order == []
        assert run.violations == []
        assert run.faults == []
        assert run.audit_broken_at is None


async def endure(
    folder: Path, quiet_url: str, killed_url: str, *, seed: int, record: Callable[[str, object], None]
) -> Run:
    """The whole crash test on one kind of database: the release left in peace, and the same under all kills."""
    quiet = await run_release(folder / "quiet", quiet_url)
    killed = await run_release(folder / "killed", killed_url, seed=seed, random_kills=12, task_kills=True)
    show(f"{killed_url.partition(':')[0]}, seed {seed}", killed)
    record("kills", killed.kills)
    record("where", killed.table)
    compare(quiet, killed)
    return killed
