"""The database under a world: a file on our own connections, where a seed gives one schedule and gives it again."""

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncEngine

from tests.simulation.wire import Wire


class Found(Protocol):
    """What a question gave."""

    def fetchall(self) -> list[Any]:
        """All rows."""
        ...

    def fetchone(self) -> Any:
        """The next row."""
        ...


class Reader(Protocol):
    """Whoever may be asked; values stand for the question marks."""

    def execute(self, question: str, values: Sequence[Any] = (), /) -> Found:
        """Ask."""
        ...


class Line(Protocol):
    """All connections of one process. `cut` is its death."""

    name: str

    def engine(self) -> AsyncEngine:
        """As the store sees them."""
        ...

    def cut(self) -> None:
        """What was not committed is undone, and nothing more is read or written."""
        ...


Committed = Callable[[str, Reader, frozenset[str] | None], None]
"""Called with the process's name, a reader and the tables that were written to, after each commit that wrote something;
None where nobody knows which tables."""


class Ground(Protocol):
    """The database of one schedule."""

    reader: Reader

    def line(self, name: str, *, committed: Committed, chance: Random) -> Line:
        """The connections of another process."""
        ...

    def close(self) -> None:
        """The schedule is over."""
        ...


class FileGround:
    """A copy of an empty database, removed afterwards."""

    def __init__(self, template: Path, file: Path) -> None:
        self._file = file
        shutil.copyfile(template, file)
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self.reader: Reader = self._connection
        self._spare: list[sqlite3.Connection] = []

    def line(self, name: str, *, committed: Committed, chance: Random) -> Line:
        """Without a driver."""
        return Wire(str(self._file), committed=committed, name=name, chance=chance, spare=self._spare)

    def close(self) -> None:
        """Remove the file."""
        for connection in (self._connection, *self._spare):
            connection.close()
        for end in ("", "-wal", "-shm"):
            Path(f"{self._file}{end}").unlink(missing_ok=True)
