"""A store build is not done when CI says so: it must be there, be taken, and reach the testers that are named.

The store counts builds by itself, and CI does not tell what number an upload got. So what the store had of this
version is noted before CI is asked, and only a build that is newer than that is ours.
"""

from collections.abc import Mapping
from dataclasses import replace

from orchestration.catalogue.specs import Facts, Try, nothing_planned
from orchestration.domain.builds import Build, BuildKind, BuildState, InStore
from orchestration.domain.snapshot import StorePlan
from orchestration.ports.app_store import StoreBuild, StoreBuildState

IN_STORES = frozenset({BuildKind.TEST_FLIGHT, BuildKind.AAB})
_REFUSED: Mapping[StoreBuildState, str] = {
    StoreBuildState.REJECTED: "it was rejected while it was processed",
    StoreBuildState.EXPIRED: "it has expired",
}


def store_plan(attempt: Try, kind: BuildKind) -> StorePlan | None:
    """Where builds of this kind must be seen; None where CI's artifact is all that is asked for."""
    if kind not in IN_STORES:
        return None
    return attempt.snapshot.stores.get(attempt.plan.pair.key)


async def newest_in_store(attempt: Try, kind: BuildKind) -> str | None:
    """The number of the newest build of this version that the store has now."""
    plan = store_plan(attempt, kind)
    if plan is None:
        return None
    store = attempt.store(plan.integration)
    found = await store.find_build(version=str(attempt.plan.version), number=None, not_before=None)
    return found.number if found is not None else None


async def seen_in_store(attempt: Try, build: Build) -> Build:
    """A build whose run succeeded, as the store shows it: READY once testers could have it, and those named do.

    A build that a person made is known by the number that the person told.
    """
    plan = store_plan(attempt, build.kind)
    if plan is None:
        raise KeyError(build.id)
    found = await attempt.store(plan.integration).find_build(
        version=build.version,
        number=build.number if build.by else None,
        not_before=None if build.by else build.asked_at,
    )
    if found is None or (found.number == build.store_before and not build.by):
        return replace(build, detail="the store, which does not show the uploaded build yet")
    record = InStore(number=found.number, url=found.url, testers_url=found.testers_url)
    if found.state is StoreBuildState.PROCESSING:
        return replace(build, store=record, detail=f"the store, which still processes build {found.number}")
    if found.state is not StoreBuildState.READY:
        why = found.detail or _REFUSED[found.state]
        return replace(build, state=BuildState.FAILED, store=record, detail=f"build {found.number}: {why}")
    if plan.group is not None:
        facts = await _share(attempt, build, found, plan)
        testers = facts["testers_url"] or record.testers_url
        record = replace(record, group=plan.group, testers_url=testers)
    return replace(build, state=BuildState.READY, store=record, detail=None)


async def _share(attempt: Try, build: Build, found: StoreBuild, plan: StorePlan) -> Facts:
    """Give it to the testers, once: the verb itself looks whether they have it."""
    store, group = attempt.store(plan.integration), plan.group or ""

    async def find(_planned: Facts) -> Facts | None:
        return None

    async def make(_planned: Facts) -> Facts:
        async with attempt.turn(plan.integration):
            shared = await store.share_with_testers(found, group=group)
        return {"testers_url": shared.testers_url or ""}

    return await attempt.once(f"{build.id}:testers", plan=nothing_planned, find=find, make=make)
