"""Forgets what nobody needs any more: requests that were served and messages that were sent, long ago.

What tells repeats stays as long as there can be some: whatever belongs to a release that runs, and everything else
for the time that the operator keeps it. Where a message stands in Slack is kept apart, and so is the audit log.
"""

from datetime import timedelta

from sqlalchemy import delete, exists, or_, select

from orchestration.ports.planning import DutyKind
from orchestration.store.backing import Backing
from orchestration.store.database import insert_into
from orchestration.store.duties import duty_id
from orchestration.store.queues import duties, inbox, outbox
from orchestration.store.tables import releases
from orchestration.store.times import MILLISECOND

BATCH = 500
_NOBODY, _OLD = "", "old"


async def plan_purge(on: Backing) -> None:
    """Have old rows looked for, from now on; where that is planned already, nothing changes."""
    async with on.database.writing() as connection:
        statement = insert_into(connection, duties).values(
            id=duty_id(_NOBODY, DutyKind.PURGE, _OLD),
            tenant_id=_NOBODY,
            kind=DutyKind.PURGE,
            subject=_OLD,
            due_ms=on.now_ms(),
            fence=0,
        )
        await connection.execute(statement.on_conflict_do_nothing())


async def purge(on: Backing, *, keep: timedelta, batch: int = BATCH) -> int:
    """Forget up to `batch` of each that are older than `keep`; how many there were. Idempotent."""
    before = on.post_ms() - keep // MILLISECOND
    running = exists().where(releases.c.id == outbox.c.release_id, ~releases.c.ended)
    served = select(inbox.c.id).where(inbox.c.not_before_ms.is_(None), inbox.c.received_ms < before)
    sent = select(outbox.c.id).where(
        outbox.c.settled_ms < before, or_(outbox.c.release_id.is_(None), ~running)
    )
    gone = 0
    for table, old in ((inbox, served), (outbox, sent)):
        async with on.database.writing() as connection:
            found = await connection.execute(delete(table).where(table.c.id.in_(old.limit(batch))))
            gone += found.rowcount
    return gone
