"""Questions about the submissions of all releases of a tenant."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.store.tables import releases, submissions
from orchestration.store.texts import storable
from orchestration.store.times import moment


async def by_store(connection: AsyncConnection, tenant_id: str, integration: str) -> Sequence[str]:
    """The ids of the submissions to this store, of releases that have not ended."""
    mine = (submissions.c.tenant_id == tenant_id, submissions.c.integration == storable(integration))
    found = await connection.scalars(
        select(submissions.c.id)
        .join(releases, releases.c.id == submissions.c.release_id)
        .where(*mine, releases.c.ended.is_(False))
        .order_by(submissions.c.id)
    )
    return list(found)


async def reviews(
    connection: AsyncConnection, tenant_id: str, integration: str, *, limit: int
) -> Sequence[timedelta]:
    """How long the newest reviews of this store took that passed."""
    asked, passed = submissions.c.submitted_ms, submissions.c.approved_ms
    rows = await connection.execute(
        select(asked, passed)
        .where(
            submissions.c.tenant_id == tenant_id,
            submissions.c.integration == integration,
            asked.is_not(None),
            passed.is_not(None),
        )
        .order_by(asked.desc())
        .limit(limit)
    )
    return [moment(row.approved_ms) - moment(row.submitted_ms) for row in rows]
