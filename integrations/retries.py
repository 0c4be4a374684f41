"""Repeats of readings, within a budget: in an outage repeats must not multiply the load.

The budget is Finagle's ("RetryBudget"): every request earns a fraction of a repeat.
"""

from collections.abc import Awaitable, Callable

MOST = 2
EARNED = 0.1
SAVED = 10.0
FIRST_PAUSE = 0.2


class Budget:
    """What one (tenant, provider) may repeat."""

    def __init__(self, *, chance: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._chance = chance
        self._sleep = sleep
        self._saved = SAVED

    def allows(self, attempt: int) -> bool:
        """Whether the attempt of this number (from 0) may be followed by another."""
        if attempt == 0:
            self._saved = min(self._saved + EARNED, SAVED)
        return attempt < MOST and self._saved >= 1.0

    async def pause(self, attempt: int) -> None:
        """Spend one repeat and wait: 0.1-0.3 s before the first, twice that before the second."""
        self._saved -= 1.0
        await self._sleep(FIRST_PAUSE * 2 ** (attempt - 1) * (0.5 + self._chance()))


class Retries:
    """One budget per (tenant, provider)."""

    def __init__(self, *, chance: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._chance = chance
        self._sleep = sleep
        self._budgets: dict[tuple[str, str], Budget] = {}

    def budget(self, tenant: str, provider: str) -> Budget:
        """The budget of this pair, made at first use."""
        key = (tenant, provider)
        if key not in self._budgets:
            self._budgets[key] = Budget(chance=self._chance, sleep=self._sleep)
        return self._budgets[key]
