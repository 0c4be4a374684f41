"""The database behind the store: how it is reached, and how transactions begin on it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, InternalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.schema import Table

from orchestration.ports.runtime import DatabaseAway, GaveWay
from orchestration.store import silence
from orchestration.store.one_hop import BEGIN, BEGIN_WRITING, BUSY_MILLISECONDS, OneHopConnection, opened
from orchestration.store.syncing import SharedSync, sync_log

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_POSTGRES_SETTINGS = {
    "application_name": "stationmaster",
    # Our statements are short: compiling them costs more than it saves.
    "jit": "off",
    # A process that was stopped in the midst of a transaction must not keep its locks from the others, and those
    # of its sessions that wait for a lock must not get it one after the other. Nothing slow is in our transactions.
    "idle_in_transaction_session_timeout": "10s",
    "lock_timeout": "10s",
}
# Stopped between two messages of one statement it is not idle, so this bounds the whole (PostgreSQL 17 and newer).
# It is shorter than a lease (30 s by default), after which the work is another's.
_LONGEST_TRANSACTION = "25s"
_HURRY = "SELECT set_config(name, '{value}', false) FROM pg_settings WHERE name = 'transaction_timeout'"
_UNHURRIED = """SELECT set_config(name, '0', true) FROM pg_settings
WHERE name IN ('transaction_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')"""
# More than there are: each is planned once a connection.
_STATEMENTS_KEPT = 500
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_LOCK_NOT_AVAILABLE = "55P03"
# Deadlock, serialization failure.
_GAVE_WAY = frozenset({"40P01", "40001"})
_QUERY_CANCELED = "57014"
_syncs: WeakKeyDictionary[Dialect, SharedSync] = WeakKeyDictionary()
# Connections, resources, operators, the machine, and sessions that the server ended.
_AWAY_CLASSES = ("08", "53", "57P", "58", "25P03", "25P04")
_AWAY_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
    }
)
_PRIMARY = 0xFF
_BEGIN = "stationmaster_begin"

Insert = postgresql.Insert | sqlite.Insert


def database_url(text: str) -> URL:
    """The URL in SQLAlchemy's spelling; ValueError where it names another kind of database."""
    try:
        url = make_url(text)
    except ArgumentError:
        # Its message would show the text, and in the text a password.
        raise ValueError("the database URL is not of the form sqlite:///file or postgresql://…") from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise ValueError(f"{url.drivername!r} is neither sqlite nor postgresql")
    if driver.startswith("sqlite") and url.database in {None, "", ":memory:"}:
        raise ValueError("SQLite needs a file: its connections would not see one memory")
    if "sslmode" in url.query:
        # libpq's word; asyncpg knows the same values as `ssl`.
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": url.query["sslmode"]})
    return url.set(drivername=driver)


def open_engine(url: str, *, durable: bool = True) -> AsyncEngine:
    """An engine for the store. `durable=False` lets SQLite forget commits at a power cut: for tests only."""
    target = database_url(url)
    if target.get_backend_name() == "postgresql":
        engine = create_async_engine(
            target,
            isolation_level="READ COMMITTED",
            pool_size=10,
            max_overflow=10,
            hide_parameters=True,
            connect_args={
                "server_settings": _POSTGRES_SETTINGS,
                "prepared_statement_cache_size": _STATEMENTS_KEPT,
            },
        )
        _prepare_postgres(engine)
        return engine
    # Hidden here and above: an error would show the values of the row, which are bodies of requests.
    engine = create_async_engine(target, pool_size=5, max_overflow=15, hide_parameters=True)
    if durable:
        _syncs[engine.dialect] = SharedSync(partial(sync_log, Path(target.database or "")))
    _prepare_sqlite(engine, durable=durable)
    return engine


def _prepare_postgres(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, _entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a DBAPI connection
        cursor = connection.cursor()
        cursor.execute(_HURRY.format(value=_LONGEST_TRANSACTION))
        cursor.close()
        connection.commit()


async def take_time(connection: AsyncConnection) -> None:
    """Let this transaction last and wait as long as it needs: for what is not done while releases run."""
    if connection.dialect.name == "postgresql":
        silence.lift(connection.info)
        await connection.execute(text(_UNHURRIED))


def _prepare_sqlite(engine: AsyncEngine, *, durable: bool) -> None:
    @event.listens_for(engine.sync_engine, "do_connect")
    def connect(dialect: Any, _entry: object, words: list[Any], given: dict[str, Any]) -> Any:  # noqa: ANN401 - DBAPI
        plain = dialect.connect(*words, **given, async_creator_fn=opened)
        return OneHopConnection(plain.dbapi, plain.driver_connection, shared=_syncs.get(dialect))

    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: OneHopConnection, _entry: ConnectionPoolEntry) -> None:
        # The driver would open transactions by its own lights: late, and never IMMEDIATE.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        connection.write_ahead()
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, BEGIN))


