"""Steps of workflows that wait, as rows."""

from collections.abc import Sequence
from typing import Protocol

from orchestration.domain.workflow_steps import WorkflowStep


class Steps(Protocol):
    """Steps in a transaction."""

    async def add(self, step: WorkflowStep) -> None:
        """Let one wait. Idempotent."""

    async def find(self, tenant_id: str, step_id: str) -> WorkflowStep | None:
        """One that waits, None where it was answered or never came."""

    async def waiting(self, tenant_id: str, release_id: str) -> Sequence[WorkflowStep]:
        """Those that wait for a release, by id."""

    async def remove(self, step: WorkflowStep) -> None:
        """It was answered. Idempotent."""
