"""The sweeper's own loop while the database is away, and after it came back."""

import asyncio
import gc
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest
from structlog.testing import capture_logs

from bot.pumping import _connections
from orchestration.ports.witness import Unwatched
from orchestration.services import pump as pumps
from orchestration.store import one_hop
from orchestration.store.integrations import IntegrationState
from orchestration.store.wake import Wake
from tests.connecting.sweeper_rig import JIRA, Sweep, sweep
from tests.support.databases import BOTH, new_postgres, new_sqlite
from tests.support.proxy import Proxy, Weather, before_postgres
from tests.support.rehearsed import begin

_BOUNDED = 30


class Breakable(Protocol):
    """A database that can be taken away and given back."""

    url: str

    async def away(self) -> None:
        """Nobody can work on it."""

    async def back(self) -> None:
        """As before."""


@dataclass
class File:
    """An SQLite file that somebody else keeps locked."""

    url: str
    _other: sqlite3.Connection | None = None

    async def away(self) -> None:
        """Locked."""
        self._other = sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None)
        self._other.execute("BEGIN IMMEDIATE")

    async def back(self) -> None:
        """Let go."""
        assert self._other is not None
        self._other.execute("ROLLBACK")
        self._other.close()


@dataclass
class Server:
    """A PostgreSQL to which nobody gets through."""

    url: str
    proxy: Proxy

    async def away(self) -> None:
        """Cut off."""
        await self.proxy.turn(Weather.CUT)

    async def back(self) -> None:
        """As before."""
        await self.proxy.turn(Weather.FINE)


@pytest.fixture(params=BOTH)
async def database(
    request: pytest.FixtureRequest, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Breakable]:
    """One of each kind, with little patience."""
    monkeypatch.setattr(one_hop, "BUSY_MILLISECONDS", 20)
    monkeypatch.setattr(pumps, "_AWAY_SECONDS", 0.05)
    if request.param == "sqlite":
        yield File(await new_sqlite(tmp_path))
        return
    proxy, address = before_postgres(await new_postgres())
    await proxy.start()
    yield Server(address(), proxy)
    await proxy.stop()
    gc.collect()


@dataclass
class Watching(Unwatched):
    """What the loop has looked for, and in vain."""

    failed: int = 0
    left: int = 0
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)
    _told: list[asyncio.Task[None]] = field(default_factory=list)

    def look_failed(self, loop: str) -> None:
        """In vain."""
        del loop
        self.failed += 1
        self._tell()

    def looked(self, loop: str, *, claimed: int, seconds: float) -> None:
        """With an answer."""
        del loop, claimed, seconds
        self._tell()

    def worked(self, loop: str, *, seconds: float, fine: bool) -> None:
        """With an end."""
        del loop, seconds
        self.left += not fine
        self._tell()

    def _tell(self) -> None:
        self._told.append(asyncio.create_task(self._notify()))

    async def _notify(self) -> None:
        async with self.moved:
            self.moved.notify_all()

    async def until(self, there: Callable[[], Awaitable[bool]]) -> None:
        """Wait for something that the loop brings about."""
        async with self.moved:
            while not await there():
                await self.moved.wait()


@asynccontextmanager
async def _watched(s: Sweep) -> AsyncIterator[Watching]:
    """The product's loop over the product's watcher."""
    witness, store = Watching(), s.bench.store
    loop = _connections(store, s.watcher, {"witness": witness})
    running = asyncio.create_task(loop.run())
    async with asyncio.timeout(_BOUNDED):
        yield witness
        loop.stop()
        await running


def _pass(s: Sweep, **duration: float) -> None:
    """Time goes by, and the watcher is woken."""
    s.bench.clock.forward(**duration)
    s.bench.store.wakes.set([Wake.CONNECTIONS])


def _told(logged: Sequence[Any], action: str) -> list[str]:
    return [entry["log_level"] for entry in logged if entry.get("action") == action]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_it_watches_on_when_the_database_is_back(database: Breakable) -> None:
    """It says once that the database is away, looks again and again, says that it is back, and finds what was refused
    meanwhile."""
    async with sweep(database.url) as s:
        await s.turn()
        release = await begin(s.bench)
        with capture_logs() as logged:
            async with _watched(s) as witness:
                await database.away()
                s.library.tokens = set()
                _pass(s, hours=27)

                async def tried() -> bool:
                    return witness.failed >= 3

                await witness.until(tried)
                await database.back()

                async def found() -> bool:
                    return (await s.row()).state is IntegrationState.REVOKED and bool(await s.holds(release))

                await witness.until(found)
        assert [by for by, _reason in await s.holds(release)] == [JIRA]
        assert (_told(logged, "database_away"), _told(logged, "database_back")) == (["warning"], ["info"])
        assert [entry for entry in logged if entry["log_level"] == "error"] == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_what_it_had_begun_is_begun_again(database: Breakable, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database goes away between the look at the provider and its record: nothing is recorded as a fault, and when
    the lease is over the connection is looked at anew."""
    async with sweep(database.url) as s:
        await s.turn()
        release = await begin(s.bench)
        s.library.tokens = set()
        edge, cut = s.watcher._edge, [True]

        def cutting(tenant: str) -> Any:
            if cut[0]:
                cut[0] = False
                cuts.append(asyncio.create_task(database.away()))
            return edge(tenant)

        cuts: list[asyncio.Task[None]] = []
        monkeypatch.setattr(s.watcher, "_edge", cutting)
        with capture_logs() as logged:
            async with _watched(s) as witness:
                _pass(s, hours=27)

                async def broken() -> bool:
                    return witness.left >= 1

                await witness.until(broken)
                await database.back()
                assert await s.holds(release) == []
                _pass(s, seconds=31)

                async def found() -> bool:
                    return bool(await s.holds(release))

                await witness.until(found)
        assert _told(logged, "work_waits") == ["warning"]
        assert _told(logged, "watch_fault") == []
        assert [entry for entry in logged if entry["log_level"] == "error"] == []
