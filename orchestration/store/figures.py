"""How much there is of what, for those who operate us: counted over partial indexes, in one transaction.

Nothing here names a tenant, a release or a person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool

from orchestration.domain.tasks import TaskState
from orchestration.domain.webhooks import DeliveryState
from orchestration.store.backing import Backing
from orchestration.store.outbox_statements import OutboxState
from orchestration.store.queues import duties, inbox, outbox, work
from orchestration.store.tables import integrations, releases, tasks
from orchestration.store.times import moment
from orchestration.store.wake import Wake
from orchestration.store.webhook_tables import webhook_deliveries


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """How much waits in a queue, how much of it is due, and for how many seconds the oldest should have been done.

    A message that is tried again and again is as old as since its first try.
    """

    waiting: int
    due: int
    oldest: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """A count of everything. `phases` has a number and the seconds of the oldest, `expiries` the first end."""

    queues: Mapping[Wake, Queue] = field(default_factory=dict)
    outbox_dead: int = 0
    failed_tasks: Mapping[str, int] = field(default_factory=dict)
    waits_overdue: int = 0
    longest_overdue: float = 0.0
    phases: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    connections: Mapping[tuple[str, str], int] = field(default_factory=dict)
    expiries: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """Connections of this process: in use, idle, and the most that there may be."""

    in_use: int
    idle: int
    most: int


def pool_of(engine: AsyncEngine) -> Pool:
    """The engine's pool at this moment."""
    pool = engine.pool
    if not isinstance(pool, QueuePool):
        return Pool(in_use=0, idle=0, most=0)
    return Pool(in_use=pool.checkedout(), idle=pool.checkedin(), most=pool.size() + pool._max_overflow)  # noqa: SLF001 - there is no public word for it


async def figures(on: Backing) -> Figures:
    """Everything as it stands now."""
    now = on.now_ms()
    async with on.database.reading() as connection:
        overdue, longest = await _overdue(connection, now)
        return Figures(
            queues={kind: await _queue(connection, on, kind) for kind in _QUEUES},
            outbox_dead=await _dead(connection),
            failed_tasks=await _failed(connection),
            waits_overdue=overdue,
            longest_overdue=longest,
            phases=await _phases(connection, now),
            connections=await _connections(connection),
            expiries=await _expiries(connection),
        )


# What tells when a piece is due, and by which clock: releases go by one, what goes over a wire by the machine's.
_QUEUES: Mapping[Wake, tuple[Table, Column[int], Callable[[Backing], int]]] = {
    Wake.WORK: (work, work.c.due_ms, Backing.now_ms),
    Wake.INBOX: (inbox, inbox.c.not_before_ms, Backing.post_ms),
    Wake.OUTBOX: (outbox, outbox.c.not_before_ms, Backing.post_ms),
    Wake.CONNECTIONS: (integrations, integrations.c.due_ms, Backing.now_ms),
    Wake.DUTIES: (duties, duties.c.due_ms, Backing.now_ms),
    Wake.WEBHOOKS: (webhook_deliveries, webhook_deliveries.c.queued_ms, Backing.post_ms),
}


# Where a later try makes a piece due later, this is older: its first try, or when it came in.
_BEGUN: Mapping[Wake, ColumnElement[Any]] = {
    Wake.INBOX: inbox.c.received_ms,
    Wake.OUTBOX: func.coalesce(outbox.c.first_ms, outbox.c.not_before_ms),
}


async def _queue(connection: AsyncConnection, on: Backing, kind: Wake) -> Queue:
    table, due, clock = _QUEUES[kind]
    now = clock(on)
    is_due = case((due <= now, 1))
    begun = func.min(_BEGUN.get(kind, due))
    statement = select(func.count(), func.count(is_due), begun).select_from(table)
    waiting, ready, first = (await connection.execute(statement.where(_open(kind, due)))).one()
    return Queue(waiting=waiting, due=ready, oldest=_age(first, now))


def _age(first: int | None, now: int) -> float:
    """Seconds since a moment that may not have come."""
    return max(now - first, 0) / 1000 if first is not None else 0.0


def _open(kind: Wake, due: Column[int]) -> ColumnElement[bool]:
    return (
        webhook_deliveries.c.state == DeliveryState.PENDING.value
        if kind is Wake.WEBHOOKS
        else due.is_not(None)
    )


async def _dead(connection: AsyncConnection) -> int:
    statement = select(func.count()).select_from(outbox).where(outbox.c.state == OutboxState.DEAD)
    return int((await connection.execute(statement)).scalar_one())


async def _failed(connection: AsyncConnection) -> Mapping[str, int]:
    """Those that wait for a person: a release that has ended needs none of them any more."""
    statement = (
        select(tasks.c.type, func.count())
        .join(releases, releases.c.id == tasks.c.release_id)
        .where(tasks.c.state == TaskState.FAILED, ~releases.c.ended)
        .group_by(tasks.c.type)
    )
    return {row[0]: row[1] for row in await connection.execute(statement)}


async def _overdue(connection: AsyncConnection, now: int) -> tuple[int, float]:
    statement = select(func.count(), func.min(tasks.c.deadline_ms)).where(tasks.c.deadline_ms < now)
    count, first = (await connection.execute(statement)).one()
    return count, _age(first, now)


async def _phases(connection: AsyncConnection, now: int) -> Mapping[str, tuple[int, float]]:
    """What was not saved since phases are stored has none."""
    statement = (
        select(releases.c.phase, func.count(), func.min(releases.c.phase_ms))
        .where(~releases.c.ended)
        .group_by(releases.c.phase)
    )
    return {row[0] or "UNKNOWN": (row[1], _age(row[2], now)) for row in await connection.execute(statement)}


async def _connections(connection: AsyncConnection) -> Mapping[tuple[str, str], int]:
    columns = integrations.c
    statement = select(columns.provider, columns.state, func.count()).group_by(
        columns.provider, columns.state
    )
    return {(row[0], row[1]): row[2] for row in await connection.execute(statement)}


async def _expiries(connection: AsyncConnection) -> Mapping[str, datetime]:
    columns = integrations.c
    statement = (
        select(columns.provider, func.min(columns.expires_ms))
        .where(columns.expires_ms.is_not(None))
        .group_by(columns.provider)
    )
    return {row[0]: moment(row[1]) for row in await connection.execute(statement)}
