"""The contract of Notification, over Slack and the twin in memory.

It is longer than the house rule, because the contract and the two rigs that it runs over are read together.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import pytest

from integrations.rehearsal.notification import RehearsalNotification, Room
from orchestration.ports.errors import ChannelClosed, Refused, TryLater
from orchestration.ports.notification import CLOCK_SKEW, Json, MessageRef, Notification
from tests.integrations.slack.slack_rig import START, Clock, message, slack_rig


class Rig(Protocol):
    """What the suite needs to see and to do besides the port."""

    clock: Clock

    @property
    def slack(self) -> Notification:
        """The port under test."""

    @property
    def channel(self) -> str:
        """A channel."""

    @property
    def user(self) -> str:
        """Somebody in it."""

    @property
    def outsider(self) -> str:
        """Somebody who isn't."""

    def archive(self) -> None:
        """Archive the channel."""

    def shown(self, ref: MessageRef) -> tuple[str, list[Json]]:
        """What people see."""

    def count(self, key: str) -> int:
        """How many messages carry the key."""

    def replies(self, ref: MessageRef) -> list[tuple[str, bool]]:
        """The replies, and which of them the channel sees."""

    def whispers(self, user: str) -> list[str]:
        """What only this person has been shown."""

    def lose_answer(self, verb: str) -> None:
        """The next call has its effect, and its answer is lost."""

    def limit(self, verb: str, seconds: int) -> None:
        """The next call is one too many."""

    def check(self) -> None:
        """Hold what went over the wire against the vendor's description."""


