"""One call for the health of a submission: read it, judge it, and plan when it is read next."""

from functools import partial

from orchestration.catalogue.specs import connected
from orchestration.domain import health_watch
from orchestration.domain.change import Change
from orchestration.domain.health import judge
from orchestration.domain.health_gate import plan_of_health, watched
from orchestration.domain.submission import Missed
from orchestration.ports.errors import NeedsCredentials, PortError, TryLater
from orchestration.ports.runtime import Claim, UnitOfWork
from orchestration.services.engine import Engine
from orchestration.services.saving import change_release


async def work_health(engine: Engine, claim: Claim) -> None:
    """Read and record. StaleClaim where the lease was lost. Whatever the tool answers, the next look is planned."""
    async with engine.look() as work:
        release = await work.releases.get(claim.tenant_id, claim.release_id)
    submission = release.submission(claim.subject)
    if submission is None:
        raise KeyError(claim.subject)
    act = partial(change_release, engine, claim.tenant_id, claim.release_id, claim=claim)
    plan = plan_of_health(release, submission)
    if plan is None or not watched(release, submission):
        await act(lambda _change: None)
        return
    now = engine.clock.now()
    jitter = engine.chance.fraction()
    try:
        ports = await engine.integrations(claim.tenant_id)
        report = await connected(ports.release_health, plan.integration).read_health(
            project=plan.project,
            app=plan.app,
            version=submission.version,
            build=submission.build,
            since=now - plan.window,
            until=now,
        )
    except PortError as error:
        missed = Missed(reason=error.reason, after=error.after if isinstance(error, TryLater) else None)
        unknown_token = isinstance(error, NeedsCredentials)

        def later(change: Change) -> None:
            health_watch.unread(change, claim.subject, missed, jitter=jitter)

        async def along(work: UnitOfWork, _change: Change) -> None:
            if unknown_token:
                await work.suspect(claim.tenant_id, [plan.integration], at=now)

        await act(later, along=along)
        return
    finding = judge(plan, report, version=submission.version, build=submission.build, now=now)
    await act(lambda change: health_watch.found(change, claim.subject, finding))
