"""Checkmate as a member of a world."""

from collections import Counter
from collections.abc import Mapping, Sequence

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

    def squads(self, key: str) -> Mapping[str, Mapping[str, int]]:
        """Each squad with cases in the run."""
        world = self.simulator.world
        run = world.runs[int(key)]
        counted = ((squad, world.count(run, squad.id)) for squad in world.squads_of(run))
        return {
            squad.name: {s.value: counts[s.value.lower()] for s in CaseStatus} for squad, counts in counted
        }

    def fill(self, key: str, squad: str, status: str) -> None:
        """What was not tested yet; a pass also mends what failed."""
        wanted = CaseStatus(status)
        for only in (
            (CaseStatus.UNTESTED, CaseStatus.FAILED)
            if wanted is CaseStatus.PASSED
            else (CaseStatus.UNTESTED,)
        ):
            self.simulator.fill(int(key), wanted, squad=squad, only=only)

    def pass_all(self) -> None:
        """What has failed passes now too."""
        for run in tuple(self.simulator.world.runs):
            self.simulator.fill(run, CaseStatus.PASSED)
