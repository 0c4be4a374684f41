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
    project = "1"

    def __init__(self, _given: Given) -> None:
        self._simulator = CheckmateSimulator()

    @property
    def simulator(self) -> CheckmateSimulator:
        """Checkmate."""
        return self._simulator

    def connection(self) -> Connection:
        """An administrator's token."""
        return Connection(settings={"base_url": self._simulator.url}, secrets={"token": TOKEN})

    def test_runs(self) -> Sequence[TestRun]:
        """All runs."""
        return [
            TestRun(
                key=str(run.id),
                title=run.name,
                status=run.status.value,
                cases=Counter(case.value for case in run.cases.values()),
            )
            for run in self._simulator.world.runs.values()
        ]

    def pass_all(self) -> None:
        """What has failed passes now too."""
        for run in tuple(self._simulator.world.runs):
            self._simulator.fill(run, CaseStatus.PASSED)
