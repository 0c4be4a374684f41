"""The console of project management: tickets, to be moved over the board."""

from collections.abc import Mapping
from dataclasses import asdict

from sandbox.page.consoles.console import Console, Json, Order
from sandbox.page.consoles.deeds_told import told
from sandbox.roles import Tracker


class TicketsConsole(Console):
    """Tickets."""

    name = "tickets"

    def __init__(self, tracker: Tracker) -> None:
        super().__init__()
        self._tracker = tracker

    def read(self) -> Json:
        """Tickets, newest first."""
        tickets = [asdict(ticket) for ticket in reversed(self._tracker.tickets())]
        did = told(self._tracker.simulator, self._tracker.key)
        return {
            "title": self._tracker.title,
            "tickets": tickets,
            "statuses": list(self._tracker.statuses()),
            "did": did,
        }

    def orders(self) -> Mapping[str, Order]:
        """One to a column, or all to where they are done."""
        return {
            "move": lambda order: self._tracker.move(str(order["key"]), str(order["status"])),
            "done": lambda _order: self._tracker.finish_all(),
        }
