"""What needs a connection: releases that run and configurations that name it."""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.domain.errors import NotNow
from orchestration.domain.release import Release
from orchestration.ports.runtime import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """`releases` run and use it, newest first; `configurations` name it, by name."""

    releases: tuple[Release, ...]
    configurations: tuple[str, ...]


class InUse(NotNow):
    """A running release needs the connection, so it can't be removed."""

    def __init__(self, name: str, releases: Sequence[Release]) -> None:
        titles = ", ".join(f"{release.title} ({release.id})" for release in releases)
        super().__init__(
            f"{name} can't be disconnected: it is needed by {titles}. Finish or archive what still runs first."
        )
        self.releases = tuple(releases)


class Taken(NotNow):
    """The tenant has a connection of this id already."""

    def __init__(self, integration_id: str) -> None:
        super().__init__(
            f"There is a connection {integration_id} already: choose another id, or edit that one."
        )


async def usage_of(work: UnitOfWork, tenant_id: str, integration_id: str) -> Usage:
    """Who needs it now."""
    running = await work.releases.active(tenant_id)
    named = [
        c.name
        for c in await work.directory.configurations(tenant_id)
        if integration_id in c.snapshot.integrations()
    ]
    return Usage(
        releases=tuple(r for r in running if integration_id in r.snapshot.integrations()),
        configurations=tuple(named),
    )
