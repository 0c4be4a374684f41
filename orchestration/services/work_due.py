"""What a worker does with a claim: call the task, the gate or the release that it names."""

import structlog

from orchestration.domain.due import WorkKind
from orchestration.ports.runtime import Claim, DatabaseAway, NoSuchRelease, StaleClaim
from orchestration.services.again import again
from orchestration.services.engine import Engine
from orchestration.services.read_gate import read_gate
from orchestration.services.read_tests import read_tests
from orchestration.services.run_task import give_up_try, run_task
from orchestration.services.saving import change_release
from orchestration.services.work_health import work_health
from orchestration.services.work_store import work_store

log = structlog.get_logger(__name__)


@again
async def work_claim(engine: Engine, claim: Claim) -> None:
    """Do the work. A lost lease ends it quietly; a fault of ours is logged, counted and tried again."""
    try:
        await _worked(engine, claim)
    except StaleClaim:
        engine.witness.lease_lost("work")
        log.info("The lease was lost; another worker goes on", action="lease_lost", work=claim.id)


async def _worked(engine: Engine, claim: Claim) -> None:
    try:
        await _call(engine, claim)
    except (StaleClaim, DatabaseAway):
        raise
    except NoSuchRelease:
        log.warning("Work for a release that is not there", action="work_orphan", work=claim.id)
    except Exception:
        reference = engine.chance.code(6)
        log.exception("Work failed by a fault of ours", action="work_fault", work=claim.id, ref=reference)
        if claim.kind is WorkKind.TASK:
            await give_up_try(engine, claim, reference)


async def _call(engine: Engine, claim: Claim) -> None:
    match claim.kind:
        case WorkKind.TASK:
            await run_task(engine, claim)
        case WorkKind.GATE:
            await read_gate(engine, claim.tenant_id, claim.release_id, claim.subject, claim=claim)
        case WorkKind.TESTS:
            await read_tests(engine, claim)
        case WorkKind.STORE:
            await work_store(engine, claim)
        case WorkKind.HEALTH:
            await work_health(engine, claim)
        case WorkKind.RELEASE:
            await change_release(engine, claim.tenant_id, claim.release_id, lambda _change: None, claim=claim)