def insert_into(connection: AsyncConnection, table: Table) -> Insert:
    """INSERT in the database's own dialect, for ON CONFLICT, which both spell alike."""
    return insert_in(connection.dialect.name, table)


def insert_in(dialect: str, table: Table) -> Insert:
    """As `insert_into`, for a statement that is built once and kept."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def lock_timed_out(error: DBAPIError) -> bool:
    """Whether PostgreSQL gave up waiting for a lock; on SQLite False."""
    return _sqlstate(error) == _LOCK_NOT_AVAILABLE


def took_too_long(error: DBAPIError) -> bool:
    """Whether PostgreSQL ended a statement that had a limit; on SQLite False."""
    return _sqlstate(error) == _QUERY_CANCELED


def gave_way(error: Exception) -> bool:
    """Whether PostgreSQL undid the transaction as a whole so that another one gets on; on SQLite False."""
    return isinstance(error, DBAPIError) and _sqlstate(error) in _GAVE_WAY


def _sqlstate(error: DBAPIError) -> str | None:
    """PostgreSQL's code of an error; None on SQLite, and where the driver itself lost its way."""
    return getattr(error.orig, "sqlstate", None)


def is_away(error: Exception) -> bool:
    """Whether an error says that the database can't be used now, rather than that we asked something wrong."""
    if not isinstance(error, DBAPIError):
        # The driver raises what it met while it connects as it is.
        return isinstance(error, OSError | NoConnectionFree)
    if error.connection_invalidated or lock_timed_out(error) or gave_way(error):
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & _PRIMARY in _AWAY_CODES
    state = _sqlstate(error)
    # Without a state the driver itself lost its way in a connection that broke.
    return (
        state is None
        if isinstance(error, InterfaceError | InternalError)
        else str(state).startswith(_AWAY_CLASSES)
    )


class Database:
    """Gives out connections with an open transaction. Leaving without a commit rolls back.

    On SQLite one writer at a time can hold the file. Writers of this process queue here, in order, instead
    of trying the file again and again; those of other processes meet them at the file's own lock.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.is_postgres = engine.dialect.name == "postgresql"
        self._patience = silence.Patience(engine) if self.is_postgres else None
        self._sync = _syncs.get(engine.dialect)
        self._turn = asyncio.Lock()
        self._writers: set[asyncio.Task[Any] | None] = set()

    @asynccontextmanager
    async def _told_apart(self) -> AsyncIterator[AsyncExitStack]:
        """DatabaseAway or GaveWay in the place of what the driver says, or in that of its silence."""
        try:
            async with AsyncExitStack() as stack:
                yield stack
        except (DBAPIError, OSError, NoConnectionFree) as error:
            if is_away(error):
                kind = GaveWay if gave_way(error) else DatabaseAway
                raise kind(type(getattr(error, "orig", None) or error).__name__) from error
            raise

    async def _connected(self, stack: AsyncExitStack) -> AsyncConnection:
        """A connection until the stack is left. TimeoutError where there is none in time."""
        try:
            async with asyncio.timeout(silence.LONGEST_SILENCE if self.is_postgres else None):
                return await stack.enter_async_context(self.engine.connect())
        except TimeoutError:
            if self._patience is not None:
                self._patience.end_idle()
            raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads."""
        async with self._told_apart() as stack:
            connection = await self._connected(stack)
            await stack.enter_async_context(connection.begin())
            yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write, is committed by the caller and lasts by `lasting`. RuntimeError inside another.

        DatabaseAway here and from `reading`.
        """
        task = asyncio.current_task()
        if task in self._writers:
            raise RuntimeError("a unit of work is open in this task: a second one would wait for it forever")
        async with self._told_apart() as stack:
            if not self.is_postgres:
                await stack.enter_async_context(self._turn)
            self._writers.add(task)
            stack.callback(self._writers.discard, task)
            plain = await self._connected(stack)
            connection = await plain.execution_options(**{_BEGIN: BEGIN_WRITING})
            await connection.begin()
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed where the block ends without an error, and lasts."""
        async with self.transaction() as connection:
            yield connection
            await connection.commit()
        await self.lasting()

    async def lasting(self) -> None:
        """After a commit and the end of its transaction: wait until it survives a power cut. DatabaseAway."""
        if self._sync is not None:
            async with self._told_apart():
                await self._sync.lasting()

    async def dispose(self) -> None:
        """Close all connections, also those of a server that does not answer."""
        await (self._patience or self.engine).dispose()
