"""Who watches the engine at work, for figures: it only looks, decides nothing, and raises nothing."""

from typing import Protocol

from orchestration.domain.change import Change


class Witness(Protocol):
    """What a bot may count. Everything is told after the fact, never before a commit."""

    def saved(self, change: Change) -> None:
        """A change of a release was committed."""

    def looked(self, loop: str, *, claimed: int, seconds: float) -> None:
        """A loop asked for work, was answered, and took so many pieces."""

    def look_failed(self, loop: str) -> None:
        """A loop asked for work in vain."""

    def worked(self, loop: str, *, seconds: float, fine: bool) -> None:
        """A piece of work ended; not `fine` where a fault of ours left it."""

    def lease_lost(self, loop: str) -> None:
        """Another worker has the work: what this one did was not stored."""


class Unwatched:
    """Nobody watches."""

    def saved(self, change: Change) -> None:
        """Nobody counts it."""

    def looked(self, loop: str, *, claimed: int, seconds: float) -> None:
        """Nobody counts it."""

    def look_failed(self, loop: str) -> None:
        """Nobody counts it."""

    def worked(self, loop: str, *, seconds: float, fine: bool) -> None:
        """Nobody counts it."""

    def lease_lost(self, loop: str) -> None:
        """Nobody counts it."""


UNWATCHED: Witness = Unwatched()
