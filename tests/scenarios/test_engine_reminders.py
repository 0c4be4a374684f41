"""Reminders over restarts: a row that was sent stays sent, whoever looks next."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from orchestration.domain.creation import WantedSlot
from orchestration.domain.events import EventKind
from orchestration.services.start_release import start_release
from orchestration.store.database import open_engine
from orchestration.store.store import Store
from tests.support.engine import TENANT, engine_on
from tests.support.planned import ANN, depot
from tests.support.rehearsed import order


async def test_a_slot_is_announced_once_whoever_restarts(tmp_path: Path) -> None:
    """One bot announces it, another one takes over in the hour before: it is in the history once."""
    async with depot(tmp_path) as d:
        late = (WantedSlot(at=d.bench.clock.now() + timedelta(hours=5)),)
        wanted = replace(order(d.bench), slots=late)
        release = await start_release(d.bench.engine, TENANT, "pixel", wanted, actor=ANN)
        first = release.planned_slots[0]
        d.bench.clock.at = first.at - timedelta(minutes=59)
        await d.bench.settle()
        other = Store(
            open_engine(f"sqlite:///{tmp_path / 'engine.db'}", durable=False),
            clock=d.bench.clock,
            lease=timedelta(seconds=30),
            owner="other",
            lease_clock=d.bench.clock,
        )
        try:
            second = engine_on(other, d.bench.clock, d.bench.ports)
            await second.settle()
            d.bench.clock.forward(minutes=30)
            await second.settle()
        finally:
            await other.close()
        async with d.bench.store.look() as work:
            events = await work.releases.events(TENANT, release.id, limit=500)
        assert [e.kind for e in events].count(EventKind.SLOT_REMINDED) == 1
