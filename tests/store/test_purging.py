"""What is old is forgotten, and nothing that is still needed."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from bot.views.notices import HEARD
from orchestration.domain.change import Change
from orchestration.domain.release import Closing
from orchestration.ports.notification import MessageRef
from orchestration.ports.planning import DutyKind
from orchestration.ports.runtime import Incoming, Integrations, Outgoing, OutgoingKind
from orchestration.services.duties import work_duty
from orchestration.services.engine import Engine
from orchestration.store.purging import purge
from orchestration.store.queues import inbox, outbox
from orchestration.store.store import Store
from tests.store.samples import NOW, TENANT, created, small_release
from tests.support.databases import SetClock, open_store
from tests.support.engine import SteadyChance

KEEP = timedelta(days=30)


async def _keys(store: Store) -> tuple[set[str], set[str]]:
    async with store._database.reading() as connection:
        requests = set((await connection.execute(select(inbox.c.key))).scalars())
        return requests, set((await connection.execute(select(outbox.c.key))).scalars())


def _message(key: str, release_id: str | None = None) -> Outgoing:
    return Outgoing(kind=OutgoingKind.ALERT, lane=key, key=key, release_id=release_id)


async def _send(store: Store, *messages: Outgoing) -> None:
    async with store.work() as work:
        await work.send(TENANT, messages)
        await work.commit()
    for letter in await store.mailbox.claim(limit=20):
        await store.mailbox.sent(letter, {letter.outgoing.key: MessageRef(channel="C1", ts="1.1")})


async def _serve(store: Store, *keys: str) -> None:
    for key in keys:
        await store.inbox.receive(Incoming(key=key, tenant_id=TENANT, kind="command", payload={}))
    for request in await store.inbox.claim(limit=20):
        await store.inbox.close(request)


async def test_what_was_done_long_ago_is_forgotten(database_url: str) -> None:
    """Requests served, messages sent and given up; what waits stays however old it is, and what is young."""
    clock = SetClock(NOW)
    store = open_store(database_url, clock=clock)
    await _serve(store, "served")
    await _send(store, _message("sent"))
    async with store.work() as work:
        await work.send(TENANT, [_message("dead"), _message("waits")])
        await work.commit()
    for letter in await store.mailbox.claim(limit=20):
        if letter.outgoing.key == "dead":
            await store.mailbox.dead(letter, "gone")
        else:
            await store.mailbox.later(letter, seconds=90 * 86_400, reason="Slack is away", uncertain=False)
    await store.inbox.receive(Incoming(key="open", tenant_id=TENANT, kind="command", payload={}))
    clock.advance(KEEP - timedelta(seconds=1))
    assert await store.purge() == 0
    clock.advance(timedelta(seconds=2))
    assert await store.purge() == 3
    assert await _keys(store) == ({"open"}, {"waits"})
    assert await store.mailbox.ref(TENANT, "sent") == MessageRef(channel="C1", ts="1.1")
    await store.close()


async def test_messages_of_a_running_release_stay(database_url: str) -> None:
    """The same news must not be told a second time; with the end of the release they may go."""
    clock = SetClock(NOW)
    store = open_store(database_url, clock=clock)
    async with store.work() as work:
        await work.releases.add(created(small_release()))
        await work.commit()
    await _send(store, _message("news", small_release().id))
    clock.advance(KEEP * 2)
    assert await store.purge() == 0
    async with store.work() as work:
        change = Change(await work.releases.get(TENANT, small_release().id), now=clock.at)
        over = Closing(by="U1", at=clock.at, reason="over")
        change.release = replace(change.release, archived=over)
        await work.releases.save(change)
        await work.commit()
    assert await store.purge() == 1
    await store.close()


async def test_a_card_that_is_ordered_again_is_young_again(database_url: str) -> None:
    """An edit of an old card waits to be sent: it is not forgotten."""
    clock = SetClock(NOW)
    store = open_store(database_url, clock=clock)
    card = Outgoing(kind=OutgoingKind.CARD, lane="l", key="card:1")
    await _send(store, card)
    clock.advance(KEEP * 2)
    async with store.work() as work:
        await work.send(TENANT, [card])
        await work.commit()
    assert await store.purge() == 0
    await store.close()


async def test_a_batch_is_bounded(database_url: str) -> None:
    """Nobody waits for a thousand rows to be deleted."""
    clock = SetClock(NOW)
    store = open_store(database_url, clock=clock)
    await _serve(store, *"abcde")
    clock.advance(KEEP * 2)
    assert await purge(store._backing, keep=KEEP, batch=2) == 2
    async with store._database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(inbox))).scalar_one() == 3
    await store.close()


async def test_it_is_a_duty_that_comes_again(database_url: str) -> None:
    """One row for all replicas, planned once; soon again while there is more, and every hour otherwise."""
    clock = SetClock(NOW)
    store = open_store(database_url, clock=clock)
    await _serve(store, "served")
    await store.plan_purge()
    await store.plan_purge()
    clock.advance(KEEP * 2)

    async def nothing(_tenant: str) -> Integrations:
        return Integrations()

    engine = Engine(
        work=store.work,
        look=store.look,
        clock=clock,
        chance=SteadyChance(),
        integrations=nothing,
        heard=HEARD,
    )
    for gap in (timedelta(seconds=10), timedelta(hours=1)):
        (duty,) = await store.duties.claim(limit=5)
        assert duty.kind is DutyKind.PURGE
        await work_duty(engine, store.duties, duty, purge=store.purge)
        clock.advance(gap - timedelta(seconds=1))
        assert list(await store.duties.claim(limit=5)) == []
        clock.advance(timedelta(seconds=1))
    assert (await _keys(store))[0] == set()
    await store.close()
