"""The clock console: how the time of releases goes, and what is next."""

from collections.abc import Mapping

from sandbox.clock import SandboxClock
from sandbox.page.consoles.console import Console, Json, Order


class TimeConsole(Console):
    """The sandbox's clock."""

    name = "time"

    def __init__(self, clock: SandboxClock) -> None:
        super().__init__()
        self._clock = clock

    async def look(self) -> None:
        """Ask the bot what is ahead, too."""
        await self._clock.look()
        await super().look()

    async def end(self) -> None:
        """Time goes as the machine's does while nobody is there."""
        await self._clock.stop()

    def read(self) -> Json:
        """`shown` was the time at the real moment `real`; it gains `rate` seconds a second."""
        clock = self._clock
        ahead = clock.ahead or {"next": None, "working": False}
        return {
            "real": clock.real.timestamp(),
            "shown": clock.shown.timestamp(),
            "rate": clock.rate,
            "moving": clock.moving,
            "note": clock.note,
            "reached": clock.ahead is not None,
            "next": ahead["next"],
            "working": ahead["working"],
        }

    def orders(self) -> Mapping[str, Order]:
        """Another rate, or on to what is next."""
        return {
            "rate": lambda order: self._clock.set_rate(float(order["rate"])),
            "next": lambda order: self._clock.move_on(anyway=bool(order.get("anyway"))),
            "halt": lambda _order: self._clock.halt(),
        }
