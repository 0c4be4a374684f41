"""Whether Slack can be reached at all: while it can't, one message tries it now and then, and all others rest.

Each lane alone would try again and again what fails for every other one, too.
"""

from collections.abc import Callable, Mapping, Sequence

import structlog

from bot.slack.fitting import pause
from orchestration.ports.errors import TryLater
from orchestration.ports.making import TooLate
from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import Letter, Mailbox, OutgoingKind

log = structlog.get_logger(__name__)

_IN_A_ROW = 3
LONGEST_WAIT = 10.0
"""Seconds between two tries, at most: so long the first message may wait once Slack is back."""
# Sent by ways that tell nobody else whether Slack answered, and never without a call.
_ALWAYS_CALL = frozenset({OutgoingKind.ANSWER, OutgoingKind.STEP})


class Reach:
    """Counts calls without an answer, of whatever lane. `clock` gives monotonic seconds, `fraction` chance.

    After a few in a row Slack is away: then `room` is one message at a time, after 1, 2, 4 … seconds, each drawn from
    its upper half. An answer of any kind ends it.
    """

    def __init__(self, *, clock: Callable[[], float], fraction: Callable[[], float]) -> None:
        self._clock = clock
        self._fraction = fraction
        self._unanswered = 0
        self._again = 0.0
        self._trial: int | None = None

    @property
    def away(self) -> bool:
        """Whether Slack is taken to be away."""
        return self._unanswered >= _IN_A_ROW

    @property
    def wait(self) -> float:
        """Seconds until it is tried again; 0 where nothing is to be waited for."""
        return max(0.0, self._again - self._clock()) if self.away else 0.0

    def room(self, limit: int) -> int:
        """How many messages may be taken up now."""
        if not self.away:
            return limit
        return 0 if self.wait > 0 or self._trial is not None else min(limit, 1)

    def took(self, letters: Sequence[Letter]) -> None:
        """These are being sent; while Slack is away the first one is the trial."""
        if self.away and letters:
            self._trial = letters[0].id

    def ended(self, letter: Letter) -> None:
        """It is not under way any more, however that came."""
        if self._trial == letter.id:
            self._trial = None

    def answered(self) -> None:
        """Slack said something."""
        if self.away:
            log.info("Slack can be reached again", action="slack_back")
        self._unanswered = 0

    def pause(self, letter: Letter, error: TryLater) -> float:
        """A message could not be sent: how many seconds it rests.

        While Slack is away it is no longer than until the next trial, so that none waits longer for what was no fault
        of its own.
        """
        self._failed(error)
        if error.after is not None:
            return error.after.total_seconds()
        own = pause(letter.attempts)
        return min(own, self.wait) if self.away else own

    def _failed(self, error: TryLater) -> None:
        """A call went wrong. One that Slack wants later was answered, and one that was too late never left."""
        if error.after is not None or isinstance(error, TooLate):
            return
        if self.wait > 0:
            return  # it left before the last trial failed
        was_away = self.away
        self._unanswered += 1
        if not self.away:
            return
        # From a power that can't overflow on: by then the longest wait is reached.
        whole = min(LONGEST_WAIT, 2.0 ** min(self._unanswered - _IN_A_ROW, 10))
        self._again = self._clock() + whole * (1 + self._fraction()) / 2
        if not was_away:
            log.warning("Slack can't be reached", action="slack_away", reason=error.reason)


class PatientMailbox:
    """A mailbox that gives out no more than Slack can be tried with."""

    def __init__(self, mailbox: Mailbox, reach: Reach) -> None:
        self._mailbox = mailbox
        self._reach = reach

    async def claim(self, *, limit: int) -> Sequence[Letter]:
        """The first unsent message of up to `limit` lanes, leased."""
        room = self._reach.room(limit)
        if room < 1:
            return []
        letters = await self._mailbox.claim(limit=room)
        self._reach.took(letters)
        return letters

    async def next_in(self) -> float | None:
        """In how many seconds Slack is tried again; None where nobody waits for that."""
        return self._reach.wait or None

    async def renew(self, letters: Sequence[Letter]) -> None:
        """Lengthen the leases that are still ours."""
        await self._mailbox.renew(letters)

    async def sent(self, letter: Letter, refs: Mapping[str, MessageRef]) -> None:
        """Record the delivery. StaleClaim."""
        if letter.outgoing.kind in _ALWAYS_CALL:
            self._reach.answered()
        await self._mailbox.sent(letter, refs)

    async def later(self, letter: Letter, *, seconds: float, reason: str, uncertain: bool) -> None:
        """Try again after `seconds`."""
        await self._mailbox.later(letter, seconds=seconds, reason=reason, uncertain=uncertain)

    async def dead(self, letter: Letter, reason: str) -> None:
        """Give it up."""
        await self._mailbox.dead(letter, reason)

    async def ref(self, tenant_id: str, key: str) -> MessageRef | None:
        """Where the message of a key stands, None where it was never sent."""
        return await self._mailbox.ref(tenant_id, key)
