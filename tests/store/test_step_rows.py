"""Steps of workflows that wait, as rows: of one tenant each, once, and gone when they were answered."""

from datetime import UTC, datetime

from orchestration.domain.workflow_steps import WorkflowStep
from orchestration.store.store import Store

ONE, OTHER = "T0ONE", "T0OTHER"
STEP = WorkflowStep(
    id="Fx1", tenant_id=ONE, release_id="REL-1", deadline_at=datetime(2026, 12, 24, tzinfo=UTC)
)


async def test_a_step_waits_once_until_it_is_answered(store: Store) -> None:
    """A repeat changes nothing; another tenant neither sees nor ends it."""
    async with store.work() as work:
        await work.steps.add(STEP)
        await work.steps.add(STEP)
        await work.commit()
    async with store.look() as work:
        assert await work.steps.waiting(ONE, "REL-1") == [STEP]
        assert await work.steps.waiting(ONE, "REL-2") == []
        assert await work.steps.waiting(OTHER, "REL-1") == []
        assert await work.steps.find(ONE, "Fx1") == STEP
        assert await work.steps.find(OTHER, "Fx1") is None
    async with store.work() as work:
        await work.steps.remove(STEP)
        await work.steps.remove(STEP)
        await work.commit()
    async with store.look() as work:
        assert await work.steps.find(ONE, "Fx1") is None
