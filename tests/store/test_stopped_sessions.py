"""A process that stands still in the midst of a transaction must not hold up the others on PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.settings import Settings
from orchestration.ports.runtime import StaleRelease
from orchestration.store.database import Database, open_engine
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


async def test_the_locks_of_a_stopped_process_are_gone_with_its_lease(url: str) -> None:
    """PostgreSQL ends its open transaction, and those that wait for its locks, before its work is another's."""
    database = Database(open_engine(url))
    limits = []
    async with database.reading() as connection:
        for name in ("idle_in_transaction_session_timeout", "lock_timeout"):
            value = await connection.scalar(text(f"SELECT current_setting('{name}')::interval"))
            limits.append(value)
    await database.dispose()
    assert all(limit > timedelta(0) for limit in limits)
    default = Settings.model_fields["lease_seconds"].default
    assert sum(limits, timedelta(0)) < timedelta(seconds=default)
