"""How much a token may ask: requests a minute, and how many at once.

https://developers.asana.com/docs/rate-limits: 150 a minute in free domains, 1,500 in paid ones; 50 readings and 15
writings at once. What is refused counts too.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sandbox.asana.answers import AsanaError

MINUTE = 60.0
WORDS = "You've made too many requests and hit a rate limit. Please retry after the given amount of time."


class Limits:
    """The limits of all tokens of a server. `at_once` by whether it is a reading."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self.a_minute = 1500
        self.at_once = {True: 50, False: 15}
        self._clock = clock
        self._used: Counter[tuple[str, int]] = Counter()
        self._now: Counter[tuple[str, bool]] = Counter()

    @contextmanager
    def flight(self, token: str, method: str) -> Iterator[None]:
        """One request on its way; 429 where there are too many."""
        reading = method == "GET"
        self._now[token, reading] += 1
        try:
            if self._now[token, reading] > self.at_once[reading]:
                raise _too_many(1)
            self._count(token)
            yield
        finally:
            self._now[token, reading] -= 1

    def _count(self, token: str) -> None:
        now = self._clock()
        window = int(now // MINUTE)
        self._used[token, window] += 1
        if self._used[token, window] > self.a_minute:
            raise _too_many(math.ceil((window + 1) * MINUTE - now))


def _too_many(seconds: int) -> AsanaError:
    return AsanaError(429, WORDS, headers={"Retry-After": str(seconds)})
