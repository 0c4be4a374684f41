"""Tells workers that something became due, so that they need not look for it all the time.

A wake is a hint: workers look by themselves now and then, and a lost or doubled one does no harm.
"""

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack, suppress
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import String, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from orchestration.ports.runtime import DatabaseAway
from orchestration.store import silence
from orchestration.store.database import Database

_CHANNEL = "stationmaster"
_NOTIFY = select(func.pg_notify(_CHANNEL, bindparam("kind", type_=String)))
_TOGETHER_SECONDS = 0.02
_log = structlog.get_logger(__name__)


class Wake(StrEnum):
    """What there is to look at."""

    WORK = "work"
    INBOX = "inbox"
    OUTBOX = "outbox"
    CONNECTIONS = "connections"
    DUTIES = "duties"
    WEBHOOKS = "webhooks"


class Wakes:
    """One event per kind, set after the commit that made something due."""

    def __init__(self) -> None:
        self._events = {kind: asyncio.Event() for kind in Wake}

    def set(self, kinds: Iterable[Wake]) -> None:
        """Wake those who wait for these kinds in this process, in the same order each time."""
        for kind in sorted(kinds):
            self._events[kind].set()

    def of(self, kind: Wake) -> asyncio.Event:
        """The event itself, for a loop that waits for other things as well; it clears it before it looks."""
        return self._events[kind]

    def take(self, kind: Wake) -> bool:
        """Take up news of a kind; False where there is none."""
        news = self._events[kind].is_set()
        self._events[kind].clear()
        return news

    async def wait(self, kind: Wake, *, seconds: float) -> bool:
        """Wait for news of a kind and take it up; False where none came within `seconds`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._events[kind].wait(), timeout=seconds)
        return self.take(kind)


class Others:
    """Wakes the other replicas after a commit (PostgreSQL; on SQLite there are none).

    A notification within the transaction would have all commits wait for one another. What is told while one is under
    way, and for a moment after it, goes along with the next.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wanted: set[Wake] = set()
        self._telling: asyncio.Task[None] | None = None

    def tell(self, kinds: Iterable[Wake]) -> None:
        """Tell them soon; nothing is raised, and nobody waits for it but `close`."""
        if not self._database.is_postgres:
            return
        self._wanted.update(kinds)
        if self._wanted and self._telling is None:
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        try:
            while self._wanted:
                kinds, self._wanted = sorted(self._wanted), set()
                async with self._database.writing() as connection:
                    for kind in kinds:
                        await connection.execute(_NOTIFY, {"kind": kind.value})
                await asyncio.sleep(_TOGETHER_SECONDS)
        except DatabaseAway as error:
            # They look by themselves, too.
            _log.warning("telling_failed", error=str(error))
        finally:
            self._telling = None

    async def close(self) -> None:
        """Tell what is still to be told."""
        if self._telling is not None:
            await self._telling


async def listen(engine: AsyncEngine, wakes: Wakes, *, pause: float = 1.0) -> None:
    """Pass on the wakes of other replicas until cancelled, over a connection of its own.

    After a lost connection it waits `pause` seconds and wakes everybody: what was said meanwhile is gone. One that
    was silent for long is asked, since it may be lost without a word.
    """
    own = create_async_engine(engine.url, poolclass=NullPool)
    while True:
        try:
            await _listen_once(own, wakes)
        except Exception as error:  # noqa: BLE001 - whatever broke the connection, a new one is opened
            _log.warning("listening_failed", error=type(error).__name__)
        await asyncio.sleep(pause)


async def _listen_once(engine: AsyncEngine, wakes: Wakes) -> None:
    lost = asyncio.Event()

    def heard(_connection: Any, _pid: int, _channel: str, payload: str) -> None:  # noqa: ANN401 - asyncpg has no types
        with suppress(ValueError):
            wakes.set([Wake(payload)])

    async with AsyncExitStack() as stack:
        async with asyncio.timeout(silence.LONGEST_SILENCE):
            connection = await stack.enter_async_context(engine.connect())
            driver = (await connection.get_raw_connection()).driver_connection
            if driver is None:
                return
            # Before the adapter would say good-bye, and wait for a server that may not be there.
            stack.callback(driver.terminate)
            driver.add_termination_listener(lambda _connection: lost.set())
            await driver.add_listener(_CHANNEL, heard)
        wakes.set(Wake)
        while not await _set_within(lost, silence.LONGEST_SILENCE):
            await driver.execute("SELECT 1", timeout=silence.LONGEST_SILENCE)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), timeout=seconds)
    return event.is_set()
