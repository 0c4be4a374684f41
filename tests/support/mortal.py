"""A coroutine that is killed at one of its awaits, with everything that it would still have cleaned up."""

import asyncio
import types
from collections.abc import Coroutine, Generator
from typing import Any


class Deadline:
    """Counts the awaits of a coroutine; from number `dies_at` on, none of them returns."""

    def __init__(self, dies_at: int) -> None:
        self.dies_at = dies_at
        self.awaits = 0

    @property
    def reached(self) -> bool:
        """Whether it was killed."""
        return self.awaits >= self.dies_at


@types.coroutine
def _driven(work: Coroutine[Any, Any, None], deadline: Deadline) -> Generator[Any, Any, None]:
    """Hand on what the coroutine waits for, until it must die; then its clean-up dies at each await too."""
    answer: Any = None
    dead = False
    while True:
        try:
            waits_for = work.throw(asyncio.CancelledError) if dead else work.send(answer)
        except (StopIteration, asyncio.CancelledError):
            return
        deadline.awaits += 1
        dead = deadline.reached
        if not dead:
            answer = yield waits_for


async def lived(work: Coroutine[Any, Any, None], *, dies_at: int) -> Deadline:
    """Run it until that await. What the event loop had begun for it already, ends by itself."""
    deadline = Deadline(dies_at)
    await _driven(work, deadline)
    return deadline
