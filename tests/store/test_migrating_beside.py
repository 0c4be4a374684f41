"""A migration of PostgreSQL beside bots that work: it waits for them, and they never for it."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from orchestration.ports.runtime import DatabaseAway
from orchestration.store.database import Database, open_engine
from orchestration.store.migrate import at_head, downgrade, upgrade
from tests.support.databases import drop_postgres, new_postgres

pytestmark = pytest.mark.slow

_WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"


async def _until_it_waits(database: Database) -> None:
    async with asyncio.timeout(30), database.engine.connect() as connection:
        while not (await connection.execute(text(_WAITING))).first():
            # Another session waits, and tells nobody here.
            await connection.rollback()


async def test_a_bot_that_works_in_another_order_is_not_ended() -> None:
    """A transaction that holds one table and then wants one before it in any order gets it, and the migration comes to
    its end after it: neither is the victim of a deadlock.
    """
    url = await new_postgres()
    await downgrade(url, "0012")
    working = Database(open_engine(url))
    async with working.writing() as connection:
        await connection.execute(text("LOCK TABLE work IN ROW EXCLUSIVE MODE"))
        migrating = asyncio.create_task(upgrade(url))
        await _until_it_waits(working)
        await connection.execute(text("LOCK TABLE events, inbox, outbox, releases IN ROW EXCLUSIVE MODE"))
    await asyncio.wait_for(migrating, 60)
    assert await at_head(url)
    await working.dispose()
    await drop_postgres(url)


async def test_others_work_on_while_a_migration_waits_for_a_table() -> None:
    """Somebody who keeps a table for long keeps the migration from it, and nobody else from theirs."""
    url = await new_postgres()
    await downgrade(url, "0012")
    keeping, working = Database(open_engine(url)), Database(open_engine(url))
    async with keeping.writing() as kept:
        await kept.execute(text("LOCK TABLE work IN ROW EXCLUSIVE MODE"))
        migrating = asyncio.create_task(upgrade(url))
        await _until_it_waits(working)
        for table in ("events", "inbox", "outbox", "releases", "work"):
            async with working.writing() as connection:
                await connection.execute(text(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE"))
        assert not migrating.done()
    await asyncio.wait_for(migrating, 60)
    assert await at_head(url)
    await keeping.dispose()
    await working.dispose()
    await drop_postgres(url)


async def test_a_table_that_is_kept_for_ever_is_told() -> None:
    """After its patience the migration says what is the matter, and nothing has changed."""
    url = await new_postgres()
    await downgrade(url, "0012")
    keeping = Database(open_engine(url))
    async with keeping.writing() as kept:
        await kept.execute(text("LOCK TABLE work IN ROW EXCLUSIVE MODE"))
        with pytest.raises(DatabaseAway, match="keeps a table"):
            await upgrade(url, patience=timedelta(0))
    async with keeping.reading() as connection:
        assert (
            await connection.execute(text("SELECT version_num FROM alembic_version"))
        ).scalar_one() == "0012"
    await upgrade(url)
    assert await at_head(url)
    await keeping.dispose()
    await drop_postgres(url)
