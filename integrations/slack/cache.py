"""Answers of Slack that need not be asked for again at once."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Cache(Generic[Kept]):
    """Answers that stay good for a while. The oldest goes when there are too many."""

    def __init__(self, *, seconds: float, clock: Callable[[], float], most: int = 5_000) -> None:
        self._seconds = seconds
        self._clock = clock
        self._most = most
        self._kept: dict[str, tuple[float, Kept]] = {}

    async def get(self, key: str, ask_for: Callable[[], Awaitable[Kept]]) -> Kept:
        """The answer that is kept, or a new one; failures are not kept."""
        until, kept = self._kept.get(key, (float("-inf"), None))
        if kept is not None and self._clock() < until:
            return kept
        fresh = await ask_for()
        self._kept.pop(key, None)
        while len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = (self._clock() + self._seconds, fresh)
        return fresh
