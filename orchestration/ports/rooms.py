"""Channels of releases: what the engine asks of a chat system besides messages."""

from collections.abc import Collection, Sequence
from typing import Protocol

from orchestration.ports.notification import MessageRef


class Rooms(Protocol):
    """The chat's channels. Everything is idempotent; NeedsCredentials where we may not, Refused, TryLater."""

    async def open_room(self, tenant_id: str, name: str, *, taken: Collection[str]) -> str:
        """The id of a channel of this name that is ours: made now, or made by us before and none of `taken`.

        Refused where the name is somebody else's, or the workspace does not let us make channels.
        """

    async def why_closed(self, tenant_id: str, channel: str) -> str | None:
        """Why nothing could be posted in a channel, with what to do; None where nothing is known against it.

        It raises nothing: what can't be asked now is not known, and is found out by posting.
        """

    async def invite(self, tenant_id: str, channel: str, people: Sequence[str]) -> None:
        """Bring people into a channel; those who are there already stay."""

    async def set_topic(self, tenant_id: str, channel: str, topic: str) -> None:
        """What stands over the channel."""

    async def pin(self, tenant_id: str, message: MessageRef) -> None:
        """Pin a message."""

    async def close_room(self, tenant_id: str, channel: str) -> None:
        """Archive a channel."""
