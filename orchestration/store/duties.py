"""Hands out what is to be looked at: trains, freezes and groups, claimed with a lease so that replicas share them.

None rests for longer than an hour: who looks too early does nothing but say when it is due again.

Whoever changes one of them writes in the same transaction when it is due next, under its lease or not; a lease
only keeps others away meanwhile.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from orchestration.ports.planning import Duty, DutyKind
from orchestration.services.again import again
from orchestration.store.backing import Backing
from orchestration.store.database import insert_into
from orchestration.store.leases import CLAIMER, claiming, due_ids, known, lengthen
from orchestration.store.putting_right import PuttingRight, rested
from orchestration.store.queues import duties
from orchestration.store.times import LeaseTime, due_ms


def duty_id(tenant_id: str, kind: DutyKind, subject: str) -> str:
    """The id of the row."""
    return f"{kind}:{tenant_id}:{subject}"


async def plan_duty(
    connection: AsyncConnection, tenant_id: str, kind: DutyKind, subject: str, *, due: int | None
) -> None:
    """Set when something is due. Rows are never deleted: their fences must go on rising."""
    statement = insert_into(connection, duties).values(
        id=duty_id(tenant_id, kind, subject),
        tenant_id=tenant_id,
        kind=kind,
        subject=subject,
        due_ms=due,
        fence=0,
    )
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_={"due_ms": statement.excluded.due_ms})
    )


class SqlDuties:
    """Claims over the table `duties`; each call is a transaction of its own."""

    def __init__(self, backing: Backing) -> None:
        self._on = backing
        self._claim = claim_statement(backing.time)
        ours = known(duties, DutyKind)
        self._right = PuttingRight(backing, duties, duties.c.due_ms, backing.now_ms, only=ours)

    @again
    async def claim(self, *, limit: int) -> Sequence[Duty]:
        """Take up to `limit` that are due, the longest due first."""
        if limit < 1:
            return []
        await self._right.look()
        asked = claiming(self._on.now_ms(), self._on.owner, limit=limit)
        async with self._on.database.writing() as connection:
            rows = (await connection.execute(self._claim, asked)).all()
        return [
            Duty(
                id=row.id,
                tenant_id=row.tenant_id,
                kind=DutyKind(row.kind),
                subject=row.subject,
                fence=row.fence,
            )
            for row in sorted(rows, key=lambda row: (row.due_ms, row.id))
        ]

    @again
    async def renew(self, held: Sequence[Duty]) -> None:
        """Lengthen the leases that are still ours; those lost stay lost."""
        await lengthen(self._on, duties, duties.c.id, [(duty.id, duty.fence) for duty in held])

    @again
    async def let_go(self, duty: Duty) -> None:
        """Give one back; when it is due stands in its row."""
        await self._end(duty)

    @again
    async def later(self, duty: Duty, *, at: datetime) -> None:
        """Give one back that could not be done; it is due again at `at`, in an hour at most."""
        await self._end(duty, due_ms=rested(due_ms(at), self._on.now_ms()))

    async def _end(self, duty: Duty, **values: object) -> None:
        async with self._on.database.writing() as connection:
            await connection.execute(
                update(duties)
                .where(
                    duties.c.id == duty.id,
                    duties.c.tenant_id == duty.tenant_id,
                    duties.c.fence == duty.fence,
                    duties.c.owner == self._on.owner,
                )
                .values(lease_until_ms=None, owner=None, **values)
            )


def claim_statement(time: LeaseTime) -> ReturningUpdate[Any]:
    """The one statement that claims; SQLite leaves the lock clause out."""
    due = due_ids(duties, DutyKind, time)
    return (
        update(duties)
        .where(duties.c.id.in_(select(due.c.id)))
        .values(fence=duties.c.fence + 1, owner=CLAIMER, lease_until_ms=time.end())
        .returning(duties)
    )
