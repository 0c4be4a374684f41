"""What people do to a running release: each checked for permission, decided by the rules, stored as a whole."""

from collections.abc import Sequence
from functools import partial

from orchestration.domain import acts
from orchestration.domain.builds import Artifact, BuildState
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.given import give_build
from orchestration.domain.needed import is_needed
from orchestration.domain.people import Actor, Permission
from orchestration.domain.slots import require_possible
from orchestration.domain.stages import CycleFlags
from orchestration.services.by_hand import found_in_store, found_output, hand_build
from orchestration.services.engine import Engine
from orchestration.services.saving import Along, change_release, require, roles_of


async def hold(
    engine: Engine, tenant_id: str, release_id: str, reason: str, *, actor: Actor, along: Along | None = None
) -> Change:
    """Stand still. A safety action: never refused to those who may, in any phase."""

    def act(change: Change) -> None:
        acts.hold(change, reason)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.SAFETY, along=along
    )


async def resume(
    engine: Engine, tenant_id: str, release_id: str, *, actor: Actor, along: Along | None = None
) -> Change:
    """Take back your own hold."""
    return await change_release(
        engine, tenant_id, release_id, acts.resume, actor=actor, need=Permission.EDIT, along=along
    )


async def archive(
    engine: Engine, tenant_id: str, release_id: str, reason: str, *, actor: Actor, along: Along | None = None
) -> Change:
    """Give the release up."""

    def act(change: Change) -> None:
        acts.archive(change, reason)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.ARCHIVE, along=along
    )


async def retry(
    engine: Engine, tenant_id: str, release_id: str, task_id: str, *, actor: Actor, along: Along | None = None
) -> Change:
    """Run a failed task again."""

    def act(change: Change) -> None:
        acts.retry(change, task_id)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


async def skip(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    task_id: str,
    reason: str,
    *,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Go on without a failed task."""

    def act(change: Change) -> None:
        task = change.release.task(task_id)
        if task is not None and is_needed(change.release, task):
            raise NotNow(
                f"What follows needs this: {task.title}. Retry it, or do it by hand and mark it as done."
            )
        acts.skip(change, task_id, reason)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


async def done(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    task_id: str,
    *,
    number: str | None,
    evidence: str,
    actor: Actor,
    need: Permission = Permission.EDIT,
    files: Sequence[Artifact] = (),
    along: Along | None = None,
) -> Change:
    """A person did it: a build needs its number, a branch or tag must be there, everything needs evidence.

    A build that goes to a store is looked up there. One that the store still processes keeps its task waiting.
    """
    async with engine.look() as work:
        seen = await work.releases.get(tenant_id, release_id)
        require(await roles_of(work, seen, actor), need)
    wanted = seen.task(task_id)
    ports = await engine.integrations(tenant_id)
    output = await found_output(seen, wanted, ports, evidence=evidence) if wanted is not None else {}
    stored = await found_in_store(seen, wanted, ports, number) if wanted is not None else None

    made = partial(hand_build, number=number, evidence=evidence, actor=actor, stored=stored, files=files)

    def act(change: Change) -> None:
        task = change.release.task(task_id)
        builds = made(change.release, task) if task is not None else ()
        for build in builds:
            if build.state is BuildState.BUILT:
                give_build(change, task_id, build, evidence)
                return
        acts.done_by_hand(change, task_id, evidence, builds=builds, output=output)

    return await change_release(engine, tenant_id, release_id, act, actor=actor, need=need, along=along)


async def cycle(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    flags: CycleFlags,
    *,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Run a regression cycle now, or as soon as the one under way is done."""

    def act(change: Change) -> None:
        require_possible(change.release, flags)
        acts.add_cycle_now(change, flags)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )
