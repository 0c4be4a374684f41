"""The contract of messages: what the outbox asks of a chat system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Json = Mapping[str, object]

CLOCK_SKEW = 7200.0
"""Seconds by which a clock of ours may go wrong and no message be posted twice: as much further back is looked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageRef:
    """Where a message stands: channel id and the system's own id of the message."""

    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A rendered message.

    `key` is unique per message of ours and travels with it, so that the message can be found again.
    `thread` is the ts of the thread's first message; `broadcast` shows a thread reply in the channel as well.
    `text` says the point on its own: notifications and screen readers read only that.
    """

    key: str
    channel: str
    text: str
    blocks: Sequence[Json] = ()
    thread: str | None = None
    broadcast: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file that is shown in a channel or thread, with words above it.

    `name` is unique per file of ours, so that it can be found again. `alt` says what a picture shows, for those who
    can't see it; empty for what is no picture.
    """

    name: str
    title: str
    content: bytes
    channel: str
    text: str
    alt: str = ""
    thread: str | None = None


class Notification(Protocol):
    """A chat system. Raises the errors of `orchestration.ports.errors`."""

    async def send_message(self, message: Message) -> MessageRef:
        """Post a new message. Not idempotent by itself: after a doubt ask `find_message` first."""

    async def update_message(self, ref: MessageRef, message: Message) -> None:
        """Replace a message of ours. Idempotent."""

    async def delete_message(self, ref: MessageRef) -> None:
        """Take a message of ours back. Idempotent: nothing where it is gone."""

    async def find_message(self, message: Message, *, since: float) -> MessageRef | None:
        """The message that carries `message.key`, or None; posted at or after `since`, but for CLOCK_SKEW.

        `since` is in unix seconds, by the clock of the process that tried first.
        """

    async def send_ephemeral(
        self, *, channel: str, user: str, text: str, blocks: Sequence[Json] = (), thread: str | None = None
    ) -> None:
        """Show a message to one person only, in a thread where one is named. It can't be found or changed later."""

    async def open_direct(self, user: str) -> str:
        """The channel id of the direct conversation with a person. Idempotent."""

    async def send_file(self, attachment: Attachment) -> None:
        """Show a file. Not idempotent by itself: after a doubt ask `find_file` first."""

    async def find_file(self, attachment: Attachment, *, since: float) -> bool:
        """Whether the file of this name was shown there at or after `since` (unix seconds).

        False also where nobody may look.
        """
