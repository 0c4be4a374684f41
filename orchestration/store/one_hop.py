"""SQLite statements with one trip to the connection's thread each.

The driver gives every connection a thread, and SQLAlchemy's adapter goes there four times for a statement: for a
cursor, to execute, to fetch, to close. Each trip costs more than most of our statements. Here the thread does it all
at once. Rows are read whole, as the adapter does too; there are no server-side cursors.
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy.connectors.asyncio import AsyncAdapt_dbapi_connection
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.util import EMPTY_DICT, await_only

from orchestration.store.syncing import SharedSync

BEGIN = "BEGIN"
BEGIN_WRITING = "BEGIN IMMEDIATE"
BUSY_MILLISECONDS = 10_000
_OF_ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "BEGIN")
_PRIMARY = 0xFF
_LOOKS_AGAIN = 0.02
Result = TypeVar("Result")


async def opened(file: str, **given: Any) -> aiosqlite.Connection:  # noqa: ANN401 - as the driver takes them
    """A connection of the driver. Where the file can't be opened, its thread has ended when the error is raised:

    the driver lets it end by itself, and it would complain of a loop that is closed by then.
    """
    connection = aiosqlite.connect(file, **given)
    thread = connection._thread  # noqa: SLF001 - no other way to it
    thread.daemon = True
    try:
        return await connection
    except BaseException:
        await asyncio.get_running_loop().run_in_executor(None, thread.join)
        raise


@dataclass(kw_only=True, slots=True)
class _Ended:
    """What is left of a statement's cursor, in the shape in which the adapter asks for it."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1

    async def close(self) -> None:
        """It is closed already."""


def _whole(
    connection: sqlite3.Connection, statement: str, parameters: Sequence[Any] | None, *, many: bool
) -> tuple[_Ended, list[Any]]:
    cursor = connection.cursor()
    try:
        if many:
            cursor.executemany(statement, parameters or ())
        else:
            cursor.execute(statement, parameters if parameters is not None else ())
        rows = cursor.fetchall() if cursor.description else []
        # The count is right when all rows were read.
        ended = _Ended(description=cursor.description, rowcount=cursor.rowcount, lastrowid=cursor.lastrowid)
        return ended, rows
    finally:
        cursor.close()


class OneHopCursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that exists only while its statement runs."""

    __slots__ = ()

    def __init__(self, adapt_connection: AsyncAdapt_dbapi_connection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection  # noqa: SLF001 - the adapter's own name for it
        ended: Any = _Ended()
        self._cursor = ended
        self._soft_closed_memoized = EMPTY_DICT
        self._rows = deque()

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:  # noqa: ANN401 - as in the adapter
        await self._go(operation, parameters, many=False)
        return self._cursor

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:  # noqa: ANN401 - see above
        await self._go(operation, seq_of_parameters, many=True)
        return self._cursor

    async def _go(self, statement: str, parameters: Any, *, many: bool) -> None:  # noqa: ANN401 - see above
        connection: Any = self._adapt_connection
        async with connection._execute_mutex:  # noqa: SLF001 - see above
            self._cursor, rows = await connection.run(statement, parameters, many=many)
            self._rows = deque(rows)


class OneHopConnection(AsyncAdapt_aiosqlite_connection):
    """The adapter's connection, with such cursors.

    With `shared` a transaction syncs its own commit, except one that begins by BEGIN_WRITING: who begins so has it
    synced together with those of others, and tells nobody of it before.
    """

    __slots__ = ("_altered", "_away", "_changes", "_shared", "_syncs", "_writing")

    _cursor_cls = OneHopCursor

    def __init__(self, dbapi: Any, connection: Any, *, shared: SharedSync | None) -> None:  # noqa: ANN401 - as in the adapter
        super().__init__(dbapi, connection)
        self._shared = shared
        self._syncs = ""
        self._writing = False
        self._changes = 0
        self._altered = False
        # Whether the thread may still be at something that nobody waits for any more.
        self._away = False

    @property
    def _plain(self) -> sqlite3.Connection:
        driver: Any = self._connection
        plain: sqlite3.Connection = driver._conn  # noqa: SLF001 - no other way to it
        return plain

    async def run(self, statement: str, parameters: Any, *, many: bool) -> tuple[_Ended, list[Any]]:  # noqa: ANN401 - see above
        """Run a statement here where it is surely short, else in the thread."""
        # Of a change of the schema the count of changed rows says nothing.
        self._altered |= not statement.lstrip().upper().startswith(_OF_ROWS)
        if self._away:
            return await self._there(_whole, self._plain, statement, parameters, many=many)
        if statement in {BEGIN, BEGIN_WRITING}:
            return await self._begin(statement)
        if self._writing:
            return _whole(self._plain, statement, parameters, many=many)
        return await self._there(_whole, self._plain, statement, parameters, many=many)

    async def _begin(self, statement: str) -> tuple[_Ended, list[Any]]:
        plain, writes = self._plain, statement == BEGIN_WRITING
        syncs = "NORMAL" if writes else "FULL"
        if self._shared is not None and self._syncs != syncs:
            plain.execute(f"PRAGMA synchronous={syncs}")
            self._syncs = syncs
        self._changes, self._altered = plain.total_changes, False
        begun = _begun_at_once(plain, statement)
        if begun is None:
            begun = await self._there(_whole, plain, statement, None, many=False)
        self._writing = writes
        return begun

    async def _there(self, work: Callable[..., Result], *words: Any, **named: Any) -> Result:  # noqa: ANN401 - see above
        driver: Any = self._connection
        self._away = True
        try:
            done: Result = await driver._execute(work, *words, **named)  # noqa: SLF001 - the driver's queue to its thread
        except Exception:
            self._away = False
            raise
        self._away = False
        return done

    def write_ahead(self) -> None:
        """Let the file have a write-ahead log, whoever else opens it for the first time at the same moment."""
        try:
            await_only(self._there(_write_ahead, self._plain))
        except Exception as error:  # noqa: BLE001 - the adapter tells them apart
            self._handle_exception(error)

    def commit(self) -> None:
        """End the transaction; one that changed nothing has nothing to wait for."""
        if self._end(sqlite3.Connection.commit) and self._shared is not None:
            self._shared.written()

    def rollback(self) -> None:
        """Undo the transaction, where there is one."""
        self._end(sqlite3.Connection.rollback)

    def _end(self, end: Callable[[sqlite3.Connection], None]) -> bool:
        """Whether there was something to write or to undo, as far as we know."""
        driver: Any = self._connection
        if not driver._connection:  # noqa: SLF001 - it is closed, as the adapter asks too
            return False
        self._writing, plain = False, self._plain
        changed = self._away or self._altered or plain.total_changes != self._changes
        try:
            if self._away or (changed and plain.in_transaction):
                await_only(self._there(end, plain))
            else:
                end(plain)
        except Exception as error:  # noqa: BLE001 - the adapter tells them apart
            self._handle_exception(error)
        return changed


def _write_ahead(plain: sqlite3.Connection) -> None:
    """SQLite waits for no other writer here, for two that change the file's form might wait for each other."""
    until = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            plain.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > until:
                raise
        else:
            return
        # The other is another process, and tells nobody here.
        time.sleep(_LOOKS_AGAIN)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & _PRIMARY == sqlite3.SQLITE_BUSY


def _begun_at_once(plain: sqlite3.Connection, statement: str) -> tuple[_Ended, list[Any]] | None:
    """Begin without waiting; None where another process holds the file."""
    plain.execute("PRAGMA busy_timeout=0")
    try:
        return _whole(plain, statement, None, many=False)
    except sqlite3.OperationalError as error:
        if not _is_busy(error):
            raise
        return None
    finally:
        plain.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
