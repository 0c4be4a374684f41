"""The workspace's people and user groups, as the engine asks for them."""

from collections.abc import Sequence
from typing import Protocol

from orchestration.ports.attention import Face
from orchestration.ports.errors import Refused


class Known(Protocol):
    """What Slack says of a person."""

    @property
    def deleted(self) -> bool:
        """Whether they are deactivated."""

    @property
    def team_id(self) -> str | None:
        """Their own workspace."""

    @property
    def enterprise_id(self) -> str | None:
        """The organisation of their workspace, where there is one."""

    @property
    def name(self) -> str:
        """What colleagues see."""

    @property
    def tz(self) -> str:
        """Their time zone."""


class GroupWeb(Protocol):
    """The methods of Slack that are needed here."""

    async def usergroups_users_update(self, group: str, people: Sequence[str]) -> None:
        """Put exactly these people into a group."""

    async def usergroups_users_list(self, group: str) -> frozenset[str]:
        """The people in a group."""

    async def users_info(self, user: str, *, now: bool = False) -> Known:
        """A person, with `now` as they are at this moment."""


class Home(Protocol):
    """Knows which workspace the bot is installed in."""

    async def is_home(self, tenant_id: str) -> bool:
        """Whether it is this one."""


class Groups:
    """Keeps and reads groups of our own workspace; another tenant's are never asked for with this token."""

    def __init__(self, web: GroupWeb, home: Home) -> None:
        self._web = web
        self._home = home

    async def set_group(self, tenant_id: str, group: str, people: Sequence[str]) -> None:
        """Let exactly these be in the group. Idempotent."""
        await self._ours(tenant_id)
        await self._web.usergroups_users_update(group, people)

    async def members(self, tenant_id: str, group: str) -> frozenset[str]:
        """The people in a group, as of two minutes ago at most."""
        await self._ours(tenant_id)
        return await self._web.usergroups_users_list(group)

    async def is_active(self, tenant_id: str, person: str) -> bool:
        """Whether somebody is there and not deactivated, as of two minutes ago at most."""
        await self._ours(tenant_id)
        return not (await self._web.users_info(person, now=True)).deleted

    async def is_outside(self, tenant_id: str, person: str) -> bool:
        """Whether somebody is of another company, met in a shared channel, as of two minutes ago at most."""
        await self._ours(tenant_id)
        try:
            known = await self._web.users_info(person, now=True)
        except Refused:  # who Slack does not show us is none of ours
            return True
        own = [place for place in (known.team_id, known.enterprise_id) if place]
        return bool(own) and not any([await self._home.is_home(place) for place in own])

    async def zone(self, tenant_id: str, person: str) -> str:
        """The time zone that somebody has set, as of a quarter of an hour ago at most."""
        await self._ours(tenant_id)
        return (await self._web.users_info(person)).tz

    async def face(self, tenant_id: str, person: str) -> Face:
        """How the chat shows somebody, as of a quarter of an hour ago at most."""
        await self._ours(tenant_id)
        known = await self._web.users_info(person)
        return Face(name=known.name, zone=known.tz)

    async def _ours(self, tenant_id: str) -> None:
        if not await self._home.is_home(tenant_id):
            raise Refused(f"This bot is not installed in the workspace {tenant_id}")
