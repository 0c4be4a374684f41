"""How often a token may ask: a bucket for each that fills steadily, told in the answers' headers.

The headers are those of draft-ietf-httpapi-ratelimit-headers-10. Each process counts for itself.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_MINUTE = 60.0
_MOST = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """Whether a request may be worked on now; `wait` are the seconds until one may."""

    granted: bool
    wait: float
    headers: Mapping[str, str]


class Pace:
    """`per_minute` requests of each token, all at once or spread. `clock` is monotonic, in seconds."""

    def __init__(self, *, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def look(self, key: str) -> float:
        """The seconds until there is a turn, without taking one."""
        left = self._now(self._left.get(key), self._clock())
        return 0.0 if left >= 1 else (1 - left) * _MINUTE / self._per_minute

    def _now(self, kept: tuple[float, float] | None, now: float) -> float:
        left, since = kept or (float(self._per_minute), now)
        return min(float(self._per_minute), left + (now - since) * self._per_minute / _MINUTE)

    def take(self, token_id: str) -> Turn:
        """Take a turn of a token."""
        now = self._clock()
        left = self._now(self._left.pop(token_id, None), now)
        granted = left >= 1
        left -= granted
        self._left[token_id] = (left, now)
        while len(self._left) > _MOST:
            self._left.popitem(last=False)
        wait = 0.0 if left >= 1 else (1 - left) * _MINUTE / self._per_minute
        return Turn(granted=granted, wait=wait, headers=self._headers(left, wait))

    def _headers(self, left: float, wait: float) -> Mapping[str, str]:
        return {
            "RateLimit-Policy": f'"token";q={self._per_minute};w={_MINUTE:.0f}',
            "RateLimit": f'"token";r={math.floor(left)};t={math.ceil(wait)}',
        }
