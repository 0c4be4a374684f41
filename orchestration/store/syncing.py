"""One sync of the disk for all who committed meanwhile, instead of one for each.

SQLite syncs its log at each commit, while it holds the file: writers queue for the disk. Here a commit only writes the
log, and the next writer may begin; whoever committed then waits until a sync has begun after that and ended. The log
is written from front to back, so what is synced has everything before it.
"""

import asyncio
import os
from collections.abc import Callable
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
    """Calls `sync`, in a thread, never twice at once."""

    def __init__(self, sync: Callable[[], None]) -> None:
        self._sync = sync
        self._next: asyncio.Future[None] | None = None
        self._running: asyncio.Task[None] | None = None

    async def lasting(self) -> None:
        """Wait for the end of a sync that begins from now on; OSError where it failed."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        mine = self._next
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        # Another's cancellation is not ours, and ours is nobody else's.
        await asyncio.shield(mine)

    async def _run(self) -> None:
        while (group := self._next) is not None:
            self._next = None
            try:
                await asyncio.to_thread(self._sync)
            except OSError as error:
                group.set_exception(error)
                # Those who were cancelled do not ask.
                group.exception()
            else:
                group.set_result(None)
        self._running = None
