"""What people have a store told about a version on its way. Stopping is a safety action: nothing gates it."""

from orchestration.domain import store_orders
from orchestration.domain.change import Change
from orchestration.domain.consequences import Consequences, consequences_of
from orchestration.domain.errors import NotNow
from orchestration.domain.people import Actor, Permission
from orchestration.domain.submission import SAFE, Verb
from orchestration.services.engine import Engine
from orchestration.services.saving import Along, change_release, require, roles_of


async def instruct(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    submission_id: str,
    verb: Verb,
    *,
    percent: float | None = None,
    reason: str | None = None,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Have the store told: stored now, done at once by a worker, and by another one where that dies.

    `percent` is for RAISE. NotNow where it makes no sense, with `settled` where it is so already.
    """

    def act(change: Change) -> None:
        store_orders.instruct(change, submission_id, verb, percent=percent, reason=reason)

    need = Permission.SAFETY if verb in SAFE else Permission.EDIT
    return await change_release(engine, tenant_id, release_id, act, actor=actor, need=need, along=along)


async def stop_all(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    *,
    reason: str | None = None,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Stop every store of a release, each by its own word: halted, paused, or taken out of review.

    NotNow where there is nothing to stop anywhere.
    """

    def act(change: Change) -> None:
        store_orders.stop_all(change, reason=reason)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.SAFETY, along=along
    )


async def preview(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    submission_id: str,
    verb: Verb,
    *,
    percent: float | None = None,
    actor: Actor,
) -> Consequences:
    """What would follow, before anybody clicks. NotNow where the release has no such submission."""
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        require(await roles_of(work, release, actor), Permission.READ)
    submission = release.submission(submission_id)
    if submission is None:
        raise NotNow(f"{release.title} has no such submission.")
    return consequences_of(submission, verb, now=engine.clock.now(), percent=percent)
