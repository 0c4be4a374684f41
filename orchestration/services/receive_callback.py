"""News about a CI run: early, late, twice or unknown, it only makes us look again at the run itself."""

from collections.abc import Sequence

from orchestration.domain.tasks import TaskState, WaitOwner
from orchestration.ports.runtime import Request
from orchestration.services.engine import Engine


async def receive_callback(
    engine: Engine, tenant_id: str, *, run_id: str, texts: Sequence[str], request: Request
) -> int:
    """Look at the waiting tasks of this run at once; gives how many there are.

    A body is never believed: the state comes from the provider when the task asks. Idempotent.
    """
    nudged = 0
    async with engine.work() as work:
        for release_id, task_id in await work.releases.by_build(tenant_id, run_id=run_id, texts=texts):
            release = await work.releases.get(tenant_id, release_id)
            asked = release.task(task_id)
            for task in release.tasks:
                same = asked is not None and (task.pair, task.cycle_id) == (asked.pair, asked.cycle_id)
                waits = task.state is TaskState.WAITING and task.wait is not None
                if same and waits and task.wait is not None and task.wait.owner is WaitOwner.CI:
                    await work.nudge(tenant_id, task.id, at=engine.clock.now())
                    nudged += 1
        await work.finish(request)
        await work.commit()
    return nudged
