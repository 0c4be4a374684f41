"""Expand, migrate, contract: a revision of the schema takes nothing away that the version before it works with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from orchestration.store.database import open_engine
from orchestration.store.migrate import config, upgrade
from tests.support.databases import new_sqlite
from tests.upgrades.history import COMMITS

REVISIONS = tuple(
    reversed([script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()])
)
# The version before such a revision can't work beside it: bots of that age are stopped for the upgrade.
_STOPPED: Mapping[str, frozenset[str]] = {
    "0003": frozenset(
        {"configurations must be unique by tenant_id", "configurations.revision must be given"},
    ),
}

Schema = Mapping[str, Mapping[str, Any]]


def _schema(connection: Connection) -> Schema:
    """Each table's columns, and the sets of columns that must be unique."""
    found = inspect(connection)
    schema = {}
    for table in found.get_table_names():
        unique = [tuple(each["column_names"]) for each in found.get_unique_constraints(table)]
        unique += [
            tuple(map(str, each["column_names"])) for each in found.get_indexes(table) if each["unique"]
        ]
        schema[table] = {
            "columns": {column["name"]: column for column in found.get_columns(table)},
            "unique": {", ".join(names) for names in unique},
            "key": tuple(found.get_pk_constraint(table)["constrained_columns"]),
        }
    return schema


def broken_for_the_older(before: Schema, after: Schema) -> frozenset[str]:
    """What an older version, which reads and writes `before`, can't do any more on `after`."""
    wrong = {f"{table} is gone" for table in before.keys() - after.keys()}
    for table in before.keys() & after.keys():
        old, new = before[table]["columns"], after[table]["columns"]
        wrong |= {f"{table}.{name} is gone" for name in old.keys() - new.keys()}
        for name, column in new.items():
            free = column["nullable"] or column["default"] is not None
            if not free and (name not in old or old[name]["nullable"]):
                wrong.add(f"{table}.{name} must be given")
            if name in old and str(old[name]["type"]) != str(column["type"]):
                wrong.add(f"{table}.{name} is of another type")
        wrong |= {
            f"{table} must be unique by {names}" for names in after[table]["unique"] - before[table]["unique"]
        }
        if before[table]["key"] != after[table]["key"]:
            wrong.add(f"{table} has another key")
    return frozenset(wrong)


async def test_each_revision_leaves_the_older_version_what_it_works_with(tmp_path: Path) -> None:
    """Tables and columns are added, and may be left empty; what goes away goes with the revision after the one whose
    code no longer uses it. The few that stopped all bots are named."""
    url = await new_sqlite(tmp_path, migrated=False)
    engine = open_engine(url, durable=False)
    schemas = []
    for revision in REVISIONS:
        await upgrade(url, revision)
        async with engine.connect() as connection:
            schemas.append(await connection.run_sync(_schema))
    await engine.dispose()
    pairs = zip(REVISIONS[1:], schemas[:-1], schemas[1:], strict=True)
    wrong = {revision: broken_for_the_older(before, after) for revision, before, after in pairs}
    assert {revision: what for revision, what in wrong.items() if what} == dict(_STOPPED)


def _table(**columns: tuple[str, bool, str | None]) -> dict[str, Any]:
    made = {
        name: {"name": name, "type": kind, "nullable": nullable, "default": default}
        for name, (kind, nullable, default) in columns.items()
    }
    return {"columns": made, "unique": set(), "key": ("id",)}


@pytest.mark.parametrize(
    ("after", "says"),
    [
        ({}, "t is gone"),
        ({"t": _table(id=("TEXT", False, None))}, "t.a is gone"),
        ({"t": _table(id=("TEXT", False, None), a=("BLOB", True, None))}, "t.a is of another type"),
        ({"t": _table(id=("TEXT", False, None), a=("TEXT", False, None))}, "t.a must be given"),
        (
            {"t": _table(id=("TEXT", False, None), a=("TEXT", True, None), b=("TEXT", False, None))},
            "t.b must be given",
        ),
        (
            {"t": _table(id=("TEXT", False, None), a=("TEXT", True, None)) | {"unique": {"a"}}},
            "t must be unique by a",
        ),
        (
            {"t": _table(id=("TEXT", False, None), a=("TEXT", True, None)) | {"key": ("id", "a")}},
            "t has another key",
        ),
    ],
)
def test_what_breaks_the_older_version_is_seen(after: Schema, says: str) -> None:
    """Each way to take something away is found by its name."""
    before = {"t": _table(id=("TEXT", False, None), a=("TEXT", True, None))}
    assert broken_for_the_older(before, after) == {says}
    assert broken_for_the_older(before, before) == frozenset()


def test_every_revision_but_the_newest_has_a_release_that_lived_under_it() -> None:
    """Who adds a revision records the one before it: name its last commit in `history.py` and run
    `python -m tests.upgrades` with the number."""
    assert [revision for revision in REVISIONS[:-1] if revision not in COMMITS] == []
