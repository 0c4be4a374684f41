"""What the databases themselves raise when they can't be used, told apart from what we asked wrongly."""

import asyncio
import gc
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.ports.runtime import DatabaseAway
from orchestration.store import database, silence
from orchestration.store.database import Database, is_away, open_engine, take_time
from orchestration.store.figures import pool_of
from tests.support.databases import new_postgres
from tests.support.proxy import Proxy, Weather, before_postgres

_MINE = text("SELECT pg_backend_pid()")
_BOUNDED = 10


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_session_that_the_server_ends_in_mid_transaction_is_away() -> None:
    """An operator ended it, or the server stops: nothing of the transaction is stored, and the next one goes well."""
    url = await new_postgres()
    opened = Database(open_engine(url))

    async def write() -> None:
        async with opened.writing() as connection:
            await connection.execute(text("CREATE TABLE of_no_avail (n integer)"))
            pid = (await connection.execute(_MINE)).scalar_one()
            operator = await asyncpg.connect(url)
            await operator.execute("SELECT pg_terminate_backend($1, 5000)", pid)
            await operator.close()
            await connection.execute(_MINE)

    with pytest.raises(DatabaseAway):
        await write()
    async with opened.reading() as connection:
        there = await connection.execute(text("SELECT to_regclass('of_no_avail')"))
        assert there.scalar_one() is None
    await opened.dispose()
    # The driver leaves the socket of a session that was ended to the collector, which says so in its own time.
    gc.collect()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("sure", [0, 10], ids=["asked", "known"])
async def test_a_session_that_ended_while_nobody_used_it_is_replaced(
    sure: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody notices: whether it was used just now, and its end is known, or long ago, and it is asked."""
    monkeypatch.setattr(silence, "_SURE", sure)
    url = await new_postgres()
    opened = Database(open_engine(url))
    async with opened.reading() as connection:
        pid = (await connection.execute(_MINE)).scalar_one()
        driver: Any = (await connection.get_raw_connection()).driver_connection
    operator = await asyncpg.connect(url)
    await operator.execute("SELECT pg_terminate_backend($1, 5000)", pid)
    await operator.close()
    async with asyncio.timeout(_BOUNDED):
        while sure and not driver.is_closed():  # noqa: ASYNC110 - the loop is told by the system
            await asyncio.sleep(0.01)
        async with opened.writing() as connection:
            assert (await connection.execute(_MINE)).scalar_one() != pid
    await opened.dispose()
    gc.collect()


@pytest.mark.slow
async def test_a_server_that_is_not_there_is_away() -> None:
    """Nobody listens at its address."""
    opened = Database(open_engine("postgresql://nobody@127.0.0.1:1/none"))
    with pytest.raises(DatabaseAway):
        async with opened.reading():
            raise AssertionError("nobody can be there")
    await opened.dispose()


async def test_a_file_that_somebody_else_keeps_locked_is_away(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time for which SQLite waits; once the lock is gone, everything goes on."""
    monkeypatch.setattr(database, "_BUSY_MILLISECONDS", 20)
    opened = Database(open_engine(sqlite_url))
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseAway):
        async with opened.writing():
            raise AssertionError("the file is locked")
    other.execute("ROLLBACK")
    other.close()
    async with opened.writing() as connection:
        await connection.execute(text("CREATE TABLE there_is_room (n integer)"))
    await opened.dispose()


async def test_a_full_disk_is_away(sqlite_url: str) -> None:
    """SQLite can be told how many pages there are: with none left it says what a full disk says."""
    opened = Database(open_engine(sqlite_url))

    async def write() -> None:
        async with opened.writing() as connection:
            await connection.execute(text("PRAGMA max_page_count = 1"))
            await connection.execute(text("CREATE TABLE too_much (n text)"))
            for _ in range(100):
                await connection.execute(text("INSERT INTO too_much VALUES (:n)"), {"n": "x" * 10_000})

    with pytest.raises(DatabaseAway):
        await write()
    await opened.dispose()


async def test_a_wrong_question_is_a_fault_of_ours(database_url: str) -> None:
    """A table that is not there will not be there later either."""
    opened = Database(open_engine(database_url))
    with pytest.raises(DBAPIError) as raised:
        async with opened.reading() as connection:
            await connection.execute(text("SELECT * FROM no_such_table"))
    assert not is_away(raised.value)
    await opened.dispose()


async def test_a_key_that_is_taken_is_a_fault_of_ours(database_url: str) -> None:
    """What breaks a rule of the schema breaks it again."""
    opened = Database(open_engine(database_url))

    async def write() -> None:
        async with opened.writing() as connection:
            await connection.execute(text("CREATE TABLE once (n integer PRIMARY KEY)"))
            for _ in range(2):
                await connection.execute(text("INSERT INTO once VALUES (1)"))

    with pytest.raises(DBAPIError):
        await write()
    await opened.dispose()


