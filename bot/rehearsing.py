"""Rehearsals: a whole release by the real engine, on a database and with providers that are gone afterwards."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.rehearsal_company import Company, company_for
from bot.rehearsal_people import People
from bot.surroundings import SystemChance
from bot.views.notices import HEARD
from orchestration.domain.creation import Order
from orchestration.domain.people import Actor
from orchestration.domain.rehearsed import Rehearsed
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Snapshot
from orchestration.domain.stages import Stage, StageState
from orchestration.ports.errors import TryLater
from orchestration.ports.runtime import Clock, Configuration, Integrations
from orchestration.services.engine import Engine
from orchestration.services.start_release import start_release
from orchestration.services.work_due import work_claim
from orchestration.store.database import open_engine
from orchestration.store.integrations import IntegrationRow, IntegrationState
from orchestration.store.migrate import upgrade
from orchestration.store.store import Store

TENANT = "rehearsal"
_ROUNDS = 600
"""Moments that are played at most: more than any configuration needs that comes to an end."""
_EVENTS = 2_000
_AT_ONCE = 2
"""Each takes a second or two of this process, which real releases need as well."""
_SOON = timedelta(seconds=5)


@dataclass(kw_only=True)
class FastClock:
    """Stands until it is moved on to the next moment at which something is due."""

    at: datetime

    def now(self) -> datetime:
        """The time of the rehearsal."""
        return self.at


@dataclass(frozen=True, kw_only=True)
class Rehearsing:
    """Plays releases, each in a folder of its own, and no more than a few at once. TryLater."""

    clock: Clock
    chance: SystemChance = field(default_factory=SystemChance)
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    migrating: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def play(self, snapshot: Snapshot, order: Order, *, actor: Actor) -> Rehearsed:
        """See the port."""
        if self.places.locked():
            raise TryLater("Other releases are being rehearsed at this moment", after=_SOON)
        async with self.places:
            return await self._played(snapshot, order, actor)

    async def _played(self, snapshot: Snapshot, order: Order, actor: Actor) -> Rehearsed:
        snapshot = _seldom_looking(snapshot)
        with tempfile.TemporaryDirectory(prefix="stationmaster-rehearsal-") as folder:
            fast, company = FastClock(at=self.clock.now()), company_for(snapshot)
            async with self._opened(Path(folder), fast) as store:
                engine = _engine(store, fast, company, self.chance)
                people = People(engine=engine, store=store, company=company, tenant_id=TENANT)
                await _furnish(store, snapshot)
                await people.employ(snapshot, actor.id, order.captain or actor.id)
                release = await start_release(engine, TENANT, snapshot.config_id, order, actor=actor)
                stopped = await _live(store, engine, people, fast, release.id)
                return await _told(store, people, release.id, stopped)

    @asynccontextmanager
    async def _opened(self, folder: Path, clock: FastClock) -> AsyncIterator[Store]:
        url = f"sqlite:///{folder / 'rehearsal.db'}"
        async with self.migrating:  # the library knows one migration a process
            await upgrade(url)
        store = Store(
            open_engine(url, durable=False),
            clock=clock,
            lease=timedelta(minutes=5),
            owner="rehearsal",
            lease_clock=clock,
        )
        try:
            yield store
        finally:
            await store.close()


def _seldom_looking(snapshot: Snapshot) -> Snapshot:
    """The same, but for how often test runs are read for figures that nobody sees here."""
    return replace(snapshot, timing=replace(snapshot.timing, tests_check_every=timedelta(days=1)))


def _engine(store: Store, clock: FastClock, company: Company, chance: SystemChance) -> Engine:
    async def ports(_tenant_id: str) -> Integrations:
        return company.ports

    return Engine(
        work=store.work, look=store.look, clock=clock, chance=chance, integrations=ports, heard=HEARD
    )


async def _furnish(store: Store, snapshot: Snapshot) -> None:
    """The configuration, and its connections as verified ones: whether they are is not rehearsed."""
    async with store.work() as work:
        await work.directory.save_configuration(
            Configuration(id=snapshot.config_id, tenant_id=TENANT, name=snapshot.name, snapshot=snapshot)
        )
        await work.commit()
    for name in sorted(snapshot.integrations()):
        row = IntegrationRow(
            id=name, tenant_id=TENANT, provider=name, name=name, state=IntegrationState.VERIFIED
        )
        await store.integrations.add(row)


async def _live(
    store: Store, engine: Engine, people: People, clock: FastClock, release_id: str
) -> str | None:
    """Work on what is due, let people do their part, and go on to the next moment; why it stopped, None at the end."""
    for _ in range(_ROUNDS):
        while claims := await store.dispatcher.claim(limit=20):
            for claim in claims:
                await work_claim(engine, claim)
        release = await _release(store, release_id)
        if release.in_state(Stage.PRE_RELEASE, StageState.COMPLETED):
            return None
        if release.failed_tasks:
            task = release.failed_tasks[0]
            return f"{task.title} failed: {task.trouble.reason if task.trouble else 'no reason known'}"
        if await people.act(release):
            continue
        ahead, _due = await store.dispatcher.ahead()
        coming = min(ahead.values(), default=None)
        if coming is None:
            return "Nothing more would happen by itself"
        clock.at = max(coming, clock.at + timedelta(seconds=1))
    return "It went round in circles, so it was ended"


async def _release(store: Store, release_id: str) -> Release:
    async with store.look() as work:
        return await work.releases.get(TENANT, release_id)


async def _told(store: Store, people: People, release_id: str, stopped: str | None) -> Rehearsed:
    async with store.look() as work:
        release = await work.releases.get(TENANT, release_id)
        events = await work.releases.events(TENANT, release_id, limit=_EVENTS)
    return Rehearsed(
        release=release, events=tuple(reversed(events)), deeds=tuple(people.deeds), stopped=stopped
    )
