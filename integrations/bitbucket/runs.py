"""A pipeline in our words, and which files are its own. Pure."""

import re

from integrations.bitbucket.answers import SHA, PipelineRow, State
from orchestration.ports.cicd import Run, RunState

RESULTS = {
    "SUCCESSFUL": RunState.SUCCEEDED,
    "FAILED": RunState.FAILED,
    "ERROR": RunState.FAILED,
    "EXPIRED": RunState.FAILED,
    "STOPPED": RunState.CANCELLED,
}
"""An unknown result counts as failed, with Bitbucket's word for it: what is not known to be good is not."""

WAITING = frozenset({"PENDING", "PARSING", "READY", "BUILDING"})
"""States before a pipeline has begun, and the stage of one that waits for a place."""

UUID = re.compile(r"\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}", re.IGNORECASE)


def state_of(state: State) -> tuple[RunState, str]:
    """The state, and Bitbucket's most exact word.

    PAUSED waits for a person at a manual step, HALTED for something in Bitbucket: both go on, and say so. An
    unknown state counts as running: the wait for the run has a deadline of its own.
    """
    if state.result is not None:
        return RESULTS.get(state.result.name, RunState.FAILED), state.result.name
    if state.name == "COMPLETED":
        return RunState.FAILED, "COMPLETED without a result"
    word = state.stage.name if state.stage is not None else state.name
    if state.name in WAITING or word in WAITING:
        return RunState.QUEUED, word
    return RunState.RUNNING, word


def run_of(row: PipelineRow, *, web: str, correlation_id: str | None = None) -> Run:
    """Our word for Bitbucket's; the number is the one that people see."""
    state, detail = state_of(row.state)
    commit = row.target.commit
    return Run(
        id=row.uuid,
        url=f"{web}/pipelines/results/{row.build_number}",
        state=state,
        correlation_id=correlation_id,
        commit=commit.hash if commit is not None and re.fullmatch(SHA, commit.hash) else None,
        number=str(row.build_number),
        detail=detail,
    )


def own_name(file: str, number: int) -> str | None:
    """The name of a run's artifact by its file's name: `app--12.aab` is `app.aab` of run 12. None for others."""
    before, mark, after = file.rpartition(f"--{number}")
    if not mark or not before or (after and not after.startswith(".")):
        return None
    return before + after
