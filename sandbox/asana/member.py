"""Asana as a member of a world."""

from collections.abc import Sequence

from sandbox.asana.simulator import BASE, TOKEN, AsanaSimulator
from sandbox.asana.world import Task
from sandbox.roles import Tracker
from sandbox.values import Connection, Given, Ticket

LIST_LAG = 2.0


class AsanaMember(Tracker):
    """A workspace with the project Mobile, in which tasks have a priority and an estimate too."""

    key, title = "asana", "Asana"
    simulator: AsanaSimulator

    def __init__(self, _given: Given) -> None:
        self.simulator = AsanaSimulator()
        world, project = self.simulator.world, self.simulator.project
        world.add_field(project, "Priority", "High", "Medium", "Low")
        world.add_field(project, "Estimate", subtype="number", precision=1)

    @property
    def project(self) -> str:
        """A project's gid."""
        return self.simulator.project.gid

    def connection(self) -> Connection:
        """The captain's personal access token."""
        settings = {
            "base_url": f"{self.simulator.url}{BASE}",
            "workspace": self.simulator.workspace.gid,
            "list_lag": LIST_LAG,
        }
        return Connection(settings=settings, secrets={"token": TOKEN})

    def tickets(self) -> Sequence[Ticket]:
        """All tasks; the last line of the notes is the mark."""
        return [
            Ticket(
                key=task.gid,
                title=task.name,
                kind=", ".join(tag.name for tag in task.tags),
                marks=tuple(task.notes.splitlines()[-1:]),
                status=self.simulator.section(task.gid).name,
                done=task.completed,
            )
            for task in self.simulator.world.all(Task)
        ]

    def finish(self, key: str) -> None:
        """To the last section, which completes it."""
        self.simulator.move(key, self.simulator.project.sections[-1].name)

    def statuses(self) -> Sequence[str]:
        """The columns of the board."""
        return [section.name for section in self.simulator.project.sections]

    def move(self, key: str, status: str) -> None:
        """As a person does on the board."""
        if status not in self.statuses():
            raise ValueError(f"There is no column {status}")
        self.simulator.move(key, status)
