"""A build of Jenkins in our words. Pure."""

from integrations.jenkins.wire import BuildRow
from orchestration.ports.cicd import RunState

RESULTS = {
    "SUCCESS": RunState.SUCCEEDED,
    "UNSTABLE": RunState.FAILED,
    "FAILURE": RunState.FAILED,
    "NOT_BUILT": RunState.FAILED,
    "ABORTED": RunState.CANCELLED,
}
"""An unknown result counts as failed, with Jenkins' word for it: what is not known to be good is not."""


def state_of(row: BuildRow, *, accept_unstable: bool = False) -> tuple[RunState, str | None]:
    """The state, and Jenkins' word where it has one. Between the end and the result a build is still running."""
    if row.building or row.result is None:
        return RunState.RUNNING, None
    if row.result == "UNSTABLE" and accept_unstable:
        return RunState.SUCCEEDED, row.result
    return RESULTS.get(row.result, RunState.FAILED), row.result
