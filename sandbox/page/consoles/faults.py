"""The fault console: each provider, and Slack itself, can be slow, down, at its limit, or lose an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.kit import Fault, FaultKind, Simulator
from sandbox.page.consoles.console import Console, Json, Order
from sandbox.page.consoles.deeds_told import told
from sandbox.slack.simulator import SlackSimulator
from sandbox.world import World

ALWAYS = 1_000_000
WRITES = "POST|PUT|PATCH|DELETE"
LIMIT_SECONDS = 10
SLACK_LIMIT = {
    "path": "/api/",
    "headers": {"Retry-After": str(LIMIT_SECONDS), "Content-Type": "application/json; charset=utf-8"},
    "body": '{"ok":false,"error":"ratelimited"}',
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """`says` is what stands on the button, `fault` what is ordered."""

    name: str
    says: str
    fault: Mapping[str, Any]


TROUBLES = (
    Trouble(
        name="limited",
        says="At its limit (429)",
        fault={"status": 429, "times": ALWAYS, "headers": {"Retry-After": str(LIMIT_SECONDS)}},
    ),
    Trouble(
        name="lost",
        says="Lose the next answer",
        fault={"kind": FaultKind.DROP_AFTER, "method": WRITES, "times": 1},
    ),
    Trouble(
        name="slow",
        says="Slow (5 s)",
        fault={"kind": FaultKind.SLOW_BEFORE, "seconds": 5.0, "times": ALWAYS},
    ),
    Trouble(name="down", says="Down", fault={"status": 503, "times": ALWAYS}),
)


class FaultsConsole(Console):
    """Slack and all providers."""

    name = "faults"

    def __init__(self, world: World) -> None:
        super().__init__()
        self._slack = world.slack
        self._titles = {"slack": "Slack", **{key: member.title for key, member in world.members.items()}}
        members = {key: member.simulator for key, member in world.members.items()}
        self._simulators: dict[str, Simulator] = {"slack": world.slack, **members}

    def read(self) -> Json:
        """What is on where."""
        rows = [
            {
                "key": key,
                "title": self._titles[key],
                "on": self._on(simulator),
                "did": told(simulator, key)[:5],
            }
            for key, simulator in self._simulators.items()
        ]
        return {"rows": rows, "troubles": [{"name": t.name, "says": t.says} for t in TROUBLES]}

    def orders(self) -> Mapping[str, Order]:
        """A trouble begins, which ends the one before, or everything is well again."""
        return {"set": self._set}

    def _set(self, order: Json) -> None:
        simulator, name = self._simulators[str(order["provider"])], str(order["trouble"])
        chosen = next((trouble for trouble in TROUBLES if trouble.name == name), None)
        if chosen is None and name != "none":
            raise ValueError(f"There is no trouble {name}")
        simulator.faults.clear()
        slack = isinstance(simulator, SlackSimulator)
        if slack and self._slack.settings.down != (name == "down"):
            self._slack.go_down(down=name == "down")
        if chosen is not None and not (slack and name == "down"):
            simulator.fault(**{**chosen.fault, **(SLACK_LIMIT if slack and name == "limited" else {})})

    def _on(self, simulator: Simulator) -> str:
        """The trouble that is on, `none`, or `other` for what a test ordered."""
        if isinstance(simulator, SlackSimulator) and simulator.settings.down:
            return "down"
        fault = next((fault for fault in simulator.faults if fault.times > 0), None)
        if fault is None:
            return "none"
        return next((trouble.name for trouble in TROUBLES if _is(fault, trouble)), "other")


def _is(fault: Fault, trouble: Trouble) -> bool:
    kind, status = trouble.fault.get("kind", FaultKind.ANSWER_BEFORE), trouble.fault.get("status", 500)
    return fault.kind is kind and fault.status == status
