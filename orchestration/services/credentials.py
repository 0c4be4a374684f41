"""What a connection's state means for the releases that run: held while it is not good, and let go when it is."""

from orchestration.domain.change import Change
from orchestration.domain.credentials import credentials_hold, hold_for_credentials, lift_credentials_hold
from orchestration.domain.release import Release
from orchestration.services.engine import Engine
from orchestration.services.saving import change_release


async def keep_credentials_holds(
    engine: Engine, tenant_id: str, integration_id: str, reason: str | None
) -> int:
    """Hold every running release that uses the connection, or lift its holds where `reason` is None.

    Idempotent, each release in a transaction of its own: who was interrupted begins again. How many were changed.
    """
    async with engine.look() as work:
        running = await work.releases.active(tenant_id)
    changed = [release for release in running if _differs(release, integration_id, reason)]

    def act(change: Change) -> None:
        if reason is None:
            lift_credentials_hold(change, integration_id)
        else:
            hold_for_credentials(change, integration_id, reason)

    for release in changed:
        await change_release(engine, tenant_id, release.id, act)
    return len(changed)


def _differs(release: Release, integration_id: str, reason: str | None) -> bool:
    hold = credentials_hold(release, integration_id)
    if reason is None:
        return hold is not None
    used = integration_id in release.snapshot.integrations()
    return used and (hold is None or hold.reason != reason)
