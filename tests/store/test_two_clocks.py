"""Where releases go by a clock of their own, what goes over a wire does not."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from orchestration.domain.due import WorkKind
from orchestration.ports.runtime import Incoming, Outgoing, OutgoingKind
from tests.store.samples import TENANT, created, small_release
from tests.support.databases import START, SetClock, open_store

DAYS = timedelta(days=14)
MESSAGE = Outgoing(kind=OutgoingKind.NOTICE, lane="C0HOME", key="k", payload={"says": ""})
REQUEST = Incoming(key="k", tenant_id=TENANT, kind="command", payload={})


@pytest.mark.parametrize("ahead", [DAYS, timedelta(0), -DAYS], ids=["leapt", "even", "paused"])
async def test_messages_and_requests_keep_real_time(database_url: str, ahead: timedelta) -> None:
    """They go at once, and wait as long as Slack said, wherever the clock of the releases stands."""
    machine = SetClock()
    releases = SetClock(machine.now() + ahead)
    store = open_store(database_url, clock=releases, post=machine)
    async with store.work() as work:
        await work.send(TENANT, [MESSAGE])
        await work.commit()
    assert await store.inbox.receive(REQUEST)
    (letter,) = await store.mailbox.claim(limit=5)
    (request,) = await store.inbox.claim(limit=5)
    assert letter.since == machine.now().timestamp()
    await store.mailbox.later(letter, seconds=30, reason="429", uncertain=False)
    await store.inbox.later(request, seconds=30, reason="later")
    releases.advance(DAYS)
    assert not await store.mailbox.claim(limit=5)
    assert not await store.inbox.claim(limit=5)
    machine.advance(timedelta(seconds=30))
    assert len(await store.mailbox.claim(limit=5)) == 1
    assert len(await store.inbox.claim(limit=5)) == 1
    await store.close()


async def test_releases_go_by_their_own(database_url: str) -> None:
    """Work is due when their clock says so, and after a leap at once."""
    machine = SetClock()
    releases = SetClock(machine.now() - DAYS)
    store = open_store(database_url, clock=releases, post=machine)
    async with store.work() as work:
        await work.releases.add(created(small_release()))
        await work.commit()
    assert not await store.dispatcher.claim(limit=5)
    releases.advance(DAYS)
    assert await store.dispatcher.claim(limit=5)
    await store.close()


async def test_what_is_ahead_is_told_by_kind(database_url: str) -> None:
    """The next moment of each kind that is still to come, and how much is due or worked on now."""
    clock = SetClock()
    store = open_store(database_url, clock=clock)
    assert await store.dispatcher.ahead() == ({}, 0)
    async with store.work() as work:
        await work.releases.add(created(small_release()))
        await work.commit()
    _times, due = await store.dispatcher.ahead()
    assert due > 0
    await store.dispatcher.claim(limit=5)
    assert (await store.dispatcher.ahead())[1] == due
    clock.at -= DAYS
    times, due = await store.dispatcher.ahead()
    assert due == 0
    assert times[WorkKind.TASK] > clock.now()
    await store.close()


async def test_a_lease_from_a_clock_that_was_ahead_ends_when_the_clock_is_put_right(
    database_url: str,
) -> None:
    """Two hours ahead, a bot takes everything and dies: back in time, nobody waits two hours for it."""
    machine = SetClock(START + timedelta(hours=2))
    ahead = open_store(database_url, clock=machine, lease_clock=machine)
    async with ahead.work() as work:
        await work.releases.add(created(small_release()))
        await work.send(TENANT, [MESSAGE])
        await work.commit()
    assert await ahead.inbox.receive(REQUEST)
    taken = (await ahead.dispatcher.claim(limit=5), await ahead.mailbox.claim(limit=5))
    assert all(taken)
    assert await ahead.inbox.claim(limit=5)
    async with ahead._database.writing() as connection:
        # What was due by the wrong clock is another matter: here it is due.
        for table, column in (("work", "due_ms"), ("outbox", "not_before_ms"), ("inbox", "not_before_ms")):
            await connection.execute(text(f"UPDATE {table} SET {column} = 0 WHERE {column} IS NOT NULL"))  # noqa: S608 - fixed words
    right = SetClock(START)
    store = open_store(database_url, clock=right, lease_clock=right, owner="the next one")
    assert {claim.id for claim in await store.dispatcher.claim(limit=5)} == {claim.id for claim in taken[0]}
    assert len(await store.mailbox.claim(limit=5)) == 1
    assert len(await store.inbox.claim(limit=5)) == 1
    assert not await store.dispatcher.claim(limit=5)
    await store.close()
    await ahead.close()
