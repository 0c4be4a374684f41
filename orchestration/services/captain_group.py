"""The chat's user group that follows a rotation: the captains of what runs are in it, or who is next."""

from dataclasses import dataclass, replace
from datetime import timedelta

from orchestration.domain.due import LONGEST_REST
from orchestration.domain.events import EventKind
from orchestration.domain.people import SYSTEM
from orchestration.domain.rotation import Rotation, group_members
from orchestration.domain.snapshot import Bucket
from orchestration.ports.errors import PortError, TryLater
from orchestration.ports.planning import DutyKind
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.captains import channels_for
from orchestration.services.engine import PLANNING, Engine
from orchestration.services.news import tell_tenant
from orchestration.services.planned import rotation_of

_SOON = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    """A rotation and who belongs into its group."""

    rotation: Rotation
    people: tuple[str, ...]


async def keep_group(engine: Engine, tenant_id: str, scope: str) -> None:
    """Put the captains into their group; where we may not, that is told once and nothing else fails."""
    async with engine.look() as work:
        wanted = await _wanted(engine, work, tenant_id, scope)
    trouble, pause = None, LONGEST_REST
    try:
        # An empty group can't be kept: the last members stay until somebody follows them.
        if wanted is not None and wanted.people and engine.groups is not None:
            await engine.groups.set_group(tenant_id, wanted.rotation.group or "", wanted.people)
    except TryLater:
        trouble, pause = wanted.rotation.trouble if wanted else None, _SOON
    except PortError as error:
        trouble = error.reason
    await _note(engine, tenant_id, scope, wanted, trouble=trouble, pause=pause)


async def _wanted(engine: Engine, work: UnitOfWork, tenant_id: str, scope: str) -> _Wanted | None:
    """None where there is no such rotation, or no group of it."""
    known = {r.scope: r for r in await work.planning.rotations(tenant_id)}
    rotation = known.get(scope)
    if rotation is None or rotation.group is None:
        return None
    today = engine.clock.now().date()
    absences = await work.planning.absences(tenant_id, since=today)
    running = await work.releases.active(tenant_id)
    mine = [r.captain for r in running if (found := rotation_of(r, known)) and found.scope == scope]
    return _Wanted(rotation=rotation, people=group_members(rotation, mine, absences, today))


async def _note(
    engine: Engine, tenant_id: str, scope: str, done: _Wanted | None, *, trouble: str | None, pause: timedelta
) -> None:
    """Note how it went, tell a trouble that is new, and look again: at once where something changed meanwhile."""
    async with engine.work() as work:
        await work.alone(tenant_id, PLANNING)
        wanted = await _wanted(engine, work, tenant_id, scope)
        at = engine.clock.now()
        if wanted == done:
            at += pause
            if wanted is not None and wanted.rotation.trouble != trouble:
                await work.planning.save_rotation(replace(wanted.rotation, trouble=trouble))
                if trouble is not None:
                    await _tell(engine, work, wanted.rotation, trouble)
        gone = wanted is None
        await work.planning.look(tenant_id, DutyKind.GROUP, scope, at=None if gone else at)
        await work.commit()


async def _tell(engine: Engine, work: UnitOfWork, rotation: Rotation, trouble: str) -> None:
    data = {"group": rotation.group or "", "reason": trouble, "scope": rotation.scope}
    channels = await channels_for(work, rotation.tenant_id, rotation.scope, Bucket.CRITICAL)
    kind = EventKind.GROUP_NOT_KEPT
    await tell_tenant(engine, work, rotation.tenant_id, kind, data, actor=SYSTEM, channels=channels)
