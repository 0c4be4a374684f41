"""The workspace's user groups, as the engine asks for them."""

from collections.abc import Sequence
from typing import Protocol

from orchestration.ports.errors import Refused


class GroupWeb(Protocol):
    """The one method of Slack that is needed here."""

    async def usergroups_users_update(self, group: str, people: Sequence[str]) -> None:
        """Put exactly these people into a group."""


class Home(Protocol):
    """Knows which workspace the bot is installed in."""

    async def is_home(self, tenant_id: str) -> bool:
        """Whether it is this one."""


class Groups:
    """Keeps groups of our own workspace; the groups of another tenant are never touched with this token."""

    def __init__(self, web: GroupWeb, home: Home) -> None:
        self._web = web
        self._home = home

    async def set_group(self, tenant_id: str, group: str, people: Sequence[str]) -> None:
        """Let exactly these be in the group. Idempotent."""
        if not await self._home.is_home(tenant_id):
            raise Refused(f"This bot is not installed in the workspace {tenant_id}")
        await self._web.usergroups_users_update(group, people)
