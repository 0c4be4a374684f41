"""How the database is reached, and that nobody can wedge it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from orchestration.ports.runtime import Dispatcher, Inbox, Mailbox, StaleRelease, UnitsOfWork
from orchestration.store.database import database_url as parse_url
from orchestration.store.database import open_engine
from orchestration.store.store import Store
from orchestration.store.times import due_ms, moment, past_ms
from tests.store.samples import TENANT, created, noted, small_release
from tests.support.databases import open_store

URLS = {
    "sqlite:///data/bot.db": "sqlite+aiosqlite:///data/bot.db",
    "sqlite+aiosqlite:////var/bot.db": "sqlite+aiosqlite:////var/bot.db",
    "postgres://u:p@host/db": "postgresql+asyncpg://u:p@host/db",
    "postgresql://u:p@host:5433/db?sslmode=require": "postgresql+asyncpg://u:p@host:5433/db?ssl=require",
    "postgresql+asyncpg:///db?host=/run/pg": "postgresql+asyncpg:///db?host=%2Frun%2Fpg",
}


@pytest.mark.parametrize("given", list(URLS))
def test_the_usual_spellings_of_a_url_are_understood(given: str) -> None:
    """What people copy from their provider works."""
    assert parse_url(given).render_as_string(hide_password=False) == URLS[given]


@pytest.mark.parametrize("given", ["mysql://h/db", "sqlite://", "sqlite:///:memory:", "nonsense"])
def test_other_databases_are_refused(given: str) -> None:
    """Nobody finds out later that a database can't hold releases."""
    with pytest.raises(ValueError, match=r"."):
        parse_url(given)


async def test_sqlite_is_opened_durable(sqlite_url: str) -> None:
    """What was committed survives a power cut: a write-ahead log, synced at each commit."""
    engine = open_engine(sqlite_url)
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    async with engine.connect() as connection:
        found = [await connection.scalar(text(f"PRAGMA {name}")) for name in names]
    await engine.dispose()
    assert found == ["wal", 2, 1, 10_000]


async def test_the_store_is_what_the_engine_asks_for(store: Store) -> None:
    """mypy compares each part with its port; an empty store has nothing to do."""
    units: tuple[UnitsOfWork, ...] = (store.work, store.look)
    dispatcher: Dispatcher = store.dispatcher
    mailbox: Mailbox = store.mailbox
    inbox: Inbox = store.inbox
    for unit in units:
        async with unit() as work:
            assert list(await work.releases.active(TENANT)) == []
    assert list(await dispatcher.claim(limit=1)) == []
    assert list(await mailbox.claim(limit=1)) == []
    assert list(await inbox.claim(limit=1)) == []


async def test_a_second_unit_of_work_inside_one_is_refused(store: Store) -> None:
    """It would wait for the first one, which waits for it: the mistake is told instead."""
    async with store.work():
        with pytest.raises(RuntimeError, match="a second one"):
            await store.dispatcher.claim(limit=1)
        async with store.look() as work:
            assert list(await work.releases.active(TENANT)) == []
    assert list(await store.dispatcher.claim(limit=1)) == []


async def test_the_next_writer_need_not_wait_for_the_end_of_the_block(sqlite_url: str) -> None:
    """A commit ends the unit of work: what is done after it, slow as it may be, holds up nobody."""
    store = open_store(sqlite_url)
    async with store.work() as work:
        await work.releases.add(created(small_release()))
        await work.commit()
        assert len(await store.dispatcher.claim(limit=1)) == 1
    await store.close()


async def test_cancelled_work_holds_up_nobody(store: Store) -> None:
    """A task that is cancelled at any of its awaits leaves no lock and no half transaction behind."""
    release = small_release()
    async with store.work() as work:
        await work.releases.add(created(release))
        await work.commit()

    async def note(words: str) -> None:
        async with store.work() as work:
            await work.releases.save(noted(await work.releases.get(TENANT, release.id), words))
            await work.commit()

    for steps in range(0, 120, 3):
        task = asyncio.create_task(note(f"cancelled after {steps}"))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(30):
        await note("last")
        async with store.look() as work:
            assert (await work.releases.get(TENANT, release.id)).tasks[0].note == "last"
    assert await store.broken_at(TENANT) is None


async def test_two_processes_share_a_database(database_url: str) -> None:
    """Two stores that know nothing of each other lose no write; on SQLite they meet at the file's lock."""
    stores = [open_store(database_url, owner=f"process-{number}") for number in range(2)]
    release = small_release()
    async with stores[0].work() as work:
        await work.releases.add(created(release))
        await work.commit()

    async def write(store: Store, words: str) -> None:
        for word in words:
            saved = False
            while not saved:
                try:
                    async with store.work() as work:
                        mine = await work.releases.get(TENANT, release.id)
                        await work.releases.save(noted(mine, f"{mine.tasks[0].note or ''}{word}"))
                        await work.commit()
                    saved = True
                except StaleRelease:
                    continue

    await asyncio.gather(write(stores[0], "abcde"), write(stores[1], "ABCDE"))
    async with stores[0].look() as work:
        note = (await work.releases.get(TENANT, release.id)).tasks[0].note or ""
    assert [c for c in note if c.islower()] == list("abcde")
    assert [c for c in note if c.isupper()] == list("ABCDE")
    assert await stores[1].broken_at(TENANT) is None
    for store in stores:
        await store.close()


async def test_a_release_is_read_as_of_one_moment(database_url: str) -> None:
    """Whoever reads while others write sees a whole revision: never a new task in an old release."""
    store = open_store(database_url)
    release = small_release()
    async with store.work() as work:
        await work.releases.add(created(release))
        await work.commit()
    done = asyncio.Event()

    async def write() -> None:
        for number in range(1, 16):
            async with store.work() as work:
                mine = await work.releases.get(TENANT, release.id)
                await work.releases.save(noted(mine, str(number)))
                await work.commit()
        done.set()

    async def read() -> None:
        while not done.is_set():
            async with store.look() as work:
                seen = await work.releases.get(TENANT, release.id)
            assert int(seen.tasks[0].note or "0") == seen.revision

    await asyncio.gather(write(), read(), read())
    await store.close()


def test_what_is_due_by_the_stored_number_is_due_by_the_exact_time() -> None:
    """A stored time is never earlier than the time itself; otherwise work would be claimed in vain."""
    at = datetime(2026, 3, 2, 9, 0, 0, 1, tzinfo=UTC)
    stored = due_ms(at) or 0
    assert moment(stored) - at == timedelta(microseconds=999)
    assert past_ms(at) == stored - 1
    whole = at.replace(microsecond=5_000)
    assert due_ms(whole) == past_ms(whole)
    assert due_ms(None) is None
