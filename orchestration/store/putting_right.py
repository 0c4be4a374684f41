"""What was put off by a clock that was ahead: no queue lets anything rest for longer than an hour at a time, and no
connection for longer than two tries are apart, so what lies further ahead is due at once when the clock is right again.

Only who agrees with the clock of leases about the time judges another's; a bot whose own clock is behind does not.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from math import ceil

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Table,
    Update,
    bindparam,
    select,
    true,
    tuple_,
    update,
)

from orchestration.domain.due import LONGEST_REST
from orchestration.store.backing import Backing
from orchestration.store.times import MILLISECOND, LeaseTime

_LONGEST_MS = LONGEST_REST // MILLISECOND
# What counts as agreeing; and so much later than it may be is still a matter of clocks that differ a little.
_NEAR_MS = 60_000
_EVERY_SECONDS = 60.0
_OURS = bindparam("ours_ms", type_=BigInteger)
_AT = bindparam("now_ms", type_=BigInteger)
_FAR = bindparam("far_ms", type_=BigInteger)


def rest_ms(seconds: float) -> int:
    """For how long something rests that asks for so many seconds."""
    return min(ceil(seconds * 1000), _LONGEST_MS)


def rested(due: int | None, now_ms: int) -> int | None:
    """When something is looked at that wants to be by then: after an hour at the latest."""
    return None if due is None else min(due, now_ms + _LONGEST_MS)


class PuttingRight:
    """Looks through one queue now and then. `now_ms` is the clock by which the times in `due` are meant."""

    def __init__(
        self,
        backing: Backing,
        table: Table,
        due: Column[int],
        now_ms: Callable[[], int],
        *,
        only: ColumnElement[bool] | None = None,
        longest: timedelta = LONGEST_REST,
    ) -> None:
        self._on = backing
        self._now_ms = now_ms
        self._far_ms = longest // MILLISECOND + _NEAR_MS
        self._statement = statement(backing.time, table, due, only=true() if only is None else only)
        self._looked: float | None = None

    async def look(self) -> None:
        """Make due what rests for longer than anything does, at most once a minute."""
        # The loop's own time goes on whatever becomes of the machine's clock.
        at = asyncio.get_running_loop().time()
        if self._looked is not None and at < self._looked + _EVERY_SECONDS:
            return
        self._looked = at
        now = self._now_ms()
        given = {_OURS.key: self._on.post_ms(), _AT.key: now, _FAR.key: now + self._far_ms}
        async with self._on.database.writing() as connection:
            await connection.execute(self._statement, given)


def statement(time: LeaseTime, table: Table, due: Column[int], *, only: ColumnElement[bool]) -> Update:
    """Makes due what is too far ahead; rows under work at this moment are left out, and looked at next time."""
    key = tuple(table.primary_key.columns)
    far = (
        select(*key)
        .where(due > _FAR, only, _OURS.between(time.now() - _NEAR_MS, time.now() + _NEAR_MS))
        .order_by(due, *key)
        .with_for_update(skip_locked=True)
        .cte("far")
    )
    return update(table).where(tuple_(*key).in_(select(*far.c))).values({due: _AT})
