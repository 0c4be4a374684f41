"""What is done where the message that is edited, or the thread that is answered, is gone from Slack."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.slack.limited import Limits
from bot.slack.limiter import Limiter
from bot.slack.lost_messages import LostMessages
from orchestration.domain.phase import Phase
from orchestration.domain.release import Closing
from orchestration.ports.errors import MessageGone, Refused
from orchestration.ports.notification import Message, MessageRef
from orchestration.ports.runtime import Letter, Outgoing, OutgoingKind
from tests.support.engine import ManualClock
from tests.support.memory import Memory
from tests.support.release_parts import NOW
from tests.support.releases import in_phase
from tests.unit.bot.test_outbox import answer

GONE = MessageRef(channel="C1", ts="1.1")
ANEW = MessageRef(channel="C1", ts="2.2")


@dataclass
class Chat:
    """A chat in which one message is gone; another may be found."""

    found: MessageRef | None = None
    edits: list[MessageRef] = field(default_factory=list)

    async def update_message(self, ref: MessageRef, _message: Message) -> None:
        """Edit what is there."""
        if ref == GONE:
            raise MessageGone("That message is gone")
        self.edits.append(ref)

    async def find_message(self, _message: Message, *, since: float) -> MessageRef | None:
        """What a dead bot has posted."""
        assert since > 0
        return self.found


def lost(memory: Memory) -> LostMessages:
    """What is tried, on a release in memory."""
    limits = Limits(Limiter(clock=lambda: 0.0), answered=lambda: None)
    return LostMessages(memory.engine(ManualClock(NOW)), limits)


def letter(kind: OutgoingKind = OutgoingKind.CARD, **fields: Any) -> Letter:
    """Something about the release."""
    about = in_phase(Phase.REGRESSION)
    made = Outgoing(kind=kind, lane="a", key="a", release_id=about.id, payload=fields.pop("payload", {}))
    return replace(answer(), outgoing=made, tenant_id=about.tenant_id, **fields)


MESSAGE = Message(key="a", channel="C1", text="Words", blocks=())


async def test_what_was_posted_anew_before_a_death_is_not_posted_twice() -> None:
    """The old one is gone still: after a doubt the new one is looked for, and edited where it is found."""
    for uncertain, expected in ((True, ANEW), (False, None)):
        chat, trying = Chat(found=ANEW), lost(Memory(in_phase(Phase.REGRESSION)))
        at = await trying.edited(letter(uncertain=uncertain), chat, GONE, MESSAGE)  # type: ignore[arg-type]  # what it calls
        assert at == expected
        assert chat.edits == ([ANEW] if uncertain else [])


@pytest.mark.parametrize(
    "given",
    [
        letter(OutgoingKind.NOTICE),
        letter(OutgoingKind.GATE, payload={"gate": "g1", "person": "U1"}),
        answer(),
    ],
    ids=["said once", "a copy for a person", "of no release"],
)
async def test_what_does_not_live_on_is_given_up(given: Letter) -> None:
    """It is not posted anew."""
    with pytest.raises(MessageGone):
        await lost(Memory(in_phase(Phase.REGRESSION))).edited(given, Chat(), GONE, MESSAGE)  # type: ignore[arg-type]  # see above


async def test_a_message_waits_for_the_card_of_its_thread_but_not_for_ever() -> None:
    """The card is ordered with each try; not for another refusal, and not once the release has ended."""
    memory = Memory(in_phase(Phase.REGRESSION))
    trying, gone = lost(memory), MessageGone("The thread is gone")
    assert await trying.waits(letter(OutgoingKind.NOTICE), gone)
    ordered = memory.committed[-1].sent
    assert [(m.kind, m.key) for m in ordered] == [(OutgoingKind.CARD, f"card:{memory.release.id}")]
    assert not await trying.waits(letter(OutgoingKind.NOTICE), Refused("The layout is broken"))
    assert not await trying.waits(letter(OutgoingKind.NOTICE, attempts=6), gone)
    memory.release = replace(memory.release, archived=Closing(by="U1", at=NOW, reason="no"))
    assert not await trying.waits(letter(OutgoingKind.NOTICE), gone)
    assert len(memory.committed) == 1
