"""Read releases for people: one by what they write, the active ones, and what waits for somebody."""

from orchestration.domain.errors import NotNow
from orchestration.domain.needs import needs
from orchestration.domain.people import Actor, Permission, areas, permissions
from orchestration.domain.release import Release
from orchestration.services.engine import Engine
from orchestration.services.saving import require, roles_of


class Ambiguous(Exception):
    """Several releases fit what a person wrote."""

    def __init__(self, releases: tuple[Release, ...]) -> None:
        super().__init__(f"{len(releases)} releases fit")
        self.releases = releases


async def find_release(
    engine: Engine, tenant_id: str, words: str, *, actor: Actor, channel: str | None = None
) -> Release:
    """The release that a person means: by id or version, else the only active one, else the channel's newest.

    NotNow where there is none; Ambiguous where several fit.
    """
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        if words:
            found = tuple(await work.releases.find(tenant_id, words))
        else:
            found = tuple(await work.releases.active(tenant_id))
            here = tuple(r for r in found if r.snapshot.home == channel)
            found = here or found
    alive = tuple(r for r in found if not r.ended)
    chosen = alive or found[:1]
    if not chosen:
        raise NotNow(
            f"No release fits “{words}”."
            if words
            else "No release is running. Start one with `/release start`."
        )
    if len(chosen) > 1:
        raise Ambiguous(chosen)
    return chosen[0]


async def active_releases(engine: Engine, tenant_id: str, *, actor: Actor) -> tuple[Release, ...]:
    """All releases that have not ended, newest first."""
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        return tuple(await work.releases.active(tenant_id))


async def needs_of(
    engine: Engine, tenant_id: str, *, actor: Actor
) -> tuple[tuple[Release, tuple[str, ...]], ...]:
    """The active releases that need something of this person, with what."""
    async with engine.look() as work:
        running = await work.releases.active(tenant_id)
        roles = {release.id: await roles_of(work, release, actor) for release in running}
    found = []
    for release in running:
        allowed = permissions(roles[release.id])
        if Permission.READ not in allowed:
            continue
        what = needs(
            release, actor.id, areas=areas(roles[release.id]), may_approve=Permission.APPROVE in allowed
        )
        if what:
            found.append((release, what))
    return tuple(found)
