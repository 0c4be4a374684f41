"""Workers are told of what became due, in this process and, on PostgreSQL, in others."""

import asyncio

import pytest
from sqlalchemy import text

from orchestration.ports.runtime import Incoming, Outgoing, OutgoingKind
from orchestration.store import silence
from orchestration.store.database import open_engine
from orchestration.store.store import Store
from orchestration.store.wake import Wake
from tests.store.samples import TENANT, created, small_release
from tests.support.databases import drop_postgres, new_postgres, open_store
from tests.support.proxy import Weather, before_postgres


def taken(store: Store) -> set[Wake]:
    """What there is news of."""
    return {kind for kind in Wake if store.wakes.take(kind)}


async def test_a_commit_wakes_those_it_made_work_for(store: Store) -> None:
    """Work and messages are announced after the commit, each to its own kind of worker."""
    async with store.work() as work:
        await work.releases.add(created(small_release()))
        assert taken(store) == set()
        await work.commit()
    assert taken(store) == {Wake.WORK}
    async with store.work() as work:
        await work.send(TENANT, [Outgoing(kind=OutgoingKind.NOTICE, lane="l", key="k")])
        await work.commit()
    assert taken(store) == {Wake.OUTBOX}
    (claim,) = await store.dispatcher.claim(limit=1)
    await store.dispatcher.let_go(claim)
    assert taken(store) == {Wake.WORK}
    await store.mailbox.sent((await store.mailbox.claim(limit=1))[0], {})
    assert taken(store) == {Wake.OUTBOX}


async def test_what_was_undone_wakes_nobody(store: Store) -> None:
    """Without a commit there is nothing to look at."""
    async with store.work() as work:
        await work.releases.add(created(small_release()))
        await work.send(TENANT, [Outgoing(kind=OutgoingKind.NOTICE, lane="l", key="k")])
    assert taken(store) == set()


async def test_news_is_waited_for_and_taken_up_once(store: Store) -> None:
    """A wake that came before the wait is not lost; without news the wait ends by itself."""
    store.wakes.set([Wake.INBOX])
    assert await store.wakes.wait(Wake.INBOX, seconds=60)
    assert not await store.wakes.wait(Wake.INBOX, seconds=0)
    waiter = asyncio.create_task(store.wakes.wait(Wake.WORK, seconds=60))
    await asyncio.sleep(0)
    store.wakes.set([Wake.WORK])
    assert await waiter


@pytest.mark.slow
async def test_other_replicas_hear_of_it_also_after_a_lost_connection() -> None:
    """A commit of one replica wakes another one; when the listener's connection dies it comes back."""
    url = await new_postgres()
    here, there = open_store(url, owner="here"), open_store(url, owner="there")
    there.listen()
    async with asyncio.timeout(30):
        assert await there.wakes.wait(Wake.WORK, seconds=30)
        taken(there)
        async with here.work() as work:
            await work.releases.add(created(small_release()))
            await work.send(TENANT, [Outgoing(kind=OutgoingKind.NOTICE, lane="l", key="k")])
            await work.commit()
        for kind in (Wake.WORK, Wake.OUTBOX):
            assert await there.wakes.wait(kind, seconds=30)
        assert not there.wakes.take(Wake.INBOX)
        await _cut_listeners(url)
        assert await there.wakes.wait(Wake.INBOX, seconds=30)
        taken(there)
        await here.inbox.receive(Incoming(key="k", tenant_id=TENANT, kind="c", payload={}))
        assert await there.wakes.wait(Wake.INBOX, seconds=30)
    await here.close()
    await there.close()
    await drop_postgres(url)


@pytest.mark.slow
async def test_a_listener_notices_that_nobody_speaks_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a connection of which only our half is left no error tells; and the end does not wait for it either."""
    monkeypatch.setattr(silence, "LONGEST_SILENCE", 0.5)
    url = await new_postgres()
    proxy, address = before_postgres(url)
    await proxy.start()
    here, there = open_store(url, owner="here"), open_store(address(), owner="there")
    there.listen()
    async with asyncio.timeout(30):
        assert await there.wakes.wait(Wake.INBOX, seconds=30)
        await proxy.turn(Weather.HALF_OPEN)
        await proxy.turn(Weather.FINE)
        assert await there.wakes.wait(Wake.INBOX, seconds=30)
        await here.inbox.receive(Incoming(key="k", tenant_id=TENANT, kind="c", payload={}))
        assert await there.wakes.wait(Wake.INBOX, seconds=30)
        await proxy.turn(Weather.HALF_OPEN)
        await there.close()
    await here.close()
    await proxy.stop()
    await drop_postgres(url)


async def _cut_listeners(url: str) -> None:
    engine = open_engine(url)
    async with engine.connect() as connection:
        await connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'")
        )
    await engine.dispose()
