"""The inbox: stored before it is acknowledged, worked on once, and again where a worker was lost."""

from datetime import timedelta

import pytest

from orchestration.ports.runtime import Incoming, StaleClaim
from orchestration.store.store import Store
from orchestration.store.wake import Wake
from tests.store.samples import OTHER_TENANT, TENANT, created, small_release
from tests.support.databases import SetClock, open_store

LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)


def incoming(key: str, *, tenant: str = TENANT) -> Incoming:
    """A request."""
    return Incoming(key=key, tenant_id=tenant, kind="command", payload={"text": "hold — now", "n": [1, None]})


async def test_a_request_is_stored_once(store: Store) -> None:
    """A repeat of the same request is known, also after it was worked on; another tenant's is another."""
    assert await store.inbox.receive(incoming("k"))
    assert store.wakes.take(Wake.INBOX)
    assert not await store.inbox.receive(incoming("k"))
    assert not store.wakes.take(Wake.INBOX)
    (request,) = await store.inbox.claim(limit=5)
    assert (request.incoming, request.attempts) == (incoming("k"), 1)
    await store.inbox.close(request)
    assert not await store.inbox.receive(incoming("k"))
    assert list(await store.inbox.claim(limit=5)) == []
    assert await store.inbox.receive(incoming("k", tenant=OTHER_TENANT))


async def test_the_oldest_goes_first_or_the_named_one(store: Store) -> None:
    """A worker takes what came first; the one that just received a request may take that one."""
    for key in ("a", "b", "c", "d"):
        await store.inbox.receive(incoming(key))
    (named,) = await store.inbox.claim(limit=5, keys=["c", "unknown"])
    assert named.incoming.key == "c"
    assert [r.incoming.key for r in await store.inbox.claim(limit=2)] == ["a", "b"]
    assert [r.incoming.key for r in await store.inbox.claim(limit=5)] == ["d"]


async def test_a_lost_worker_is_replaced_and_fenced(database_url: str) -> None:
    """After the lease another worker has the request, and the late one can neither finish nor delay it."""
    lease_clock = SetClock()
    store = open_store(database_url, lease_clock=lease_clock)
    await store.inbox.receive(incoming("k"))
    (lost,) = await store.inbox.claim(limit=1)
    assert list(await store.inbox.claim(limit=1)) == []
    lease_clock.advance(LEASE + SECOND)
    (taken,) = await store.inbox.claim(limit=1)
    assert taken.fence > lost.fence
    await store.inbox.close(lost)
    await store.inbox.later(lost, seconds=60, reason="late")
    async with store.work() as work:
        with pytest.raises(StaleClaim):
            await work.finish(lost)
    async with store.work() as work:
        await work.finish(taken)
        await work.commit()
    lease_clock.advance(LEASE + SECOND)
    assert list(await store.inbox.claim(limit=1)) == []
    await store.close()


async def test_to_be_killed_is_no_try(database_url: str) -> None:
    """After so many tries people are told that it was not done, and never because its workers were killed."""
    clock, lease_clock = SetClock(), SetClock()
    store = open_store(database_url, clock=clock, lease_clock=lease_clock)
    await store.inbox.receive(incoming("k"))
    for _ in range(5):
        (request,) = await store.inbox.claim(limit=1)
        assert request.attempts == 1
        lease_clock.advance(LEASE + SECOND)
    (request,) = await store.inbox.claim(limit=1)
    await store.inbox.later(request, seconds=1, reason="a fault of ours")
    clock.advance(SECOND)
    (request,) = await store.inbox.claim(limit=1)
    assert request.attempts == 2
    await store.close()


async def test_what_a_request_does_and_its_end_are_one(store: Store) -> None:
    """Where the work is undone, the request is still to be worked on."""
    await store.inbox.receive(incoming("k"))
    (request,) = await store.inbox.claim(limit=1)
    async with store.work() as work:
        await work.releases.add(created(small_release()))
        await work.finish(request)
    async with store.work() as work:
        await work.releases.add(created(small_release()))
        await work.finish(request)
        await work.commit()
    with pytest.raises(StaleClaim):
        async with store.work() as work:
            await work.finish(request)


async def test_a_request_can_wait(database_url: str) -> None:
    """What can't be done now is tried again after its time, and not before."""
    clock = SetClock()
    store = open_store(database_url, clock=clock)
    await store.inbox.receive(incoming("k"))
    (request,) = await store.inbox.claim(limit=1)
    await store.inbox.later(request, seconds=5, reason="busy \0")
    clock.advance(4 * SECOND)
    assert list(await store.inbox.claim(limit=1, keys=["k"])) == []
    clock.advance(SECOND)
    (again,) = await store.inbox.claim(limit=1)
    assert again.attempts == 2
    await store.inbox.close(again, error="gave up")
    assert list(await store.inbox.claim(limit=1)) == []
    await store.close()
