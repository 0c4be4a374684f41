"""Re-planning a running release from its configuration: looked at first, then done as it was seen."""

from dataclasses import dataclass

from orchestration.domain import replanning
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow, Unknown
from orchestration.domain.people import Actor, Permission
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Snapshot
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.engine import CONFIGURATIONS, Engine
from orchestration.services.saving import Along, change_release, require, roles_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What would change (`changes`, in the words of the audit log), and what can't any more (`stays`, names)."""

    release: Release
    changes: dict[str, str]
    stays: tuple[str, ...]
    digest: str


async def preview(engine: Engine, tenant_id: str, release_id: str, *, actor: Actor) -> Preview:
    """The differences; for who may change the release. Unknown where the configuration is gone."""
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        require(await roles_of(work, release, actor), Permission.EDIT)
        configured = await _configured(work, release)
    return Preview(
        release=release,
        changes=replanning.told_differences(release, configured),
        stays=replanning.stays(release, configured),
        digest=replanning.digest(replanning.replanned(release, configured)),
    )


async def replan(
    engine: Engine, tenant_id: str, release_id: str, seen: str, *, actor: Actor, along: Along | None = None
) -> Change:
    """Do it, where nothing changed since it was `seen`. NotNow, where a connection of it is not verified."""
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        require(await roles_of(work, release, actor), Permission.EDIT)
        configured = await _configured(work, release)
        missing = await work.directory.unverified(tenant_id, sorted(configured.integrations()))
    if missing:
        named = ", ".join(f"{name} ({state})" for name, state in sorted(missing.items()))
        raise NotNow(
            f"Not every connection of the configuration is verified: {named}. See `/release connect`."
        )

    def act(change: Change) -> None:
        replanning.replan(change, configured, seen)

    async def ending(work: UnitOfWork, change: Change) -> None:
        await work.alone(tenant_id, CONFIGURATIONS)
        if await _configured(work, change.before) != configured:
            raise StaleConfigurationSeen(release_id)
        if along is not None:
            await along(work, change)

    try:
        return await change_release(
            engine, tenant_id, release_id, act, actor=actor, need=Permission.EDIT, along=ending
        )
    except StaleConfigurationSeen:
        raise NotNow("The configuration changed at this moment. Look at the differences again.") from None


class StaleConfigurationSeen(Exception):
    """The configuration was saved while the release took it over."""


async def _configured(work: UnitOfWork, release: Release) -> Snapshot:
    every = await work.directory.configurations(release.tenant_id)
    found = next((c.snapshot for c in every if c.id == release.snapshot.config_id), None)
    if found is None:
        raise Unknown("The configuration of this release is gone, so it stays as it was planned.")
    return found
