"""After the database was put back to an earlier state: every release that runs learns of it, and says so."""

from datetime import datetime

from orchestration.domain.change import Change
from orchestration.domain.restoring import restore
from orchestration.services.engine import Engine
from orchestration.services.saving import change_release


async def mark_restored(engine: Engine, tenant_id: str, *, since: datetime) -> int:
    """Mark the releases of a workspace that run; how many. Repeating it tells people once more, and harms nothing.

    From then on each effect that they make first is looked for before, see `orchestration.services.effects`.
    """

    def act(change: Change) -> None:
        if not change.release.ended:
            restore(change, since=since)

    async with engine.look() as work:
        running = await work.releases.active(tenant_id)
    for release in running:
        await change_release(engine, tenant_id, release.id, act)
    return len(running)
