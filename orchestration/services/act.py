"""What people do to a running release: each checked for permission, decided by the rules, stored as a whole."""

from orchestration.domain import acts
from orchestration.domain.builds import Build, BuildKind, BuildState
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.people import Actor, Permission
from orchestration.domain.stages import CycleFlags
from orchestration.domain.tasks import Task, TaskType
from orchestration.services.engine import Engine
from orchestration.services.saving import Along, change_release

BUILD_KINDS = {
    TaskType.TRIGGER_PRE_REGRESSION_BUILDS: BuildKind.PRE_REGRESSION,
    TaskType.TRIGGER_REGRESSION_BUILDS: BuildKind.REGRESSION,
    TaskType.TRIGGER_TEST_FLIGHT_BUILD: BuildKind.TEST_FLIGHT,
    TaskType.CREATE_AAB_BUILD: BuildKind.AAB,
}


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
    along: Along | None = None,
) -> Change:
    """A person did it: a build made by hand needs its number, everything needs a word or link as evidence."""

    def act(change: Change) -> None:
        task = change.release.task(task_id)
        builds = _hand_build(change, task, number, evidence) if task is not None else ()
        acts.done_by_hand(change, task_id, evidence, builds)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


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
        acts.add_cycle_now(change, flags)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )


def _hand_build(change: Change, task: Task, number: str | None, evidence: str) -> tuple[Build, ...]:
    kind = BUILD_KINDS.get(task.type)
    if kind is None or task.pair is None:
        return ()
    if not number:
        raise NotNow("A build made by hand needs its build number.")
    plan = next(p for p in change.release.plans if p.pair == task.pair)
    cycle_of = next((c for c in change.release.cycles if c.id == task.cycle_id), None)
    build = Build(
        id=f"{task.id}:hand:{task.generation}",
        task_id=task.id,
        kind=kind,
        pair=task.pair,
        version=str(plan.version),
        ref=cycle_of.tag if cycle_of else change.release.branch,
        state=BuildState.READY,
        number=number,
        run_url=next((word for word in evidence.split() if word.startswith("https://")), None),
        by=change.actor.id,
    )
    return (build,)
