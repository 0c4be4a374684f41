"""The moments that earlier versions left behind: kept as what changed from each to the next, and put into databases."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

ROOT = Path(__file__).parents[2]
RECORDED = Path(__file__).parent / "recorded"

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """What a kill left in the database, what stood at the providers, which release it is about, and the time."""

    name: str
    at: datetime
    release_id: str
    rows: Rows
    world: Mapping[str, Any]


def recorded(revision: str) -> tuple[Moment, ...]:
    """The moments of a release as the code of that revision lived it, in their order."""
    return _read(RECORDED / f"{revision}.json.gz")


@cache
def _read(path: Path) -> tuple[Moment, ...]:
    tables: dict[str, dict[str, Any]] = {}
    world: dict[str, Any] = {}
    moments = []
    for each in json.loads(gzip.decompress(path.read_bytes())):
        world = {**world, **each["world"]}
        for table, changed in each["rows"].items():
            kept = {**tables.get(table, {}), **changed}
            tables[table] = {key: row for key, row in kept.items() if row is not None}
        moments.append(
            Moment(
                name=each["name"],
                at=datetime.fromisoformat(each["at"]),
                release_id=each["release"],
                rows={table: list(kept.values()) for table, kept in tables.items()},
                world=world,
            )
        )
    return tuple(moments)


def keep(revision: str, told: Sequence[Mapping[str, Any]], keys: Mapping[str, Sequence[str]]) -> None:
    """Write what a story told, each moment as the difference from the one before; `keys` by table."""
    before: dict[str, dict[str, Any]] = {}
    world: dict[str, Any] = {}
    lines = []
    for each in told:
        now = {
            table: {"|".join(str(row[key]) for key in keys[table]): row for row in rows}
            for table, rows in each["rows"].items()
        }
        changed = {table: _differences(before.get(table, {}), now.get(table, {})) for table in before | now}
        news = {name: kept for name, kept in each["world"].items() if world.get(name) != kept}
        lines.append({**each, "rows": {t: rows for t, rows in changed.items() if rows}, "world": news})
        before, world = now, each["world"]
    text = json.dumps(lines, separators=(",", ":"), sort_keys=False)
    RECORDED.mkdir(exist_ok=True)
    (RECORDED / f"{revision}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    gone = dict.fromkeys(key for key in before if key not in now)
    return {**{key: row for key, row in now.items() if before.get(key) != row}, **gone}


def put(connection: Connection, rows: Rows) -> None:
    """Insert the rows into a database of their revision, whose own columns say how a value is written."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        if rows.get(table.name):
            connection.execute(table.insert(), [dict(row) for row in rows[table.name]])
            _count_on(connection, table)
    connection.commit()


def _count_on(connection: Connection, table: sa.Table) -> None:
    """PostgreSQL numbers the next row after those that brought their numbers along."""
    if connection.dialect.name != "postgresql" or table.name not in {"outbox", "inbox"}:
        return
    newest = connection.execute(sa.select(sa.func.max(table.c.id))).scalar_one()
    sequence = sa.func.pg_get_serial_sequence(table.name, "id")
    connection.execute(sa.select(sa.func.setval(sequence, newest)))
