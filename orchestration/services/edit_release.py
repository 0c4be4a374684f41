"""Edits of what was ordered: checked for permission, decided by the rules, stored as a whole."""

from dataclasses import replace

from orchestration.domain import orders
from orchestration.domain.change import Change
from orchestration.domain.creation import Facts
from orchestration.domain.lineage import Lineage
from orchestration.domain.orders import Edit
from orchestration.domain.people import Actor, Permission
from orchestration.domain.release import Release
from orchestration.domain.version import Version
from orchestration.ports.runtime import StaleRelease, UnitOfWork
from orchestration.services.engine import CONFIGURATIONS, Engine
from orchestration.services.find_parent import Sought, find_lineage, refreshed
from orchestration.services.saving import Along, change_release, require, roles_of
from orchestration.services.start_release import running_beside


async def edit(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    wanted: Edit,
    *,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Change what was ordered, while it is ahead. Invalid with every problem at its field."""
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        require(await roles_of(work, release, actor), Permission.EDIT)
        facts = await _facts(work, release, wanted)
    lineage = await _lineage(engine, release, wanted)
    facts = replace(facts, lineage=lineage)

    def act(change: Change) -> None:
        orders.edit(change, wanted, facts)

    async def ending(work: UnitOfWork, change: Change) -> None:
        nonlocal facts
        if wanted.early:
            # Two who take the same branch or version at once would both have found it free.
            await work.alone(tenant_id, CONFIGURATIONS)
            now = await _facts(work, change.before, wanted)
            snapshot = change.before.snapshot
            now = replace(now, lineage=await refreshed(work, tenant_id, snapshot, lineage, but=release_id))
            if now != facts:
                facts = now
                raise StaleRelease(release_id)
        if along is not None:
            await along(work, change)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=ending
    )


async def judge_edit(engine: Engine, tenant_id: str, release_id: str, wanted: Edit, *, actor: Actor) -> None:
    """Raise what the edit would raise, and store nothing: for the answer to a form."""
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        require(await roles_of(work, release, actor), Permission.EDIT)
        facts = await _facts(work, release, wanted)
    facts = replace(facts, lineage=await _lineage(engine, release, wanted))
    orders.edit(Change(release, now=engine.clock.now(), actor=actor), wanted, facts)


async def _facts(work: UnitOfWork, release: Release, wanted: Edit) -> Facts:
    """What must be known besides the release: the other releases' versions and branches.

    A version that stays was judged when it was ordered, unless the type is another now.
    """
    snapshot = release.snapshot
    beside = await running_beside(work, release.tenant_id, snapshot.scm, but=release.id)
    others = await work.releases.latest_versions(release.tenant_id, snapshot.app, but=release.id)
    kept = {plan.pair for plan in release.plans if _stays(plan.pair.key, plan.version, wanted)}
    return Facts(
        snapshot=snapshot,
        active=True,
        latest={pair: version for pair, version in others.items() if pair not in kept},
        unverified={},
        last_tag=await work.releases.last_tag(release.tenant_id, snapshot.app),
        branches_in_use=frozenset(r.branch for r in beside),
        names_in_use=frozenset(r.version for r in beside),
    )


async def _lineage(engine: Engine, release: Release, wanted: Edit) -> Lineage:
    """What the release mends after the edit: what was named, or what it mends already where that stays so."""
    if not wanted.early:
        return Lineage()
    versions = wanted.versions or {plan.pair.key: str(plan.version) for plan in release.plans}
    sought = Sought(
        type=wanted.type or release.type,
        versions=versions,
        parent=wanted.parent,
        known=release.parent,
        but=release.id,
    )
    return await find_lineage(engine, release.tenant_id, release.snapshot, sought)


def _stays(key: str, version: Version, wanted: Edit) -> bool:
    if wanted.type is not None:
        return False
    return wanted.versions is None or wanted.versions.get(key) == str(version)
