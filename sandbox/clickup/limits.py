"""How many requests a token has in a minute, told in three headers.

https://developer.clickup.com/docs/rate-limits
"""

from collections import Counter
from collections.abc import Callable

MINUTE = 60


class Limits:
    """The budgets of all tokens. `limit` is 100 on most plans, 1,000 on Business Plus, 10,000 on Enterprise."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self.limit = 100
        self._clock = clock
        self._window = -1
        self._used: Counter[str] = Counter()

    def take(self, token: str) -> bool:
        """Whether a request may pass; it counts either way."""
        window = int(self._clock() // MINUTE)
        if window != self._window:
            self._window, self._used = window, Counter()
        self._used[token] += 1
        return self._used[token] <= self.limit

    def headers(self, token: str) -> dict[str, str]:
        """The headers of an answer; the reset is in unix seconds."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - self._used[token])),
            "X-RateLimit-Reset": str((self._window + 1) * MINUTE),
        }
