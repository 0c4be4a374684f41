"""People's own pages in the chat system, and where the cards of releases stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orchestration.ports.notification import MessageRef


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What a person's home shows. `hash` is the chat system's name of that state, `digest` ours of its content.

    Both are empty where it is not known.
    """

    hash: str = ""
    digest: str = ""


class Homes(Protocol):
    """The homes of people who opened theirs, in a transaction."""

    async def opened(self, tenant_id: str, person: str, *, at: datetime, view_hash: str) -> None:
        """Somebody looks at theirs, which is in this state; it is to be rendered anew."""

    async def viewers(self, tenant_id: str, *, since: datetime) -> Sequence[str]:
        """Who opened theirs at or after a moment."""

    async def shown(self, tenant_id: str, person: str) -> Shown | None:
        """What a home shows, None where the person never opened it."""

    async def published(self, tenant_id: str, person: str, shown: Shown) -> None:
        """Remember what a home shows now."""


class Places(Protocol):
    """Where messages of releases stand, in a transaction."""

    async def cards(self, tenant_id: str, releases: Sequence[str]) -> Mapping[str, MessageRef]:
        """The cards of releases, by release; those that were never posted are absent."""

    async def holders(self, tenant_id: str, release: str, gate: str) -> Sequence[str]:
        """Who was sent a copy of a gate's card."""

    async def release_at(self, tenant_id: str, channel: str, ts: str) -> str | None:
        """The release whose card or news stand there, None where that is no message of one."""
