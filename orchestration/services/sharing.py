"""Releases that somebody shares: which of them may be shown to all who read along."""

from collections.abc import Sequence

from orchestration.domain.people import EVERYBODY, Actor, Permission, permissions
from orchestration.domain.release import Release
from orchestration.ports.runtime import NoSuchRelease, UnitOfWork
from orchestration.services.engine import Engine
from orchestration.services.saving import roles_of


async def showable(
    engine: Engine, tenant_id: str, release_ids: Sequence[str], *, actor: Actor, channel: str, outside: bool
) -> tuple[Release, ...]:
    """Those that the one who shares may see, and with them all who read the channel.

    All may read in a channel where the release's own messages stand, and elsewhere where everybody in the workspace
    holds a role; not where people from `outside` read too. What there is not is left out, and nothing is said of it.
    """
    async with engine.look() as work:
        held = await work.directory.roles(tenant_id, EVERYBODY)
        for_all = not outside and Permission.READ in permissions(held)
        found = [await _release(work, tenant_id, one) for one in dict.fromkeys(release_ids)]
        return tuple(
            [
                release
                for release in found
                if release is not None
                and (for_all or channel in {release.home, release.snapshot.home})
                and Permission.READ in permissions(await roles_of(work, release, actor))
            ]
        )


async def _release(work: UnitOfWork, tenant_id: str, release_id: str) -> Release | None:
    try:
        return await work.releases.get(tenant_id, release_id)
    except NoSuchRelease:
        return None
