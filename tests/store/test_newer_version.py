"""What a newer version has put into the database: an older one works on, and leaves to it what only it knows."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text, update

from bot.opening import open_store as open_for_bot
from bot.settings import Settings
from orchestration.ports.planning import DutyKind
from orchestration.store.database import open_engine
from orchestration.store.migrate import Standing, upgrade
from orchestration.store.queues import duties, outbox, work
from orchestration.store.store import Store
from tests.store.samples import TENANT, created, small_release
from tests.store.test_outbox_rows import message, send
from tests.support.databases import START, open_store


async def _change(url: str, *statements: object) -> None:
    engine = open_engine(url, durable=False)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(statement)  # type: ignore[call-overload]  # any statement
    await engine.dispose()


async def _left_alone(url: str) -> bool:
    """Whether nothing of a kind that is not ours was ever claimed."""

    def read(connection: Connection) -> bool:
        rows = [
            row
            for table in (work, duties, outbox)
            for row in connection.execute(select(table).where(table.c.kind == "LATER")).mappings()
        ]
        assert rows
        return all(row["fence"] == 0 and row["owner"] is None for row in rows)

    engine = open_engine(url, durable=False)
    async with engine.connect() as connection:
        answer: bool = await connection.run_sync(read)
    await engine.dispose()
    return answer


async def test_work_of_a_kind_that_only_a_newer_version_knows_waits_for_it(database_url: str) -> None:
    """It is not claimed, and keeps nobody from what is behind it in the queue."""
    store = open_store(database_url)
    async with store.work() as unit:
        await unit.releases.add(created(small_release()))
        await unit.planning.look(TENANT, DutyKind.TRAIN, "newer", at=START)
        await unit.planning.look(TENANT, DutyKind.TRAIN, "weekly", at=START)
        await unit.commit()
    await _change(database_url, update(work).values(due_ms=0))
    before = await store.dispatcher.claim(limit=10)
    assert len(before) > 1
    await _change(
        database_url,
        update(work).values(lease_until_ms=None, owner=None, fence=0),
        update(work).where(work.c.id == before[0].id).values(kind="LATER"),
        update(duties).where(duties.c.subject == "newer").values(kind="LATER"),
    )
    for _ in range(2):
        claimed = {claim.id for claim in await store.dispatcher.claim(limit=10)}
        assert claimed == {claim.id for claim in before[1:]}
        assert [duty.subject for duty in await store.duties.claim(limit=10)] == ["weekly"]
        await _change(
            database_url,
            update(work).values(lease_until_ms=None, owner=None),
            update(duties).values(lease_until_ms=None, owner=None),
        )
    await store.close()
    assert await _left_alone(database_url)


async def test_a_message_of_a_newer_kind_is_not_overtaken(database_url: str) -> None:
    """Its lane waits for a bot that can send it; other lanes go on."""
    store = open_store(database_url)
    await send(store, message("a"), message("b"), message("c", lane="C0OTHER"))
    await _change(database_url, update(outbox).where(outbox.c.key == "a").values(kind="LATER"))
    assert [letter.outgoing.key for letter in await store.mailbox.claim(limit=10)] == ["c"]
    await store.close()
    assert await _left_alone(database_url)


async def _migrated_by_a_newer_version(url: str) -> None:
    await _change(url, text("UPDATE alembic_version SET version_num = '9999'"))


async def _standing(url: str) -> Standing:
    store: Store = open_store(url)
    found = await store.standing()
    await store.close()
    return found


@pytest.mark.parametrize("migrate", [True, False])
async def test_an_older_bot_starts_on_a_newer_schema(
    database_url: str, tmp_path: Path, migrate: bool
) -> None:
    """Whether it would migrate or another does it: a schema that is ahead is left as it is, and worked on."""
    await _migrated_by_a_newer_version(database_url)
    settings = Settings(database_url=database_url, data=tmp_path, migrate=migrate)
    store = await open_for_bot(settings, owner="older")
    assert await store.standing() is Standing.AHEAD
    assert await store.usable()
    await store.close()


async def test_upgrading_leaves_a_newer_schema_alone(database_url: str) -> None:
    """An older version does not know the way, and does not need it."""
    await _migrated_by_a_newer_version(database_url)
    await upgrade(database_url)
    assert await _standing(database_url) is Standing.AHEAD
