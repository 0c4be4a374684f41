"""Who has a SQLite database: bots that work on it share it, and whoever replaces its file has to be alone."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Occupied(Exception):
    """Somebody has the database, or the port, who can't share it."""


@contextmanager
def at_work(database: Path | None) -> Iterator[None]:
    """Within the block nobody replaces the file; Occupied where somebody does just now. None is another database."""
    if database is None:
        yield
        return
    with _locked(database, fcntl.LOCK_SH):
        yield


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Within the block no bot begins to work on it; Occupied where one does."""
    with _locked(database, fcntl.LOCK_EX):
        yield


@contextmanager
def _locked(database: Path, kind: int) -> Iterator[None]:
    """The kernel lets go of it when the process dies, however it does."""
    lock = os.open(database.with_name(f"{database.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Occupied(f"{database} is in use by another process of Stationmaster") from None
        yield
    finally:
        os.close(lock)
