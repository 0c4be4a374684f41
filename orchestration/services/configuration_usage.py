"""Release configurations as people look at them: with their releases, and what their connections are like."""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.domain.people import Actor, Permission, permissions
from orchestration.ports.runtime import Configuration
from orchestration.services.engine import Engine
from orchestration.services.saving import require, roles_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Used:
    """A configuration. `releases` were ever started with it, `running` are the titles of those that have not ended.

    `unverified` are its connections that are not verified, with their state or `missing`.
    """

    configuration: Configuration
    releases: int
    running: tuple[str, ...]
    unverified: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlook:
    """All of a tenant, by name; `may_change` whether the one who asks may change any."""

    configurations: tuple[Used, ...]
    may_change: bool


async def overlook(engine: Engine, tenant_id: str, *, actor: Actor) -> Overlook:
    """All of them. NotAllowed for who may not read."""
    async with engine.look() as work:
        roles = await roles_of(work, None, actor, tenant_id)
        require(roles, Permission.READ)
        running: dict[str, list[str]] = {}
        for release in await work.releases.active(tenant_id):
            running.setdefault(release.snapshot.config_id, []).append(release.title)
        found = []
        for each in await work.directory.configurations(tenant_id):
            named = sorted(each.snapshot.integrations())
            found.append(
                Used(
                    configuration=each,
                    releases=await work.releases.count_of(tenant_id, each.id),
                    running=tuple(running.get(each.id, ())),
                    unverified=await work.directory.unverified(tenant_id, named),
                )
            )
    return Overlook(configurations=tuple(found), may_change=Permission.CONFIGURE in permissions(roles))
