"""Read the test runs of a release from time to time, so that people see how testing gets on."""

from dataclasses import replace

from orchestration.catalogue.test_runs import read_runs
from orchestration.domain.change import Change
from orchestration.domain.progress import left_alone, read
from orchestration.ports.errors import PortError
from orchestration.ports.runtime import Claim
from orchestration.services.engine import Engine
from orchestration.services.saving import change_release


async def read_tests(engine: Engine, claim: Claim) -> None:
    """Keep the figures of now. Where they can't be had the old ones stay, with the reason; nothing waits for them."""
    async with engine.look() as work:
        release = await work.releases.get(claim.tenant_id, claim.release_id)
    every = release.snapshot.timing.tests_check_every
    if left_alone(release.progress, every=every, now=engine.clock.now()):
        await change_release(engine, claim.tenant_id, claim.release_id, lambda _change: None, claim=claim)
        return
    trouble: str | None = None
    readings = release.progress.readings
    try:
        readings = await read_runs(release, await engine.integrations(claim.tenant_id))
    except PortError as error:
        trouble = error.reason

    def act(change: Change) -> None:
        known = change.release.progress
        fresh = replace(known, trouble=trouble) if trouble else read(known, readings, now=change.now)
        again = change.now + change.release.snapshot.timing.tests_check_every
        change.release = replace(change.release, progress=replace(fresh, check_at=again))

    await change_release(engine, claim.tenant_id, claim.release_id, act, claim=claim)
