"""A process that stands still in the midst of a transaction must not hold up the others on PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.settings import Settings
from orchestration.ports.runtime import StaleRelease
from orchestration.store.database import Database, open_engine, take_time
from orchestration.store.store import Store
from tests.store.samples import TENANT, created, small_release
from tests.support.databases import drop_postgres, new_postgres, open_store

pytestmark = pytest.mark.slow


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """A database on PostgreSQL."""
    made = await new_postgres()
    yield made
    await drop_postgres(made)


async def _lock_in_vain(store: Store, release_id: str) -> None:
    async with store.work() as work:
        # As long as in the product would only make the test longer.
        await work._may_write().execute(text("SET LOCAL lock_timeout = '50ms'"))
        await work.releases.get(TENANT, release_id)


async def test_a_release_that_stays_locked_is_to_be_tried_again(url: str) -> None:
    """Waiting has an end, and the end is one that the engine knows how to go on from."""
    holder, waiter = open_store(url), open_store(url, owner="worker-2")
    release = small_release()
    async with holder.work() as work:
        await work.releases.add(created(release))
        await work.commit()
    async with holder.work() as work:
        await work.releases.get(TENANT, release.id)
        with pytest.raises(StaleRelease):
            await _lock_in_vain(waiter, release.id)
    await _lock_in_vain(waiter, release.id)
    for store in (holder, waiter):
        await store.close()


_LIMITS = ("idle_in_transaction_session_timeout", "lock_timeout", "transaction_timeout")


async def _limits(connection: AsyncConnection) -> list[timedelta]:
    return [
        await connection.scalar(text("SELECT current_setting(:name)::interval"), {"name": name})
        or timedelta(0)
        for name in _LIMITS
    ]


async def test_the_locks_of_a_stopped_process_are_gone_with_its_lease(url: str) -> None:
    """PostgreSQL ends its open transactions, wherever in them it stands, before its work is another's; also those
    that wait for its locks, and on a connection that was given back with a rollback."""
    database = Database(open_engine(url))
    lease = timedelta(seconds=Settings.model_fields["lease_seconds"].default)
    for _ in range(2):
        async with database.transaction() as connection:
            assert [limit for limit in await _limits(connection) if not timedelta(0) < limit < lease] == []
    await database.dispose()


async def test_what_takes_time_is_given_it_for_one_transaction(url: str) -> None:
    """A migration or a look through the whole audit chain may last; the next transaction may not."""
    database = Database(open_engine(url))
    async with database.transaction() as connection:
        await take_time(connection)
        assert await _limits(connection) == [timedelta(0)] * 3
        await connection.commit()
    async with database.transaction() as connection:
        assert timedelta(0) not in await _limits(connection)
    await database.dispose()
