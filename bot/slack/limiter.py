"""Says how long to wait before the next call to Slack, so that we stay within its limits. Decides, never sleeps.

Slack limits per method and workspace, and chat.postMessage besides to about one per second and channel with short
bursts (https://docs.slack.dev/apis/web-api/rate-limits). An edit of a progress message should not come more than
once in 3 seconds. After a 429 the whole method rests for `Retry-After`. One limiter per workspace; two
processes that share one workspace each keep their own, so the 429 is what they have in common.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

Clock = Callable[[], float]
"""Seconds that never go back, such as time.monotonic."""


class Family(StrEnum):
    """Kinds of calls that share a limit."""

    POST = "chat.postMessage"
    EDIT = "chat.update"
    EPHEMERAL = "chat.postEphemeral"
    HISTORY = "conversations.history"
    VIEW = "views"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """`burst` calls at once, then one per `every` seconds; for the whole workspace and for each channel."""

    every: float
    burst: int = 1


WORKSPACE: Mapping[Family, Pace] = {
    Family.POST: Pace(every=0.25, burst=20),  # several hundred a minute
    Family.EDIT: Pace(every=1.2, burst=10),  # tier 3: 50 a minute
    Family.EPHEMERAL: Pace(every=0.6, burst=30),  # tier 4: 100 a minute
    Family.HISTORY: Pace(every=1.2, burst=10),
    Family.VIEW: Pace(every=0.6, burst=30),
    Family.OTHER: Pace(every=1.2, burst=20),
}
CHANNEL: Mapping[Family, Pace] = {Family.POST: Pace(every=1.0, burst=3)}
EDIT_SECONDS = 3.0
"""Between two edits of one message."""
# Who would have to wait for longer comes back then and asks again, so that no turn is given far ahead.
_LONGEST_QUEUE = 60.0
# Whoever comes back goes by a clock of milliseconds, and must not be early by a part of one.
_SURELY = 0.005


@dataclass(slots=True)
class _Bucket:
    """A generic cell rate: `ready` is when the bucket is full again. (ITU-T I.371; one number is the whole state.)

    `turn` is when the last of those may go who were told to come back.
    """

    pace: Pace
    ready: float = float("-inf")
    turn: float = float("-inf")

    def delay(self, now: float) -> float:
        return max(0.0, self.ready - (self.pace.burst - 1) * self.pace.every - now)

    def take(self, now: float) -> None:
        self.ready = max(self.ready, now) + self.pace.every

    def queue(self, now: float, begin: float) -> float:
        """The next turn from `begin` on, behind those that were given before."""
        first = max(now + self.delay(now), begin)
        self.turn = min(max(first, self.turn + self.pace.every), first + _LONGEST_QUEUE)
        return self.turn


@dataclass(slots=True)
class Limiter:
    """The limits of one workspace. Keeps a number per channel and edited message, and forgets idle ones.

    `edit_seconds` is the least time between two edits of one message. `scale` multiplies the waits of the paces,
    0 for a sandbox without limits; what Slack itself asks for is always kept.
    """

    clock: Clock
    edit_seconds: float = EDIT_SECONDS
    scale: float = 1.0
    _buckets: dict[tuple[Family, str], _Bucket] = field(default_factory=dict)
    _edited: dict[tuple[str, str], float] = field(default_factory=dict)
    _resting: dict[Family, float] = field(default_factory=dict)
    _kept: int = 0

    def delay_for(self, family: Family, channel: str = "", *, ts: str | None = None) -> float:
        """Seconds to wait before this call; 0 when it may go now. `ts` is the message that an edit changes.

        Asking changes nothing: tell `note_sent` when the call goes.
        """
        now = self.clock()
        delays = [bucket.delay(now) for bucket in self._of(family, channel).values()]
        delays.append(self._resting.get(family, now) - now)
        edited = self._edited.get((channel, ts)) if ts is not None else None
        if edited is not None:
            delays.append(edited + self.edit_seconds - now)
        return max(0.0, *delays)

    def turn(self, family: Family, channel: str = "", *, ts: str | None = None) -> float:
        """Seconds after which one that may not go now comes back: each in a turn of its own.

        Were all told the same moment, all but one of them would come in vain.
        """
        now = self.clock()
        resting = self._resting.get(family, now) > now
        turns = [self.delay_for(family, channel, ts=ts)]
        for key, bucket in self._of(family, channel).items():
            if resting or bucket.delay(now) > 0:
                turns.append(bucket.queue(now, self._resting.get(family, now)) - now)
                self._buckets[key] = bucket
        return max(turns) + _SURELY

    def note_sent(self, family: Family, channel: str = "", *, ts: str | None = None) -> None:
        """A call goes out now. Count it before its answer comes, so that a parallel one waits."""
        now = self.clock()
        for key, bucket in self._of(family, channel).items():
            bucket.take(now)
            self._buckets[key] = bucket
        if ts is not None:
            self._edited[channel, ts] = now
        self._forget(now)

    def note_retry_after(self, family: Family, seconds: float) -> None:
        """Slack said 429: the whole method rests. A shorter wish never shortens an earlier one."""
        until = self.clock() + max(0.0, seconds)
        self._resting[family] = max(until, self._resting.get(family, until))

    def _of(self, family: Family, channel: str) -> dict[tuple[Family, str], _Bucket]:
        paces = {"": WORKSPACE[family]}
        if channel and family in CHANNEL:
            paces[channel] = CHANNEL[family]
        return {
            (family, where): self._buckets.get((family, where)) or _Bucket(self._scaled(pace))
            for where, pace in paces.items()
        }

    def _scaled(self, pace: Pace) -> Pace:
        return replace(pace, every=pace.every * self.scale)

    def _forget(self, now: float) -> None:
        """Drop what no longer holds anything back, each time the memory has doubled."""
        size = len(self._buckets) + len(self._edited)
        if size < max(256, 2 * self._kept):
            return
        self._buckets = {key: one for key, one in self._buckets.items() if max(one.ready, one.turn) > now}
        self._edited = {key: at for key, at in self._edited.items() if at + self.edit_seconds > now}
        self._kept = len(self._buckets) + len(self._edited)
