"""Leases of rows: which rows may be claimed, and how long those that are ours stay so.

The statements that claim are built once, and what differs between two claims is given when they run.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from sqlalchemy import (
    CTE,
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    or_,
    select,
    update,
)

from orchestration.store.backing import Backing
from orchestration.store.times import LeaseTime

AT = bindparam("at_ms", type_=BigInteger)
CLAIMER = bindparam("claimer", type_=String)
ROOM = bindparam("room", type_=Integer)


def claiming(at_ms: int, owner: str, *, limit: int) -> Mapping[str, object]:
    """What a statement that claims is run with."""
    return {AT.key: at_ms, CLAIMER.key: owner, ROOM.key: limit}


def known(table: Table, kinds: type[StrEnum]) -> ColumnElement[bool]:
    """Whether this code knows what a row is: what only a newer version knows waits for a bot of that version."""
    return or_(*(table.c.kind == kind for kind in kinds))


def due_ids(table: Table, kinds: type[StrEnum], time: LeaseTime) -> CTE:
    """The ids of rows that are due and nobody's, the longest due first; SQLite leaves the lock clause out."""
    columns = table.c
    return (
        select(columns.id)
        .where(columns.due_ms <= AT, time.over(columns.lease_until_ms))
        .where(known(table, kinds))
        .order_by(columns.due_ms, columns.id)
        .limit(ROOM)
        .with_for_update(skip_locked=True)
        .cte("due")
    )


async def lengthen(
    on: Backing, table: Table, name: Column[object], held: Sequence[tuple[object, int]]
) -> None:
    """`held` are (name, fence) of rows of `table`, `name` a column of it.

    Rows are locked by id, as a save locks them, so that two writers can't wait for each other.
    """
    if not held:
        return
    ours = (
        select(table.c.id)
        .where(
            or_(*(and_(name == row, table.c.fence == fence) for row, fence in held)),
            table.c.owner == on.owner,
            table.c.lease_until_ms.is_not(None),
        )
        .order_by(table.c.id)
        .with_for_update()
        .cte("ours")
    )
    async with on.database.writing() as connection:
        await connection.execute(
            update(table).where(table.c.id.in_(select(ours.c.id))).values(lease_until_ms=on.time.end())
        )
