"""What the sender works with, counted: the mailbox tells what becomes of messages, the limiter what holds them back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.metrics.instruments import Instruments
from bot.slack.limiter import Family, Limiter
from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import Letter, Mailbox, StaleClaim


class CountedMailbox:
    """A mailbox that counts what becomes of each try."""

    def __init__(self, mailbox: Mailbox, on: Instruments) -> None:
        self._mailbox = mailbox
        self._on = on

    def _count(self, letter: Letter, outcome: str) -> None:
        self._on.messages.labels(letter.outgoing.kind, outcome).inc()

    async def claim(self, *, limit: int) -> Sequence[Letter]:
        """The first unsent message of up to `limit` lanes, leased."""
        return await self._mailbox.claim(limit=limit)

    async def renew(self, letters: Sequence[Letter]) -> None:
        """Lengthen the leases that are still ours."""
        await self._mailbox.renew(letters)

    async def sent(self, letter: Letter, refs: Mapping[str, MessageRef]) -> None:
        """Record the delivery. StaleClaim."""
        try:
            await self._mailbox.sent(letter, refs)
        except StaleClaim:
            self._on.leases_lost.labels("outbox").inc()
            raise
        self._count(letter, "sent")

    async def later(self, letter: Letter, *, seconds: float, reason: str, uncertain: bool) -> None:
        """Try again after `seconds`."""
        await self._mailbox.later(letter, seconds=seconds, reason=reason, uncertain=uncertain)
        self._count(letter, "later")

    async def dead(self, letter: Letter, reason: str) -> None:
        """Give it up."""
        await self._mailbox.dead(letter, reason)
        self._count(letter, "dead")

    async def ref(self, tenant_id: str, key: str) -> MessageRef | None:
        """Where the message of a key stands, None where it was never sent."""
        return await self._mailbox.ref(tenant_id, key)


@dataclass(slots=True, kw_only=True)
class CountedLimiter(Limiter):
    """A limiter that counts the waits that it asks for."""

    on: Instruments = field(repr=False)

    def delay_for(self, family: Family, channel: str = "", *, ts: str | None = None) -> float:
        """Seconds to wait before this call; 0 when it may go now."""
        seconds = Limiter.delay_for(self, family, channel, ts=ts)
        if seconds > 0:
            self.on.held_back.labels(family, "pace").observe(seconds)
        return seconds

    def note_retry_after(self, family: Family, seconds: float) -> None:
        """Slack said 429."""
        Limiter.note_retry_after(self, family, seconds)
        self.on.held_back.labels(family, "retry_after").observe(seconds)
