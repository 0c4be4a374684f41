"""Commits on SQLite share a sync of the disk, and nobody is told of one before it lasts."""

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from orchestration.ports.runtime import DatabaseAway
from orchestration.store import syncing
from orchestration.store.database import Database, open_engine
from orchestration.store.syncing import SharedSync, sync_log


class _Disk:
    """A disk whose sync takes until it is let go, and that can fail."""

    def __init__(self) -> None:
        self.begun = 0
        self.broken = False
        self.go = threading.Semaphore(0)

    def sync(self) -> None:
        self.begun += 1
        assert self.go.acquire(timeout=30)
        if self.broken:
            raise OSError(5, "the disk is broken")


async def _begun(disk: _Disk, count: int) -> None:
    async with asyncio.timeout(30):
        while disk.begun < count:  # noqa: ASYNC110 - a thread begins it; there is no event
            await asyncio.sleep(0.001)


async def test_who_comes_while_the_disk_syncs_shares_the_next_one() -> None:
    """One sync is under way: those who commit meanwhile wait for the one after it, all for the same."""
    disk = _Disk()
    shared = SharedSync(disk.sync)
    shared.written()
    first = asyncio.create_task(shared.lasting())
    await _begun(disk, 1)
    shared.written()
    others = [asyncio.create_task(shared.lasting()) for _ in range(5)]
    await asyncio.sleep(0)
    disk.go.release()
    await first
    await _begun(disk, 2)
    assert not any(each.done() for each in others)
    disk.go.release()
    await asyncio.gather(*others)
    assert disk.begun == 2


async def test_who_wrote_nothing_waits_for_what_is_under_way_only() -> None:
    """A look for work that finds none costs the disk nothing; what was read of others is waited for with them."""
    disk = _Disk()
    shared = SharedSync(disk.sync)
    await shared.lasting()
    assert disk.begun == 0
    shared.written()
    writer = asyncio.create_task(shared.lasting())
    await _begun(disk, 1)
    looker = asyncio.create_task(shared.lasting())
    await asyncio.sleep(0)
    assert not looker.done()
    disk.go.release()
    await asyncio.gather(writer, looker)
    await shared.lasting()
    assert disk.begun == 1


async def test_a_failed_sync_is_told_to_all_who_waited_for_it() -> None:
    """Nobody takes for lasting what may not last; the next sync is tried anew, and one who was cancelled harms none."""
    disk = _Disk()
    shared = SharedSync(disk.sync)
    disk.broken = True
    shared.written()
    waiting = [asyncio.create_task(shared.lasting()) for _ in range(3)]
    await _begun(disk, 1)
    waiting.pop().cancel()
    disk.go.release()
    told = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in told] == [OSError, OSError]
    disk.broken = False
    disk.go.release()
    await shared.lasting()


async def test_a_commit_is_told_when_it_lasts(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next writer may begin while the disk syncs, and neither is told before; a disk that fails is away."""
    disk = _Disk()
    monkeypatch.setattr(syncing, "_sync", lambda _file: disk.sync())
    database = Database(open_engine(sqlite_url))

    async def write(statement: str) -> None:
        async with database.writing() as connection:
            await connection.execute(text(statement))

    first = asyncio.create_task(write("CREATE TABLE notes (words TEXT)"))
    await _begun(disk, 1)
    second = asyncio.create_task(write("INSERT INTO notes VALUES ('a')"))
    async with asyncio.timeout(30):
        while not await _count(database):  # noqa: ASYNC110 - the commit tells nobody; there is no event
            await asyncio.sleep(0.001)
    assert not first.done()
    assert not second.done()
    disk.go.release(2)
    await asyncio.gather(first, second)
    disk.broken = True
    disk.go.release()
    with pytest.raises(DatabaseAway):
        await write("INSERT INTO notes VALUES ('b')")
    await database.dispose()


async def _count(database: Database) -> int:
    async with database.reading() as connection:
        return await connection.scalar(text("SELECT count(*) FROM notes")) or 0


async def test_a_transaction_that_changed_nothing_syncs_nothing(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking for work writes only where there is some; a change of the schema changes no row and is synced too."""
    synced: list[int] = []
    monkeypatch.setattr(syncing, "_sync", synced.append)
    database = Database(open_engine(sqlite_url))
    for statement, syncs in (
        ("CREATE TABLE notes (words TEXT)", 1),
        ("UPDATE notes SET words = 'b'", 1),
        ("INSERT INTO notes VALUES ('a')", 2),
        ("UPDATE notes SET words = 'b' RETURNING words", 3),
    ):
        async with database.writing() as connection:
            await connection.execute(text(statement))
        assert len(synced) == syncs, statement
    await database.dispose()


async def test_a_transaction_of_nobody_s_syncs_itself(sqlite_url: str) -> None:
    """Only who waits for the shared sync goes without an own one: the same connection, begun otherwise, does it."""
    engine = open_engine(sqlite_url)
    database = Database(engine)
    async with database.writing() as connection:
        assert await connection.scalar(text("PRAGMA synchronous")) == 1
    async with engine.begin() as connection:
        assert await connection.scalar(text("PRAGMA synchronous")) == 2
    await engine.dispose()


def test_a_log_that_is_gone_lasts(tmp_path: Path) -> None:
    """SQLite removes its log when the content is in the database, which it has synced then."""
    sync_log(tmp_path / "nothing.db")
