"""Messages that are gone from Slack: deleted by somebody, or older than the workspace keeps them."""

from collections.abc import Awaitable

from bot.slack.limited import Limits
from orchestration.ports.errors import MessageGone
from orchestration.ports.notification import Message, MessageRef, Notification
from orchestration.ports.runtime import Letter, OutgoingKind
from orchestration.services.announce import card_of
from orchestration.services.engine import Engine

_LIVING = frozenset({OutgoingKind.CARD, OutgoingKind.GATE, OutgoingKind.STORE, OutgoingKind.CHAPTER})
"""What is edited in place as long as its release runs."""
_TRIES = 6


class LostMessages:
    """Has what lives on posted anew; what was said once is gone for good."""

    def __init__(self, engine: Engine, limits: Limits) -> None:
        self._engine = engine
        self._limits = limits

    async def edited(
        self, letter: Letter, slack: Notification, known: MessageRef | None, message: Message
    ) -> MessageRef | None:
        """Edit the message where it stands; None where it is to be posted: it never was, or is gone and lives on.

        After a doubt it is looked for. NotYet; what the port raises, also where what is gone has had its time.
        """
        if known is not None and await self._stands(letter, self._limits.edit(slack, known, message)):
            return known
        found = await self._limits.find(slack, message, since=letter.since) if letter.uncertain else None
        if found is not None:
            await self._limits.edit(slack, found, message)
        return found

    async def _stands(self, letter: Letter, edit: Awaitable[None]) -> bool:
        try:
            await edit
        except MessageGone:
            outgoing = letter.outgoing
            if outgoing.kind not in _LIVING or "person" in outgoing.payload or not await self._runs(letter):
                raise
            return False
        return True

    async def waits(self, letter: Letter, error: Exception) -> bool:
        """Order the card of a thread that is gone, where its release runs; whether the message waits for it.

        Not for ever: a thread may be refused while its card stands.
        """
        if not isinstance(error, MessageGone) or letter.attempts >= _TRIES or not await self._runs(letter):
            return False
        async with self._engine.work() as work:
            await work.send(letter.tenant_id, [card_of(letter.outgoing.release_id or "")])
            await work.commit()
        return True

    async def _runs(self, letter: Letter) -> bool:
        if letter.outgoing.release_id is None:
            return False
        async with self._engine.look() as work:
            return not (await work.releases.get(letter.tenant_id, letter.outgoing.release_id)).ended
