"""Brings a database to a revision of the schema; several processes may try at once."""

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from orchestration.store.database import Database, open_engine, take_time

# Any fixed number that no other program uses for an advisory lock in the same database.
_LOCK = 7_291_834_105_226_001


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings, without a file and without the environment."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).resolve().parents[2] / "migrations"))
    if connection is not None:
        settings.attributes["connection"] = connection
    return settings


async def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up to a revision. Idempotent."""
    await _migrate(url, lambda settings: command.upgrade(settings, revision))


async def downgrade(url: str, revision: str) -> None:
    """Migrate down to a revision; `base` leaves nothing."""
    await _migrate(url, lambda settings: command.downgrade(settings, revision))


class Standing(StrEnum):
    """How a database stands to this code. AHEAD: a newer version has migrated it, which an older one can live with."""

    BEHIND = "BEHIND"
    AT_HEAD = "AT_HEAD"
    AHEAD = "AHEAD"


@cache
def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(config())


def knows(revision: str) -> bool:
    """Whether this code has the way from a revision to its own."""
    return revision in {script.revision for script in _script().walk_revisions()}


async def standing(database: Database) -> Standing:
    """Which it is; a database without a schema is behind."""
    async with database.reading() as connection:
        found = await connection.run_sync(_heads)
    if found == set(_script().get_heads()):
        return Standing.AT_HEAD
    known = {script.revision for script in _script().walk_revisions()}
    return Standing.AHEAD if found - known else Standing.BEHIND


async def at_head(url: str) -> bool:
    """Whether the database has the schema that this code was written for."""
    database = Database(open_engine(url))
    try:
        return await standing(database) is Standing.AT_HEAD
    finally:
        await database.dispose()


def _heads(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


async def _migrate(url: str, run: Callable[[Config], None]) -> None:
    """All or nothing, in one transaction; others wait: for the SQLite file, or for a lock in PostgreSQL."""
    database = Database(open_engine(url))
    try:
        async with database.writing() as connection:
            await take_time(connection)
            if database.is_postgres:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            await connection.run_sync(lambda sync: run(config(sync)))
    finally:
        await database.dispose()
