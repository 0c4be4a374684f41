"""Stop what a task that was cancelled or skipped still runs at CI, and store what came of it."""

from orchestration.catalogue.stopping import stop
from orchestration.domain.change import Change
from orchestration.domain.release import Release
from orchestration.domain.stopping import record_stop
from orchestration.ports.runtime import Claim
from orchestration.services.engine import Engine
from orchestration.services.saving import change_release


async def stop_runs(engine: Engine, claim: Claim, release: Release) -> None:
    """One call for a task whose `stop_at` has come. StaleClaim where the lease was lost."""
    task = release.task(claim.subject)
    if task is None:
        raise KeyError(claim.subject)
    found = await stop(release, task, await engine.integrations(claim.tenant_id))
    jitter = engine.chance.fraction()

    def act(change: Change) -> None:
        record_stop(change, task.id, found, jitter=jitter)

    await change_release(engine, claim.tenant_id, claim.release_id, act, claim=claim)
