"""Copies of a SQLite database: taken while others write, each as of one moment, and whole by itself."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from orchestration.store.database import database_url

_BUSY_SECONDS = 30.0


class Damaged(Exception):
    """The file is no database of ours, or not whole."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """What a database holds: its revision of the schema, rows by table, and the names of the keys that seal secrets."""

    revision: str
    counts: Mapping[str, int]
    keys: tuple[str, ...]


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database, None for another kind."""
    found = database_url(url)
    return Path(found.database or "") if found.get_backend_name() == "sqlite" else None


def snapshot(source: Path, target: Path) -> None:
    """Copy by SQLite's online backup, in one step: of one moment, and no writer waits. Blocking.

    https://www.sqlite.org/backup.html
    """
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=_BUSY_SECONDS)) as read,
        closing(sqlite3.connect(target)) as written,
    ):
        read.backup(written, pages=-1)
    settle(target)


def settle(path: Path) -> None:
    """Bring everything into the one file, with no journal beside it. Blocking; nobody else may have it open."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")


def contents(path: Path) -> Contents:
    """What the file holds, once it was found whole. Damaged. Blocking."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            if said != ["ok"]:
                raise Damaged("SQLite does not find the database whole")
            names = [
                row[0]
                for row in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
                )
            ]
            if "alembic_version" not in names:
                raise Damaged("The database is none of Stationmaster")
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return Contents(
                revision=str(revision[0]) if revision else "",
                counts={name: _count(connection, name) for name in names},
                keys=_keys(connection) if "integrations" in names else (),
            )
    except sqlite3.DatabaseError as error:
        raise Damaged(f"SQLite can't read the database ({error})") from error


def _count(connection: sqlite3.Connection, table: str) -> int:
    # The name is the database's own; a name can't be a parameter.
    quoted = table.replace('"', '""')
    return int(connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0])  # noqa: S608 - see above


def _keys(connection: sqlite3.Connection) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT DISTINCT key_id FROM integrations WHERE key_id IS NOT NULL ORDER BY key_id"
    )
    return tuple(str(row[0]) for row in rows)
