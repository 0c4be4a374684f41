"""The `Steps` of a transaction, and their table."""

from collections.abc import Callable, Sequence

from sqlalchemy import BigInteger, Column, Index, String, Table, delete, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.workflow_steps import WorkflowStep
from orchestration.store.database import insert_into
from orchestration.store.tables import metadata
from orchestration.store.times import due_ms, moment

workflow_steps = Table(
    "workflow_steps",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("release_id", String, nullable=False),
    Column("deadline_ms", BigInteger, nullable=False),
    Index("ix_workflow_steps_release", "tenant_id", "release_id"),
)


class SqlSteps:
    """Steps that wait, in one transaction."""

    def __init__(self, connection: AsyncConnection, *, may_write: Callable[[], object]) -> None:
        self._connection = connection
        self._may_write = may_write

    async def add(self, step: WorkflowStep) -> None:
        """Let one wait. Idempotent."""
        self._may_write()
        statement = insert_into(self._connection, workflow_steps).values(
            tenant_id=step.tenant_id,
            id=step.id,
            release_id=step.release_id,
            deadline_ms=due_ms(step.deadline_at),
        )
        await self._connection.execute(statement.on_conflict_do_nothing(index_elements=["tenant_id", "id"]))

    async def find(self, tenant_id: str, step_id: str) -> WorkflowStep | None:
        """One that waits."""
        table = workflow_steps.c
        one = (table.tenant_id == tenant_id, table.id == step_id)
        row = (await self._connection.execute(select(workflow_steps).where(*one))).one_or_none()
        return _step(row) if row is not None else None

    async def waiting(self, tenant_id: str, release_id: str) -> Sequence[WorkflowStep]:
        """Those that wait for a release, by id."""
        table = workflow_steps.c
        rows = await self._connection.execute(
            select(workflow_steps)
            .where(table.tenant_id == tenant_id, table.release_id == release_id)
            .order_by(table.id)
        )
        return [_step(row) for row in rows]

    async def remove(self, step: WorkflowStep) -> None:
        """It was answered. Idempotent."""
        self._may_write()
        table = workflow_steps.c
        await self._connection.execute(
            delete(workflow_steps).where(table.tenant_id == step.tenant_id, table.id == step.id)
        )


def _step(row: Row[tuple[object, ...]]) -> WorkflowStep:
    return WorkflowStep(
        id=row.id, tenant_id=row.tenant_id, release_id=row.release_id, deadline_at=moment(row.deadline_ms)
    )
