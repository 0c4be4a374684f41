"""Where releases go by a clock of their own, what goes over a wire does not."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from orchestration.domain.change import Change
from orchestration.domain.due import WorkKind
from orchestration.domain.outcomes import Later, apply, started
from orchestration.domain.people import SYSTEM
from orchestration.domain.reminders import Reminder, ReminderKind
from orchestration.domain.webhooks import Verdict
from orchestration.ports.planning import DutyKind
from orchestration.ports.runtime import Incoming, Outgoing, OutgoingKind
from orchestration.ports.webhooks import Sealed
from orchestration.store.store import Store
from tests.store.samples import TENANT, created, small_release
from tests.store.tenant_filled import SAID, WEBHOOK
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


AHEAD = timedelta(hours=2)
TRAIN, FREEZE = "weekly", "FRZ-1"


async def _put_off(store: Store) -> None:
    """A task that runs, a train, a message and a request that wait for a while, and a plan that lies weeks ahead."""
    planned = Reminder(id="r1", kind=ReminderKind.TARGET, at=START + DAYS)
    async with store.work() as work:
        await work.releases.add(created(replace(small_release(), reminders=(planned,))))
        await work.send(TENANT, [MESSAGE])
        await work.planning.look(TENANT, DutyKind.TRAIN, TRAIN, at=START + AHEAD)
        await work.planning.look(TENANT, DutyKind.FREEZE, FREEZE, at=START + AHEAD + DAYS)
        await work.commit()
    assert await store.inbox.receive(REQUEST)
    (claim,) = await store.dispatcher.claim(limit=1)
    (duty,) = await store.duties.claim(limit=1)
    await store.duties.later(duty, at=START + AHEAD + DAYS)
    async with store.work() as work:
        release = await work.releases.get(TENANT, claim.release_id)
        change = Change(release, now=START + AHEAD, actor=SYSTEM)
        started(change, claim.subject)
        apply(change, claim.subject, Later(reason="503"), jitter=0)
        await work.releases.save(change, claim=claim)
        await work.commit()
    (letter,) = await store.mailbox.claim(limit=5)
    (request,) = await store.inbox.claim(limit=5)
    await store.mailbox.later(letter, seconds=DAYS.total_seconds(), reason="429", uncertain=False)
    await store.inbox.later(request, seconds=DAYS.total_seconds(), reason="later")


async def _due(store: Store) -> list[str]:
    """What is due now, taken."""
    claims = [claim.kind.value for claim in await store.dispatcher.claim(limit=5)]
    claims += sorted(duty.subject for duty in await store.duties.claim(limit=5))
    letters = [letter.outgoing.key for letter in await store.mailbox.claim(limit=5)]
    return [*claims, *letters, *(request.incoming.key for request in await store.inbox.claim(limit=5))]


async def test_what_a_clock_that_was_ahead_put_off_is_due_when_it_is_right(database_url: str) -> None:
    """Nothing rests for longer than an hour at a time, so what lies two hours ahead is due; what a release has planned
    for the weeks to come is not. A plan of a train or a freeze is looked at, and planned anew."""
    wrong, right = SetClock(START + AHEAD), SetClock(START)
    ahead = open_store(database_url, clock=wrong, lease_clock=right)
    await _put_off(ahead)
    store = open_store(database_url, clock=right, lease_clock=right, owner="the next one")
    assert await _due(store) == ["TASK", FREEZE, TRAIN, MESSAGE.key, REQUEST.key]
    for each in (store, ahead):
        await each.close()


async def test_what_is_put_off_in_time_is_left_alone(database_url: str) -> None:
    """For an hour at most, and the look for what is too far ahead is made again and again."""
    clock = SetClock(START + AHEAD)
    store = open_store(database_url, clock=clock, lease_clock=clock)
    await _put_off(store)
    clock.advance(timedelta(seconds=1))
    assert await _due(store) == []
    clock.advance(timedelta(hours=1))
    assert await _due(store) == ["TASK", FREEZE, TRAIN, MESSAGE.key, REQUEST.key]
    await store.close()


async def test_a_bot_that_is_behind_takes_nothing_for_far_ahead(database_url: str) -> None:
    """Who does not agree with the clock of leases judges nobody's times: they are right, and its own is not."""
    right, behind = SetClock(START + AHEAD), SetClock(START)
    store = open_store(database_url, clock=right, lease_clock=right)
    await _put_off(store)
    late = open_store(database_url, clock=behind, lease_clock=right, owner="behind")
    assert await _due(late) == []
    behind.advance(AHEAD)
    assert await _due(late) == []
    for each in (store, late):
        await each.close()


async def test_a_webhook_that_a_clock_that_was_ahead_put_off_is_tried_when_it_is_right(
    database_url: str,
) -> None:
    """A receiver that was away for a moment does not wait for the time of that clock; nor is its time cut short."""
    wrong, right = SetClock(START + AHEAD), SetClock(START)
    ahead = open_store(database_url, clock=wrong, lease_clock=right)
    async with ahead.work() as work:
        await work.webhooks.add(WEBHOOK, Sealed(key_id="k", data=b"sealed"))
        await work.tell(WEBHOOK.tenant_id, [SAID])
        await work.commit()
    (errand,) = await ahead.webhooks.claim(limit=5)
    again = Verdict(delivery=errand.delivery, due_at=wrong.now() + timedelta(minutes=30))
    assert await ahead.webhooks.settle(errand, again)
    store = open_store(database_url, clock=right, lease_clock=right, owner="the next one")
    (errand,) = await store.webhooks.claim(limit=5)
    again = Verdict(delivery=errand.delivery, due_at=right.now() + timedelta(minutes=30))
    assert await store.webhooks.settle(errand, again)
    for late in (open_store(database_url, clock=right, lease_clock=right, owner="late"), store):
        assert await late.webhooks.claim(limit=5) == []
        await late.close()
    await ahead.close()
