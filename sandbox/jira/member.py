"""Jira as a member of a world."""

from collections.abc import Sequence

from sandbox.jira.simulator import EMAIL, TOKEN, JiraSimulator
from sandbox.roles import Tracker
from sandbox.values import Connection, Given, Ticket

SEARCH_LAG = 2.0


class JiraMember(Tracker):
    """A Cloud with the project MOB."""

    key, title = "jira", "Jira"
    simulator: JiraSimulator
    issue_type = "Task"

    def __init__(self, given: Given) -> None:
        self.simulator = JiraSimulator(lag=given.pace.index_lag)

    @property
    def project(self) -> str:
        """A project's key."""
        return "MOB"

    def connection(self) -> Connection:
        """The captain's API token."""
        settings = {"base_url": self.simulator.url, "email": EMAIL, "search_lag": SEARCH_LAG}
        return Connection(settings=settings, secrets={"token": TOKEN})

    def tickets(self) -> Sequence[Ticket]:
        """All issues; the labels are their marks."""
        return [
            Ticket(
                key=issue.key,
                title=issue.summary,
                kind=issue.type.name,
                marks=tuple(issue.labels),
                status=issue.status.name,
                done=issue.status.category.key == "done",
            )
            for issue in self.simulator.world.issues.values()
        ]

    def finish(self, key: str) -> None:
        """To the status Done."""
        self.simulator.move(key, "Done")

    def statuses(self) -> Sequence[str]:
        """The columns of the board."""
        return [status.name for status in self.simulator.world.statuses]

    def move(self, key: str, status: str) -> None:
        """As a person does on the board."""
        if status not in self.statuses():
            raise ValueError(f"There is no column {status}")
        self.simulator.move(key, status)
