"""Slack's rate limits: token buckets per method, and one per channel for posted messages.

Source: docs.slack.dev/apis/web-api/rate-limits and `reference/slack.md` section 1.3. A bucket holds a short
burst (for tier 1 the ten sockets an app may open) and refills steadily; an empty one answers how many whole
seconds to wait.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100, 5: 600}
BURST = {1: 10, 2: 20, 3: 50, 4: 100, 5: 600}
CHANNEL_PER_SECOND = 1.0
CHANNEL_BURST = 5
WORKSPACE_PER_MINUTE = 300


@dataclass(kw_only=True, slots=True)
class Bucket:
    """A token bucket: `size` tokens at most, `rate` tokens a second."""

    size: float
    rate: float
    tokens: float
    at: float

    def take(self, now: float) -> float:
        """Take a token and return 0, or return after how many seconds there will be one."""
        self.tokens = min(self.size, self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.rate


class RateLimits:
    """The buckets of one app in one workspace; `scale` multiplies all limits, 0 turns them off."""

    def __init__(self, *, clock: Callable[[], float], scale: float = 1.0) -> None:
        self._clock = clock
        self.scale = scale
        self._buckets: dict[str, Bucket] = {}

    def reset(self, scale: float) -> None:
        """Change the scale and start with full buckets."""
        self.scale = scale
        self._buckets.clear()

    def wait_for(self, method: str, tier: int, channel: str = "") -> int:
        """Take what a call needs and return 0, or return the `Retry-After` in whole seconds."""
        if self.scale == 0:
            return 0
        if method == "chat.postMessage":
            waits = [
                self._take(f"{method}/{channel}", CHANNEL_BURST, CHANNEL_PER_SECOND),
                self._take(method, WORKSPACE_PER_MINUTE, WORKSPACE_PER_MINUTE / 60),
            ]
        else:
            waits = [self._take(method, BURST[tier], PER_MINUTE[tier] / 60)]
        return math.ceil(max(waits))

    def _take(self, key: str, size: float, rate: float) -> float:
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            size = max(1.0, size * self.scale)
            bucket = Bucket(size=size, rate=rate * self.scale, tokens=size, at=now)
            self._buckets[key] = bucket
        return bucket.take(now)
