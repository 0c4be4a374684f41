"""The release verbs of a store whose releases are made in its own console."""

from orchestration.ports.app_store import StoreOrder, StoreStatus
from orchestration.ports.errors import Refused


class ByHand:
    """Refuses, with where a person does it."""

    console = "the store's console"
    longest_note = 500

    async def status(self, *, version: str, number: str) -> StoreStatus | None:
        """Not told."""
        raise self._no(version, number)

    async def submit(self, order: StoreOrder) -> StoreStatus:
        """By hand."""
        raise self._no(order.build.version, order.build.number)

    async def withdraw(self, *, version: str, number: str) -> StoreStatus:
        """By hand."""
        raise self._no(version, number)

    async def release(self, *, version: str, number: str) -> StoreStatus:
        """By hand."""
        raise self._no(version, number)

    async def set_rollout(self, *, version: str, number: str, percent: float) -> StoreStatus:  # noqa: ARG002 - nothing is done with it
        """By hand."""
        raise self._no(version, number)

    async def pause(self, *, version: str, number: str) -> StoreStatus:
        """By hand."""
        raise self._no(version, number)

    async def halt(self, *, version: str, number: str) -> StoreStatus:
        """By hand."""
        raise self._no(version, number)

    async def resume(self, *, version: str, number: str) -> StoreStatus:
        """By hand."""
        raise self._no(version, number)

    async def complete(self, *, version: str, number: str) -> StoreStatus:
        """By hand."""
        raise self._no(version, number)

    def _no(self, version: str, number: str) -> Refused:
        return Refused(f"Stationmaster does not do this with {version} ({number}): do it in {self.console}")
