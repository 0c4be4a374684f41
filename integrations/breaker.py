"""Trouble of one provider stays with it: a circuit breaker and a concurrency limit per tenant and provider.

The breaker is that of Nygard, "Release It!": closed; open after a row of failures; half-open for one trial.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from orchestration.ports.errors import TryLater


class BreakerState(StrEnum):
    """CLOSED lets calls through, OPEN none, HALF_OPEN one trial."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """`concurrency` calls at once; `failures` in a row open the breaker for `cooldown` seconds.

    A provider's wish to be left alone is kept for at most `longest_pause` seconds.
    """

    concurrency: int = 8
    failures: int = 5
    cooldown: float = 30.0
    longest_pause: float = 900.0


class Breaker:
    """The breaker and the limit of one (tenant, provider). `clock` gives monotonic seconds."""

    def __init__(self, *, provider: str, clock: Callable[[], float], limits: Limits) -> None:
        self._provider = provider
        self._clock = clock
        self._limits = limits
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._failures = 0
        self._trial_at: float | None = None
        self._paused_until = clock()
        self._trial = False

    def state(self) -> BreakerState:
        """The state as of now."""
        if self._trial_at is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self._clock() < self._trial_at else BreakerState.HALF_OPEN

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """Hold a slot for one call; TryLater (nothing done) while the breaker is open or the provider rests.

        The caller reports with `succeeded`, `failed` or `paused`; saying nothing leaves the count as it is.
        """
        async with self._slots:
            self._admit()
            trial = self.state() is BreakerState.HALF_OPEN
            self._trial = self._trial or trial
            try:
                yield
            finally:
                if trial:
                    self._trial = False

    def succeeded(self) -> None:
        """The provider answered: close."""
        self._failures = 0
        self._trial_at = None

    def failed(self) -> None:
        """The provider did not answer, or with a server error; a failed trial opens again."""
        self._failures += 1
        if self._failures >= self._limits.failures or self._trial_at is not None:
            self._trial_at = self._clock() + self._limits.cooldown

    def paused(self, seconds: float) -> None:
        """The provider asks to be left alone (429): no call for this long."""
        until = self._clock() + min(max(seconds, 0.0), self._limits.longest_pause)
        self._paused_until = max(self._paused_until, until)

    def _admit(self) -> None:
        now = self._clock()
        if now < self._paused_until:
            raise TryLater(
                f"{self._provider} asked for a pause", after=timedelta(seconds=self._paused_until - now)
            )
        if self._trial_at is None:
            return
        if now < self._trial_at:
            raise TryLater(
                f"{self._provider} did not answer lately; it is asked again soon",
                after=timedelta(seconds=self._trial_at - now),
            )
        if self._trial:
            raise TryLater(
                f"{self._provider} did not answer lately; one call is trying it now",
                after=timedelta(seconds=1),
            )


class Breakers:
    """One breaker per (tenant, provider): the trouble of one tenant's account is not another's."""

    def __init__(self, *, clock: Callable[[], float], limits: Limits | None = None) -> None:
        self._clock = clock
        self._limits = limits or Limits()
        self._breakers: dict[tuple[str, str], Breaker] = {}

    def of(self, tenant: str, provider: str) -> Breaker:
        """The breaker of this pair, made at first use."""
        key = (tenant, provider)
        if key not in self._breakers:
            self._breakers[key] = Breaker(provider=provider, clock=self._clock, limits=self._limits)
        return self._breakers[key]

    def states(self) -> Iterator[tuple[str, BreakerState]]:
        """The provider and the state of each, of whatever tenant."""
        for (_tenant, provider), breaker in self._breakers.items():
            yield provider, breaker.state()
