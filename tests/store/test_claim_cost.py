"""The cost of a claim depends on what is due, not on what exists: the plans show it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import BindParameter, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.visitors import cloned_traverse

from orchestration.store import dispatcher, inbox, outbox_statements, watch
from orchestration.store.database import open_engine
from orchestration.store.leases import claiming
from orchestration.store.queues import inbox as inbox_rows
from orchestration.store.queues import outbox as outbox_rows
from orchestration.store.queues import work as work_rows
from orchestration.store.tables import integrations as connection_rows
from orchestration.store.times import LeaseTime
from tests.store.samples import NOW, TENANT, created, small_release
from tests.support.databases import open_store

EXISTING = 3_000
NOW_MS = int(NOW.timestamp() * 1000)


def _work(number: int) -> dict[str, Any]:
    return {
        "id": f"TASK:{number}",
        "tenant_id": TENANT,
        "release_id": "REL-7F3K2Q9D",
        "kind": "TASK",
        "subject": str(number),
        "due_ms": NOW_MS if number < 5 else None if number % 2 else NOW_MS + number * 1000,
        "fence": 0,
    }


def _message(number: int) -> dict[str, Any]:
    return {
        "tenant_id": TENANT,
        "kind": "NOTICE",
        "lane": f"lane-{number % 50}",
        "key": str(number),
        "payload": {},
        "state": "OPEN" if number < 5 else "SENT",
        "version": 1,
        "not_before_ms": NOW_MS if number < 5 else None,
        "fence": 0,
        "attempts": 0,
        "uncertain": False,
    }


def _request(number: int) -> dict[str, Any]:
    return {
        "tenant_id": TENANT,
        "key": str(number),
        "kind": "command",
        "payload": {},
        "received_ms": NOW_MS,
        "not_before_ms": NOW_MS if number < 5 else None,
        "fence": 0,
        "attempts": 0,
    }


def _connection(number: int) -> dict[str, Any]:
    return {
        "tenant_id": TENANT,
        "id": f"c{number}",
        "provider": "github",
        "name": "GitHub",
        "settings": {},
        "state": "verified",
        "due_ms": NOW_MS if number < 5 else None if number % 2 else NOW_MS + number * 1000,
        "revision": 0,
        "fence": 0,
    }


def _statement(what: str, time: LeaseTime) -> Any:
    if what == "work":
        return dispatcher.claim_statement(time)
    if what == "outbox":
        return outbox_statements.claim_statement(time)
    if what == "connections":
        return watch.claim_statement(time)
    keys = ["3"] if what == "inbox by key" else []
    return inbox.claim_statement(time, keys=keys)


async def _plan(connection: AsyncConnection, statement: Any) -> str:
    prefix = "EXPLAIN (FORMAT JSON) " if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    asked = claiming(NOW_MS, "w", limit=10)

    def fill(bind: BindParameter[object]) -> None:
        bind.value = asked.get(bind.key, bind.value)

    filled = cloned_traverse(statement, {}, {"bindparam": fill})
    compiled = filled.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    # What it gives back is no part of a plan, and its values can't be written into the text.
    claim, _, _ = str(compiled).replace("%%", "%").partition(" RETURNING ")
    rows = (await connection.exec_driver_sql(prefix + claim)).all()
    return json.dumps([list(row) for row in rows])


_ROWS = (
    (work_rows, _work),
    (outbox_rows, _message),
    (inbox_rows, _request),
    (connection_rows, _connection),
)
EXPECTED = {
    "work": (["ix_work_due"], "work"),
    "outbox": (["ix_outbox_due", "ix_outbox_lane"], "outbox"),
    "inbox": (["ix_inbox_open"], "inbox"),
    "connections": (["ix_integrations_due"], "integrations"),
    "inbox by key": (["uq_inbox_key_tenant_id|ix_inbox_open"], "inbox"),
}


@pytest.mark.parametrize("what", list(EXPECTED))
async def test_a_claim_uses_the_index_of_what_waits(database_url: str, what: str) -> None:
    """Neither database reads a table from end to end to find the few rows that are due."""
    store = open_store(database_url)
    async with store.work() as work:
        await work.releases.add(created(small_release()))
        await work.commit()
    await store.close()
    engine = open_engine(database_url, durable=False)
    async with engine.begin() as connection:
        for table, row in _ROWS:
            await connection.execute(insert(table), [row(number) for number in range(EXISTING)])
        await connection.execute(text("ANALYZE"))
        time = LeaseTime(dialect=engine.dialect.name, lease=timedelta(seconds=30))
        plan = await _plan(connection, _statement(what, time))
    await engine.dispose()
    indexes, table_name = EXPECTED[what]
    for index in indexes:
        assert any(name in plan for name in index.split("|")), plan
    assert f"SCAN {table_name}" not in plan.replace(f"SCAN {table_name} USING", ""), plan
    assert "Seq Scan" not in plan, plan
