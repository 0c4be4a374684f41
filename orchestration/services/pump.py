"""A loop that takes work when there is some and room for it: the engine, the inbox and the outbox each have one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Generic, TypeVar

import structlog

from orchestration.ports.runtime import DatabaseAway
from orchestration.ports.witness import UNWATCHED, Witness

log = structlog.get_logger(__name__)

Item = TypeVar("Item")
_AWAY_SECONDS = 5.0


class Pump(Generic[Item]):
    """Claims up to `limit` pieces at once and handles each in a task of its own.

    It looks when `wake` is set, when a piece ends, and every `idle` seconds in case a wake was lost.
    `ahead` tells in how many seconds the next piece is due, None where nothing is planned: it looks then, too.
    `renew` is called every `renew_every` seconds with the pieces under way. `let_go` is called for each piece that
    was cancelled before its end, so that its lease need not run out before somebody else takes it. `around` is
    entered around each piece, for logs and for whoever follows it. `witness` counts.
    While the database is away it looks every few seconds only, whatever wakes it; that it is away, and that it is back,
    is said once.
    """

    def __init__(
        self,
        name: str,
        *,
        claim: Callable[[int], Awaitable[Sequence[Item]]],
        handle: Callable[[Item], Awaitable[None]],
        wake: asyncio.Event,
        limit: int = 8,
        idle: float = 5.0,
        ahead: Callable[[], Awaitable[float | None]] | None = None,
        renew: Callable[[Sequence[Item]], Awaitable[None]] | None = None,
        renew_every: float = 10.0,
        let_go: Callable[[Item], Awaitable[None]] | None = None,
        around: Callable[[Item], AbstractContextManager[None]] = lambda _item: nullcontext(),
        witness: Witness = UNWATCHED,
    ) -> None:
        self.name = name
        self._claim = claim
        self._handle = handle
        self._wake = wake
        self._limit = limit
        self._idle = idle
        self._ahead = ahead
        self._renew = renew
        self._renew_every = renew_every
        self._let_go = let_go
        self._around = around
        self._witness = witness
        self._active: dict[asyncio.Task[None], Item] = {}
        self._busy = asyncio.Event()
        self._stopping = False
        self._away = False
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        """Work until `stop`; then wait for what is under way.

        It returns after `stop` and at no other time. What fails in the loop itself is raised, after everything under
        way was cancelled: the owner awaits this, and a pump that died is seen by it. A failing claim, piece or
        renewal is logged and survived.
        """
        keeper = asyncio.create_task(self._keep_leases(), name=f"{self.name}-leases")
        try:
            while not self._stopping:
                self._wake.clear()
                taken = await self._take()
                if taken < self._limit or len(self._active) >= self._limit:
                    await self._rest()
            if self._active:
                await asyncio.wait(set(self._active))
        finally:
            # Whoever closes the database next must not close it under a piece that is being cancelled.
            under_way = dict(self._active)
            left = [keeper, *under_way]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            await self._give_back([item for task, item in under_way.items() if task.cancelled()])

    def stop(self) -> None:
        """Take nothing more. `run` returns when the pieces under way are done."""
        self._stopping = True
        self._stopped.set()
        self._wake.set()

    async def _take(self) -> int:
        room = self._limit - len(self._active)
        if room <= 0:
            return 0
        clock = asyncio.get_running_loop().time
        begun = clock()
        try:
            items = await self._claim(room)
        except DatabaseAway as error:
            self._witness.look_failed(self.name)
            if not self._away:
                log.warning("The database is away", action="database_away", pump=self.name, error=str(error))
            self._away = True
            return 0
        except Exception:
            log.exception("Could not look for work", action="claim_failed", pump=self.name)
            self._witness.look_failed(self.name)
            return 0
        if self._away:
            log.info("The database is back", action="database_back", pump=self.name)
        self._away = False
        self._witness.looked(self.name, claimed=len(items), seconds=clock() - begun)
        for item in items:
            task = asyncio.create_task(self._guarded(item), name=f"{self.name}-work")
            self._active[task] = item
            self._busy.set()
            task.add_done_callback(self._ended)
        return len(items)

    async def _guarded(self, item: Item) -> None:
        clock = asyncio.get_running_loop().time
        begun, fine = clock(), True
        with self._around(item):
            try:
                await self._handle(item)
            except DatabaseAway as error:
                fine = False
                log.warning(
                    "Work waits for the database", action="work_waits", pump=self.name, error=str(error)
                )
            except Exception:
                # What was claimed stays leased and comes back when the lease ends.
                fine = False
                log.exception("A piece of work was left", action="work_left", pump=self.name)
        self._witness.worked(self.name, seconds=clock() - begun, fine=fine)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._active.pop(task, None)
        if not self._active:
            self._busy.clear()
        self._wake.set()

    async def _give_back(self, items: Sequence[Item]) -> None:
        if self._let_go is None:
            return
        for item in items:
            try:
                await self._let_go(item)
            except DatabaseAway:
                return  # so it is for the others, whose leases end by themselves too
            except Exception:
                # Its lease still ends by itself.
                log.exception("Could not give work back", action="let_go_failed", pump=self.name)

    async def _pause(self) -> float:
        """Until the next piece is due, where there is room for it; never longer than the idle time."""
        if self._away:
            return min(self._idle, _AWAY_SECONDS)
        if self._ahead is None or self._wake.is_set() or len(self._active) >= self._limit:
            return self._idle
        try:
            seconds = await self._ahead()
        except DatabaseAway:
            seconds = None  # the look for work says so
        except Exception:
            log.exception("Could not look ahead", action="ahead_failed", pump=self.name)
            seconds = None
        return self._idle if seconds is None else min(self._idle, seconds)

    async def _rest(self) -> None:
        seconds = await self._pause()
        try:
            async with asyncio.timeout(seconds):
                await (self._stopped if self._away else self._wake).wait()
        except TimeoutError:
            return

    async def _keep_leases(self) -> None:
        while self._renew is not None:
            # Where nothing is under way there is nothing to wake for.
            await self._busy.wait()
            await asyncio.sleep(self._renew_every)
            if self._active:
                try:
                    await self._renew(tuple(self._active.values()))
                except DatabaseAway:
                    continue  # the look for work says so
                except Exception:
                    log.exception("Could not renew leases", action="renew_failed", pump=self.name)
