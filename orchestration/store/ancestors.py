"""What a hotfix may come from: the releases of an app with their tags, branches and versions, read by columns alone."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.lineage import Ancestor
from orchestration.domain.pairs import Pair
from orchestration.domain.version import Version
from orchestration.store.tables import release_pairs, releases


async def ancestors(connection: AsyncConnection, tenant_id: str, app: str, *, but: str) -> Sequence[Ancestor]:
    """Those that were not given up, newest first, the release `but` left out."""
    pairs, branch = release_pairs.c, releases.c.doc["branch"].as_string().label("branch")
    rows = await connection.execute(
        select(releases.c.id, branch, releases.c.tag, pairs.pair, pairs.major, pairs.minor, pairs.patch)
        .join(release_pairs, releases.c.id == pairs.release_id)
        .where(
            releases.c.tenant_id == tenant_id,
            releases.c.app == app,
            releases.c.archived.is_(False),
            releases.c.id != but,
        )
        .order_by(releases.c.created_ms.desc(), releases.c.id, pairs.pair)
    )
    found: dict[str, Ancestor] = {}
    for row in rows:
        known = found.get(row.id) or Ancestor(release_id=row.id, branch=row.branch, tag=row.tag, versions={})
        versions = {**known.versions, Pair.parse(row.pair): Version(row.major, row.minor, row.patch)}
        found[row.id] = replace(known, versions=versions)
    return list(found.values())
