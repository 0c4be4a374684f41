"""What the rows of a database need that was put back to an earlier state."""

from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.store.queues import outbox
from orchestration.store.tables import releases
from orchestration.store.times import past_ms

LEAP = 1_000_000
"""No release is changed so often in the time that a backup is behind."""


async def after_restore(connection: AsyncConnection, *, since: datetime) -> None:
    """No revision that was given out after the backup is given out again, and what waited may have been sent.

    Messages that waited are looked for before they are sent, as after any doubt.
    """
    await connection.execute(update(releases).values(revision=releases.c.revision + LEAP))
    first = past_ms(since)
    tried = func.coalesce(outbox.c.first_ms, first)
    await connection.execute(
        update(outbox)
        .where(outbox.c.not_before_ms.is_not(None))
        .values(uncertain=True, first_ms=tried, lease_until_ms=None, owner=None)
    )
