"""News about what waits: the work is due earlier than it was planned to be."""

from sqlalchemy import ColumnElement, case, exists, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.due import WorkKind
from orchestration.domain.tasks import TaskState
from orchestration.store.queues import work
from orchestration.store.saving import work_id
from orchestration.store.tables import tasks


async def nudge_task(connection: AsyncConnection, tenant_id: str, task_id: str, at: int) -> bool:
    """Make the work of a waiting task due at `at` or earlier; False where there is none."""
    waiting = exists().where(
        tasks.c.release_id == work.c.release_id,
        tasks.c.id == task_id,
        # One that runs will wait in a moment, and the news may have overtaken it.
        tasks.c.state.in_([TaskState.WAITING, TaskState.RUNNING]),
    )
    return await _nudge(connection, tenant_id, work_id(WorkKind.TASK, task_id), at, waiting)


async def nudge_store(connection: AsyncConnection, tenant_id: str, submission_id: str, at: int) -> bool:
    """Make the look at a submission's store due at `at` or earlier; False where nobody looks any more."""
    return await _nudge(connection, tenant_id, work_id(WorkKind.STORE, submission_id), at)


async def _nudge(
    connection: AsyncConnection, tenant_id: str, named: str, at: int, *only: ColumnElement[bool]
) -> bool:
    result = await connection.execute(
        update(work)
        .where(work.c.id == named, work.c.tenant_id == tenant_id, work.c.due_ms.is_not(None), *only)
        .values(nudge_ms=at, due_ms=case((work.c.due_ms > at, at), else_=work.c.due_ms))
    )
    return result.rowcount > 0
