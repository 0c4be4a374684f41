"""Whoever lost a lease neither lengthens nor ends it any more: of every queue, and though it was their own process."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from orchestration.domain.webhooks import Verdict
from orchestration.ports.notification import MessageRef
from orchestration.ports.planning import DutyKind
from orchestration.ports.runtime import Incoming, Outgoing, OutgoingKind, StaleClaim
from orchestration.ports.webhooks import Sealed
from orchestration.store.store import Store
from tests.store.samples import TENANT, created, small_release
from tests.store.tenant_filled import INTEGRATION, SAID, WEBHOOK
from tests.support.databases import START, SetClock, open_store

LEASE, SECOND = timedelta(seconds=30), timedelta(seconds=1)
MUCH_LATER = START + timedelta(minutes=50)
MESSAGE = Outgoing(kind=OutgoingKind.NOTICE, lane="C0HOME", key="k", payload={"says": ""})
REQUEST = Incoming(key="k", tenant_id=TENANT, kind="command", payload={})
PLACE = {"k": MessageRef(channel="C1", ts="1.1")}


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What is handed out under a lease: how one piece gets there, and every way to end a claim of it."""

    of: Callable[[Store], Any]
    put: Callable[[Store], Awaitable[object]]
    ends: Sequence[Callable[[Any, Any], Awaitable[object]]]


async def _put_release(store: Store) -> None:
    async with store.work() as work:
        await work.releases.add(created(small_release()))
        await work.commit()


async def _put_message(store: Store) -> None:
    async with store.work() as work:
        await work.send(TENANT, [MESSAGE])
        await work.commit()


async def _put_duty(store: Store) -> None:
    async with store.work() as work:
        await work.planning.look(TENANT, DutyKind.TRAIN, "weekly", at=START)
        await work.commit()


async def _put_delivery(store: Store) -> None:
    async with store.work() as work:
        await work.webhooks.add(WEBHOOK, Sealed(key_id="k", data=b"sealed"))
        await work.tell(TENANT, [SAID])
        await work.commit()


async def _settle(queue: Any, errand: Any) -> bool:
    settled: bool = await queue.settle(errand, Verdict(delivery=errand.delivery, due_at=MUCH_LATER))
    return settled


QUEUES = {
    "work": Queue(of=lambda s: s.dispatcher, put=_put_release, ends=[lambda q, c: q.let_go(c)]),
    "requests": Queue(
        of=lambda s: s.inbox,
        put=lambda s: s.inbox.receive(REQUEST),
        ends=[lambda q, c: q.close(c), lambda q, c: q.later(c, seconds=60, reason="late")],
    ),
    "messages": Queue(
        of=lambda s: s.mailbox,
        put=_put_message,
        ends=[
            lambda q, c: q.sent(c, PLACE),
            lambda q, c: q.later(c, seconds=60, reason="late", uncertain=False),
            lambda q, c: q.dead(c, "late"),
        ],
    ),
    "duties": Queue(
        of=lambda s: s.duties,
        put=_put_duty,
        ends=[lambda q, c: q.let_go(c), lambda q, c: q.later(c, at=MUCH_LATER)],
    ),
    "webhooks": Queue(of=lambda s: s.webhooks, put=_put_delivery, ends=[lambda q, c: q.let_go(c), _settle]),
    "connections": Queue(
        of=lambda s: s.watch,
        put=lambda s: s.integrations.add(replace(INTEGRATION, verify_at=START)),
        ends=[lambda q, c: q.let_go(c), lambda q, c: q.settle(c, due_at=MUCH_LATER)],
    ),
}


@pytest.mark.parametrize("winner", ["the same", "another"])
@pytest.mark.parametrize("name", QUEUES)
async def test_who_lost_a_lease_ends_it_no_more(database_url: str, name: str, winner: str) -> None:
    """R4: whatever the late one does, whoever took over holds it for the whole of their own lease, and no longer."""
    queue, lease_clock, clock = QUEUES[name], SetClock(), SetClock(START)
    stores = {
        owner: open_store(database_url, clock=clock, lease_clock=lease_clock, owner=owner)
        for owner in ("the same", "another", "the third")
    }
    late, third = queue.of(stores["the same"]), queue.of(stores["the third"])
    await queue.put(stores["the same"])
    (lost,) = await late.claim(limit=1)
    lease_clock.advance(LEASE + SECOND)
    (taken,) = await queue.of(stores[winner]).claim(limit=1)
    assert taken.fence > lost.fence
    lease_clock.advance(LEASE - SECOND)
    await late.renew([lost])
    for end in queue.ends:
        try:
            assert not await end(late, lost)
        except StaleClaim:
            assert name == "messages"
    assert list(await third.claim(limit=1)) == []
    lease_clock.advance(2 * SECOND)
    (again,) = await third.claim(limit=1)
    assert again.fence > taken.fence
    for store in stores.values():
        await store.close()


async def test_every_queue_is_among_them(store: Store) -> None:
    """What a store hands out under a lease has `claim` and `renew`: each of those has its row."""
    handing_out = [part for part in vars(store).values() if hasattr(part, "claim") and hasattr(part, "renew")]
    assert {type(part) for part in handing_out} == {type(queue.of(store)) for queue in QUEUES.values()}
