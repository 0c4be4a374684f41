"""Hands out connections that are to be looked at: claimed with a lease, so that replicas share them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, select, tuple_, update
from sqlalchemy.sql.dml import ReturningUpdate

from orchestration.services.again import again
from orchestration.store.backing import Backing
from orchestration.store.integrations import IntegrationRow, row_of
from orchestration.store.leases import AT, CLAIMER, ROOM, claiming
from orchestration.store.putting_right import PuttingRight
from orchestration.store.tables import integrations
from orchestration.store.times import LeaseTime, due_ms

LONGEST_APART = timedelta(hours=26)
"""No two tries of a connection are further apart: what lies further ahead was meant by a clock that was ahead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """A connection that is ours to look at until the lease ends."""

    row: IntegrationRow
    fence: int


class SqlWatch:
    """Claims over the table `integrations`; each call is a transaction of its own."""

    def __init__(self, backing: Backing) -> None:
        self._on = backing
        self._claim = claim_statement(backing.time)
        self._right = PuttingRight(
            backing, integrations, integrations.c.due_ms, backing.now_ms, longest=LONGEST_APART
        )

    @again
    async def claim(self, *, limit: int) -> Sequence[Watched]:
        """Take up to `limit` that are due, the longest due first."""
        if limit < 1:
            return []
        await self._right.look()
        asked = claiming(self._on.now_ms(), self._on.owner, limit=limit)
        async with self._on.database.writing() as connection:
            rows = (await connection.execute(self._claim, asked)).mappings().all()
        found = sorted(rows, key=lambda row: (row["due_ms"], row["tenant_id"], row["id"]))
        return [Watched(row=row_of(row), fence=row["fence"]) for row in found]

    @again
    async def renew(self, watched: Sequence[Watched]) -> None:
        """Lengthen the leases that are still ours."""
        for each in watched:
            await self._end(each, lease_until_ms=self._on.time.end())

    @again
    async def settle(self, watched: Watched, *, due_at: datetime) -> None:
        """Give one back until `due_at`, or earlier where that was asked for meanwhile. Nothing where it is lost."""
        due = due_ms(due_at)
        asked = integrations.c.nudge_ms
        await self._end(
            watched,
            due_ms=case((and_(asked.is_not(None), asked < due), asked), else_=due),
            nudge_ms=None,
            lease_until_ms=None,
            owner=None,
        )

    @again
    async def let_go(self, watched: Watched) -> None:
        """Give one back untouched: it is due again at once."""
        await self._end(watched, lease_until_ms=None, owner=None)

    async def _end(self, watched: Watched, **values: object) -> None:
        columns = integrations.c
        async with self._on.database.writing() as connection:
            await connection.execute(
                update(integrations)
                .where(
                    columns.tenant_id == watched.row.tenant_id,
                    columns.id == watched.row.id,
                    columns.fence == watched.fence,
                    columns.owner == self._on.owner,
                )
                .values(**values)
            )


def claim_statement(time: LeaseTime) -> ReturningUpdate[Any]:
    """The one statement that claims; SQLite leaves the lock clause out."""
    columns = integrations.c
    due = (
        select(columns.tenant_id, columns.id)
        .where(
            columns.due_ms <= AT,
            time.over(columns.lease_until_ms),
        )
        .order_by(columns.due_ms)
        .limit(ROOM)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        update(integrations)
        .where(tuple_(columns.tenant_id, columns.id).in_(select(due.c.tenant_id, due.c.id)))
        .values(fence=columns.fence + 1, owner=CLAIMER, lease_until_ms=time.end(), nudge_ms=None)
        .returning(integrations)
    )
