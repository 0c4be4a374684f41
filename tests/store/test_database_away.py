"""What the databases themselves raise when they can't be used, told apart from what we asked wrongly."""

import gc
import sqlite3

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from orchestration.ports.runtime import DatabaseAway
from orchestration.store import database, one_hop
from orchestration.store.database import Database, is_away, open_engine, take_time
from tests.support.databases import new_postgres

_MINE = text("SELECT pg_backend_pid()")


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
    monkeypatch.setattr(one_hop, "BUSY_MILLISECONDS", 20)
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


@pytest.mark.slow
async def test_what_needs_its_time_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look at a whole audit log may be silent for longer than anything that is done while releases run."""
    monkeypatch.setattr(database, "_LONGEST_SILENCE", 0.3)
    opened = Database(open_engine(await new_postgres()))
    async with opened.reading() as connection:
        await take_time(connection)
        await connection.execute(text("SELECT pg_sleep(0.6)"))
    await opened.dispose()
