"""The outbox: in order within a lane, one row per key, and an honest word about what may have been sent."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Update, update

from orchestration.domain.events import EventKind
from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import Letter, Outgoing, OutgoingKind, StaleClaim
from orchestration.store.database import open_engine
from orchestration.store.queues import outbox
from orchestration.store.store import Store
from tests.store.samples import OTHER_TENANT, TENANT, created, small_release
from tests.support.databases import SetClock, open_store

LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)
REF = MessageRef(channel="C0HOME", ts="1.2")


def message(
    key: str, *, lane: str = "C0HOME", kind: OutgoingKind = OutgoingKind.NOTICE, says: str = ""
) -> Outgoing:
    """A message to come."""
    return Outgoing(kind=kind, lane=lane, key=key, payload={"says": says})


async def send(store: Store, *messages: Outgoing, tenant: str = TENANT) -> None:
    """Order messages in one unit of work."""
    async with store.work() as work:
        await work.send(tenant, messages)
        await work.commit()


async def claim_one(store: Store) -> Letter:
    """The only message that can be sent now."""
    (letter,) = await store.mailbox.claim(limit=10)
    return letter


async def claim_keys(store: Store) -> list[str]:
    """The keys of what can be sent now."""
    return [letter.outgoing.key for letter in await store.mailbox.claim(limit=10)]


async def test_a_lane_goes_out_in_order(store: Store) -> None:
    """Only the oldest unsent message of a lane is given out; lanes do not wait for each other."""
    await send(store, message("a1", lane="a"), message("a2", lane="a"), message("b1", lane="b"))
    first, other = await store.mailbox.claim(limit=10)
    assert (first.outgoing.key, other.outgoing.key) == ("a1", "b1")
    assert await claim_keys(store) == []
    await store.mailbox.sent(first, {"a1": REF})
    assert await claim_keys(store) == ["a2"]


async def test_lanes_of_different_tenants_are_different(store: Store) -> None:
    """Two tenants may use the same names without waiting for each other or becoming one message."""
    await send(store, message("k", says="ours"))
    await send(store, message("k", says="theirs"), tenant=OTHER_TENANT)
    letters = await store.mailbox.claim(limit=10)
    assert [(letter.tenant_id, letter.outgoing.payload["says"]) for letter in letters] == [
        (TENANT, "ours"),
        (OTHER_TENANT, "theirs"),
    ]


async def test_unsent_orders_of_a_key_become_one(store: Store) -> None:
    """A message that was not sent yet is sent once, with what was ordered last, at its first place."""
    await send(store, message("card", kind=OutgoingKind.CARD, says="old"), message("n"))
    await send(store, message("card", kind=OutgoingKind.CARD, says="new"))
    letter = await claim_one(store)
    assert (letter.outgoing.key, letter.outgoing.payload, letter.version) == ("card", {"says": "new"}, 2)
    await store.mailbox.sent(letter, {})
    await store.mailbox.sent(await claim_one(store), {})
    assert await claim_keys(store) == []


async def test_an_order_during_the_sending_is_sent_after_it(store: Store) -> None:
    """What was ordered while a message was on its way is not lost: it is open again."""
    await send(store, message("card", kind=OutgoingKind.CARD, says="old"))
    letter = await claim_one(store)
    await send(store, message("card", kind=OutgoingKind.CARD, says="new"))
    await store.mailbox.sent(letter, {"card": REF})
    again = await claim_one(store)
    assert (again.outgoing.payload, again.uncertain, again.attempts) == ({"says": "new"}, False, 1)
    await store.mailbox.sent(again, {})
    assert await claim_keys(store) == []


@pytest.mark.parametrize("kind", [OutgoingKind.CARD, OutgoingKind.GATE])
async def test_a_card_is_shown_again_after_it_was_sent(store: Store, kind: OutgoingKind) -> None:
    """A new order of a card that was sent means a new edit, at the end of its lane."""
    await send(store, message("card", kind=kind))
    await store.mailbox.sent(await claim_one(store), {"card": REF})
    await send(store, message("n"), message("card", kind=kind, says="more"))
    assert (await claim_one(store)).outgoing.key == "n"


@pytest.mark.parametrize("kind", [OutgoingKind.NOTICE, OutgoingKind.ANSWER])
async def test_a_notice_is_said_once(store: Store, kind: OutgoingKind) -> None:
    """The same order twice is a repeat, also after it was sent or given up."""
    await send(store, message("n1", kind=kind), message("n2", kind=kind, lane="other"))
    sent, lost = await store.mailbox.claim(limit=10)
    await store.mailbox.sent(sent, {"n1": REF})
    await store.mailbox.dead(lost, "no such channel")
    await send(store, message("n1", kind=kind), message("n2", kind=kind, lane="other"))
    assert await claim_keys(store) == []


async def test_a_lost_sender_leaves_doubt(database_url: str) -> None:
    """Whoever takes over a message that was being sent is told that it may have been sent; it cost no try.

    After so many tries a message is given up, and never because its senders were killed.
    """
    clock, lease_clock = SetClock(), SetClock()
    store = open_store(database_url, clock=clock, lease_clock=lease_clock)
    await send(store, message("n"))
    lost = await claim_one(store)
    assert (lost.uncertain, lost.attempts) == (False, 1)
    clock.advance(SECOND)
    lease_clock.advance(LEASE + SECOND)
    taken = await claim_one(store)
    assert (taken.uncertain, taken.attempts, taken.since) == (True, 1, lost.since)
    assert lost.since == (clock.now() - SECOND).timestamp()
    with pytest.raises(StaleClaim):
        await store.mailbox.sent(lost, {"n": REF})
    await store.mailbox.later(lost, seconds=60, reason="late", uncertain=False)
    await store.mailbox.dead(lost, "late")
    assert await store.mailbox.ref(TENANT, "n") is None
    await store.mailbox.sent(taken, {"n": REF})
    assert await store.mailbox.ref(TENANT, "n") == REF
    await store.close()


async def test_a_message_that_waits_holds_up_its_lane_only(database_url: str) -> None:
    """A channel's rate limit keeps the order of that channel and slows no other one."""
    clock = SetClock()
    store = open_store(database_url, clock=clock)
    await send(store, message("a1", lane="a"), message("a2", lane="a"))
    await store.mailbox.later(await claim_one(store), seconds=2.5, reason="429", uncertain=False)
    await send(store, message("b1", lane="b"))
    assert await claim_keys(store) == ["b1"]
    clock.advance(2 * SECOND)
    assert await claim_keys(store) == []
    clock.advance(SECOND)
    letter = await claim_one(store)
    assert (letter.outgoing.key, letter.attempts, letter.uncertain) == ("a1", 2, False)
    await store.mailbox.later(letter, seconds=0, reason="time-out after \0 bytes", uncertain=True)
    assert (await claim_one(store)).uncertain
    await store.close()


