"""Releases ordered past Slack, by the use case itself, for tests of what the bots make of them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.surroundings import SystemChance, SystemClock
from bot.views.notices import HEARD
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.people import Actor
from orchestration.domain.stages import CycleFlags
from orchestration.domain.version import ReleaseType
from orchestration.ports.runtime import Integrations
from orchestration.services.engine import Engine
from orchestration.services.start_release import start_release
from orchestration.store.database import open_engine
from orchestration.store.store import Store
from tests.support.town import Town

OrderOne = Callable[[str], Awaitable[str]]


async def _no_integrations(_tenant_id: str) -> Integrations:
    return Integrations()


@asynccontextmanager
async def ordering(
    town: Town,
    pairs: Sequence[str] = ("ANDROID-PLAY_STORE", "IOS-APP_STORE"),
    *,
    target: timedelta = timedelta(hours=2),
) -> AsyncIterator[OrderOne]:
    """Gives a way to order a release of a version, which is due at once and gives its id; Ann is its captain."""
    clock = SystemClock()
    store = Store(
        open_engine(town.database_url), clock=clock, lease=timedelta(seconds=30), owner="the test itself"
    )
    engine = Engine(
        work=store.work,
        look=store.look,
        clock=clock,
        chance=SystemChance(),
        integrations=_no_integrations,
        heard=HEARD,
    )
    ann = Actor(id=town.world.slack.person("ann").id)

    async def order(version: str) -> str:
        now = clock.now()
        wanted = Order(
            type=ReleaseType.MINOR,
            versions=dict.fromkeys(pairs, version),
            kick_off_at=now - timedelta(seconds=30),
            target_at=now + target,
            slots=(WantedSlot(at=now - timedelta(seconds=20), flags=CycleFlags(automation=True)),),
        )
        return (await start_release(engine, town.tenant, "pixel", wanted, actor=ann)).id

    try:
        yield order
    finally:
        await store.close()
