"""How a schedule begins: configurations, roles and connections, and the releases that are ordered."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.errors import Invalid
from orchestration.domain.frequency import Weeks
from orchestration.domain.gates import SignOff
from orchestration.domain.pairs import Pair
from orchestration.domain.people import Actor
from orchestration.domain.rollout_plan import RolloutPlan
from orchestration.domain.snapshot import GateSettings, Snapshot, StorePlan
from orchestration.domain.stages import CycleFlags
from orchestration.domain.train import Offset, SlotPlan, Train
from orchestration.domain.version import ReleaseType
from orchestration.ports.runtime import Configuration, DatabaseAway
from orchestration.services import trains
from orchestration.services.start_release import start_release
from orchestration.store.integrations import IntegrationRow, IntegrationState
from tests.simulation.cast import Beside
from tests.simulation.people import ABROAD, HOME, STRANGER, People, owner_in
from tests.simulation.world import BEGIN, World
from tests.support.rehearsed import ANDROID, ANN, BO, IOS, snapshot

_BEFORE = "2.13.0"
_ONCE_MORE = 5.0


def configuration(chance: Random, *, stores: bool) -> Snapshot:
    """One pair or two, with or without builds before regression, signed by whom it may be."""
    pairs = (ANDROID, IOS) if chance.random() < 0.25 else (chance.choice((ANDROID, IOS)),)
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
        stores={pair.key: _store_of(pair, chance) for pair in pairs} if stores else {},
        pre_regression_builds=chance.random() < 0.3,
        gate=gate,
        channels=base.channels if chance.random() < 0.2 else {},
    )


def _store_of(pair: Pair, chance: Random) -> StorePlan:
    if pair == IOS:
        phased = RolloutPlan(whats_new="Fixes", phased=chance.random() < 0.5)
        return StorePlan(integration="apple", group=chance.choice(("QA", None)), rollout=phased)
    return StorePlan(integration="play", rollout=RolloutPlan(whats_new="Fixes", steps=(5.0, 20.0, 50.0)))


async def set_up(world: World, people: People, wanted: Snapshot) -> None:
    """What both workspaces have; abroad one owner may do everything."""
    store = people.desk.store
    async with store.work() as work:
        for tenant in (HOME, ABROAD):
            there = wanted if tenant == HOME else replace(wanted, gate=GateSettings())
            await work.directory.save_configuration(
                Configuration(
                    id=wanted.config_id, tenant_id=tenant, name=wanted.name, snapshot=there, default=True
                )
            )
        await work.directory.grant(HOME, ANN.id, "owner")
        await work.directory.grant(HOME, "U000CAPT4", "editor")
        await work.directory.grant(HOME, BO.id, "approver:qa")
        await work.directory.grant(HOME, ANN.id, "approver:release")
        await work.directory.grant(ABROAD, STRANGER, "owner")
        await work.commit()
    tenants = (HOME, ABROAD) if world.cast.abroad else (HOME,)
    for tenant, name in ((tenant, name) for tenant in tenants for name in sorted(wanted.integrations())):
        state = IntegrationState.VERIFIED
        await store.integrations.add(
            IntegrationRow(id=name, tenant_id=tenant, provider=name, name=name, state=state)
        )


async def start(world: World, people: People, wanted: Snapshot, chance: Random) -> None:
    """Order the releases of the cast."""
    await _order(people, HOME, wanted, _wanted(wanted, chance, "2.14.0"))
    match world.cast.beside:
        case Beside.RELEASE:
            later = BEGIN + timedelta(minutes=chance.randrange(1, 20))
            order = _wanted(wanted, chance, "2.15.0", begin=later)
            await _order(people, HOME, wanted, replace(order, kick_off_at=later))
        case Beside.HOTFIX:
            kept = world.providers[HOME].scm.kept
            kept.tags[f"v{_BEFORE}"] = kept.branches["main"]
            hotfix = _wanted(wanted, chance, "2.13.1")
            parent = replace(hotfix, type=ReleaseType.HOTFIX, parent=f"v{_BEFORE}")
            await _order(people, HOME, wanted, parent)
        case Beside.TRAIN:
            await trains.save(people.desk.engine, _train(wanted.pairs, chance), actor=ANN)
        case Beside.NOTHING:
            pass
    if world.cast.abroad:
        await _order(people, ABROAD, wanted, _wanted(wanted, chance, "7.0.0"))


async def _order(people: People, tenant: str, wanted: Snapshot, order: Order) -> None:
    """As somebody does who is told to try again: nothing was started then."""
    by = Actor(id=owner_in(tenant))
    while True:
        try:
            await start_release(people.desk.engine, tenant, wanted.config_id, order, actor=by)
        except DatabaseAway:
            await asyncio.sleep(_ONCE_MORE)
        except Invalid as error:
            if "try again" not in str(error):
                raise
            await asyncio.sleep(_ONCE_MORE)
        else:
            return


def _wanted(wanted: Snapshot, chance: Random, version: str, *, begin: datetime = BEGIN) -> Order:
    slots = tuple(
        WantedSlot(at=begin + timedelta(minutes=minutes), flags=CycleFlags(automation=chance.random() < 0.3))
        for minutes in sorted(chance.sample(range(5, 40), chance.choice((1, 1, 1, 2))))
    )
    return Order(
        type=ReleaseType.MINOR,
        versions={pair.key: version for pair in wanted.pairs},
        target_at=BEGIN + timedelta(days=7),
        slots=slots,
    )


def _train(pairs: Sequence[Pair], chance: Random) -> Train:
    """It is due on the day of the story, and then after half a year."""
    today = date(BEGIN.year, BEGIN.month, BEGIN.day)
    return Train(
        id="",
        tenant_id=HOME,
        name="Weekly",
        config_id="pixel",
        owner=ANN.id,
        frequency=Weeks(weeks=26),
        first_on=today,
        kick_off=time(9, chance.randrange(10, 25)),
        zone="UTC",
        slots=(SlotPlan(after=Offset(days=0, at=time(9, chance.randrange(30, 50)))),),
        target=Offset(days=5, at=time(18)),
        cursor=today,
        versions={pair.key: "2.16.0" for pair in pairs},
        remind=None,
    )