async def test_no_message_comes_back_before_its_pause_is_over(database_url: str) -> None:
    """Less than a millisecond is one too: whoever comes back in the same moment would only be sent away again."""
    clock = SetClock()
    store = open_store(database_url, clock=clock)
    await send(store, message("k"))
    await store.mailbox.later(await claim_one(store), seconds=0.0004, reason="a little", uncertain=False)
    assert await claim_keys(store) == []
    clock.advance(timedelta(milliseconds=1))
    assert await claim_keys(store) == ["k"]
    await store.close()


async def test_a_dead_message_is_recorded_and_the_lane_goes_on(store: Store) -> None:
    """Giving up is a fact in the audit chain, with the reason; what comes after is sent."""
    release = small_release()
    async with store.work() as work:
        await work.releases.add(created(release))
        lost = Outgoing(kind=OutgoingKind.NOTICE, lane="C", key="n1", release_id=release.id)
        await work.send(TENANT, [lost, message("n2", lane="C")])
        await work.commit()
    await store.mailbox.dead(await claim_one(store), "channel_not_found")
    assert await claim_keys(store) == ["n2"]
    async with store.look() as work:
        newest = (await work.releases.events(TENANT, release.id))[0]
    assert newest.kind is EventKind.MESSAGE_UNDELIVERED
    assert newest.data == {"key": "n1", "kind": "NOTICE", "reason": "channel_not_found"}
    assert await store.broken_at(TENANT) is None


async def test_a_card_that_was_given_up_comes_back_with_its_next_order(store: Store) -> None:
    """A channel that was archived and restored shows the card again."""
    await send(store, message("card", kind=OutgoingKind.CARD))
    await store.mailbox.dead(await claim_one(store), "is_archived")
    await send(store, message("card", kind=OutgoingKind.CARD))
    letter = await claim_one(store)
    assert (letter.attempts, letter.uncertain) == (1, False)


async def test_messages_are_known_by_key(store: Store) -> None:
    """One delivery may leave several messages; each is found by its key, within its tenant."""
    await send(store, message("card", kind=OutgoingKind.CARD))
    second = MessageRef(channel="D0QA", ts="3.4")
    await store.mailbox.sent(await claim_one(store), {"card": REF, "card:dm": second})
    assert await store.mailbox.ref(TENANT, "card") == REF
    assert await store.mailbox.ref(TENANT, "card:dm") == second
    assert await store.mailbox.ref(OTHER_TENANT, "card") is None
    assert await store.mailbox.ref(TENANT, "unknown") is None


async def test_a_message_that_appears_late_does_not_overtake_the_one_on_its_way(sqlite_url: str) -> None:
    """Numbers are drawn before the commit: a slow transaction can bring a smaller one while a later is sent."""
    store = open_store(sqlite_url)
    await send(store, message("slow"), message("fast"))
    slow = outbox.c.key == "slow"
    await _change(sqlite_url, update(outbox).where(slow).values(not_before_ms=None))
    fast = await claim_one(store)
    await _change(sqlite_url, update(outbox).where(slow).values(not_before_ms=0))
    assert await claim_keys(store) == []
    await store.mailbox.sent(fast, {})
    assert await claim_keys(store) == ["slow"]
    await store.close()


async def _change(url: str, statement: Update) -> None:
    engine = open_engine(url)
    async with engine.begin() as connection:
        await connection.execute(statement)
    await engine.dispose()


async def test_senders_at_the_same_time_send_nothing_twice(database_url: str) -> None:
    """Several senders deliver everything once between them, each lane in its order."""
    stores = [open_store(database_url, owner=f"sender-{number}") for number in range(4)]
    for number in range(24):
        await send(stores[0], message(f"m{number:02}", lane=f"lane-{number % 5}"))
    delivered: list[Letter] = []

    async def deliver(store: Store) -> None:
        while len(delivered) < 24:
            for letter in await store.mailbox.claim(limit=2):
                delivered.append(letter)
                await store.mailbox.sent(letter, {})
            await asyncio.sleep(0)

    async with asyncio.timeout(60):
        await asyncio.gather(*(deliver(store) for store in stores))
    assert len({letter.outgoing.key for letter in delivered}) == len(delivered) == 24
    for lane in {letter.outgoing.lane for letter in delivered}:
        keys = [letter.outgoing.key for letter in delivered if letter.outgoing.lane == lane]
        assert keys == sorted(keys)
    for store in stores:
        await store.close()
