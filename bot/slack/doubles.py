"""What stands twice in Slack because a sender stood still between its last look at its lease and its request.

Slack knows no key by which a second post would be refused, so the window can't be closed: a process may be stopped
in it for longer than its lease, and another sender posts meanwhile. Whoever comes back finds its letter taken, and
takes its own message back.
"""

from collections.abc import Mapping

import structlog

from bot.slack.answering import Connect
from bot.slack.fitting import NotYet
from bot.slack.limited import Limits
from orchestration.ports.errors import PortError
from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import Letter, Mailbox, StaleClaim

log = structlog.get_logger(__name__)


class Doubles:
    """Records what was sent, and takes back what was sent of a letter that is another sender's by now."""

    def __init__(self, *, mailbox: Mailbox, connect: Connect, limits: Limits) -> None:
        self._mailbox = mailbox
        self._connect = connect
        self._limits = limits

    async def sent(self, letter: Letter, refs: Mapping[str, MessageRef]) -> None:
        """Record where the letter's messages stand. StaleClaim, once what stands twice was taken back."""
        try:
            await self._mailbox.sent(letter, refs)
        except StaleClaim:
            await self._take_back(letter, refs)
            raise

    async def _take_back(self, letter: Letter, ours: Mapping[str, MessageRef]) -> None:
        """Delete each message of ours beside which another one of the same key is kept.

        Where none is kept yet, the other sender has still to look for ours, and keeps it. What Slack does not do now
        stays, and is told in the log.
        """
        for key, ref in ours.items():
            kept = await self._mailbox.ref(letter.tenant_id, key)
            if kept is None or kept == ref:
                continue
            about = {"key": key, "channel": ref.channel, "ts": ref.ts}
            try:
                await self._limits.delete(await self._connect(letter.tenant_id), ref)
            except (NotYet, PortError) as error:
                log.warning("A message stands twice", action="letter_twice", why=str(error), **about)
            else:
                log.info("A message that stood twice was taken back", action="letter_taken_back", **about)
