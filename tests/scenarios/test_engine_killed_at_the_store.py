"""Killed at every await between the order and its record: the store is told once, and what it has is known."""

import copy
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from integrations.rehearsal.app_store import RehearsalAppStore
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Verb
from orchestration.ports.runtime import Integrations
from orchestration.services import decide, rollout
from orchestration.services.work_due import work_claim
from orchestration.store.database import open_engine
from orchestration.store.store import Store
from tests.support.distant import Distant
from tests.support.distribution import NUMBERS, VERSION, TwoStores, submission, to_submission
from tests.support.engine import TENANT, Bench, ManualClock, engine_on
from tests.support.mortal import watched
from tests.support.rehearsed import ANDROID, ANN, IOS
from tests.support.stores import opened

pytestmark = pytest.mark.slow


@dataclass
class Remains:
    """What a death leaves behind: the database as it is on the disk, and the stores."""

    path: Path
    apple: RehearsalAppStore
    play: RehearsalAppStore
    now: datetime
    others: Integrations

    @asynccontextmanager
    async def bench(self, owner: str) -> AsyncIterator[Bench]:
        """A new process on what was left."""
        clock = ManualClock(self.now)
        store = Store(
            open_engine(f"sqlite:///{self.path}", durable=False),
            clock=clock,
            lease=timedelta(seconds=30),
            owner=owner,
            lease_clock=clock,
        )
        far: Any = {"apple": Distant(self.apple), "play": Distant(self.play)}
        try:
            yield engine_on(store, clock, replace(self.others, app_stores=far))
        finally:
            await store.close()

    def kept(self, number: int) -> "Remains":
        """The same at this moment: SQLite's own files are enough, whatever was not committed is not there."""
        path = self.path.with_name(f"death{number}.db")
        for tail in ("", "-wal", "-journal"):
            source = Path(f"{self.path}{tail}")
            if source.exists():
                shutil.copy(source, f"{path}{tail}")
        return replace(self, path=path, apple=_copied(self.apple), play=_copied(self.play))


async def _deaths(alive: Remains) -> AsyncIterator[tuple[int, Remains]]:
    """What is left of the first due work by a death at each of its awaits."""
    left: dict[int, Remains] = {}
    async with alive.bench("first") as b:
        (claim,) = await b.store.dispatcher.claim(limit=1)

        def at_await(number: int) -> None:
            left[number] = alive.kept(number)

        await watched(work_claim(b.engine, claim), at_await)
    for number, remains in left.items():
        yield number, remains


def _copied(store: RehearsalAppStore) -> RehearsalAppStore:
    made = RehearsalAppStore(groups=("QA", "internal"), rollout=store.rollout)
    made.kept = copy.deepcopy(store.kept)
    made.releases = copy.deepcopy(store.releases)
    return made


async def _alive(
    tmp_path: Path, play: Callable[[Bench, TwoStores, str], Awaitable[None]]
) -> tuple[Remains, str]:
    """The world right before the work that is watched, and the release."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company)
        await play(b, company, release.id)
        alive = Remains(
            path=tmp_path / "engine.db",
            apple=company.apple,
            play=company.play,
            now=b.clock.now(),
            others=b.ports,
        )
        return alive, release.id


async def _approved(b: Bench, _company: TwoStores, release_id: str) -> None:
    """The yes is stored, and nothing was sent."""
    ios = await submission(b, release_id, IOS)
    gate = next(g for g in (await b.release(release_id)).open_gates if g.subject == ios.id)
    assert gate.evidence is not None
    await decide.approve(b.engine, TENANT, release_id, gate.id, digest=gate.evidence.digest, actor=ANN)


async def test_killed_at_every_await_of_a_submission(tmp_path: Path) -> None:
    """One review at the store, in every case; the release knows it, and goes on to be watched."""
    alive, release_id = await _alive(tmp_path, _approved)
    count = 0
    async for number, left in _deaths(alive):
        async with left.bench("second") as b:
            await b.live(steps=2, minutes=1)
            known = await submission(b, release_id, IOS)
            release = await b.release(release_id)
        sent = left.apple.releases.sent[VERSION, ""]
        assert (sent.reviews, known.state) == (1, "SUBMITTED"), number
        assert known.submitted_at is not None, number
        assert not release.holds, number
        count += 1
    assert count > 15  # awaits between two commits: statements of a writer are run where they are asked for


async def test_killed_at_every_await_of_a_halt(tmp_path: Path) -> None:
    """The rollout is halted in every case, and so it is known."""

    async def rolling(b: Bench, company: TwoStores, release_id: str) -> None:
        android = await submission(b, release_id, ANDROID)
        gate = next(g for g in (await b.release(release_id)).open_gates if g.subject == android.id)
        assert gate.evidence is not None
        await decide.approve(b.engine, TENANT, release_id, gate.id, digest=gate.evidence.digest, actor=ANN)
        await b.settle()
        company.play.releases.turn(VERSION, NUMBERS[ANDROID], StoreState.APPROVED)
        await b.live(steps=1, minutes=10)
        await rollout.instruct(b.engine, TENANT, release_id, android.id, Verb.HALT, actor=ANN)

    alive, release_id = await _alive(tmp_path, rolling)
    count = 0
    async for number, left in _deaths(alive):
        async with left.bench("second") as b:
            await b.live(steps=2, minutes=1)
            known = await submission(b, release_id, ANDROID)
        at_store = left.play.releases.find(VERSION, NUMBERS[ANDROID])
        assert at_store is not None
        assert (at_store.state, known.state, known.instruction) == ("HALTED", "HALTED", None), number
        count += 1
    assert count > 10
