"""Brings a database to a revision of the schema; several processes may try at once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.ports.runtime import DatabaseAway
from orchestration.store.database import Database, gave_way, open_engine, take_time, took_too_long

# Any fixed number that no other program uses for an advisory lock in the same database.
_LOCK = 7_291_834_105_226_001
# In the order in which bots at work come to them: who holds none of these yet waits for the first, and who does comes
# to its end. The others follow.
_FIRST = ("releases", "work", "inbox", "outbox", "duties")
# Shorter than the second after which PostgreSQL looks for a deadlock and ends one of the two: it might be a bot at
# work. A long vacuum gives way only to who has waited for longer than that, and is met by the last tries.
_WAIT, _LONG_WAIT = timedelta(milliseconds=500), timedelta(seconds=3)
_SHORT_TRIES = timedelta(minutes=2)
_BETWEEN = timedelta(milliseconds=100)
PATIENCE = timedelta(minutes=5)


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings, without a file and without the environment."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).resolve().parents[2] / "migrations"))
    if connection is not None:
        settings.attributes["connection"] = connection
    return settings


async def upgrade(url: str, revision: str = "head", *, patience: timedelta = PATIENCE) -> None:
    """Migrate up to a revision, beside bots that work. Idempotent; what a newer version has migrated is left as it is.

    DatabaseAway where somebody keeps a table for longer than `patience`; nothing is changed then.
    """

    def up(settings: Config) -> None:
        command.upgrade(settings, revision)

    wanted = {script.revision for script in _script().get_revisions(revision)}

    def needed(found: set[str]) -> bool:
        return not _ahead(found) and found != wanted

    await _migrate(url, up, needed, patience)


async def downgrade(url: str, revision: str, *, patience: timedelta = PATIENCE) -> None:
    """Migrate down to a revision; `base` leaves nothing. DatabaseAway as in `upgrade`."""
    await _migrate(url, lambda settings: command.downgrade(settings, revision), bool, patience)


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
    return Standing.AHEAD if _ahead(found) else Standing.BEHIND


def _ahead(found: set[str]) -> bool:
    return bool(found - {script.revision for script in _script().walk_revisions()})


async def at_head(url: str) -> bool:
    """Whether the database has the schema that this code was written for."""
    database = Database(open_engine(url))
    try:
        return await standing(database) is Standing.AT_HEAD
    finally:
        await database.dispose()


def _heads(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


async def _migrate(
    url: str, run: Callable[[Config], None], needed: Callable[[set[str]], bool], patience: timedelta
) -> None:
    """All or nothing, in one transaction; others wait: for the SQLite file, or for a lock in PostgreSQL."""
    database, now = Database(open_engine(url)), asyncio.get_running_loop().time
    begun = now()
    try:
        while not await _migrated(
            database, run, needed, _WAIT if now() - begun < _SHORT_TRIES.total_seconds() else _LONG_WAIT
        ):
            if now() - begun > patience.total_seconds():
                raise DatabaseAway(
                    "somebody keeps a table of it, so that it can't be migrated: nothing is changed"
                )
            await asyncio.sleep(_BETWEEN.total_seconds())
    finally:
        await database.dispose()


async def _migrated(
    database: Database, run: Callable[[Config], None], needed: Callable[[set[str]], bool], wait: timedelta
) -> bool:
    """Migrate, if it is needed; False where others did not let go of a table in time, and nothing is done."""
    async with database.writing() as connection:
        await take_time(connection)
        if database.is_postgres:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if not needed(await connection.run_sync(_heads)):
            return True
        if database.is_postgres and not await _all_ours(connection, wait):
            await connection.rollback()
            return False
        await connection.run_sync(lambda sync: run(config(sync)))
    return True


async def _all_ours(connection: AsyncConnection, wait: timedelta) -> bool:
    """Take every table at once, before anything is changed; False where others did not let go of one in time.

    Taken one by one while they are changed, beside bots that work in the order of their own statements, one of the
    two would hold what the other waits for.
    """
    tables = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
    tables.discard("alembic_version")
    if not tables:
        return True
    await connection.execute(text(f"SET LOCAL statement_timeout = {wait // timedelta(milliseconds=1)}"))
    ordered = [table for table in _FIRST if table in tables] + sorted(tables - set(_FIRST))
    names = ", ".join(f'"{table}"' for table in ordered)
    try:
        await connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
    except DBAPIError as error:
        if took_too_long(error) or gave_way(error):
            return False
        raise
    await connection.execute(text("SET LOCAL statement_timeout = 0"))
    return True
