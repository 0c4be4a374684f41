"""SQLite statements go to their thread once or not at all, and tell all that the adapter told before."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any
from unittest.mock import patch

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from orchestration.store.database import Database, open_engine


async def test_a_statement_takes_one_trip(sqlite_url: str) -> None:
    """Execute, fetch and close are one thing for the thread."""
    engine = open_engine(sqlite_url, durable=False)
    trips = 0
    driver_s: Any = aiosqlite.Connection._execute

    async def counted(*words: object, **given: object) -> object:
        nonlocal trips
        trips += 1
        return await driver_s(*words, **given)

    async with engine.connect() as connection:
        await connection.begin()
        with patch.object(aiosqlite.Connection, "_execute", counted):
            assert (await connection.execute(text("SELECT 1 UNION SELECT 2"))).scalars().all() == [1, 2]
    await engine.dispose()
    assert trips == 1


async def test_counts_and_keys_are_told(sqlite_url: str) -> None:
    """How many rows were changed, also where they are given back, and which number a new row got."""
    engine = open_engine(sqlite_url, durable=False)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT UNIQUE)"))
        first = await connection.execute(text("INSERT INTO things (name) VALUES ('a')"))
        assert (first.lastrowid, first.rowcount) == (1, 1)
        await connection.execute(
            text("INSERT INTO things (name) VALUES (:name)"), [{"name": "b"}, {"name": "c"}]
        )
        changed = await connection.execute(text("UPDATE things SET name = name || '!' RETURNING name"))
        assert sorted(changed.scalars()) == ["a!", "b!", "c!"]
        untouched = await connection.execute(text("UPDATE things SET name = 'z' WHERE id = 9"))
        assert untouched.rowcount == 0
    await engine.dispose()


async def test_errors_are_those_of_the_database(sqlite_url: str) -> None:
    """What SQLite refuses arrives as the library's own errors, and the connection can be used on."""
    engine = open_engine(sqlite_url, durable=False)
    async with engine.connect() as connection:
        await connection.execute(text("CREATE TABLE once (name TEXT UNIQUE)"))
        await connection.execute(text("INSERT INTO once VALUES ('a')"))
        with pytest.raises(IntegrityError):
            await connection.execute(text("INSERT INTO once VALUES ('a')"))
        with pytest.raises(OperationalError):
            await connection.execute(text("SELECT nothing FROM nowhere"))
        assert await connection.scalar(text("SELECT count(*) FROM once")) == 1
    await engine.dispose()


async def test_a_file_that_cannot_be_opened_leaves_no_thread(tmp_path: Path) -> None:
    """Whoever is told that the database is away may end at once: nothing goes on behind the answer."""
    before = set(threading.enumerate())
    engine = open_engine(f"sqlite:///{tmp_path}/nowhere/else.db", durable=False)
    with pytest.raises(OperationalError):
        async with engine.connect():
            raise AssertionError("it was opened")
    await engine.dispose()
    left = set(threading.enumerate()) - before
    assert not [thread for thread in left if "connection_worker" in thread.name]


async def test_a_writer_goes_to_the_thread_for_the_commit_only(sqlite_url: str) -> None:
    """With nobody else at the file nothing of a small transaction waits, but the disk."""
    engine = open_engine(sqlite_url, durable=False)
    database = Database(engine)
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE notes (words TEXT)"))
    trips: list[str] = []
    driver_s: Any = aiosqlite.Connection._execute

    async def counted(self: object, work: Any, *words: object, **given: object) -> object:
        trips.append(work.__name__)
        return await driver_s(self, work, *words, **given)

    with patch.object(aiosqlite.Connection, "_execute", counted):
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO notes VALUES ('a')"))
            assert await connection.scalar(text("SELECT count(*) FROM notes")) == 1
        async with database.reading() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM notes")) == 1
    await engine.dispose()
    assert trips == ["commit", "_whole"]


async def test_a_writer_waits_in_the_thread_for_another_process(sqlite_url: str) -> None:
    """The loop goes on meanwhile, and the file is written when it is free."""
    database = Database(open_engine(sqlite_url, durable=False))
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("CREATE TABLE notes (words TEXT)")
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO notes VALUES ('a')"))

    writing = asyncio.create_task(write())
    done, _ = await asyncio.wait([writing], timeout=0.1)
    assert not done
    other.execute("COMMIT")
    await writing
    assert other.execute("SELECT count(*) FROM notes").fetchone() == (1,)
    other.close()
    await database.dispose()


async def test_two_that_open_a_new_file_wait_for_each_other(tmp_path: Path) -> None:
    """Who finds the file being changed before it has a write-ahead log waits, as for any other writer."""
    file = tmp_path / "new.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE notes (words TEXT)")
    database = Database(open_engine(f"sqlite:///{file}", durable=False))

    async def mode() -> object:
        async with database.reading() as connection:
            return (await connection.execute(text("PRAGMA journal_mode"))).scalar_one()

    asking = asyncio.create_task(mode())
    done, _ = await asyncio.wait([asking], timeout=0.1)
    assert not done
    other.execute("COMMIT")
    assert await asking == "wal"
    other.close()
    await database.dispose()
