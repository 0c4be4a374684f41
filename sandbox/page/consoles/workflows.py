"""The console of Workflow Builder: the steps that the app offers, run as a workflow would, and what became of each."""

from collections.abc import Mapping
from typing import Any

from sandbox.page.consoles.console import Console, Json, Order
from sandbox.slack.simulator import SlackSimulator
from sandbox.slack.values import StepRun

_SHOWN = 20


class WorkflowsConsole(Console):
    """The steps of an app."""

    name = "workflows"

    def __init__(self, slack: SlackSimulator) -> None:
        super().__init__()
        self._slack = slack

    def read(self) -> Json:
        """The steps with their inputs as the manifest declares them, and the newest runs first."""
        declared = self._slack.app_install.functions
        runs = list(self._slack.world.steps.values())[-_SHOWN:]
        return {
            "steps": [_step(name, about) for name, about in declared.items()],
            "runs": [_run(run, declared) for run in reversed(runs)],
        }

    def orders(self) -> Mapping[str, Order]:
        """A step is reached; what was left empty is not given, as in Workflow Builder."""
        return {"run": self._run}

    def _run(self, order: Json) -> None:
        given = {str(name): str(value).strip() for name, value in order["inputs"].items()}
        self._slack.run_step(str(order["step"]), **{name: value for name, value in given.items() if value})


def _step(name: str, about: Mapping[str, Any]) -> Json:
    parameters = about["input_parameters"]
    needed = parameters.get("required", [])
    return {
        "name": name,
        "title": about["title"],
        "description": about["description"],
        "inputs": [
            {
                "name": key,
                "title": each["title"],
                "hint": each["description"],
                "person": each["type"] == "slack#/types/user_id",
                "needed": key in needed,
            }
            for key, each in parameters["properties"].items()
        ],
    }


def _run(run: StepRun, declared: Mapping[str, Mapping[str, Any]]) -> Json:
    about = declared.get(run.function)
    titles = about["output_parameters"]["properties"] if about is not None else {}
    outputs = run.outputs or {}
    return {
        "id": run.id,
        "title": about["title"] if about is not None else run.function,
        "inputs": dict(run.inputs),
        "ended": run.outputs is not None or bool(run.error),
        "error": run.error,
        "outputs": [
            {"title": titles.get(name, {}).get("title", name), "value": str(value)}
            for name, value in outputs.items()
        ],
    }
