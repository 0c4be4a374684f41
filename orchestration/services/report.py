"""How a release went: its events and the earlier releases of its app, read for the report."""

from orchestration.domain.people import SYSTEM, Actor, Permission
from orchestration.domain.report import EARLIER, Report, report
from orchestration.services.engine import Engine
from orchestration.services.saving import require, roles_of

_EVENTS = 5_000
"""Events that are read at most, the newest: more than any release has but one that went round in circles."""


async def read_report(engine: Engine, tenant_id: str, release_id: str, *, actor: Actor = SYSTEM) -> Report:
    """The report as it is now. NotAllowed for who may not see the release, and NoSuchRelease."""
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        require(await roles_of(work, release, actor), Permission.READ)
        newest = await work.releases.events(tenant_id, release_id, limit=_EVENTS)
        earlier = await work.releases.earlier(
            tenant_id, release.snapshot.app, before=release.created_at, limit=EARLIER
        )
    return report(
        release,
        tuple(reversed(newest)),
        earlier,
        now=engine.clock.now(),
        whole=len(newest) < _EVENTS,
    )
