"""Checkmate as a member of a world."""

from collections import Counter
from collections.abc import Sequence

from sandbox.checkmate.simulator import TOKEN, CheckmateSimulator
from sandbox.checkmate.world import CaseStatus
from sandbox.roles import Lab
from sandbox.values import Connection, Given, TestRun


class CheckmateMember(Lab):
    """A server with one project of three squads."""

    key, title = "checkmate", "Checkmate"
    simulator: CheckmateSimulator
    project = "1"

    def __init__(self, _given: Given) -> None:
        self.simulator = CheckmateSimulator()

    def connection(self) -> Connection:
        """An administrator's token."""
        return Connection(settings={"base_url": self.simulator.url}, secrets={"token": TOKEN})

    def test_runs(self) -> Sequence[TestRun]:
        """All runs."""
        return [
            TestRun(
                key=str(run.id),
                title=run.name,
                status=run.status.value,
                cases=dict(Counter(case.value for case in run.cases.values())),
            )
            for run in self.simulator.world.runs.values()
        ]

    def pass_all(self) -> None:
        """What has failed passes now too."""
        for run in tuple(self.simulator.world.runs):
            self.simulator.fill(run, CaseStatus.PASSED)
