"""Linear as a member of a world."""

from collections.abc import Sequence

from sandbox.linear.simulator import TOKEN, LinearSimulator
from sandbox.linear.world import Issue
from sandbox.roles import Tracker
from sandbox.values import Connection, Given, Ticket


class LinearMember(Tracker):
    """A workspace with the team MOB."""

    key, title = "linear", "Linear"
    simulator: LinearSimulator

    def __init__(self, given: Given) -> None:
        self.simulator = LinearSimulator(sdl=given.schema)

    @property
    def project(self) -> str:
        """A team's key."""
        return self.simulator.team.key

    def connection(self) -> Connection:
        """A personal API key."""
        return Connection(settings={"base_url": self.simulator.url}, secrets={"token": TOKEN})

    def tickets(self) -> Sequence[Ticket]:
        """All issues; the last line of the description is the mark."""
        return [
            Ticket(
                key=issue.identifier,
                title=issue.title,
                kind=", ".join(label.name for label in issue.labels),
                marks=tuple((issue.description or "").splitlines()[-1:]),
                status=issue.state.name,
                done=issue.state.type in {"completed", "canceled"},
            )
            for issue in self.simulator.world.all(Issue)
        ]

    def finish(self, key: str) -> None:
        """To the state Done."""
        self.simulator.move(key, "Done")

    def statuses(self) -> Sequence[str]:
        """The columns of the board."""
        return [state.name for state in self.simulator.team.states]

    def move(self, key: str, status: str) -> None:
        """As a person does on the board."""
        if status not in self.statuses():
            raise ValueError(f"There is no column {status}")
        self.simulator.move(key, status)
