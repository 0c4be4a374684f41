"""The console of test management: runs, to be filled squad by squad."""

from collections.abc import Mapping
from dataclasses import asdict

from sandbox.page.consoles.console import Console, Json, Order
from sandbox.page.consoles.deeds_told import told
from sandbox.roles import Lab


class TestingConsole(Console):
    """Test runs."""

    __test__ = False  # the name is the field's, and pytest must not collect it
    name = "testing"

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab

    def read(self) -> Json:
        """Runs, newest first, with their squads."""
        runs = [
            {**asdict(run), "cases": dict(run.cases), "squads": self._lab.squads(run.key)}
            for run in reversed(self._lab.test_runs())
        ]
        return {"title": self._lab.title, "runs": runs, "did": told(self._lab.simulator, self._lab.key)}

    def orders(self) -> Mapping[str, Order]:
        """A squad's cases, or everything."""
        return {
            "fill": lambda order: self._lab.fill(
                str(order["run"]), str(order["squad"]), str(order["status"])
            ),
            "pass": lambda _order: self._lab.pass_all(),
        }
