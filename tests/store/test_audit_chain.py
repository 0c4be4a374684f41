"""The audit chain: whole whoever writes at the same time, and broken wherever somebody changed it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from orchestration.domain.chain import GENESIS, Link, verify
from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import Actor, ActorKind
from orchestration.store.database import open_engine
from orchestration.store.store import Store
from orchestration.store.tables import events, tenants
from tests.store.samples import NOW, OTHER_TENANT, TENANT, created, noted, small_release
from tests.support.databases import open_store


def fact(number: int) -> Event:
    """A fact about the tenant."""
    return Event(
        kind=EventKind.ACCESS_DENIED,
        at=NOW + timedelta(seconds=number),
        actor=Actor(id="ci", kind=ActorKind.TOKEN),
        release_id=None,
        data={"number": str(number), "text": "Grüße \U0001f600 \0"},
    )


async def tell(store: Store, *facts: Event, tenant: str = TENANT) -> None:
    """Record facts."""
    async with store.work() as work:
        await work.tell(tenant, facts)
        await work.commit()


async def links(url: str) -> list[Link]:
    """The chain as it is stored."""
    engine = open_engine(url)
    async with engine.connect() as connection:
        rows = await connection.execute(
            select(events).where(events.c.tenant_id == TENANT).order_by(events.c.seq)
        )
        found = [Link(**row) for row in rows.mappings()]
    await engine.dispose()
    return found


async def change(url: str, statement: Any) -> None:
    """Do what somebody with access to the database could do."""
    engine = open_engine(url)
    async with engine.begin() as connection:
        await connection.execute(statement)
    await engine.dispose()


async def test_the_chain_is_whole_under_concurrent_writers(database_url: str) -> None:
    """Writers of many releases and processes leave one chain per tenant, without gaps or forks."""
    stores = [open_store(database_url, owner=f"w{number}") for number in range(3)]
    releases = [small_release(f"REL-{number}") for number in range(6)]

    async def live(number: int) -> None:
        store = stores[number % 3]
        async with store.work() as work:
            await work.releases.add(created(releases[number]))
            await work.commit()
        for step in range(3):
            async with store.work() as work:
                release = await work.releases.get(TENANT, releases[number].id)
                await work.releases.save(noted(release, f"step {step}"))
                await work.tell(TENANT, [fact(step)])
                await work.commit()

    await asyncio.gather(*(live(number) for number in range(6)))
    await tell(stores[0], fact(1), tenant=OTHER_TENANT)
    chain = await links(database_url)
    assert [link.seq for link in chain] == list(range(1, 6 * 7 + 1))
    assert chain[0].prev_hash == GENESIS
    assert verify(chain) is None
    for tenant in (TENANT, OTHER_TENANT, "T0UNKNOWN"):
        assert await stores[0].broken_at(tenant) is None
    for store in stores:
        await store.close()


TAMPERING = {
    "a changed fact": (update(events).where(events.c.seq == 3).values(data={"number": "9"}), 3),
    "another actor": (update(events).where(events.c.seq == 2).values(actor_id="U0ELSE"), 2),
    "another kind of actor": (update(events).where(events.c.seq == 2).values(actor_kind="USER"), 2),
    "another kind of fact": (update(events).where(events.c.seq == 5).values(kind="HOLD_PLACED"), 5),
    "another tenant's fact": (update(events).where(events.c.seq == 5).values(tenant_id=OTHER_TENANT), 5),
    "another time": (update(events).where(events.c.seq == 4).values(at_ms=0), 4),
    "a fact moved to a release": (update(events).where(events.c.seq == 1).values(release_id="R"), 1),
    "a fact left out": (delete(events).where(events.c.seq == 2), 2),
    "the oldest cut off": (delete(events).where(events.c.seq <= 2), 1),
    "the newest cut off": (delete(events).where(events.c.seq >= 4), 4),
    "all cut off": (delete(events), 1),
    "the end set back": (update(tenants).values(chain_seq=4), 5),
}


@pytest.mark.parametrize("what", list(TAMPERING))
async def test_tampering_is_found(sqlite_url: str, what: str) -> None:
    """Whatever is changed, left out or cut off, the first wrong number is named."""
    statement, wrong_at = TAMPERING[what]
    store = open_store(sqlite_url)
    await tell(store, *(fact(number) for number in range(5)))
    await change(sqlite_url, statement)
    assert await store.broken_at(TENANT) == wrong_at
    await store.close()


async def test_a_fact_with_a_hash_made_to_fit_breaks_the_next_one(sqlite_url: str) -> None:
    """Who rewrites a fact together with its hash would have to rewrite all that came after it."""
    store = open_store(sqlite_url)
    await tell(store, *(fact(number) for number in range(5)))
    chain = await links(sqlite_url)
    forged = replace(chain[2], data={"number": "9"})
    forged = replace(forged, hash=forged.right_hash())
    statement = update(events).where(events.c.seq == 3).values(data={"number": "9"}, hash=forged.hash)
    await change(sqlite_url, statement)
    assert await store.broken_at(TENANT) == 4
    await store.close()


async def test_a_fact_put_in_later_is_found(sqlite_url: str) -> None:
    """A fact appended around the store does not fit the recorded end of the chain."""
    store = open_store(sqlite_url)
    await tell(store, fact(1), fact(2))
    last = (await links(sqlite_url))[-1]
    extra = replace(last, seq=3, prev_hash=last.hash, hash="")
    extra = replace(extra, hash=extra.right_hash())
    row = {column.name: getattr(extra, column.name) for column in events.columns}
    await change(sqlite_url, insert(events).values(**row))
    assert await store.broken_at(TENANT) == 3
    await store.close()
