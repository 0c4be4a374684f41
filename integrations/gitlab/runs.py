"""A pipeline of GitLab CI in our words. Pure."""

import re

from integrations.gitlab.wire import PipelineRow
from orchestration.ports.cicd import Run, RunState

STATUSES = {
    "created": RunState.QUEUED,
    "waiting_for_resource": RunState.QUEUED,
    "preparing": RunState.QUEUED,
    "pending": RunState.QUEUED,
    "scheduled": RunState.QUEUED,
    "running": RunState.RUNNING,
    "manual": RunState.RUNNING,
    "canceling": RunState.RUNNING,
    "success": RunState.SUCCEEDED,
    "failed": RunState.FAILED,
    "canceled": RunState.CANCELLED,
    "skipped": RunState.FAILED,
}
"""GitLab's eleven states and `canceling`, which newer servers add while they stop a pipeline.

`manual` waits for a person to start a job in GitLab; `skipped` built nothing. An unknown one counts as running:
the wait for the run has a deadline of its own.
"""

ID = r"[A-Za-z0-9._-]"


def state_of(status: str) -> RunState:
    """Our word for a pipeline's status."""
    return STATUSES.get(status, RunState.RUNNING)


def run_of(row: PipelineRow, *, correlation_id: str | None = None) -> Run:
    """Our word for GitLab's; the number is the one within the project."""
    return Run(
        id=str(row.id),
        url=row.web_url,
        state=state_of(row.status),
        correlation_id=correlation_id,
        commit=row.sha,
        number=str(row.iid),
        detail=row.status,
    )


def shows(name: str | None, correlation_id: str) -> bool:
    """Whether a pipeline's name shows this id as a whole word: `b-1` is not in `b-10`."""
    whole = re.compile(rf"(?<!{ID}){re.escape(correlation_id)}(?!{ID})")
    return whole.search(name or "") is not None
