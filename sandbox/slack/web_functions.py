"""`functions.completeSuccess` and `functions.completeError`. Source: docs.slack.dev/reference/methods/functions.*."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.slack.methods import Call, Kind, Method, words
from sandbox.slack.values import Json, StepRun
from sandbox.slack.workspace import SlackError, Workspace, refuse_problems

_KINDS = {"string": str, "integer": int, "number": int | float, "boolean": bool}


def run_step(workspace: Workspace, name: str, inputs: Mapping[str, str]) -> StepRun:
    """Reach a step of a workflow, as Workflow Builder does; the app hears of it with `function_executed`.

    ValueError where the app declares no such step, or an input is missing or unknown.
    """
    declared = workspace.app.functions.get(name)
    if declared is None:
        raise ValueError(f"the app has no step {name}")
    known, needed = declared["input_parameters"]["properties"], declared["input_parameters"]["required"]
    wrong = [*(set(inputs) - set(known)), *(set(needed) - set(inputs))]
    if wrong:
        raise ValueError(f"inputs are wrong: {', '.join(sorted(wrong))}")
    world = workspace.world
    run = StepRun(id=world.new_id("Fx"), function=name, inputs=dict(inputs))
    world.steps[run.id] = run
    world.changed("step", run.id)
    event: Json = {
        "type": "function_executed",
        "function": {
            "id": "Fn0000SANDBOX",
            "callback_id": name,
            "title": declared["title"],
            "description": declared["description"],
            "type": "app",
            "input_parameters": _listed(declared["input_parameters"]),
            "output_parameters": _listed(declared["output_parameters"]),
            "app_id": workspace.app.id,
            "date_created": int(world.clock()),
            "date_updated": int(world.clock()),
            "date_deleted": 0,
            "form_enabled": False,
        },
        "inputs": dict(inputs),
        "function_execution_id": run.id,
        "workflow_execution_id": world.new_id("Wx"),
        "event_ts": world.new_ts(),
        "bot_access_token": "xwfp-1-sandbox",
    }
    workspace.emit("function_executed", event)
    return run


def _listed(parameters: Mapping[str, Any]) -> list[Json]:
    needed = parameters.get("required", [])
    return [
        {"name": name, "is_required": name in needed, **about}
        for name, about in parameters["properties"].items()
    ]


def _running(call: Call) -> StepRun:
    run = call.workspace.world.steps.get(call.word("function_execution_id"))
    if run is None:
        raise SlackError("function_execution_not_found")
    if run.outputs is not None or run.error:
        raise SlackError("execution_not_in_running_state")
    return run


def _put(call: Call, run: StepRun) -> Json:
    call.workspace.world.steps[run.id] = run
    call.workspace.world.changed("step", run.id)
    return {}


def complete_success(call: Call) -> Json:
    """`functions.completeSuccess`: outputs must be those that the manifest declares, each of its type."""
    run, outputs = _running(call), call.get("outputs")
    declared = call.workspace.app.functions[run.function]["output_parameters"]
    known = declared["properties"]
    if not isinstance(outputs, dict):
        raise refuse_problems("invalid_arguments", ["outputs must be an object [json-pointer:/outputs]"])
    problems = [f"unknown output {name}" for name in outputs if name not in known]
    problems += [f"missing output {name}" for name in declared.get("required", []) if name not in outputs]
    problems += [
        f"output {name} is no {known[name]['type']}"
        for name, value in outputs.items()
        if name in known and not isinstance(value, _KINDS.get(known[name]["type"], str))
    ]
    if problems:
        raise refuse_problems("parameter_validation_failed", problems)
    return _put(call, replace(run, outputs=outputs))


def complete_error(call: Call) -> Json:
    """`functions.completeError`: the step fails, and the workflow's owner reads why."""
    return _put(call, replace(_running(call), error=call.word("error")))


METHODS = (
    Method(
        name="functions.completeSuccess",
        run=complete_success,
        tier=3,
        required=("function_execution_id", "outputs"),
        arguments={**words("function_execution_id"), "outputs": Kind.JSON},
    ),
    Method(
        name="functions.completeError",
        run=complete_error,
        tier=3,
        required=("function_execution_id", "error"),
        arguments=words("function_execution_id", "error"),
    ),
)
