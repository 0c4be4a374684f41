"""The console of Workflow Builder: it runs the app's own steps, and tells what became of each."""

from dataclasses import replace

import pytest

from sandbox.page.consoles.workflows import WorkflowsConsole
from sandbox.slack import App, SlackSimulator

FUNCTIONS = {
    "wait": {
        "title": "Wait",
        "description": "Go on later",
        "input_parameters": {
            "properties": {
                "release": {"type": "string", "title": "Release", "description": "Its id"},
                "who": {"type": "slack#/types/user_id", "title": "Who", "description": "A person"},
            },
            "required": ["release"],
        },
        "output_parameters": {
            "properties": {"decision": {"type": "string", "title": "Decision", "description": "What"}},
            "required": ["decision"],
        },
    }
}


async def console() -> tuple[SlackSimulator, WorkflowsConsole]:
    """A workspace whose app offers one step."""
    slack = SlackSimulator(app=App(functions=FUNCTIONS))
    return slack, WorkflowsConsole(slack)


async def test_steps_are_shown_as_they_are_declared() -> None:
    """With what each input is called, whether it is needed, and whether it is a person."""
    _slack, shown = await console()
    (step,) = shown.read()["steps"]
    assert (step["name"], step["title"]) == ("wait", "Wait")
    assert [(i["name"], i["needed"], i["person"]) for i in step["inputs"]] == [
        ("release", True, False),
        ("who", False, True),
    ]


async def test_a_run_is_told_from_its_start_to_its_end() -> None:
    """What was left empty is not given; the newest stands first; outputs by their titles, errors as they are."""
    slack, shown = await console()
    run = shown.orders()["run"]
    run({"step": "wait", "inputs": {"release": " 2.14.0 ", "who": ""}})
    run({"step": "wait", "inputs": {"release": "2.15.0"}})
    second, first = shown.read()["runs"]
    assert (first["inputs"], first["ended"]) == ({"release": "2.14.0"}, False)
    world = slack.world
    world.steps[first["id"]] = replace(world.steps[first["id"]], outputs={"decision": "approved"})
    world.steps[second["id"]] = replace(world.steps[second["id"]], error="Which release?")
    second, first = shown.read()["runs"]
    assert (first["ended"], first["outputs"]) == (True, [{"title": "Decision", "value": "approved"}])
    assert (second["ended"], second["error"]) == (True, "Which release?")


async def test_a_step_without_what_it_needs_is_refused() -> None:
    """As Workflow Builder does, before the app hears of it."""
    slack, shown = await console()
    with pytest.raises(ValueError, match="release"):
        shown.orders()["run"]({"step": "wait", "inputs": {"release": "  "}})
    assert slack.world.steps == {}
