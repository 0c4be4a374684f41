"""News about a CI run: early, late, twice or unknown, it only makes us look again at the run itself."""

from collections.abc import Sequence

from orchestration.domain.people import Actor, Permission
from orchestration.domain.tasks import TaskState, WaitOwner
from orchestration.ports.runtime import Request, UnitOfWork
from orchestration.services.engine import Engine
from orchestration.services.saving import require, roles_of


async def receive_callback(
    engine: Engine, tenant_id: str, *, run_id: str, texts: Sequence[str], request: Request
) -> int:
    """Look at the waiting tasks of this run at once; gives how many there are.

    A body is never believed: the state comes from the provider when the task asks. Idempotent.
    """
    async with engine.work() as work:
        nudged = await _look_again(engine, work, tenant_id, run_id=run_id, texts=texts)
        await work.finish(request)
        await work.commit()
    return nudged


async def hear_of_run(
    engine: Engine, tenant_id: str, *, run_id: str, texts: Sequence[str], actor: Actor
) -> int:
    """The same for whoever may report builds, such as a step of the run itself. Idempotent."""
    async with engine.work() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.REPORT)
        nudged = await _look_again(engine, work, tenant_id, run_id=run_id, texts=texts)
        await work.commit()
    return nudged


async def _look_again(
    engine: Engine, work: UnitOfWork, tenant_id: str, *, run_id: str, texts: Sequence[str]
) -> int:
    nudged = 0
    for release_id, task_id in await work.releases.by_build(tenant_id, run_id=run_id, texts=texts):
        release = await work.releases.get(tenant_id, release_id)
        asked = release.task(task_id)
        for task in release.tasks:
            same = asked is not None and (task.pair, task.cycle_id) == (asked.pair, asked.cycle_id)
            waits = task.state is TaskState.WAITING and task.wait is not None
            if same and waits and task.wait is not None and task.wait.owner is WaitOwner.CI:
                await work.nudge(tenant_id, task.id, at=engine.clock.now())
                nudged += 1
    return nudged
