"""SQLite statements with one trip to the connection's thread each.

The driver gives every connection a thread, and SQLAlchemy's adapter goes there four times for a statement: for a
cursor, to execute, to fetch, to close. Each trip costs more than most of our statements. Here the thread does it all
at once. Rows are read whole, as the adapter does too; there are no server-side cursors.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiosqlite
from sqlalchemy.connectors.asyncio import AsyncAdapt_dbapi_connection
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.util import EMPTY_DICT


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
        driver: Any = self._connection
        async with self._adapt_connection._execute_mutex:  # noqa: SLF001 - see above
            self._cursor, rows = await driver._execute(_whole, driver._conn, statement, parameters, many=many)  # noqa: SLF001 - the driver's queue to its thread
            self._rows = deque(rows)


class OneHopConnection(AsyncAdapt_aiosqlite_connection):
    """The adapter's connection, with such cursors."""

    __slots__ = ()

    _cursor_cls = OneHopCursor
