"""News about a store: early, late, twice or unknown, they only make us look at what is on its way there."""

from orchestration.domain.due import WorkKind
from orchestration.ports.runtime import Request
from orchestration.services.engine import Engine


async def receive_store_news(engine: Engine, tenant_id: str, *, integration: str, request: Request) -> int:
    """Look at every submission to this store at once; gives how many there are.

    A body is never believed: the state comes from the store when it is asked. Idempotent.
    """
    async with engine.work() as work:
        found = await work.releases.by_store(tenant_id, integration)
        for submission_id in found:
            await work.nudge(tenant_id, submission_id, at=engine.clock.now(), kind=WorkKind.STORE)
        await work.finish(request)
        await work.commit()
    return len(found)
