"""Hands out due work: one statement claims it, a lease bounds the claim, a fence tells late writers."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from orchestration.domain.due import RESTS, WorkKind
from orchestration.ports.runtime import Claim
from orchestration.services.again import again
from orchestration.store.backing import Backing
from orchestration.store.leases import AT, CLAIMER, claiming, due_ids, lengthen
from orchestration.store.putting_right import PuttingRight
from orchestration.store.queues import work
from orchestration.store.times import LeaseTime, moment
from orchestration.store.wake import Wake

_NEXT = select(func.min(work.c.due_ms)).where(work.c.due_ms > AT)


class SqlDispatcher:
    """The `Dispatcher` over the table `work`."""

    def __init__(self, backing: Backing) -> None:
        self._on = backing
        self._claim = claim_statement(backing.time)
        rests = or_(*(work.c.kind == kind for kind in RESTS))
        self._right = PuttingRight(backing, work, work.c.due_ms, backing.now_ms, only=rests)

    @again
    async def claim(self, *, limit: int) -> Sequence[Claim]:
        """Take up to `limit` pieces that are due, the longest due first."""
        if limit < 1:
            return []
        await self._right.look()
        asked = claiming(self._on.now_ms(), self._on.owner, limit=limit)
        async with self._on.database.writing() as connection:
            rows = (await connection.execute(self._claim, asked)).all()
        taken = asyncio.get_running_loop().time()
        return [
            Claim(
                id=row.id,
                tenant_id=row.tenant_id,
                release_id=row.release_id,
                kind=WorkKind(row.kind),
                subject=row.subject,
                fence=row.fence,
                trace=row.trace,
                at=moment(row.at_ms),
                taken=taken,
            )
            for row in sorted(rows, key=lambda row: (row.due_ms, row.id))
        ]

    @again
    async def renew(self, claims: Sequence[Claim]) -> None:
        """Lengthen the leases that are still ours; those lost stay lost."""
        await lengthen(self._on, work, work.c.id, [(claim.id, claim.fence) for claim in claims])

    async def next_in(self) -> float | None:
        """In how many seconds the next piece will be due; None where nothing is planned."""
        now = self._on.now_ms()
        async with self._on.database.reading() as connection:
            due = await connection.scalar(_NEXT, {AT.key: now})
        return None if due is None else (due - now) / 1000

    async def ahead(self) -> tuple[Mapping[WorkKind, datetime], int]:
        """When the next piece of each kind will be due, and how many are due already or worked on."""
        now = self._on.now_ms()
        later = work.c.due_ms > now
        statement = (
            select(
                work.c.kind,
                func.min(case((later, work.c.due_ms))).label("next_ms"),
                func.count(case((~later, 1))).label("due"),
            )
            .where(work.c.due_ms.is_not(None))
            .group_by(work.c.kind)
        )
        async with self._on.database.reading() as connection:
            rows = (await connection.execute(statement)).all()
        ahead = {WorkKind(row.kind): moment(row.next_ms) for row in rows if row.next_ms is not None}
        return ahead, sum(row.due for row in rows)

    @again
    async def let_go(self, claim: Claim) -> None:
        """Give work back untouched: it is due again at once. Does nothing where the lease was lost."""
        async with self._on.database.writing() as connection:
            result = await connection.execute(
                update(work)
                .where(
                    work.c.id == claim.id,
                    work.c.tenant_id == claim.tenant_id,
                    work.c.fence == claim.fence,
                    work.c.owner == self._on.owner,
                )
                .values(lease_until_ms=None, owner=None)
            )
            if result.rowcount == 0:
                return
        self._on.wake([Wake.WORK])


def claim_statement(time: LeaseTime) -> ReturningUpdate[tuple[str, str, str, str, str, int, int, str, int]]:
    """The one statement that claims; SQLite leaves the lock clause out, having one writer at a time."""
    due = due_ids(work, WorkKind, time)
    return (
        update(work)
        .where(work.c.id.in_(select(due.c.id)))
        .values(fence=work.c.fence + 1, owner=CLAIMER, lease_until_ms=time.end(), nudge_ms=None)
        .returning(
            work.c.id,
            work.c.tenant_id,
            work.c.release_id,
            work.c.kind,
            work.c.subject,
            work.c.fence,
            work.c.due_ms,
            work.c.trace,
            time.now().label("at_ms"),
        )
    )
