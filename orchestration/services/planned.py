"""What is planned for a tenant meets its releases: freezes that are on, and the turn of its captain."""

from dataclasses import replace
from datetime import date, datetime

from orchestration.domain.change import Change
from orchestration.domain.freezes import keep_freeze
from orchestration.domain.housing import wants_look
from orchestration.domain.release import Release
from orchestration.domain.rotation import (
    Rotation,
    configuration_scope,
    next_captain,
    scopes_of,
    took_turn,
    train_scope,
)
from orchestration.domain.stages import Stage, StageState
from orchestration.ports.planning import DutyKind
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.engine import PLANNING


async def meet_plans(work: UnitOfWork, change: Change) -> None:
    """A new release stands still where a freeze is on, its captain has had a turn, and its channel is asked for."""
    tenant_id = change.release.tenant_id
    if change.release.room is not None:
        await work.planning.look(tenant_id, DutyKind.ROOM, change.release.id, at=change.now)
    await work.alone(tenant_id, PLANNING)
    for freeze in await work.planning.freezes(tenant_id):
        keep_freeze(change, freeze)
    rotation = rotation_of(change.release, {r.scope: r for r in await work.planning.rotations(tenant_id)})
    if rotation is None:
        return
    turned = took_turn(rotation, change.release.captain)
    if turned != rotation:
        await work.planning.save_rotation(turned)
    await look_at_group(work, rotation, at=change.now)


def rotation_of(release: Release, rotations: dict[str, Rotation]) -> Rotation | None:
    """The rotation that a release belongs to; None where there is none for it."""
    return next((rotations[scope] for scope in scopes_of(release) if scope in rotations), None)


async def captain_in_turn(
    work: UnitOfWork, tenant_id: str, config_id: str, *, on: date, train_id: str | None = None
) -> str | None:
    """Whose turn it is of those who are there on a day; None without a rotation, or with nobody there."""
    known = {r.scope: r for r in await work.planning.rotations(tenant_id)}
    nearest = [train_scope(train_id)] if train_id is not None else []
    found = [known[scope] for scope in (*nearest, configuration_scope(config_id)) if scope in known]
    if not found:
        return None
    return next_captain(found[0], await work.planning.absences(tenant_id, since=on), on)


async def look_at_group(work: UnitOfWork, rotation: Rotation, *, at: datetime) -> None:
    """Have the rotation's user group kept, where it has one."""
    if rotation.group is not None:
        await work.planning.look(rotation.tenant_id, DutyKind.GROUP, rotation.scope, at=at)


async def follow_last(work: UnitOfWork, change: Change) -> None:
    """What came out since a release was ordered is what came before it: from there on its notes tell what is new.

    So it is seen whenever a stage or cycle begins, until the notes are published.
    """
    before, release = change.before, change.release
    moved = before.stages != release.stages or len(before.cycles) != len(release.cycles)
    open_ = not release.in_state(Stage.PRE_RELEASE, StageState.COMPLETED) and not release.ended
    if not (moved and open_ and release.follows_last) or release.parent is not None:
        return
    own = max(plan.version for plan in release.plans)
    tag = await work.releases.last_tag(release.tenant_id, release.snapshot.app, below=own)
    if tag is not None:
        change.release = replace(release, previous_tag=tag)


async def look_at_room(work: UnitOfWork, change: Change) -> None:
    """Have the release's own channel kept, where the change asks for another one."""
    release = change.release
    if wants_look(change.before, release):
        await work.planning.look(release.tenant_id, DutyKind.ROOM, release.id, at=change.now)
