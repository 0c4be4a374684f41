"""The statements of every minute have an index that serves them, on both databases."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from orchestration.domain.change import Change
from orchestration.ports.listing import ReleaseFilter
from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import Incoming, Outgoing, OutgoingKind
from orchestration.store.database import open_engine
from orchestration.store.store import Store
from tests.bench.own.stock import Stock, fill, release_of
from tests.bench.own.subject import LEASE
from tests.support.databases import SetClock

STOCK = Stock(releases=600, active=60, tenants=6, waiting=3_000)
_HOT = ("work", "outbox", "inbox", "events", "tasks", "builds", "gates", "effects", "releases", "messages")
NEWEST = release_of(STOCK, STOCK.releases - 1)
Act = Callable[[Store], Awaitable[object]]


async def _one(store: Store) -> None:
    async with store.look() as work:
        await work.releases.get(NEWEST.tenant_id, NEWEST.id)


async def _list(store: Store) -> None:
    async with store.look() as work:
        await work.releases.active(NEWEST.tenant_id)
        await work.releases.page(NEWEST.tenant_id, ReleaseFilter(ended=True), after=None, limit=20)


async def _history(store: Store) -> None:
    async with store.look() as work:
        await work.releases.events(NEWEST.tenant_id, NEWEST.id)


async def _claims(store: Store) -> None:
    await store.dispatcher.claim(limit=4)
    await store.dispatcher.next_in()
    await store.inbox.claim(limit=4)
    await store.mailbox.claim(limit=4)


async def _save(store: Store) -> None:
    async with store.work() as work:
        change = Change(await work.releases.get(NEWEST.tenant_id, NEWEST.id), now=NEWEST.created_at)
        await work.releases.save(change)
        message = Outgoing(kind=OutgoingKind.CARD, lane="lane", key="card:1", release_id=NEWEST.id)
        await work.send(NEWEST.tenant_id, [message])
        await work.commit()


async def _request(store: Store) -> None:
    incoming = Incoming(key="k", tenant_id=NEWEST.tenant_id, kind="command", payload={})
    await store.inbox.receive(incoming)
    for request in await store.inbox.claim(limit=1, keys=["k"]):
        await store.inbox.close(request)
    for letter in await store.mailbox.claim(limit=1):
        await store.mailbox.sent(letter, {letter.outgoing.key: MessageRef(channel="C1", ts="1.1")})


ACTS: dict[str, Act] = {
    "one release": _one,
    "a list": _list,
    "its history": _history,
    "claims": _claims,
    "a save": _save,
    "a request": _request,
}


def _heard(engine: AsyncEngine) -> list[tuple[str, Any]]:
    """The statements that are sent from now on, with what they are given."""
    said: list[tuple[str, Any]] = []

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def kept(_c: object, _cursor: object, statement: str, parameters: Any, _x: object, many: bool) -> None:
        if re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)", statement) and not many:
            said.append((statement, parameters))

    return said


async def _plan(engine: AsyncEngine, statement: str, parameters: Any) -> str:
    prefix = "EXPLAIN (FORMAT JSON) " if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    async with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            # It reads small and empty tables whole, rightly: asked not to, it does so only where no index serves.
            await connection.exec_driver_sql("SET enable_seqscan = off")
        rows = (await connection.exec_driver_sql(prefix + statement, parameters)).all()
    return json.dumps([list(row) for row in rows])


def _whole_reads(plan: str) -> list[str]:
    """The hot tables that a plan reads from end to end."""
    in_sqlite = re.findall(r"SCAN (\w+)(?! USING)\b", plan)
    in_postgres = re.findall(r"Seq Scan.*?Relation Name\W+(\w+)", plan)
    return [table for table in (*in_sqlite, *in_postgres) if table in _HOT]


@pytest.mark.parametrize("what", list(ACTS))
async def test_no_hot_statement_reads_a_table_whole(database_url: str, what: str) -> None:
    """What the bot really sends is explained: hundreds of releases, thousands of tasks and events, few are wanted."""
    engine = open_engine(database_url, durable=False)
    await fill(engine, STOCK, person="U0BENCH")
    store = Store(engine, clock=SetClock(NEWEST.created_at), lease=LEASE, owner="w")
    said = _heard(engine)
    await ACTS[what](store)
    statements = list(said)
    assert statements
    plans = [(statement, await _plan(engine, statement, given)) for statement, given in statements]
    await store.close()
    found = {statement: plan for statement, plan in plans if _whole_reads(plan)}
    assert found == {}


async def test_what_people_mean_is_looked_up_and_not_searched(sqlite_url: str) -> None:
    """A word leads to its release along an index for each thing that it can mean, however many the workspace has."""
    engine = open_engine(sqlite_url, durable=False)
    await fill(engine, STOCK, person="U0BENCH")
    store = Store(engine, clock=SetClock(NEWEST.created_at), lease=LEASE, owner="w")
    said = _heard(engine)
    async with store.look() as work:
        for words in (NEWEST.id, NEWEST.id[:8], NEWEST.version, "2.14.0"):
            await work.releases.find(NEWEST.tenant_id, words)
    asked = [one for one in said if "releases.version =" in one[0]]
    assert len(asked) == 4
    plans = [await _plan(engine, statement, given) for statement, given in asked]
    await store.close()
    # By the workspace alone: each of its releases would be looked at.
    assert [
        plan for plan in plans if re.search(r"SCAN releases|releases USING INDEX \w+ \(tenant_id=\?\)", plan)
    ] == []


async def test_a_long_list_takes_as_many_statements_as_a_short_one(sqlite_url: str) -> None:
    """B-37: no release of a list is asked for by itself, though nothing of it is remembered yet."""
    engine = open_engine(sqlite_url, durable=False)
    await fill(engine, STOCK, person="U0BENCH")
    said = _heard(engine)
    asked: dict[int, int] = {}
    for limit in (1, 50):
        store = Store(engine, clock=SetClock(NEWEST.created_at), lease=LEASE, owner="w")
        said.clear()
        async with store.look() as work:
            page = await work.releases.page(NEWEST.tenant_id, ReleaseFilter(), after=None, limit=limit)
        asked[len(page)] = len(said)
    await engine.dispose()
    assert set(asked) == {1, 50}
    assert asked[50] == asked[1]
