"""An event loop whose time is virtual and whose order comes from a seed.

Each process of the world is a group of handles with a first-in-first-out queue of its own, as asyncio promises it
within one process; which process takes the next step is drawn by lot. Where nobody can take one, time goes on to
the next timer. So a seed gives one schedule, and gives it again.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from math import inf
from random import Random
from typing import TypeVarTuple, Unpack

Args = TypeVarTuple("Args")
GROUP: ContextVar[str] = ContextVar("GROUP", default="world")


class Stuck(Exception):
    """Nobody can take a step, and no timer is set."""


class SeededLoop(asyncio.BaseEventLoop):
    """Runs what is ready in an order that `chance` gives. `on_step` is called after each handle.

    `on_idle` is asked when nobody can take a step: it is given the time of the next timer, and gives the time to go
    on to.
    """

    def __init__(
        self,
        chance: Random,
        *,
        on_step: Callable[[str], None] = lambda _group: None,
        on_idle: Callable[[float], float] = lambda until: until,
    ) -> None:
        super().__init__()
        self._chance = chance
        self._on_step = on_step
        self._on_idle = on_idle
        self._queues: dict[str, deque[asyncio.Handle]] = {}
        self._still: set[str] = set()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._number = 0
        self._now = 0.0
        self._stopping = False
        self.steps = 0

    def time(self) -> float:
        """Virtual seconds since the beginning."""
        return self._now

    def stand_still(self, group: str) -> None:
        """Let a group take no step, as SIGSTOP does; what becomes ready waits."""
        self._still.add(group)

    def go_on(self, group: str) -> None:
        """Let it take steps again."""
        self._still.discard(group)

    def is_still(self, group: str) -> bool:
        """Whether it takes no step."""
        return group in self._still

    def call_soon(
        self, callback: Callable[[Unpack[Args]], object], *args: *Args, context: Context | None = None
    ) -> asyncio.Handle:
        """Queue a call in the group of its context."""
        handle = asyncio.Handle(callback, args, self, context or copy_context())
        self._queue(handle)
        return handle

    def call_soon_threadsafe(
        self, callback: Callable[[Unpack[Args]], object], *args: *Args, context: Context | None = None
    ) -> asyncio.Handle:
        """There are no threads in this world."""
        return self.call_soon(callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[Args]], object],
        *args: *Args,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Queue a call for a moment of virtual time."""
        timer = asyncio.TimerHandle(when, callback, args, self, context or copy_context())
        self._number += 1
        heapq.heappush(self._timers, (when, self._number, timer))
        return timer

    def call_later(
        self,
        delay: float,
        callback: Callable[[Unpack[Args]], object],
        *args: *Args,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Queue a call for `delay` virtual seconds from now."""
        return self.call_at(self._now + delay, callback, *args, context=context)

    def _queue(self, handle: asyncio.Handle) -> None:
        group = handle._context.get(GROUP, "world")  # type: ignore[attr-defined]  # no stub has it
        self._queues.setdefault(group, deque()).append(handle)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """A cancelled timer is dropped when its time comes."""

    def _run_once(self) -> None:
        """Handle after handle, until the loop is stopped; BaseEventLoop asks for it."""
        while not self._stopping:
            self._step()

    def _step(self) -> None:
        while self._timers and self._timers[0][0] <= self._now:
            timer = heapq.heappop(self._timers)[2]
            if not timer.cancelled():
                self._queue(timer)
        ready = [group for group, queue in self._queues.items() if queue and group not in self._still]
        if not ready:
            self._let_time_pass()
            return
        group = ready[0] if len(ready) == 1 else ready[int(self._chance.random() * len(ready))]
        handle = self._queues[group].popleft()
        if not handle.cancelled():
            self.steps += 1
            handle._run()
            self._on_step(group)

    def _let_time_pass(self) -> None:
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
        until = self._on_idle(self._timers[0][0] if self._timers else inf)
        if until == inf:
            raise Stuck("nobody can take a step, and no timer is set")
        self._now = max(self._now, until)
