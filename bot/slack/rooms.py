"""The channels of releases in the workspace, as the engine asks for them."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Protocol

import structlog

from bot.slack.identity import Self
from orchestration.ports.errors import PortError, Refused
from orchestration.ports.notification import MessageRef

log = structlog.get_logger(__name__)

_PATIENCE = 1.0
"""Seconds for a look at a channel: a form waits for it, and must answer within three."""


class ChannelWeb(Protocol):
    """What is needed of Slack's channels."""

    async def open(self, name: str, *, me: str, taken: Collection[str]) -> str:
        """A channel of this name that is ours."""

    async def why_closed(self, channel: str) -> str | None:
        """Why nothing could be posted there."""

    async def invite(self, channel: str, people: Sequence[str]) -> None:
        """Bring people in."""

    async def set_topic(self, channel: str, topic: str) -> None:
        """What stands over it."""

    async def pin(self, channel: str, ts: str) -> None:
        """Pin a message."""

    async def archive(self, channel: str) -> None:
        """End it."""


class Rooms:
    """Keeps channels of our own workspace; those of another tenant are never touched with this token."""

    def __init__(self, channels: ChannelWeb, home: Self) -> None:
        self._channels = channels
        self._home = home

    async def open_room(self, tenant_id: str, name: str, *, taken: Collection[str]) -> str:
        """A channel of this name that is ours."""
        await self._at_home(tenant_id)
        return await self._channels.open(name, me=(await self._home.who()).user_id, taken=taken)

    async def why_closed(self, tenant_id: str, channel: str) -> str | None:
        """Why nothing could be posted there; None also where Slack does not say so in time."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._at_home(tenant_id)
                return await self._channels.why_closed(channel)
        except (PortError, TimeoutError) as error:
            why = getattr(error, "reason", "no answer in time")
            log.info("A channel could not be looked at", action="channel_unseen", channel=channel, why=why)
            return None

    async def invite(self, tenant_id: str, channel: str, people: Sequence[str]) -> None:
        """Bring people in."""
        await self._at_home(tenant_id)
        await self._channels.invite(channel, people)

    async def set_topic(self, tenant_id: str, channel: str, topic: str) -> None:
        """What stands over it."""
        await self._at_home(tenant_id)
        await self._channels.set_topic(channel, topic)

    async def pin(self, tenant_id: str, message: MessageRef) -> None:
        """Pin a message."""
        await self._at_home(tenant_id)
        await self._channels.pin(message.channel, message.ts)

    async def close_room(self, tenant_id: str, channel: str) -> None:
        """Archive it."""
        await self._at_home(tenant_id)
        await self._channels.archive(channel)

    async def _at_home(self, tenant_id: str) -> None:
        if not await self._home.is_home(tenant_id):
            raise Refused(f"This bot is not installed in the workspace {tenant_id}")
