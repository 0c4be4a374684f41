"""A process that stands still in the midst of a transaction must not hold up the others on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.settings import Settings
from bot.surroundings import SystemChance
from orchestration.ports.runtime import Incoming, Integrations, ReleaseHeld, StaleRelease
from orchestration.services.engine import Engine
from orchestration.services.receive_callback import receive_callback
from orchestration.store import database
from orchestration.store.database import Database, open_engine, take_time
from orchestration.store.store import Store
from tests.store.samples import TENANT, created, rich_release, small_release
from tests.support.databases import SetClock, drop_postgres, new_postgres, open_store

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


async def test_news_of_a_release_that_stays_locked_waits_for_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no fault, and the news stays: who hears it next looks at the release."""
    monkeypatch.setitem(database._POSTGRES_SETTINGS, "lock_timeout", "50ms")
    holder, bot = open_store(url), open_store(url, owner="worker-2")
    release = rich_release()
    async with holder.work() as work:
        await work.releases.add(created(release))
        await work.commit()
    await bot.inbox.receive(Incoming(key="news", tenant_id=TENANT, kind="callback", payload={}))
    engine = Engine(
        work=bot.work, look=bot.look, clock=SetClock(), chance=SystemChance(), integrations=_none, heard={}
    )
    (news,) = await bot.inbox.claim(limit=1)
    hear = partial(
        receive_callback, engine, TENANT, run_id=release.builds[0].run_id or "", texts=[], request=news
    )
    async with asyncio.timeout(_BOUNDED):
        async with holder.work() as work:
            await work.releases.get(TENANT, release.id)
            with pytest.raises(ReleaseHeld):
                await hear()
        await hear()
    assert await bot.inbox.claim(limit=1) == []
    for store in (holder, bot):
        await store.close()


async def _none(_tenant: str) -> Integrations:
    return Integrations()


_BOUNDED = 20
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
    opened = Database(open_engine(url))
    lease = timedelta(seconds=Settings.model_fields["lease_seconds"].default)
    for _ in range(2):
        async with opened.transaction() as connection:
            assert [limit for limit in await _limits(connection) if not timedelta(0) < limit < lease] == []
    await opened.dispose()


async def test_what_takes_time_is_given_it_for_one_transaction(url: str) -> None:
    """A migration or a look through the whole audit chain may last; the next transaction may not."""
    opened = Database(open_engine(url))
    async with opened.transaction() as connection:
        await take_time(connection)
        assert await _limits(connection) == [timedelta(0)] * 3
        await connection.commit()
    async with opened.transaction() as connection:
        assert timedelta(0) not in await _limits(connection)
    await opened.dispose()
