"""A call to Slack within its limits: it goes now, or the message that it belongs to comes back later."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.slack.fitting import NotYet
from bot.slack.limiter import Family, Limiter
from orchestration.ports.errors import PortError, TryLater
from orchestration.ports.notification import Attachment, Message, MessageRef, Notification


class Limits:
    """The limits of one workspace, for whoever calls. `answered` is told whenever Slack says anything."""

    def __init__(self, limiter: Limiter, *, answered: Callable[[], None]) -> None:
        self._limiter = limiter
        self._answered = answered

    def require(self, family: Family, channel: str, *, ts: str | None = None) -> None:
        """NotYet where such a call may not go now, until its turn comes."""
        if self._limiter.delay_for(family, channel, ts=ts) > 0:
            raise NotYet(self._limiter.turn(family, channel, ts=ts), "Slack's limit for this channel")

    @asynccontextmanager
    async def within(self, family: Family, channel: str, *, ts: str | None = None) -> AsyncIterator[None]:
        """Go on only where Slack's limits allow it now, and learn from its `Retry-After`. NotYet."""
        self.require(family, channel, ts=ts)
        self._limiter.note_sent(family, channel, ts=ts)
        try:
            yield
        except TryLater as error:
            if error.after is not None:
                self._answered()
                self._limiter.note_retry_after(family, error.after.total_seconds())
            raise
        except PortError:
            self._answered()
            raise
        self._answered()

    async def post(self, slack: Notification, message: Message) -> MessageRef:
        """Post it. NotYet; what the port raises."""
        async with self.within(Family.POST, message.channel):
            return await slack.send_message(message)

    async def edit(self, slack: Notification, known: MessageRef, message: Message) -> None:
        """Edit what was posted. NotYet; what the port raises."""
        async with self.within(Family.EDIT, known.channel, ts=known.ts):
            await slack.update_message(known, message)

    async def delete(self, slack: Notification, known: MessageRef) -> None:
        """Take back what was posted. NotYet; what the port raises."""
        async with self.within(Family.OTHER, known.channel):
            await slack.delete_message(known)

    async def find(self, slack: Notification, message: Message, *, since: float) -> MessageRef | None:
        """Look for what may have been posted, once it may be posted: before, it would be looked for in vain. NotYet."""
        self.require(Family.POST, message.channel)
        async with self.within(Family.HISTORY, message.channel):
            return await slack.find_message(message, since=since)

    async def post_file(self, slack: Notification, attachment: Attachment) -> None:
        """Show a file. NotYet; what the port raises."""
        async with self.within(Family.POST, attachment.channel):
            await slack.send_file(attachment)

    async def find_file(self, slack: Notification, attachment: Attachment, *, since: float) -> bool:
        """Look for a file that may have been shown. NotYet."""
        async with self.within(Family.HISTORY, attachment.channel):
            return await slack.find_file(attachment, since=since)
