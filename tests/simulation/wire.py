"""SQLite without a thread: each call is made at once, and the turn is given back to the loop before it.

aiosqlite runs its calls in threads, whose order no seed gives. SQLAlchemy takes any other connection that has the
same methods, so the store, its statements and the real SQLite are the same; only who waits for whom is ours.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Self

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from orchestration.store.database import _prepare_sqlite

_BUSY_SECONDS = 10.0
_TRY_AGAIN = 0.02


class Wire:
    """All connections of one process to the file. A process that is dead has none, and opens none.

    `committed` is called after each commit that wrote something, with the raw connection.
    """

    def __init__(
        self, file: str, *, committed: Callable[["Wire", sqlite3.Connection], None], name: str
    ) -> None:
        self.file = file
        self.name = name
        self.dead = False
        self._committed = committed
        self._open: list[WireConnection] = []

    async def connect(self, *_args: object, **_options: object) -> "WireConnection":
        """Open a connection."""
        self.require_life()
        raw = sqlite3.connect(self.file, timeout=0, isolation_level=None, check_same_thread=False)
        connection = WireConnection(self, raw)
        self._open.append(connection)
        return connection

    def require_life(self) -> None:
        """A dead process writes and reads nothing more."""
        if self.dead:
            raise sqlite3.OperationalError("connection closed: this process is dead")

    def cut(self) -> None:
        """The process dies: what it had not committed is undone, and its locks are free."""
        self.dead = True
        for connection in self._open:
            connection.raw.close()
        self._open.clear()

    def told(self, connection: "WireConnection") -> None:
        """A transaction was committed."""
        self._committed(self, connection.raw)

    def forget(self, connection: "WireConnection") -> None:
        """It was closed."""
        if connection in self._open:
            self._open.remove(connection)


class Engines:
    """SQLAlchemy's engines, prepared as the store prepares its own, and used again by the next world.

    What an engine has learned of its statements is worth more than all the rest of it. Each has connected once
    before its first use, because the first connection takes more steps than the others.
    """

    def __init__(self, template: Path, count: int = 24) -> None:
        self._template = template
        self._wires: dict[AsyncEngine, Wire] = {}
        self._model: AsyncEngine | None = None
        self._free = [asyncio.run(self._made()) for _ in range(count)]

    async def _made(self) -> AsyncEngine:
        async def connect(*_args: object, **_options: object) -> WireConnection:
            return await self._wires[engine].connect()

        engine = create_async_engine(
            f"sqlite+aiosqlite:///{self._template}",
            pool_size=5,
            max_overflow=15,
            hide_parameters=True,
            connect_args={"async_creator_fn": connect},
        )
        _prepare_sqlite(engine, durable=False)
        self._wires[engine] = Wire(str(self._template), committed=lambda _wire, _raw: None, name="first")
        async with engine.connect():
            pass
        self._share(engine)
        await engine.dispose()
        return engine

    def _share(self, engine: AsyncEngine) -> None:
        """All engines learn together: what is compiled is kept by dialect, so they have one."""
        mine, model = engine.sync_engine, (self._model or engine).sync_engine
        self._model = self._model or engine
        mine.dialect = mine.pool._dialect = model.dialect
        mine._compiled_cache = model._compiled_cache

    def take(self, wire: "Wire") -> AsyncEngine:
        """An engine over the connections of a process."""
        engine = self._free.pop(0)
        self._wires[engine] = wire
        return engine

    def give_back(self, engine: AsyncEngine) -> None:
        """The world of its process is over, and all its connections are closed."""
        self._free.append(engine)


class WireConnection:
    """What SQLAlchemy asks of an aiosqlite connection."""

    isolation_level: str | None = None

    def __init__(self, wire: Wire, raw: sqlite3.Connection) -> None:
        self.wire = wire
        self.raw = raw
        # SQLAlchemy looks at these two of aiosqlite's, to see whether it is open and to set it up.
        self._connection: sqlite3.Connection | None = raw
        self._conn = raw
        self._begun = 0

    def cursor(self) -> "WireCursor":
        """A cursor; asks nothing of the file yet."""
        self.wire.require_life()
        return WireCursor(self)

    async def create_function(self, *args: Any, **options: Any) -> None:
        """A function in SQL."""
        self.raw.create_function(*args, **options)

    async def commit(self) -> None:
        """Commit, and tell the world where something was written."""
        await asyncio.sleep(0)
        self.wire.require_life()
        if not self.raw.in_transaction:
            return
        wrote = self.raw.total_changes != self._begun
        self.raw.execute("COMMIT")
        if wrote:
            self.wire.told(self)

    async def rollback(self) -> None:
        """Undo."""
        if not self.wire.dead and self.raw.in_transaction:
            self.raw.execute("ROLLBACK")

    async def close(self) -> None:
        """Close; what was open is undone."""
        if not self.wire.dead:
            self.raw.close()
        self.wire.forget(self)

    @property
    def _tx(self) -> "WireConnection":
        return self

    def put_nowait(self, asked: tuple[asyncio.Future[object], Callable[[], object]]) -> None:
        """What aiosqlite would hand to its thread: here it is done at once."""
        future, function = asked
        future.set_result(function())

    def stop(self) -> None:
        """What SQLAlchemy calls where it can't wait."""
        if not self.wire.dead:
            self.raw.close()
        self.wire.forget(self)

    def begun(self) -> None:
        """A transaction was opened: note how much was written before it."""
        self._begun = self.raw.total_changes


class WireCursor:
    """What SQLAlchemy asks of an aiosqlite cursor."""

    def __init__(self, connection: WireConnection) -> None:
        self._on = connection
        self._raw = connection.raw.cursor()
        self.arraysize = 1

    @property
    def description(self) -> Any:
        """The columns."""
        return self._raw.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._raw.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The row that was added."""
        return self._raw.lastrowid

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement; a file that another one writes is waited for in virtual time."""
        if statement.startswith("PRAGMA busy_timeout"):
            return
        if statement.startswith("BEGIN"):
            await self._begin(statement)
            return
        await asyncio.sleep(0)
        self._on.wire.require_life()
        self._raw.execute(statement, parameters)

    async def _begin(self, statement: str) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + _BUSY_SECONDS
        while True:
            await asyncio.sleep(0)
            self._on.wire.require_life()
            try:
                self._raw.execute(statement)
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or loop.time() >= until:
                    raise
                await asyncio.sleep(_TRY_AGAIN)
            else:
                self._on.begun()
                return

    async def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each row."""
        await asyncio.sleep(0)
        self._on.wire.require_life()
        self._raw.executemany(statement, rows)

    async def fetchall(self) -> list[Any]:
        """All rows."""
        return self._raw.fetchall()

    async def fetchone(self) -> Any:
        """The next row."""
        return self._raw.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows."""
        return self._raw.fetchmany(size or self.arraysize)

    async def close(self) -> None:
        """Done with it."""
        if not self._on.wire.dead:
            self._raw.close()
