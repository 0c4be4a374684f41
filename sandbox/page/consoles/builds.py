"""The CI console: runs that go on can be made to pass, fail or hang, and so can those to come."""

from collections.abc import Mapping

from sandbox.page.consoles.console import Console, Json, Order
from sandbox.page.consoles.deeds_told import told
from sandbox.roles import Builder

MOST = 40
ORDERS = ("pass", "fail", "hang", "cancel")
TO_COME = ("pass", "fail", "hang")


class BuildsConsole(Console):
    """CI."""

    name = "builds"

    def __init__(self, builder: Builder) -> None:
        super().__init__()
        self._builder = builder
        self._to_come = "pass"
        self._hanging: set[str] = set()

    def read(self) -> Json:
        """Runs, newest first."""
        runs = [
            {
                "id": run.correlation,
                "kind": run.kind,
                "platform": run.platform,
                "version": run.version,
                "ref": run.ref,
                "commit": run.commit,
                "state": "running" if run.passed is None else "passed" if run.passed else "failed",
                "hangs": run.passed is None and run.correlation in self._hanging,
            }
            for run in list(reversed(self._builder.runs()))[:MOST]
        ]
        did = told(self._builder.simulator, self._builder.key)
        return {"title": self._builder.title, "runs": runs, "to_come": self._to_come, "did": did}

    def orders(self) -> Mapping[str, Order]:
        """One run, or all that are still to come."""
        return {"steer": self._steer, "expect": self._expect}

    def _steer(self, order: Json) -> None:
        what, run = str(order["order"]), str(order["run"])
        if what not in ORDERS:
            raise ValueError(f"A run can {', '.join(ORDERS)}")
        self._builder.steer(run, what)
        if what == "hang":
            self._hanging.add(run)

    def _expect(self, order: Json) -> None:
        what = str(order["order"])
        if what not in TO_COME:
            raise ValueError(f"Runs to come can {', '.join(TO_COME)}")
        self._builder.expect(what)
        self._to_come = what