@pytest.mark.slow
async def test_a_lock_that_nobody_gives_back_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that was stopped in mid-transaction keeps its rows from the others for a while: they wait, and go on."""
    monkeypatch.setitem(database._POSTGRES_SETTINGS, "lock_timeout", "100ms")
    url = await new_postgres()
    opened, stopped = Database(open_engine(url)), await asyncpg.connect(url)
    await stopped.execute("BEGIN")
    await stopped.execute("LOCK TABLE outbox")
    with pytest.raises(DatabaseAway):
        async with opened.writing() as connection:
            await connection.execute(text("LOCK TABLE outbox"))
    await stopped.close()
    async with opened.writing() as connection:
        await connection.execute(text("LOCK TABLE outbox"))
    await opened.dispose()


@pytest.fixture
async def way(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Proxy, Database]]:
    """A database behind a proxy, and little patience."""
    monkeypatch.setattr(silence, "LONGEST_SILENCE", 0.5)
    proxy, address = before_postgres(await new_postgres())
    await proxy.start()
    opened = Database(open_engine(address()))
    yield proxy, opened
    await proxy.stop()
    gc.collect()


async def _go_silent(proxy: Proxy) -> None:
    """Of each connection only our half is left; new ones are as ever."""
    await proxy.turn(Weather.HALF_OPEN)
    await proxy.turn(Weather.FINE)


async def _ask(opened: Database) -> None:
    async with opened.reading() as connection:
        await connection.execute(_MINE)


@pytest.mark.slow
@pytest.mark.parametrize("sure", [0, 10], ids=["asked", "believed"])
async def test_a_server_that_says_nothing_any_more_is_away(
    way: tuple[Proxy, Database], sure: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection of which only our half is left is not waited for for ever, nor are its neighbours in the pool."""
    monkeypatch.setattr(silence, "_SURE", sure)
    proxy, opened = way
    async with asyncio.timeout(_BOUNDED):
        async with opened.reading(), opened.reading() as connection:
            await connection.execute(_MINE)
        await _go_silent(proxy)
        with pytest.raises(DatabaseAway):
            await _ask(opened)
        await _ask(opened)
        await opened.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("opening", [Database.reading, Database.transaction, Database.writing])
async def test_a_server_that_falls_silent_in_mid_transaction_is_away(
    way: tuple[Proxy, Database], opening: Callable[[Database], AbstractAsyncContextManager[AsyncConnection]]
) -> None:
    """Neither the statement nor the rollback behind it is waited for for ever."""
    proxy, opened = way

    async def ask() -> None:
        async with opening(opened) as connection:
            await connection.execute(_MINE)
            await _go_silent(proxy)
            await connection.execute(_MINE)

    async with asyncio.timeout(_BOUNDED):
        with pytest.raises(DatabaseAway):
            await ask()
        async with opened.reading() as connection:
            await connection.execute(_MINE)
        await opened.dispose()


@pytest.mark.slow
async def test_who_is_cancelled_leaves_a_silent_server(way: tuple[Proxy, Database]) -> None:
    """A worker that ends while it waits for such an answer ends, also in the rollback that nobody hears."""
    proxy, opened = way
    asked = asyncio.Event()

    async def ask() -> None:
        async with opened.writing() as connection:
            await _go_silent(proxy)
            asked.set()
            await connection.execute(_MINE)

    async with asyncio.timeout(_BOUNDED):
        worker = asyncio.create_task(ask())
        await asked.wait()
        worker.cancel()
        await asyncio.wait({worker})
        async with opened.reading() as connection:
            await connection.execute(_MINE)
        await opened.dispose()


@pytest.mark.slow
async def test_a_silent_server_does_not_hold_up_the_end(
    way: tuple[Proxy, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that ends says good-bye to its database and does not wait for one that is not there."""
    monkeypatch.setattr(silence, "_FAREWELL", 0.2)
    proxy, opened = way
    async with asyncio.timeout(_BOUNDED):
        async with opened.reading(), opened.reading() as connection:
            await connection.execute(_MINE)
        await _go_silent(proxy)
        await opened.dispose()
        assert pool_of(opened.engine).idle == 0


@pytest.mark.slow
async def test_what_needs_its_time_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look at a whole audit log may be silent for longer than anything that is done while releases run."""
    monkeypatch.setattr(silence, "LONGEST_SILENCE", 0.3)
    opened = Database(open_engine(await new_postgres()))
    async with opened.reading() as connection:
        await take_time(connection)
        await connection.execute(text("SELECT pg_sleep(0.6)"))
    await opened.dispose()
