"""On PostgreSQL: cut off from everything at an await between the order and its record, as a dead worker is.

Its connections are gone and no store hears it any more; the server takes back what it held, and the next one goes on.
A budget of awaits is tried, spread over all; SQLite's test tries each.
"""

import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from structlog.testing import capture_logs

from integrations.rehearsal.app_store import RehearsalAppStore
from orchestration.services import decide
from orchestration.services.work_due import work_claim
from orchestration.store.database import open_engine
from orchestration.store.store import Store
from tests.support.databases import copied_postgres, drop_postgres, new_postgres
from tests.support.distant import Distant
from tests.support.distribution import VERSION, TwoStores, submission, to_submission
from tests.support.engine import TENANT, Bench, ManualClock, engine_on
from tests.support.mortal import watched
from tests.support.rehearsed import ANN, IOS

pytestmark = pytest.mark.slow
BUDGET = 14


class Gone(Exception):
    """A dead worker reaches nothing."""


@dataclass
class World:
    """What a worker reaches: until `cut`, its database and the stores."""

    apple: RehearsalAppStore
    dead: bool = False
    open: list[Any] = field(default_factory=list)

    def cut(self) -> None:
        """At once: the sockets are closed without a word, and nothing gets through any more."""
        self.dead = True
        for connection in self.open:
            connection.driver_connection.terminate()

    def alive(self) -> None:
        """Gone for the dead."""
        if self.dead:
            raise Gone

    def store(self, found: RehearsalAppStore) -> Any:
        """The store over a wire that may be cut before a request arrives and after it worked."""
        return Distant(found, alive=self.alive)


@asynccontextmanager
async def _bench(url: str, clock: ManualClock, world: World, ports: Any, owner: str) -> AsyncIterator[Bench]:
    engine = open_engine(url, durable=False)
    event.listen(engine.sync_engine, "do_connect", lambda *_given: world.alive())
    event.listen(engine.sync_engine, "connect", lambda made, _record: world.open.append(made))
    store = Store(engine, clock=clock, lease=timedelta(seconds=30), owner=owner, lease_clock=clock)
    far = {"apple": world.store(world.apple), "play": ports.app_stores["play"]}
    try:
        yield engine_on(store, clock, replace(ports, app_stores=far))
    finally:
        # The connections of the dead can't be given back.
        with capture_logs(), suppress(Exception):
            await store.close()


async def _approved(url: str, clock: ManualClock) -> tuple[RehearsalAppStore, Any, str]:
    """Up to the moment at which the yes is stored, and nothing was sent."""
    company = TwoStores()
    ports = replace(company.ports(), app_stores={"apple": company.apple, "play": company.play})
    async with _bench(url, clock, World(apple=company.apple), ports, "before") as b:
        release = await to_submission(b, company)
        ios = await submission(b, release.id, IOS)
        gate = next(g for g in (await b.release(release.id)).open_gates if g.subject == ios.id)
        assert gate.evidence is not None
        await decide.approve(b.engine, TENANT, release.id, gate.id, digest=gate.evidence.digest, actor=ANN)
    return company.apple, ports, release.id


def _copied(store: RehearsalAppStore) -> RehearsalAppStore:
    made = RehearsalAppStore(groups=("QA", "internal"), rollout=store.rollout)
    made.kept, made.releases = copy.deepcopy(store.kept), copy.deepcopy(store.releases)
    return made


async def _first(b: Bench, world: World, *, dies_at: int | None) -> int:
    """Work on what is due, up to the death; the number of awaits."""
    (claim,) = await b.store.dispatcher.claim(limit=1)
    count = 0

    def at_await(number: int) -> None:
        nonlocal count
        count = number
        if number == dies_at:
            world.cut()

    if dies_at is None:
        await watched(work_claim(b.engine, claim), at_await)
        return count
    with capture_logs(), suppress(Exception):  # whatever the dead make of it, nobody hears
        await watched(work_claim(b.engine, claim), at_await)
    assert world.dead
    return count


async def test_cut_off_at_awaits_of_a_submission_on_postgresql() -> None:
    """One review at the store, in every case; the release knows it, and goes on to be watched."""
    source, clock = await new_postgres(), ManualClock()
    apple, ports, release_id = await _approved(source, clock)
    whole = await copied_postgres(source)
    world = World(apple=_copied(apple))
    async with _bench(whole, ManualClock(clock.at), world, ports, "whole") as b:
        awaits = await _first(b, world, dies_at=None)
    await drop_postgres(whole)
    assert awaits > BUDGET
    for number in sorted({1 + n * (awaits - 1) // (BUDGET - 1) for n in range(BUDGET)}):
        url, now, left = await copied_postgres(source), ManualClock(clock.at), World(apple=_copied(apple))
        async with _bench(url, now, left, ports, "first") as b:
            await _first(b, left, dies_at=number)
        after = World(apple=left.apple)
        async with _bench(url, now, after, ports, "second") as b:
            await b.live(steps=2, minutes=1)
            known = await submission(b, release_id, IOS)
            release = await b.release(release_id)
        assert (left.apple.releases.sent[VERSION, ""].reviews, known.state) == (1, "SUBMITTED"), number
        assert known.submitted_at is not None, number
        assert not release.holds, number
        await drop_postgres(url)
    await drop_postgres(source)
