"""Edits of what was ordered: checked for permission, decided by the rules, stored as a whole."""

from datetime import datetime

from orchestration.domain import edits
from orchestration.domain.change import Change
from orchestration.domain.people import Actor, Permission
from orchestration.services.engine import Engine
from orchestration.services.saving import Along, change_release


async def move_target(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    at: datetime,
    reason: str,
    *,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Put the target date elsewhere, with a reason."""

    def act(change: Change) -> None:
        edits.move_target(change, at, reason)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )
