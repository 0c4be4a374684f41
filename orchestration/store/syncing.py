"""One sync of the disk for all who committed meanwhile, instead of one for each.

SQLite syncs its log at each commit, while it holds the file: writers queue for the disk. Here a commit only writes the
log, and the next writer may begin; whoever committed then waits until a sync has begun after that and ended. The log
is written from front to back, so what is synced has everything before it.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_sync = getattr(os, "fdatasync", os.fsync)


def sync_log(database: Path) -> None:
    """Put SQLite's log on the disk. Where there is none its content is in the database, which SQLite syncs itself."""
    try:
        file = os.open(f"{database}-wal", os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        _sync(file)
    finally:
        os.close(file)


class SharedSync:
    """Calls `sync`, in a thread of its own, never twice at once, and only where something was written since."""

    def __init__(self, sync: Callable[[], None]) -> None:
        self._sync = sync
        # Whatever else the process has threads for must not hold up a commit.
        self._thread = ThreadPoolExecutor(1, "sync")
        self._written = False
        self._next: asyncio.Future[None] | None = None
        self._current: asyncio.Future[None] | None = None
        self._running: asyncio.Task[None] | None = None

    def written(self) -> None:
        """A commit wrote the log: what waits from now on waits for a sync that begins after this."""
        self._written = True

    async def lasting(self) -> None:
        """Wait until all that was written lasts; OSError where that failed."""
        if self._written and self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        mine = self._next if self._written else self._current
        if mine is None:
            return
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        # Another's cancellation is not ours, and ours is nobody else's.
        await asyncio.shield(mine)

    async def _run(self) -> None:
        while (group := self._next) is not None:
            self._next, self._current, self._written = None, group, False
            try:
                await asyncio.get_running_loop().run_in_executor(self._thread, self._sync)
            except Exception as error:  # noqa: BLE001 - it is raised by all who wait for it
                self._written = True
                group.set_exception(error)
                # Those who were cancelled do not ask.
                group.exception()
            else:
                group.set_result(None)
            self._current = None
        self._running = None
