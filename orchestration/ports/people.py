"""What a tenant knows of its people besides roles: who they are in source control, who stands in for whom,
and what the chat says of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from orchestration.domain.standing import Deputy


class Membership(Protocol):
    """What the chat knows of its people at this moment, or knew a short while ago."""

    async def members(self, tenant_id: str, group: str) -> frozenset[str]:
        """The people in a user group. NeedsCredentials where we may not look, Refused, TryLater."""

    async def is_active(self, tenant_id: str, person: str) -> bool:
        """False for who was deactivated or never was there. NeedsCredentials, Refused, TryLater."""

    async def is_outside(self, tenant_id: str, person: str) -> bool:
        """Whether they are of another company and only share a channel. NeedsCredentials, TryLater."""

    async def zone(self, tenant_id: str, person: str) -> str:
        """The time zone of a person by its IANA name. NeedsCredentials, Refused, TryLater."""


class People(Protocol):
    """Logins and deputies in a transaction. Logins are compared without case."""

    async def logins(self, tenant_id: str) -> Mapping[str, str]:
        """The person of each login, by the login in small letters."""

    async def claim(self, tenant_id: str, login: str, person: str) -> None:
        """Say whose login it is, whoever's it was."""

    async def drop(self, tenant_id: str, login: str) -> None:
        """Forget a login. Idempotent."""

    async def deputies(self, tenant_id: str, *, at: datetime) -> Sequence[Deputy]:
        """Who stands in for whom at a moment, by person."""

    async def name_deputy(self, tenant_id: str, deputy: Deputy) -> None:
        """Name a person's deputy in the place of the one before."""

    async def end_deputy(self, tenant_id: str, person: str) -> bool:
        """A person acts alone again; False where nobody stood in for them."""
