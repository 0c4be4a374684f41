"""A person overrules what the rule of a version's health holds back, with a reason."""

from orchestration.domain import health_watch
from orchestration.domain.change import Change
from orchestration.domain.people import Actor, Permission
from orchestration.services.engine import Engine
from orchestration.services.saving import Along, change_release


async def overrule(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    submission_id: str,
    *,
    reason: str,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """From now on steps follow on figures that are as bad as these, not on clearly worse ones. Recorded and told.

    NotNow where no rule holds anything back.
    """

    def act(change: Change) -> None:
        health_watch.overrule(change, submission_id, reason)

    return await change_release(
        engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=along
    )
