"""How many requests a key has left of its rolling hour.

https://developer.apple.com/documentation/appstoreconnectapi/identifying-rate-limits
"""

from collections import deque
from collections.abc import Callable

HOUR = 3600.0


class RollingHour:
    """The requests of the last sixty minutes. `clock` gives unix seconds."""

    def __init__(self, *, clock: Callable[[], float], limit: int = 3500) -> None:
        self.limit = limit
        self._clock = clock
        self._times: deque[float] = deque()

    def take(self) -> bool:
        """Count a request; False, and it does not count, where none is left."""
        now = self._clock()
        while self._times and self._times[0] <= now - HOUR:
            self._times.popleft()
        if len(self._times) >= self.limit:
            return False
        self._times.append(now)
        return True

    def header(self) -> str:
        """The value of X-Rate-Limit."""
        return f"user-hour-lim:{self.limit};user-hour-rem:{max(0, self.limit - len(self._times))};"
