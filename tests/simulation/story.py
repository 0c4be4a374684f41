"""One schedule from the start of its releases to their end: live through the agenda, calm down, and be judged."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from orchestration.domain.phase import Phase, phase
from orchestration.domain.release import Release
from tests.simulation.cast import Beside
from tests.simulation.ending import judge_end
from tests.simulation.opening import configuration, set_up, start
from tests.simulation.people import People
from tests.simulation.world import World

_PROCESSES = 3
_LONGEST = 4 * 3600.0
_ROUNDS = 400
_REST = 3600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How it ended: `phase` is that of the first release."""

    phase: Phase
    releases: Sequence[Release]


def settled(release: Release) -> bool:
    """Whether a release came to its end: with a store that is with its last user."""
    at = phase(release)
    return at in {Phase.COMPLETED, Phase.ARCHIVED} or (
        at is Phase.AWAITING_SUBMISSION and not release.snapshot.stores
    )


async def live(world: World, seed: int) -> Ending | None:
    """The whole schedule; None where a release came to no end, which the judge was told."""
    chance = Random(f"story {seed}")
    people = People(world, world.desk_of_people())
    wanted = configuration(chance, stores=world.cast.stores)
    await set_up(world, people, wanted)
    for _ in range(_PROCESSES):
        world.born()
    await start(world, people, wanted, chance)
    world.deeds = people.do
    await _storm(world, people, chance)
    world.calm()
    releases = await _clear_up(world, people, chance)
    left = [f"{each.id} is in {phase(each)}" for each in releases if not settled(each)]
    if left or _train_is_late(world, releases):
        world.judge.blame("every release comes to its end", ", ".join(left) or "the train made none")
        await world.end()
        return None
    await _rest(world)
    releases = await people.releases()
    judge_end(world, people, releases)
    await world.end()
    return Ending(phase=phase(releases[0]), releases=releases)


def _train_is_late(world: World, releases: Sequence[Release]) -> bool:
    return world.cast.beside is Beside.TRAIN and not any(each.train for each in releases)


async def _storm(world: World, people: People, chance: Random) -> None:
    """Live while the agenda has something ahead."""
    while True:
        await asyncio.sleep(chance.uniform(20.0, 200.0))
        releases = await people.releases()
        over = all(map(settled, releases)) and not _train_is_late(world, releases)
        if over or not world.agenda or world.loop.time() > _LONGEST:
            return
        for release in releases:
            people.outside.goes_on(release, chance, calm=False)
            if world.processes:
                people.routine(release, chance)


async def _clear_up(world: World, people: People, chance: Random) -> Sequence[Release]:
    """With all faults gone, people do what is left to do."""
    releases = await people.releases()
    for _ in range(_ROUNDS):
        if all(map(settled, releases)) and not _train_is_late(world, releases):
            break
        await asyncio.sleep(chance.uniform(60.0, 90.0))
        releases = await people.releases()
        for release in releases:
            if not settled(release):
                people.outside.goes_on(release, chance, calm=True)
                people.routine(release, chance)
                await people.finish_stores(release, chance)
    return releases


async def _rest(world: World) -> None:
    """Until nothing is left to send, to answer or to stop; what a clock that was ahead put off takes so long."""
    until = world.loop.time() + _REST + world.furthest
    while world.loop.time() < until:
        await asyncio.sleep(60.0)
        if not world.unfinished():
            return
