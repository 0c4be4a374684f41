"""Who we are in Slack: asked once, kept, and the reason to refuse what belongs to another workspace."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog
from slack_bolt.authorization import AuthorizeResult

log = structlog.get_logger(__name__)


class Known(Protocol):
    """What Slack says of our token."""

    @property
    def team_id(self) -> str:
        """The workspace."""

    @property
    def enterprise_id(self) -> str | None:
        """The organisation, where there is one."""

    @property
    def url(self) -> str:
        """Where the workspace stands in a browser."""

    @property
    def user_id(self) -> str:
        """The bot's user."""

    @property
    def bot_id(self) -> str:
        """The bot."""


class Self:
    """Our identity; a failed question is asked again the next time."""

    def __init__(self, *, ask: Callable[[], Awaitable[Known]], token: str | None) -> None:
        self._ask = ask
        self._token = token
        self._known: Known | None = None
        self._asking = asyncio.Lock()

    async def who(self) -> Known:
        """The identity, asked of Slack once; port errors while Slack is away."""
        async with self._asking:
            if self._known is None:
                self._known = await self._ask()
            return self._known

    async def is_home(self, tenant_id: str) -> bool:
        """Whether a tenant is the workspace, or the organisation, that we are installed in."""
        known = await self.who()
        return tenant_id in {known.team_id, known.enterprise_id}

    async def authorize(self, team_id: str | None) -> AuthorizeResult | None:
        """For Bolt; another workspace is refused."""
        known = await self.who()
        if team_id is not None and team_id != known.team_id:
            log.warning("A request from another workspace was refused", action="team_refused", team=team_id)
            return None
        return AuthorizeResult(
            enterprise_id=known.enterprise_id,
            team_id=known.team_id,
            bot_id=known.bot_id,
            bot_user_id=known.user_id,
            bot_token=self._token,
        )
