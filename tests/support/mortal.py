"""A coroutine that is watched at each of its awaits: what a death there would leave behind can be kept."""

import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any


@types.coroutine
def _driven(work: Coroutine[Any, Any, None], at_await: Callable[[int], None]) -> Generator[Any, Any, None]:
    """Hand on what the coroutine waits for; look when it came, before the coroutine learns of it."""
    number = 0
    answer: Any = None
    while True:
        try:
            waits_for = work.send(answer)
        except StopIteration:
            return
        answer = yield waits_for
        number += 1
        at_await(number)


async def watched(work: Coroutine[Any, Any, None], at_await: Callable[[int], None]) -> None:
    """Run it to its end; `at_await` is called with the number of each await, at which the process might have died."""
    await _driven(work, at_await)
