"""A clock that was ahead is put right: connections are tried, and drafts forgotten, as if it had never been ahead."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.connections.schedule import DAILY, SPREAD
from orchestration.store import putting_right
from orchestration.store.tables import integrations
from orchestration.store.times import due_ms
from tests.connecting.draft_rig import draft_book, new_draft
from tests.connecting.sweeper_rig import JIRA, Sweep, connect

AHEAD = timedelta(days=21)


@pytest.fixture(autouse=True)
def watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look for work also looks for what is too far ahead: in these tests no time goes by between two."""
    monkeypatch.setattr(putting_right, "_EVERY_SECONDS", 0.0)


async def test_a_connection_is_tried_at_once_and_then_daily(swept: Sweep) -> None:
    """Its next try was meant for weeks to come; it is made by the right clock, and the one after it a day later."""
    swept.bench.clock.at += AHEAD
    assert await swept.turn() == 1
    swept.bench.clock.at -= AHEAD
    swept.bench.clock.forward(minutes=5)
    assert await swept.turn() == 1
    row, now = await swept.row(), swept.bench.clock.at
    assert len(swept.library.tried) == 2
    assert (row.tried_at, row.verify_at is not None and row.verify_at - now <= DAILY + SPREAD) == (now, True)
    assert await swept.turn() == 0
    assert await swept.later(hours=27) == 1
    assert len(swept.library.tried) == 3


async def test_a_clock_that_was_right_is_believed(swept: Sweep) -> None:
    """The latest of the times that are rightly planned is no time too far ahead."""
    latest = due_ms(swept.bench.clock.at + DAILY + SPREAD)
    async with swept.bench.store._database.writing() as connection:
        await connection.execute(
            update(integrations).where(integrations.c.id == JIRA).values(due_ms=latest, verify_ms=latest)
        )
    assert await swept.later(minutes=0) == 0
    assert swept.library.tried == []


async def test_another_workspace_s_connection_of_that_name_is_left_alone(swept: Sweep) -> None:
    """A connection is known by its workspace and its id: only what was put off is put right."""
    swept.bench.clock.at += AHEAD
    assert await swept.turn() == 1
    swept.bench.clock.at -= AHEAD
    await connect(swept.book, swept.bench.clock, tenant="T0OTHER01")
    (before,) = await swept.query("SELECT due_ms FROM integrations WHERE tenant_id = 'T0OTHER01'")
    await swept.watcher.claim(5)
    assert await swept.query("SELECT due_ms FROM integrations WHERE tenant_id = 'T0OTHER01'") == [before]


async def test_drafts_are_forgotten_by_the_right_clock(swept: Sweep) -> None:
    """When they were swept last lies in the future then, and says nothing of what has been swept since."""
    swept.bench.clock.at += AHEAD
    await swept.turn()
    swept.bench.clock.at -= AHEAD
    book, now = draft_book(swept.bench.store), swept.bench.clock.at
    await book.keep(new_draft(expires_at=now + timedelta(hours=1)), None, now=now)
    assert len(await swept.query("SELECT id FROM connection_drafts")) == 1
    await swept.later(hours=2)
    assert await swept.query("SELECT id FROM connection_drafts") == []
