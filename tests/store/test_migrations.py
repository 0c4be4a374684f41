"""Migrations run up and down on both databases and give the schema that the code was written for."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from orchestration.store.database import open_engine
from orchestration.store.migrate import at_head, downgrade, upgrade
from orchestration.store.tables import metadata
from tests.store.samples import TENANT, created, rich_release
from tests.support.databases import open_store


async def ask(url: str, question: Any) -> Any:
    """What a function of a connection gives."""
    engine = open_engine(url)
    async with engine.connect() as connection:
        answer = await connection.run_sync(question)
    await engine.dispose()
    return answer


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


async def test_up_and_down_and_up(empty_url: str) -> None:
    """Both directions work, whole or not at all, and can be repeated."""
    assert not await at_head(empty_url)
    await upgrade(empty_url)
    await upgrade(empty_url)
    assert await at_head(empty_url)
    assert await ask(empty_url, _tables) == set(metadata.tables)
    await downgrade(empty_url, "base")
    assert not await at_head(empty_url)
    assert await ask(empty_url, _tables) == set()
    await upgrade(empty_url, "head")
    assert await at_head(empty_url)


async def test_down_takes_away_tables_that_are_in_use(database_url: str) -> None:
    """Going down works with a release inside."""
    store = open_store(database_url)
    async with store.work() as work:
        await work.releases.add(created(rich_release()))
        await work.commit()
    await store.close()
    await downgrade(database_url, "base")
    assert await ask(database_url, _tables) == set()


async def test_the_schema_is_the_sum_of_the_migrations(database_url: str) -> None:
    """Nobody changes a table without a migration, or a migration without the table."""

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    assert await ask(database_url, differences) == []


async def test_the_indexes_are_the_same_to_the_letter(sqlite_url: str, tmp_path: Path) -> None:
    """The comparison above does not see the conditions of partial indexes; the stored SQL shows them."""
    direct = tmp_path / "direct.db"
    engine = open_engine(f"sqlite:///{direct}")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    assert _schema(Path(sqlite_url.removeprefix("sqlite:///"))) == _schema(direct)


def _schema(path: Path) -> set[tuple[str, str]]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql > ''")
        found = {(name, " ".join(sql.split())) for name, sql in rows}
    connection.close()
    return found


async def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    """Replicas that come up at the same time wait for each other instead of failing."""
    await asyncio.gather(*(upgrade(empty_url) for _ in range(3)))
    assert await at_head(empty_url)


async def test_configurations_of_the_first_schema_are_kept(empty_url: str) -> None:
    """They get a revision and the values that came later, and of several defaults the first by name stays."""
    await upgrade(empty_url, "0001")
    doc = {
        "config_id": "a",
        "name": "Weekly",
        "app": "Pixel",
        "pairs": [{"platform": "IOS", "target": "APP_STORE"}],
        "base_branch": "main",
        "home": "C1",
        "scm": "github",
        "pm": "jira",
        "tickets": {"IOS-APP_STORE": {"project": "MOB", "issue_type": "Task"}},
    }
    names = ("tenant_id", "id", "name", "active", "default")
    table = sa.table("configurations", *map(sa.column, names), sa.column("doc", sa.JSON))

    def fill(connection: Connection) -> None:
        for key, name in (("b", "Weekly"), ("a", "nightly")):
            row = {"tenant_id": TENANT, "id": key, "name": name, "active": True, "default": True}
            connection.execute(table.insert().values(**row, doc={**doc, "config_id": key}))
        connection.commit()

    await ask(empty_url, fill)
    await upgrade(empty_url)
    store = open_store(empty_url)
    async with store.look() as work:
        found = await work.directory.configurations(TENANT)
    await store.close()
    assert [(c.id, c.default, c.revision) for c in found] == [("a", True, 1), ("b", False, 1)]
    assert found[0].snapshot.stores == {}
    assert found[0].snapshot.tickets["IOS-APP_STORE"].done_statuses == ()
    await downgrade(empty_url, "0001")
    await upgrade(empty_url)


async def test_a_release_of_an_older_version_runs_on_newer_code(database_url: str) -> None:
    """Fields that came later take their defaults; fields that went away are passed over."""
    release = rich_release()
    store = open_store(database_url)
    async with store.work() as work:
        await work.releases.add(created(release))
        await work.commit()
    await store.close()

    def age(connection: Connection) -> None:
        for name in ("releases", "tasks", "builds"):
            table = metadata.tables[name]
            for row in connection.execute(table.select()).mappings().all():
                doc = {**row["doc"], "gone_since": 1}
                for later in ("previous_tag", "note", "generation", "artifacts"):
                    doc.pop(later, None)
                keys = [column == row[column.name] for column in table.primary_key]
                connection.execute(table.update().where(*keys).values(doc=doc))
        connection.commit()

    await ask(database_url, age)
    newer = open_store(database_url)
    async with newer.look() as work:
        aged = await work.releases.get(TENANT, release.id)
    assert aged.previous_tag is None
    assert aged.builds[0].artifacts == ()
    assert [task.id for task in aged.tasks] == [task.id for task in release.tasks]
    await newer.close()


_OLD_CONNECTION = """INSERT INTO integrations
(tenant_id, id, provider, name, settings, secrets, key_id, state, verified_ms, revision)
VALUES ('T0001', 'github', 'github', 'GitHub', '{"owner": "acme"}', NULL, 'k1', 'verified', 1000, 7)"""


async def test_connections_survive_their_new_columns_both_ways(database_url: str) -> None:
    """What was connected before is tried as soon as a bot runs; going back loses nothing that was there before."""
    await downgrade(database_url, "0001")

    def plant(connection: Connection) -> None:
        connection.exec_driver_sql(_OLD_CONNECTION)
        connection.commit()

    await ask(database_url, plant)
    for _ in range(2):
        await upgrade(database_url)
        store = open_store(database_url)
        row = await store.integrations.get("T0001", "github")
        assert (row.state, row.revision, dict(row.settings)) == ("verified", 7, {"owner": "acme"})
        assert (row.checks, row.tried_at, row.expires_at, row.warned) == ((), None, None, None)
        assert [watched.row.id for watched in await store.watch.claim(limit=5)] == ["github"]
        await store.close()
        await downgrade(database_url, "0001")
        assert await ask(database_url, _columns_of_connections) == _COLUMNS
    await upgrade(database_url)


_COLUMNS = {
    *("tenant_id", "id", "provider", "name", "settings", "secrets", "key_id", "state", "verified_ms"),
    "revision",
}


def _columns_of_connections(connection: Connection) -> set[str]:
    return {column["name"] for column in inspect(connection).get_columns("integrations")}
