"""Who people are in the workspace, as the engine asks for them."""

from typing import Protocol

from bot.slack.groups import Home
from orchestration.ports.attention import Face
from orchestration.ports.errors import Refused


class Member(Protocol):
    """A person as Slack tells of them."""

    @property
    def name(self) -> str:
        """What colleagues see."""

    @property
    def tz(self) -> str:
        """A name of the IANA database."""


class PeopleWeb(Protocol):
    """The one method of Slack that is needed here."""

    async def users_info(self, user: str) -> Member:
        """A person; kept for a while."""


class Faces:
    """Knows the people of our own workspace; those of another tenant are never asked for with this token."""

    def __init__(self, web: PeopleWeb, home: Home) -> None:
        self._web = web
        self._home = home

    async def face(self, tenant_id: str, person: str) -> Face:
        """Who it is. NeedsCredentials without the scope `users:read`, Refused, TryLater."""
        if not await self._home.is_home(tenant_id):
            raise Refused(f"This bot is not installed in the workspace {tenant_id}")
        member = await self._web.users_info(person)
        return Face(name=member.name, zone=member.tz)
