"""A sender that stood still right before its post, for longer than its lease, takes back what stands twice by then."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from orchestration.ports.errors import PortError, Refused, TryLater
from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import Letter, Outgoing, OutgoingKind, StaleClaim
from tests.unit.bot.test_outbox import Post, answer, sender

OURS = MessageRef(channel="C1", ts="1.1")
ANOTHERS = MessageRef(channel="C1", ts="2.2")


@dataclass
class Overtaken(Post):
    """A mailbox in which the letter is another sender's by the time that it was sent, and a chat that takes back."""

    wrong: PortError | None = None
    gone: list[MessageRef] = field(default_factory=list)

    async def sent(self, letter: Letter, refs: Mapping[str, MessageRef]) -> None:
        """It is too late."""
        assert refs == {"a": OURS}
        raise StaleClaim(str(letter.id))

    async def delete_message(self, ref: MessageRef) -> None:
        """Take back, or fail as ordered."""
        if self.wrong is not None:
            raise self.wrong
        self.gone.append(ref)


def alert() -> Letter:
    """A message to a channel."""
    told: dict[str, Any] = {"text": "Look", "channel": "C1"}
    made = Outgoing(kind=OutgoingKind.ALERT, lane="a", key="a", release_id=None, payload=told)
    return replace(answer(), outgoing=made)


@pytest.mark.parametrize(
    ("kept", "gone"),
    [({"a": ANOTHERS}, [OURS]), ({"a": OURS}, []), ({}, [])],
    ids=["another's stands too", "ours is the one that is kept", "nobody has recorded one yet"],
)
async def test_what_stands_beside_anothers_message_is_taken_back(
    kept: dict[str, MessageRef], gone: list[MessageRef]
) -> None:
    """Slack has no key that would refuse the second one. What is kept stays, and so does what may yet be found."""
    post = Overtaken()

    async def posted(message: Any) -> MessageRef:
        post.refs |= kept  # recorded by the other sender while ours was on its way
        return MessageRef(channel=message.channel, ts=OURS.ts)

    post.send_message = posted  # type: ignore[method-assign]  # for this test
    await sender(post).handle(alert())
    assert post.gone == gone
    assert post.ends == []


@pytest.mark.parametrize("wrong", [TryLater("Slack is away"), Refused("The bot may not delete it")])
async def test_what_can_not_be_taken_back_is_told(wrong: PortError) -> None:
    """In the log, with its place; the other sender's message is there, so nothing is lost."""
    post = Overtaken(wrong=wrong)

    async def posted(message: Any) -> MessageRef:
        post.refs["a"] = ANOTHERS
        return MessageRef(channel=message.channel, ts=OURS.ts)

    post.send_message = posted  # type: ignore[method-assign]  # for this test
    with capture_logs() as logged:
        await sender(post).handle(alert())
    (told,) = (entry for entry in logged if entry["action"] == "letter_twice")
    assert (told["key"], told["ts"], told["why"]) == ("a", "1.1", wrong.reason)
