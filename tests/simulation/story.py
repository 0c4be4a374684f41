"""One schedule from the start of a release to its end: set up, live through the agenda, calm down, and be judged."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from integrations.rehearsal.test_platform import CaseState
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.gates import SignOff
from orchestration.domain.phase import Phase, phase
from orchestration.domain.release import Release
from orchestration.domain.snapshot import GateSettings, Snapshot
from orchestration.domain.stages import CycleFlags
from orchestration.domain.tasks import TaskType
from orchestration.domain.version import ReleaseType
from orchestration.ports.runtime import Configuration
from orchestration.services.start_release import start_release
from orchestration.store.integrations import IntegrationRow, IntegrationState
from tests.simulation.ending import judge_end
from tests.simulation.people import ABROAD, HOME, STRANGER, People
from tests.simulation.world import BEGIN, World
from tests.support.rehearsed import ANDROID, ANN, BO, IOS, snapshot

_PROCESSES = 3
_LONGEST = 4 * 3600.0
_ROUNDS = 400
_SETTLED = frozenset({Phase.AWAITING_SUBMISSION, Phase.COMPLETED, Phase.ARCHIVED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How a release ended."""

    phase: Phase
    release: Release


def configuration(chance: Random) -> Snapshot:
    """One pair or two, with or without builds before regression, signed by whom it may be."""
    pairs = (ANDROID, IOS) if chance.random() < 0.25 else (ANDROID,)
    base = snapshot()
    gate = GateSettings()
    if chance.random() < 0.4:
        gate = GateSettings(
            sign_offs=(
                SignOff(area="qa", needed=1, people=(BO.id,)),
                SignOff(area="release", needed=1, people=(ANN.id,)),
            )
        )
    elif chance.random() < 0.3:
        gate = GateSettings(auto=True)
    return replace(
        base,
        pairs=pairs,
        tickets={pair.key: base.tickets[pair.key] for pair in pairs},
        test_plans={pair.key: base.test_plans[pair.key] for pair in pairs},
        pre_regression_builds=chance.random() < 0.3,
        gate=gate,
        channels=base.channels if chance.random() < 0.3 else {},
    )


async def _set_up(people: People, wanted: Snapshot) -> None:
    store = people.desk.store
    async with store.work() as work:
        for tenant in (HOME, ABROAD):
            await work.directory.save_configuration(
                Configuration(
                    id=wanted.config_id, tenant_id=tenant, name=wanted.name, snapshot=wanted, default=True
                )
            )
        await work.directory.grant(HOME, ANN.id, "owner")
        await work.directory.grant(HOME, "U000CAPT4", "editor")
        await work.directory.grant(HOME, BO.id, "approver:qa")
        await work.directory.grant(HOME, ANN.id, "approver:release")
        await work.directory.grant(ABROAD, STRANGER, "owner")
        await work.commit()
    for name in sorted(wanted.integrations()):
        await store.integrations.add(
            IntegrationRow(id=name, tenant_id=HOME, provider=name, name=name, state=IntegrationState.VERIFIED)
        )


async def _start(people: People, wanted: Snapshot, chance: Random) -> None:
    slots = tuple(
        WantedSlot(at=BEGIN + timedelta(minutes=minutes), flags=CycleFlags(automation=chance.random() < 0.3))
        for minutes in sorted(chance.sample(range(5, 40), chance.choice((1, 1, 2))))
    )
    order = Order(
        type=ReleaseType.MINOR,
        versions={pair.key: "2.14.0" for pair in wanted.pairs},
        target_at=BEGIN + timedelta(days=7),
        slots=slots,
    )
    release = await start_release(people.desk.engine, HOME, wanted.config_id, order, actor=ANN)
    people.release_id = release.id


def _outside(world: World, release: Release) -> None:
    """Testers pass the tests, and the board moves the tickets."""
    providers = world.providers[HOME]
    for plan in release.plans:
        suite = release.output(TaskType.CREATE_TEST_SUITE, "id", pair=plan.pair)
        ticket = release.output(TaskType.CREATE_PROJECT_MANAGEMENT_TICKET, "key", pair=plan.pair)
        if suite is not None:
            providers.tests.fill(suite, CaseState.PASSED)
        if ticket is not None:
            providers.pm.move(ticket, "Done")


async def live(world: World, seed: int) -> Ending | None:
    """The whole schedule; None where the release came to no end, which the judge was told."""
    chance = Random(f"story {seed}")
    desk = world.desk_of_people()
    people = People(world, desk)
    wanted = configuration(chance)
    await _set_up(people, wanted)
    for _ in range(_PROCESSES):
        world.born()
    await _start(people, wanted, chance)
    world.deeds = people.do
    release = await _storm(world, people, chance)
    world.calm()
    release = await _clear_up(world, people, chance)
    if phase(release) not in _SETTLED:
        world.judge.blame("every release comes to its end", f"{release.id} is in {phase(release)}")
        await world.end()
        return None
    await _rest(world)
    release = await people.release()
    judge_end(world, people, release)
    await world.end()
    return Ending(phase=phase(release), release=release)


async def _storm(world: World, people: People, chance: Random) -> Release:
    """Live while the agenda has something ahead."""
    while True:
        await asyncio.sleep(chance.uniform(20.0, 200.0))
        release = await people.release()
        if phase(release) in _SETTLED or not world.agenda or world.loop.time() > _LONGEST:
            return release
        _outside(world, release)
        if world.processes:
            people.routine(release, chance)


async def _clear_up(world: World, people: People, chance: Random) -> Release:
    """With all faults gone, people do what is left to do."""
    release = await people.release()
    for _ in range(_ROUNDS):
        if phase(release) in _SETTLED:
            break
        await asyncio.sleep(chance.uniform(60.0, 90.0))
        release = await people.release()
        _outside(world, release)
        people.routine(release, chance)
    return release


async def _rest(world: World) -> None:
    """Until nothing is left to send, to answer or to stop."""
    for _ in range(60):
        await asyncio.sleep(60.0)
        if not world.unfinished():
            return
