"""Exceptions of a freeze: asked for by one person, granted or declined by another, over by themselves.

A freeze and a release are changed in one transaction, the release first, so that a grant and the keeper of the freeze
can't undo each other.
"""

from collections.abc import Callable
from datetime import timedelta

from orchestration.domain import freezes
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow, Unknown
from orchestration.domain.freezes import Freeze, next_look
from orchestration.domain.people import SYSTEM, Actor, Permission
from orchestration.ports.errors import TryLater
from orchestration.ports.planning import DutyKind, StalePlan
from orchestration.ports.runtime import StaleRelease
from orchestration.services.engine import PLANNING, Engine
from orchestration.services.saving import Along, require, roles_of, save

_ROUNDS = 50
_SHORTEST, _LONGEST = timedelta(hours=1), timedelta(days=14)


def known_freeze(found: Freeze | None, freeze_id: str) -> Freeze:
    """The freeze that was found; Unknown where there is none."""
    if found is None:
        raise Unknown(f"There is no freeze `{freeze_id}`. `/release freeze` lists them.")
    return found


async def ask_exception(
    engine: Engine,
    tenant_id: str,
    freeze_id: str,
    release_id: str,
    *,
    reason: str,
    lasts: timedelta,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Ask to let one release go on; another person must grant it."""
    if not _SHORTEST <= lasts <= _LONGEST:
        raise NotNow("An exception lasts from one hour to 14 days.")

    def act(freeze: Freeze, change: Change) -> Freeze:
        return freezes.ask(freeze, change, reason, lasts)

    need = Permission.EDIT
    return await change_frozen(
        engine, tenant_id, freeze_id, release_id, act, actor=actor, need=need, along=along
    )


async def answer_exception(
    engine: Engine,
    tenant_id: str,
    freeze_id: str,
    release_id: str,
    *,
    granted: bool,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Grant what another person asked for, or let the release stand: a decision, so whoever may approve may."""
    need, act = Permission.APPROVE, freezes.grant if granted else freezes.decline
    return await change_frozen(
        engine, tenant_id, freeze_id, release_id, act, actor=actor, need=need, along=along
    )


async def change_frozen(
    engine: Engine,
    tenant_id: str,
    freeze_id: str,
    release_id: str,
    act: Callable[[Freeze, Change], Freeze],
    *,
    actor: Actor = SYSTEM,
    need: Permission | None = None,
    along: Along | None = None,
) -> Change:
    """Change a release and a freeze together, again on newer ones where somebody else saved meanwhile."""
    for _ in range(_ROUNDS):
        try:
            async with engine.work() as work:
                release = await work.releases.get(tenant_id, release_id)
                # Whoever plans the next look at a freeze must have seen every change of it.
                await work.alone(tenant_id, PLANNING)
                if need is not None:
                    require(await roles_of(work, release, actor), need)
                freeze = known_freeze(await work.planning.freeze(tenant_id, freeze_id), freeze_id)
                change = Change(release, now=engine.clock.now(), actor=actor)
                after = act(freeze, change)
                await save(engine, work, change)
                if after != freeze:
                    await work.planning.save_freeze(after)
                    at = next_look(after, now=change.now)
                    await work.planning.look(tenant_id, DutyKind.FREEZE, freeze_id, at=at)
                if along is not None:
                    await along(work, change)
                await work.commit()
                return change
        except (StaleRelease, StalePlan):
            continue
    raise TryLater(f"Too many people and tasks change {release_id} at once")