@dataclass(kw_only=True)
class TwinRig:
    """The twin, with faults to order."""

    clock: Clock = field(default_factory=Clock)
    channel: str = "C1"
    user: str = "U1"
    outsider: str = "U2"
    slack: RehearsalNotification = field(init=False)
    ordered: dict[tuple[str, str], Callable[[], None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.slack = RehearsalNotification(
            clock=self.clock,
            rooms={self.channel: Room(people=frozenset({self.user}))},
            people=frozenset({self.user, self.outsider}),
            hook=lambda verb: self._strike("before", verb),
            landed=lambda verb: self._strike("after", verb),
        )

    def _strike(self, when: str, verb: str) -> None:
        self.ordered.pop((when, verb), lambda: None)()

    def archive(self) -> None:
        self.slack.rooms[self.channel].archived = True

    def shown(self, ref: MessageRef) -> tuple[str, list[Json]]:
        found = self.slack.posted[ref].message
        return found.text, list(found.blocks)

    def count(self, key: str) -> int:
        return sum(one.message.key == key for one in self.slack.posted.values())

    def replies(self, ref: MessageRef) -> list[tuple[str, bool]]:
        return [(one.message.text, one.message.broadcast) for one in self.slack.thread(ref).values()]

    def whispers(self, user: str) -> list[str]:
        return [one.text for one in self.slack.whispers if one.user == user]

    def lose_answer(self, verb: str) -> None:
        def lose() -> None:
            raise TryLater("no answer", maybe_done=True)

        self.ordered["after", verb] = lose

    def limit(self, verb: str, seconds: int) -> None:
        def slow_down() -> None:
            raise TryLater("too fast", after=timedelta(seconds=seconds))

        self.ordered["before", verb] = slow_down

    def check(self) -> None:
        """Nothing went over a wire."""


@pytest.fixture(params=["slack", "twin"])
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """Each implementation in turn; what it said is judged at the end."""
    if request.param == "twin":
        yield TwinRig()
        return
    async with slack_rig() as made:
        yield made
        made.check()


async def test_a_message_stands_as_it_was_sent(rig: Rig) -> None:
    """Text and blocks arrive, and the ref leads to them."""
    ref = await rig.slack.send_message(message(channel=rig.channel, text="a &amp; b"))
    assert ref.channel == rig.channel
    assert rig.shown(ref) == ("a &amp; b", list(message(channel="").blocks))


async def test_sending_twice_posts_twice(rig: Rig) -> None:
    """Sending is not idempotent by itself: whoever doubts must look first."""
    first = await rig.slack.send_message(message(channel=rig.channel))
    second = await rig.slack.send_message(message(channel=rig.channel))
    assert first != second
    assert rig.count("card:1") == 2


async def test_a_message_is_found_by_its_key_only(rig: Rig) -> None:
    """The key travels with the message; equal words are no match."""
    ref = await rig.slack.send_message(message(channel=rig.channel))
    await rig.slack.send_message(message("card:2", channel=rig.channel))
    assert await rig.slack.find_message(message(channel=rig.channel, text="?"), since=START) == ref
    assert await rig.slack.find_message(message("card:3", channel=rig.channel), since=START) is None


async def test_what_is_older_is_not_found(rig: Rig) -> None:
    """Looking has a beginning, so that it costs the same in an old channel."""
    await rig.slack.send_message(message(channel=rig.channel))
    late = START + 2 * CLOCK_SKEW
    assert await rig.slack.find_message(message(channel=rig.channel), since=late) is None


async def test_a_clock_of_ours_that_went_wrong_hides_no_message(rig: Rig) -> None:
    """Slack stamps by its own clock: a process whose clock is an hour ahead finds what it posted, and doubles none."""
    ref = await rig.slack.send_message(message(channel=rig.channel))
    assert await rig.slack.find_message(message(channel=rig.channel), since=START + 3_600) == ref


async def test_a_reply_is_found_in_its_thread(rig: Rig) -> None:
    """A reply stands under its first message; it is looked for there."""
    first = await rig.slack.send_message(message(channel=rig.channel))
    reply = message("note:1", channel=rig.channel, thread=first.ts)
    ref = await rig.slack.send_message(reply)
    assert rig.replies(first) == [("Ready", False)]
    assert await rig.slack.find_message(reply, since=START) == ref


async def test_a_broadcast_reply_is_seen_in_the_channel_too(rig: Rig) -> None:
    """`broadcast` shows a reply in the channel, and the key still finds it."""
    first = await rig.slack.send_message(message(channel=rig.channel))
    reply = message("note:1", channel=rig.channel, thread=first.ts, broadcast=True)
    ref = await rig.slack.send_message(reply)
    assert rig.replies(first) == [("Ready", True)]
    assert await rig.slack.find_message(reply, since=START) == ref


async def test_broadcast_without_a_thread_is_an_ordinary_message(rig: Rig) -> None:
    """There is nothing to broadcast from; the message is not refused for it."""
    ref = await rig.slack.send_message(message(channel=rig.channel, broadcast=True))
    assert rig.shown(ref)[0] == "Ready"


async def test_an_edit_replaces_text_and_blocks_and_keeps_the_key(rig: Rig) -> None:
    """Idempotent: twice the same edit is one edit, and the message is found as before."""
    ref = await rig.slack.send_message(message(channel=rig.channel))
    changed = message(channel=rig.channel, text="Done")
    await rig.slack.update_message(ref, changed)
    await rig.slack.update_message(ref, changed)
    assert rig.shown(ref) == ("Done", list(changed.blocks))
    assert await rig.slack.find_message(changed, since=START) == ref
    assert rig.count("card:1") == 1


async def test_an_edit_without_blocks_removes_them(rig: Rig) -> None:
    """Buttons don't stay behind under a text that says it is over."""
    ref = await rig.slack.send_message(message(channel=rig.channel))
    await rig.slack.update_message(ref, message(channel=rig.channel, text="Over", blocks=()))
    assert rig.shown(ref) == ("Over", [])


async def test_an_edit_of_what_is_gone_is_refused(rig: Rig) -> None:
    """Somebody deleted the message: trying again won't help."""
    with pytest.raises(Refused, match="gone"):
        await rig.slack.update_message(MessageRef(channel=rig.channel, ts="1.000001"), message(channel="C"))


async def test_a_message_is_taken_back_once(rig: Rig) -> None:
    """It is gone for everybody, another one of its key stays, and a second time nothing happens."""
    ref = await rig.slack.send_message(message(channel=rig.channel))
    other = await rig.slack.send_message(message(channel=rig.channel))
    for _ in range(2):
        await rig.slack.delete_message(ref)
        assert rig.count("card:1") == 1
    assert await rig.slack.find_message(message(channel=rig.channel), since=START) == other


@pytest.mark.parametrize("channel", ["C404", ""])
async def test_a_channel_that_is_not_there_is_refused(rig: Rig, channel: str) -> None:
    """A wrong channel is a person's mistake, not trouble that passes."""
    with pytest.raises(Refused):
        await rig.slack.send_message(message(channel=channel))


async def test_an_archived_channel_is_refused_with_what_to_do(rig: Rig) -> None:
    """Posting, editing and whispering say that somebody must unarchive it."""
    ref = await rig.slack.send_message(message(channel=rig.channel))
    rig.archive()
    with pytest.raises(ChannelClosed, match="unarchive"):
        await rig.slack.send_message(message(channel=rig.channel))
    with pytest.raises(ChannelClosed, match="unarchive"):
        await rig.slack.update_message(ref, message(channel=rig.channel))
    with pytest.raises(ChannelClosed, match="unarchive"):
        await rig.slack.send_ephemeral(channel=rig.channel, user=rig.user, text="Hi")


async def test_a_reply_to_what_is_gone_is_refused(rig: Rig) -> None:
    """A thread needs its first message, and a reply is none."""
    with pytest.raises(Refused, match="first message"):
        await rig.slack.send_message(message(channel=rig.channel, thread="1.000001"))
    first = await rig.slack.send_message(message(channel=rig.channel))
    reply = await rig.slack.send_message(message("note:1", channel=rig.channel, thread=first.ts))
    with pytest.raises(Refused, match="first message"):
        await rig.slack.send_message(message("note:2", channel=rig.channel, thread=reply.ts))


async def test_looking_in_a_thread_that_is_gone_finds_nothing(rig: Rig) -> None:
    """A reply can't be there when its thread isn't."""
    wanted = message(channel=rig.channel, thread="1.000001")
    assert await rig.slack.find_message(wanted, since=START) is None


async def test_an_empty_message_is_refused(rig: Rig) -> None:
    """A message says something, or it isn't sent."""
    with pytest.raises(Refused, match="empty"):
        await rig.slack.send_message(message(channel=rig.channel, text="", blocks=()))


async def test_a_whisper_is_seen_by_one_person(rig: Rig) -> None:
    """What is shown to one person is no message of the channel."""
    blocks = message(channel="").blocks
    await rig.slack.send_ephemeral(channel=rig.channel, user=rig.user, text="Only you", blocks=blocks)
    assert rig.whispers(rig.user) == ["Only you"]
    assert rig.whispers(rig.outsider) == []


async def test_a_whisper_to_somebody_outside_is_refused(rig: Rig) -> None:
    """They would not see it, so we don't believe that they did."""
    with pytest.raises(Refused, match="not in the channel"):
        await rig.slack.send_ephemeral(channel=rig.channel, user=rig.outsider, text="Hi")
    assert rig.whispers(rig.outsider) == []


async def test_a_direct_conversation_is_opened_once(rig: Rig) -> None:
    """Idempotent; and it can be written to and looked through."""
    channel = await rig.slack.open_direct(rig.user)
    assert await rig.slack.open_direct(rig.user) == channel
    ref = await rig.slack.send_message(message("dm:1", channel=channel))
    assert await rig.slack.find_message(message("dm:1", channel=channel), since=START) == ref


async def test_somebody_unknown_has_no_direct_conversation(rig: Rig) -> None:
    """A person who left is refused, not asked again and again."""
    with pytest.raises(Refused, match="person"):
        await rig.slack.open_direct("U404")


@pytest.mark.parametrize("thread", [False, True])
async def test_a_lost_answer_says_so_and_the_message_is_found(rig: Rig, thread: bool) -> None:
    """After a doubt one looks instead of posting again: the message is there once."""
    parent = await rig.slack.send_message(message("card:0", channel=rig.channel)) if thread else None
    wanted = message(channel=rig.channel, thread=parent.ts if parent else None)
    rig.lose_answer("send_message")
    with pytest.raises(TryLater) as caught:
        await rig.slack.send_message(wanted)
    assert caught.value.maybe_done is True
    ref = await rig.slack.find_message(wanted, since=START)
    assert ref is not None
    assert rig.shown(ref)[0] == "Ready"
    assert rig.count("card:1") == 1


async def test_an_edit_is_repeated_after_a_lost_answer(rig: Rig) -> None:
    """An edit may be sent again without looking."""
    ref = await rig.slack.send_message(message(channel=rig.channel))
    rig.lose_answer("update_message")
    changed = message(channel=rig.channel, text="Done")
    with pytest.raises(TryLater):
        await rig.slack.update_message(ref, changed)
    await rig.slack.update_message(ref, changed)
    assert rig.shown(ref)[0] == "Done"


_CALLS: dict[str, Callable[[Rig, MessageRef], Any]] = {
    "send_message": lambda rig, _: rig.slack.send_message(message("b", channel=rig.channel)),
    "update_message": lambda rig, ref: rig.slack.update_message(ref, message(channel=rig.channel)),
    "delete_message": lambda rig, ref: rig.slack.delete_message(ref),
    "find_message": lambda rig, _: rig.slack.find_message(message(channel=rig.channel), since=START),
    "send_ephemeral": lambda rig, _: rig.slack.send_ephemeral(channel=rig.channel, user=rig.user, text="Hi"),
    "open_direct": lambda rig, _: rig.slack.open_direct(rig.user),
}


@pytest.mark.parametrize("verb", _CALLS)
async def test_a_limit_tells_how_long_to_wait_and_did_nothing(rig: Rig, verb: str) -> None:
    """The provider's own wish is handed on, and asking again later works."""
    ref = await rig.slack.send_message(message(channel=rig.channel))
    rig.limit(verb, 7)
    with pytest.raises(TryLater) as caught:
        await _CALLS[verb](rig, ref)
    assert (caught.value.after, caught.value.maybe_done) == (timedelta(seconds=7), False)
    assert rig.count("b") == 0
    await _CALLS[verb](rig, ref)
