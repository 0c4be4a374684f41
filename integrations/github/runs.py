"""A run of GitHub Actions in our words. Pure."""

import re

from integrations.github.wire import RunRow
from orchestration.ports.cicd import Run, RunState

STATUSES = {
    "queued": RunState.QUEUED,
    "requested": RunState.QUEUED,
    "waiting": RunState.QUEUED,
    "pending": RunState.QUEUED,
    "in_progress": RunState.RUNNING,
}
"""An unknown status counts as running: the wait for the run has a deadline of its own."""

CONCLUSIONS = {
    "success": RunState.SUCCEEDED,
    "neutral": RunState.SUCCEEDED,
    "cancelled": RunState.CANCELLED,
    "failure": RunState.FAILED,
    "timed_out": RunState.FAILED,
    "startup_failure": RunState.FAILED,
    "action_required": RunState.FAILED,
    "stale": RunState.FAILED,
    "skipped": RunState.FAILED,
}
"""An unknown conclusion counts as failed, with GitHub's word for it: what is not known to be good is not."""

ID = r"[A-Za-z0-9._-]"


def state_of(status: str | None, conclusion: str | None) -> tuple[RunState, str | None]:
    """The state, and GitHub's word where it tells a person more."""
    if status == "completed" and conclusion is not None:
        return CONCLUSIONS.get(conclusion, RunState.FAILED), conclusion
    return STATUSES.get(status or "queued", RunState.RUNNING), status


def run_of(row: RunRow, *, correlation_id: str | None = None) -> Run:
    """Our word for GitHub's."""
    state, detail = state_of(row.status, row.conclusion)
    return Run(
        id=str(row.id),
        url=row.html_url,
        state=state,
        correlation_id=correlation_id,
        commit=row.head_sha,
        number=str(row.run_number),
        detail=detail,
    )


def carries(row: RunRow, correlation_id: str) -> bool:
    """Whether the run shows this id in its name, as a whole word: `b-1` is not in `b-10`."""
    whole = re.compile(rf"(?<!{ID}){re.escape(correlation_id)}(?!{ID})")
    return any(whole.search(text) for text in (row.display_title, row.name or ""))
