"""A real database under a world, through the driver that the product uses, whose calls are made in a thread of its own.

Who takes the next step is still drawn, but how long a call takes is not: a seed gives the same agenda and the same
providers, and not the same schedule. While a call is under way the others go on; a commit is waited for, so that the
judge reads what it left and nothing else.
"""

import asyncio
import json
import re
import sqlite3
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from itertools import count
from random import Random
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from orchestration.store.database import database_url, open_engine
from tests.simulation.ground import Committed, Line, Reader
from tests.simulation.wire import Begin

T = TypeVar("T")
_GLANCE = 0.02
_VIRTUAL = 0.001
_PATIENCE = 30.0


class Thread:
    """A loop in a thread of its own, in which the drivers live."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def begin(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Start something there."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def result(self, work: Coroutine[Any, Any, T]) -> T:
        """Have it done, and wait for it while the world stands still."""
        return self.begin(work).result(_PATIENCE)

    def close(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class DrivenLine:
    """The engine of one process, as it is opened in the product."""

    def __init__(self, url: str, thread: Thread, *, name: str, committed: Committed, reader: Reader) -> None:
        self.name = name
        self.thread = thread
        self.dead = False
        self.real = open_engine(url, durable=False)
        self.dialect = self.real.dialect
        self.sync_engine = self.real.sync_engine
        self.sessions: set[DrivenSession] = set()
        self._committed = committed
        self._reader = reader

    def engine(self) -> AsyncEngine:
        """Itself, as the store sees it."""
        return cast("AsyncEngine", self)

    def connect(self) -> "DrivenSession":
        """A connection for one transaction."""
        return DrivenSession(self)

    def told(self) -> None:
        """Something was committed."""
        self._committed(self.name, self._reader, None)

    def require_life(self) -> None:
        """A dead process writes and reads nothing more."""
        if self.dead:
            raise sqlite3.OperationalError("connection closed: this process is dead")

    async def done(self, work: Coroutine[Any, Any, T]) -> T:
        """Have something done while others take their steps."""
        under_way = self.thread.begin(work)
        while not wait([under_way], _GLANCE).done:  # noqa: ASYNC110 - in virtual time others go on
            await asyncio.sleep(_VIRTUAL)
        return under_way.result()

    def cut(self) -> None:
        """The process dies: the database sees its connections close."""
        self.dead = True
        for session in list(self.sessions):
            self.thread.result(session.torn())

    async def dispose(self) -> None:
        """Close all connections."""
        await self.done(self.real.dispose())


class DrivenSession:
    """What the store asks of a connection, done in the thread of the drivers."""

    def __init__(self, line: DrivenLine) -> None:
        self._line = line
        self.dialect = line.dialect
        self._wrote = False

    async def __aenter__(self) -> Self:
        """Open it."""
        self._line.require_life()
        self._plain: AsyncConnection = self._line.real.connect()
        await self._line.done(self._started())
        self._line.sessions.add(self)
        return self

    async def _started(self) -> None:
        await self._plain.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What was not committed is undone."""
        self._line.sessions.discard(self)
        if not self._line.dead:
            await self._line.done(self._plain.close())

    async def execution_options(self, **options: Any) -> Self:
        """How its transaction begins."""
        await self._line.done(self._optioned(options))
        return self

    async def _optioned(self, options: dict[str, Any]) -> None:
        await self._plain.execution_options(**options)

    def begin(self) -> Begin:
        """Begin a transaction: to be awaited, or to be entered."""
        return Begin(self)

    async def open(self) -> None:
        """Begin a transaction."""
        self._line.require_life()
        await self._line.done(self._begun())

    async def _begun(self) -> None:
        await self._plain.begin()

    async def execute(self, statement: Any, given: Any = None) -> Any:
        """Run a statement."""
        self._line.require_life()
        found = await self._line.done(self._plain.execute(statement, given))
        self._wrote |= bool(getattr(statement, "is_dml", False)) and found.rowcount != 0
        return found

    async def scalars(self, statement: Any, given: Any = None) -> Any:
        """The first column of what it gives."""
        return (await self.execute(statement, given)).scalars()

    async def scalar(self, statement: Any, given: Any = None) -> Any:
        """The first value of what it gives."""
        return (await self.execute(statement, given)).scalar()

    async def commit(self) -> None:
        """Commit while the world stands still, and tell it where something was written."""
        await asyncio.sleep(0)
        self._line.require_life()
        self._line.thread.result(self._plain.commit())
        if self._wrote:
            self._line.told()

    async def torn(self) -> None:
        """Close the connection as a death does, in the midst of whatever it was doing."""
        with suppress(SQLAlchemyError):
            if self.dialect.name == "postgresql":
                (await self._plain.get_raw_connection()).driver_connection.terminate()  # type: ignore[union-attr]  # asyncpg's
            else:
                await self._plain.invalidate()


class _Rows:
    def __init__(self, rows: list[Any]) -> None:
        self._rows = iter(rows)

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def fetchone(self) -> Any:
        return next(self._rows, None)


class _DrivenReader:
    """Asks while the world stands still."""

    def __init__(self, url: str, thread: Thread) -> None:
        self.engine = create_async_engine(database_url(url), isolation_level="AUTOCOMMIT")
        self._thread = thread

    def execute(self, question: str, values: Sequence[Any] = (), /) -> _Rows:
        if self.engine.dialect.name == "postgresql":
            numbers = count(1)
            question = re.sub(r"\?", lambda _mark: f"${next(numbers)}", question)
        return _Rows(self._thread.result(self._asked(question, tuple(values))))

    async def _asked(self, question: str, values: tuple[Any, ...]) -> list[Any]:
        async with self.engine.connect() as connection:
            found = await connection.exec_driver_sql(question, values)
            # A document is text to whoever asks a file.
            return [tuple(json.dumps(v) if isinstance(v, dict) else v for v in row) for row in found]


class DrivenGround:
    """A migrated database that is there, and is left."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.kind = make_url(url).get_backend_name()
        self._thread = Thread()
        self._own = _DrivenReader(url, self._thread)
        self.reader: Reader = self._own
        self._lines: list[DrivenLine] = []

    def line(self, name: str, *, committed: Committed, chance: Random) -> Line:  # noqa: ARG002 - waits are not drawn
        """Through the driver."""
        line = DrivenLine(self._url, self._thread, name=name, committed=committed, reader=self.reader)
        self._lines.append(line)
        return line

    def close(self) -> None:
        """Close all connections, and end the thread."""
        for engine in (*(line.real for line in self._lines), self._own.engine):
            self._thread.result(engine.dispose())
        self._thread.close()
