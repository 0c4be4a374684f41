"""Workflow files as GitHub Actions reads them: name, trigger, inputs and run-name."""

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from sandbox.github.answers import invalid
from sandbox.gitrepo import GitRepo

FOLDER = ".github/workflows"
EXPRESSION = re.compile(r"\$\{\{\s*(?P<path>[A-Za-z0-9_.-]+)\s*\}\}")
MOST_INPUTS = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Workflow:
    """One file. `inputs` is None where there is no `workflow_dispatch` trigger."""

    id: int
    file: str
    name: str
    run_name: str | None
    inputs: Mapping[str, Mapping[str, Any]] | None

    @property
    def path(self) -> str:
        """The path from the repository's root."""
        return f"{FOLDER}/{self.file}"


def workflows_at(git: GitRepo, commit: str) -> Sequence[Workflow]:
    """The workflows whose files are there at a commit."""
    names = (name for name in git.files(commit, FOLDER) if name.endswith((".yml", ".yaml")))
    found = (workflow_at(git, commit, name) for name in names)
    return tuple(workflow for workflow in found if workflow is not None)


def workflow_at(git: GitRepo, commit: str, file: str) -> Workflow | None:
    """One workflow at a commit; None where the file is missing or is no YAML object."""
    text = git.file(commit, f"{FOLDER}/{file}")
    if text is None:
        return None
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError:
        return None
    if not isinstance(data, dict):
        return None
    return Workflow(
        id=zlib.crc32(file.encode()) % 90_000_000 + 10_000_000,
        file=file,
        name=str(data.get("name") or f"{FOLDER}/{file}"),
        run_name=str(data["run-name"]) if data.get("run-name") else None,
        inputs=_dispatch_inputs(data.get("on", data.get(True))),  # YAML 1.1 reads the key `on` as true
    )


def _dispatch_inputs(trigger: Any) -> Mapping[str, Mapping[str, Any]] | None:
    if trigger == "workflow_dispatch" or (isinstance(trigger, list) and "workflow_dispatch" in trigger):
        return {}
    if not isinstance(trigger, dict) or "workflow_dispatch" not in trigger:
        return None
    inputs = (trigger["workflow_dispatch"] or {}).get("inputs") or {}
    return {str(name): spec or {} for name, spec in inputs.items()}


def checked_inputs(workflow: Workflow, given: Mapping[str, Any]) -> dict[str, str]:
    """The inputs of a run with their defaults; 422 in GitHub's words where they do not fit."""
    if workflow.inputs is None:
        raise invalid("Workflow does not have 'workflow_dispatch' trigger")
    if len(given) > MOST_INPUTS:
        raise invalid(
            f"Invalid request.\n\nNo more than {MOST_INPUTS} properties are allowed; {len(given)} given."
        )
    unexpected = [name for name in given if name not in workflow.inputs]
    if unexpected:
        raise invalid(f"Unexpected inputs provided: {json.dumps(unexpected)}")
    values: dict[str, str] = {}
    for name, spec in workflow.inputs.items():
        value = given.get(name, spec.get("default"))
        if value is None:
            if spec.get("required"):
                raise invalid(f"Required input '{name}' not provided")
            value = ""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        options = [str(option) for option in spec.get("options") or []]
        if spec.get("type") == "choice" and text not in options:
            words = "not in the list of allowed values"
            raise invalid(f"Provided value '{text}' for input '{name}' {words}")
        values[name] = text
    return values


def display_title(workflow: Workflow, *, inputs: Mapping[str, str], ref: str, actor: str) -> str:
    """The run's title: `run-name` with its expressions filled in, or the workflow's name."""
    if workflow.run_name is None:
        return workflow.name
    known = {"github.ref_name": ref, "github.actor": actor, "github.event_name": "workflow_dispatch"}
    for name, value in inputs.items():
        known[f"inputs.{name}"] = known[f"github.event.inputs.{name}"] = value
    return EXPRESSION.sub(lambda found: known.get(found["path"], ""), workflow.run_name)
