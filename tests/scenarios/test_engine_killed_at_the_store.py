"""Killed at every await between the order and its record: the store is told once, and what it has is known."""

import asyncio
import copy
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from integrations.rehearsal.app_store import RehearsalAppStore
from orchestration.domain.submission import Verb
from orchestration.ports.runtime import Integrations
from orchestration.services import decide, rollout
from orchestration.services.work_due import work_claim
from orchestration.store.database import open_engine
from orchestration.store.store import Store
from tests.support.distribution import NUMBERS, VERSION, TwoStores, submission, to_submission
from tests.support.engine import TENANT, Bench, ManualClock, engine_on
from tests.support.mortal import lived
from tests.support.rehearsed import ANDROID, ANN, IOS
from tests.support.stores import opened

pytestmark = pytest.mark.slow


class Distant:
    """A store over a wire: a request may be cut off before it arrives, and after it worked."""

    def __init__(self, store: RehearsalAppStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not asyncio.iscoroutinefunction(found):
            return found

        async def far(*given: object, **named: object) -> object:
            await asyncio.sleep(0)
            answer = await found(*given, **named)
            await asyncio.sleep(0)
            return answer

        return far


@dataclass
class World:
    """A database and the stores as they were at a moment, to begin from again and again."""

    folder: Path
    now: datetime
    release_id: str
    apple: RehearsalAppStore
    play: RehearsalAppStore
    others: Integrations

    async def once_more(self, number: int) -> "Life":
        """A life of its own that begins at that moment."""
        path = self.folder / f"life{number}.db"
        shutil.copy(self.folder / "engine.db", path)
        apple, play = _copied(self.apple), _copied(self.play)
        clock = ManualClock(self.now)
        store = Store(
            open_engine(f"sqlite:///{path}", durable=False),
            clock=clock,
            lease=timedelta(seconds=30),
            owner="first",
            lease_clock=clock,
        )
        ports = Integrations(
            scm=self.others.scm,
            cicd=self.others.cicd,
            pm=self.others.pm,
            test_platform=self.others.test_platform,
            app_stores={"apple": Distant(apple), "play": Distant(play)},  # type: ignore[dict-item]
        )
        return Life(bench=engine_on(store, clock, ports), apple=apple, play=play)


@dataclass
class Life:
    """One life of the engine and what it does to the stores."""

    bench: Bench
    apple: RehearsalAppStore
    play: RehearsalAppStore

    async def one_claim(self, *, dies_at: int) -> bool:
        """Work on what is due first, which dies at that await; whether it did."""
        (claim,) = await self.bench.store.dispatcher.claim(limit=1)
        deadline = await lived(work_claim(self.bench.engine, claim), dies_at=dies_at)
        return deadline.reached


def _copied(store: RehearsalAppStore) -> RehearsalAppStore:
    made = RehearsalAppStore(groups=("QA", "internal"), rollout=store.rollout)
    made.kept = copy.deepcopy(store.kept)
    made.releases = copy.deepcopy(store.releases)
    return made


async def _world(tmp_path: Path, play: Callable[[Bench, TwoStores, str], Awaitable[None]]) -> World:
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company)
        await play(b, company, release.id)
        return World(
            folder=tmp_path,
            now=b.clock.now(),
            release_id=release.id,
            apple=company.apple,
            play=company.play,
            others=b.ports,
        )


async def _approved(b: Bench, _company: TwoStores, release_id: str) -> None:
    """The yes is stored, and nothing was sent."""
    ios = await submission(b, release_id, IOS)
    gate = next(g for g in (await b.release(release_id)).open_gates if g.subject == ios.id)
    assert gate.evidence is not None
    await decide.approve(b.engine, TENANT, release_id, gate.id, digest=gate.evidence.digest, actor=ANN)


async def test_killed_at_every_await_of_a_submission(tmp_path: Path) -> None:
    """One review at the store, in every case; the release knows it, and goes on to be watched."""
    world = await _world(tmp_path, _approved)
    killed = 0
    for number in range(1, 400):
        life = await world.once_more(number)
        died = await life.one_claim(dies_at=number)
        await life.bench.live(steps=6, minutes=1)
        sent = life.apple.releases.sent[VERSION, ""]
        known = await submission(life.bench, world.release_id, IOS)
        release = await life.bench.release(world.release_id)
        await life.bench.store.close()
        assert (sent.reviews, known.state) == (1, "SUBMITTED"), number
        assert known.submitted_at is not None
        assert not release.holds, number
        if not died:
            break
        killed += 1
    assert killed > 20


async def test_killed_at_every_await_of_a_halt(tmp_path: Path) -> None:
    """The rollout is halted in every case, and so it is known."""

    async def rolling(b: Bench, company: TwoStores, release_id: str) -> None:
        android = await submission(b, release_id, ANDROID)
        gate = next(g for g in (await b.release(release_id)).open_gates if g.subject == android.id)
        assert gate.evidence is not None
        await decide.approve(b.engine, TENANT, release_id, gate.id, digest=gate.evidence.digest, actor=ANN)
        await b.settle()
        company.play.releases.turn(VERSION, NUMBERS[ANDROID], "APPROVED")  # type: ignore[arg-type]
        await b.live(steps=1, minutes=10)
        await rollout.instruct(b.engine, TENANT, release_id, android.id, Verb.HALT, actor=ANN)

    world = await _world(tmp_path, rolling)
    killed = 0
    for number in range(1, 400):
        life = await world.once_more(number)
        died = await life.one_claim(dies_at=number)
        await life.bench.live(steps=6, minutes=1)
        at_store = life.play.releases.find(VERSION, NUMBERS[ANDROID])
        known = await submission(life.bench, world.release_id, ANDROID)
        await life.bench.store.close()
        assert at_store is not None
        assert (at_store.state, known.state, known.instruction) == ("HALTED", "HALTED", None), number
        if not died:
            break
        killed += 1
    assert killed > 15
