"""An engine on a real SQLite file under a clock of the test, run until nothing is due."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.views.notices import HEARD
from integrations.public_holidays import PublicHolidays
from orchestration.domain.release import Release
from orchestration.ports.runtime import Integrations
from orchestration.services.duties import work_duty
from orchestration.services.engine import Engine
from orchestration.services.work_due import work_claim
from orchestration.store.database import open_engine
from orchestration.store.loading import load_one
from orchestration.store.migrate import upgrade
from orchestration.store.store import Store

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TENANT = "T0001"


@dataclass
class ManualClock:
    """A clock that stands until it is moved."""

    at: datetime = START

    def now(self) -> datetime:
        """The time of the test."""
        return self.at

    def forward(self, **duration: float) -> None:
        """Let time pass."""
        self.at += timedelta(**duration)


@dataclass
class SteadyChance:
    """Chance that is the same in every run."""

    count: int = 0

    def fraction(self) -> float:
        """The middle."""
        return 0.5

    def code(self, length: int) -> str:
        """`AAAAAAA2`, then `AAAAAAA3` …"""
        self.count += 1
        letters = "23456789BCDEFGHJKMNPQRSTVWXYZ"
        tail, number = "", self.count
        while number:
            number, digit = divmod(number, len(letters))
            tail = letters[digit] + tail
        return tail.rjust(length, "A")


@dataclass
class Bench:
    """An engine and everything around it."""

    store: Store
    clock: ManualClock
    engine: Engine
    ports: Integrations
    chance: SteadyChance = field(default_factory=SteadyChance)

    async def release(self, release_id: str) -> Release:
        """The release as it is stored."""
        async with self.store.look() as work:
            return await work.releases.get(TENANT, release_id)

    async def settle(self, *, rounds: int = 200) -> None:
        """Work on all that is due now, until nothing is."""
        for _ in range(rounds):
            claims = await self.store.dispatcher.claim(limit=20)
            for claim in claims:
                await work_claim(self.engine, claim)
            duties = await self.store.duties.claim(limit=20)
            for duty in duties:
                await work_duty(self.engine, self.store.duties, duty)
            if not claims and not duties:
                return
        raise AssertionError("The engine does not come to rest")

    async def live(self, *, steps: int, **step: float) -> None:
        """Let time pass in steps, working on what is due after each."""
        for _ in range(steps):
            await self.settle()
            self.clock.forward(**step)
        await self.settle()


@asynccontextmanager
async def bench(folder: Path, ports: Integrations | None = None) -> AsyncIterator[Bench]:
    """An engine on a new database in `folder`."""
    url = f"sqlite:///{folder / 'engine.db'}"
    await upgrade(url)
    clock = ManualClock()
    store = Store(
        open_engine(url, durable=False),
        clock=clock,
        lease=timedelta(seconds=30),
        owner="test",
        lease_clock=clock,
    )
    try:
        yield engine_on(store, clock, ports)
        await _kept_is_what_is_stored(store)
    finally:
        await store.close()


async def _kept_is_what_is_stored(store: Store) -> None:
    """What a story left in memory is what another process would read of the same revision."""
    kept = store._backing.kept
    async with store._database.reading() as connection:
        for release_id, release in list(kept._kept.items()):
            read = await load_one(connection, release.tenant_id, release_id)
            if read is not None and read.revision == release.revision:
                assert release == read


def engine_on(store: Store, clock: ManualClock | None = None, ports: Integrations | None = None) -> Bench:
    """An engine on a store that is open."""
    chance, given, time = SteadyChance(), ports or Integrations(), clock or ManualClock()

    async def load(_tenant_id: str) -> Integrations:
        return given

    engine = Engine(
        work=store.work,
        look=store.look,
        clock=time,
        chance=chance,
        integrations=load,
        heard=HEARD,
        holidays=PublicHolidays(),
    )
    return Bench(store=store, clock=time, engine=engine, ports=given, chance=chance)
