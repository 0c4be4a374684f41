"""ClickUp as a member of a world."""

from collections.abc import Sequence

from sandbox.clickup.simulator import TOKEN, ClickupSimulator
from sandbox.roles import Tracker
from sandbox.values import Connection, Given, Ticket

SEARCH_LAG = 2.0
DONE = frozenset({"done", "closed"})


class ClickupMember(Tracker):
    """A workspace with the list Releases, whose tasks have custom ids."""

    key, title = "clickup", "ClickUp"
    simulator: ClickupSimulator

    def __init__(self, given: Given) -> None:
        self.simulator = ClickupSimulator(lag=given.pace.index_lag)

    @property
    def project(self) -> str:
        """A list's number."""
        return self.simulator.list.id

    def connection(self) -> Connection:
        """The captain's personal token."""
        settings = {
            "base_url": f"{self.simulator.url}/api",
            "workspace": self.simulator.world.id,
            "search_lag": SEARCH_LAG,
        }
        return Connection(settings=settings, secrets={"token": TOKEN})

    def tickets(self) -> Sequence[Ticket]:
        """All tasks; the last line of the description is the mark."""
        world = self.simulator.world
        return [
            Ticket(
                key=task.id,
                title=task.name,
                kind=world.types.get(task.item, "Task"),
                marks=tuple(task.text.splitlines()[-1:]),
                status=task.status.name,
                done=task.status.type in DONE,
            )
            for task in world.tasks.values()
            if not task.deleted
        ]

    def finish(self, key: str) -> None:
        """To a status of the group Done."""
        self.simulator.move(key, "shipped")

    def statuses(self) -> Sequence[str]:
        """The columns of the board."""
        return [status.name for status in self.simulator.list.statuses]

    def move(self, key: str, status: str) -> None:
        """As a person does on the board."""
        if status not in self.statuses():
            raise ValueError(f"There is no column {status}")
        self.simulator.move(key, status)
