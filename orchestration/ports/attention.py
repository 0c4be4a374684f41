"""How people want to be reached, what is kept for them meanwhile, and who they are in the chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orchestration.domain.quiet import Attention, Kept


class Attentions(Protocol):
    """Wishes and what is kept, in a transaction."""

    async def of(self, tenant_id: str, person: str) -> Attention | None:
        """What a person asked for, None where they never did."""

    async def save(self, tenant_id: str, attention: Attention) -> None:
        """Store it in the place of the one before."""

    async def keep(self, tenant_id: str, kept: Kept) -> None:
        """Keep something for a person. The same message again, told or not, is a repeat and changes nothing."""

    async def is_told(self, tenant_id: str, person: str, key: str) -> bool | None:
        """Whether what was kept of a message was told to a person; None where it was never kept."""

    async def waiting(self, tenant_id: str, person: str) -> Sequence[Kept]:
        """What is kept for a person and was not told, oldest first."""

    async def told(self, tenant_id: str, person: str, *, at: datetime) -> None:
        """Everything that waits for a person is told; what was told a month before is forgotten."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Face:
    """A person as the chat shows them; `zone` is a name of the IANA database."""

    name: str
    zone: str


class Faces(Protocol):
    """Knows people by their ids."""

    async def face(self, tenant_id: str, person: str) -> Face:
        """Who it is. NeedsCredentials where we may not ask, Refused, TryLater."""
