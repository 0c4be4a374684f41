"""The store's connections without a thread: each call is made at once, and the turn is given back to the loop before.

A driver for asyncio runs its calls in threads, whose order no seed gives. The store takes any engine that has the same
methods, so its statements and the real SQLite are the same; only who waits for whom is ours.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Generator, Sequence
from random import Random
from types import TracebackType
from typing import Any, Protocol, Self, cast

from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from orchestration.store.database import _BEGIN
from tests.simulation.statements import DIALECT, Answer, Row, run

_BUSY_SECONDS = 10.0
_TRY_AGAIN = 0.02
# Within a transaction no other process can see or change anything, so the turn is given back there now and then only.
_IN_BETWEEN = 0.25
_SETTINGS = ("PRAGMA synchronous=OFF", "PRAGMA foreign_keys=ON")


class Wire:
    """All connections of one process to the file, and its engine. A process that is dead has none, and opens none.

    `committed` is called after each commit that wrote something, with the raw connection and the tables written to.
    `spare` are connections that other processes left: a new one would read the whole schema first.
    """

    def __init__(
        self,
        file: str,
        *,
        committed: Callable[[str, sqlite3.Connection, frozenset[str]], None],
        name: str,
        chance: Random,
        spare: list[sqlite3.Connection] | None = None,
    ) -> None:
        self.file = file
        self.name = name
        self.dead = False
        self.committed = committed
        self._chance = chance
        self._open: list[sqlite3.Connection] = []
        self._free: list[sqlite3.Connection] = []
        self._spare = [] if spare is None else spare

    @property
    def dialect(self) -> Dialect:
        """SQLite's."""
        return DIALECT

    def engine(self) -> AsyncEngine:
        """Itself, as the store sees it."""
        return cast("AsyncEngine", self)

    def connect(self) -> "Session":
        """A connection for one transaction."""
        return Session(self)

    def lend(self) -> sqlite3.Connection:
        """A connection that nobody uses."""
        self.require_life()
        if self._free:
            return self._free.pop()
        raw = self._spare.pop() if self._spare else self._fresh()
        self._open.append(raw)
        return raw

    def _fresh(self) -> sqlite3.Connection:
        raw = sqlite3.connect(self.file, timeout=0, isolation_level=None, check_same_thread=False)
        for setting in _SETTINGS:
            raw.execute(setting)
        return raw

    def take_back(self, raw: sqlite3.Connection) -> None:
        """It is free again."""
        if not self.dead:
            self._free.append(raw)

    def require_life(self) -> None:
        """A dead process writes and reads nothing more."""
        if self.dead:
            raise sqlite3.OperationalError("connection closed: this process is dead")

    def gives_way(self) -> bool:
        """Whether others come first, in the midst of a transaction."""
        return self._chance.random() < _IN_BETWEEN

    def cut(self) -> None:
        """The process dies: what it had not committed is undone, and its locks are free."""
        self.dead = True
        self._close()

    async def dispose(self) -> None:
        """Close all connections."""
        self._close()

    def _close(self) -> None:
        for raw in self._open:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
        self._spare += self._open
        self._open.clear()
        self._free.clear()


class Session:
    """What the store asks of a connection."""

    dialect = DIALECT

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._word = "BEGIN"
        self._changes = 0
        self._written: set[str] = set()

    async def __aenter__(self) -> Self:
        """Open it; asks nothing of the file yet."""
        self.raw = self._wire.lend()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What was not committed is undone."""
        if not self._wire.dead:
            await self.rollback()
            self._wire.take_back(self.raw)

    async def execution_options(self, **options: str) -> Self:
        """How its transaction begins."""
        self._word = options.get(_BEGIN, self._word)
        return self

    def begin(self) -> "Begin":
        """Begin a transaction: to be awaited, or to be entered."""
        return Begin(self)

    async def open(self) -> None:
        """Begin a transaction; a file that another one writes is waited for in virtual time."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _BUSY_SECONDS
        while True:
            await asyncio.sleep(0)
            self._wire.require_life()
            try:
                self.raw.execute(self._word)
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or loop.time() >= until:
                    raise DBAPIError.instance(self._word, None, error, sqlite3.Error) from error
                await asyncio.sleep(_TRY_AGAIN)
            else:
                self._changes = self.raw.total_changes
                self._written.clear()
                return

    async def execute(self, statement: Any, given: Row | Sequence[Row] | None = None) -> Answer:
        """Run a statement."""
        if self._wire.gives_way():
            await asyncio.sleep(0)
        self._wire.require_life()
        if statement.is_dml:
            self._written.add(statement.table.name)
        return run(self.raw, statement, given)

    async def scalars(self, statement: Any, given: Row | None = None) -> Any:
        """The first column of what it gives."""
        return (await self.execute(statement, given)).scalars()

    async def scalar(self, statement: Any, given: Row | None = None) -> Any:
        """The first value of what it gives."""
        return (await self.execute(statement, given)).scalar()

    async def commit(self) -> None:
        """Commit, and tell the world where something was written."""
        await asyncio.sleep(0)
        self._wire.require_life()
        wrote = self.raw.total_changes != self._changes
        self.raw.execute("COMMIT")
        if wrote:
            self._wire.committed(self._wire.name, self.raw, frozenset(self._written))

    async def rollback(self) -> None:
        """Undo."""
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK")


class Opens(Protocol):
    """A session, over whichever wire."""

    async def open(self) -> None:
        """Begin a transaction."""


class Begin:
    """A transaction that is to begin."""

    def __init__(self, session: Opens) -> None:
        self._session = session

    def __await__(self) -> Generator[Any, None, None]:
        """Begin it; it ends with its session."""
        return self._session.open().__await__()

    async def __aenter__(self) -> None:
        """Begin it."""
        await self._session.open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """It ends with its session."""
