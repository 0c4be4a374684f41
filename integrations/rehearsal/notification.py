"""Messages in memory: the contract's rules and nothing else. For tests and rehearsals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from orchestration.ports.errors import ChannelClosed, MessageGone, Refused
from orchestration.ports.notification import CLOCK_SKEW, Attachment, Json, Message, MessageRef


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """A message as it stands: `at` is when it was posted, in unix seconds; `edits` counts its changes."""

    ref: MessageRef
    message: Message
    at: float
    edits: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Whisper:
    """What one person was shown."""

    channel: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()


@dataclass(kw_only=True, slots=True)
class Room:
    """A channel: who is in it, and whether it can still be written to."""

    people: frozenset[str] = frozenset()
    archived: bool = False


@dataclass(kw_only=True, slots=True)
class RehearsalNotification:
    """Notification over lists. `rooms` are the channels; direct ones are made when they are asked for.

    `clock` gives unix seconds. `hook` is called with the verb's name before a verb looks at anything, and may raise
    a port error; `landed` after its effect, so that it may lose the answer.
    """

    clock: Callable[[], float]
    rooms: dict[str, Room]
    people: frozenset[str] = frozenset()
    hook: Callable[[str], None] = lambda _verb: None
    landed: Callable[[str], None] = lambda _verb: None
    posted: dict[MessageRef, Posted] = field(default_factory=dict)
    whispers: list[Whisper] = field(default_factory=list)
    files: list[tuple[float, Attachment]] = field(default_factory=list)

    async def send_message(self, message: Message) -> MessageRef:
        """Post. Refused where the channel or the thread's first message is not there, or the text is empty."""
        self.hook("send_message")
        self._room(message.channel)
        _say_something(message.text)
        self._first(message.channel, message.thread)
        ref = MessageRef(channel=message.channel, ts=f"{self.clock():.0f}.{len(self.posted):06d}")
        self.posted[ref] = Posted(ref=ref, message=message, at=self.clock())
        self.landed("send_message")
        return ref

    async def update_message(self, ref: MessageRef, message: Message) -> None:
        """Replace text and blocks; key and thread stay. Refused where the message is not there."""
        self.hook("update_message")
        old = self.posted.get(ref)
        if old is None:
            raise MessageGone("That message is gone: somebody deleted it")
        self._room(ref.channel)
        _say_something(message.text)
        shown = replace(old.message, text=message.text, blocks=tuple(message.blocks))
        self.posted[ref] = replace(old, message=shown, edits=old.edits + 1)
        self.landed("update_message")

    async def delete_message(self, ref: MessageRef) -> None:
        """Take it back, where it is there."""
        self.hook("delete_message")
        self.posted.pop(ref, None)
        self.landed("delete_message")

    async def find_message(self, message: Message, *, since: float) -> MessageRef | None:
        """The message that carries the key, in the same channel and thread."""
        self.hook("find_message")
        for one in self.posted.values():
            where = (one.message.key, one.message.channel, one.message.thread)
            if where == (message.key, message.channel, message.thread) and one.at >= since - CLOCK_SKEW:
                return one.ref
        return None

    async def send_ephemeral(
        self, *, channel: str, user: str, text: str, blocks: Sequence[Json] = (), thread: str | None = None
    ) -> None:
        """Show to one person. Refused where they are not in the channel."""
        del thread
        self.hook("send_ephemeral")
        room = self._room(channel)
        _say_something(text)
        if user not in room.people:
            raise Refused("That person is not in the channel")
        self.whispers.append(Whisper(channel=channel, user=user, text=text, blocks=tuple(blocks)))
        self.landed("send_ephemeral")

    async def open_direct(self, user: str) -> str:
        """The direct conversation, made at first use. Refused for somebody who is not there."""
        self.hook("open_direct")
        if user not in self.people:
            raise Refused("Slack does not know that person")
        channel = f"D-{user}"
        self.rooms.setdefault(channel, Room(people=frozenset({user})))
        return channel

    async def send_file(self, attachment: Attachment) -> None:
        """Show a file. Refused where the channel or the thread's first message is not there, or it is empty."""
        self.hook("send_file")
        self._room(attachment.channel)
        if not attachment.content:
            raise Refused("The file is empty")
        self._first(attachment.channel, attachment.thread)
        self.files.append((self.clock(), attachment))
        self.landed("send_file")

    async def find_file(self, attachment: Attachment, *, since: float) -> bool:
        """Whether it was shown in the same channel and thread."""
        self.hook("find_file")
        wanted = (attachment.name, attachment.channel, attachment.thread)
        return any(
            (f.name, f.channel, f.thread) == wanted and at >= since - CLOCK_SKEW for at, f in self.files
        )

    def _first(self, channel: str, thread: str | None) -> None:
        """Refuse where a thread's first message is not there."""
        if thread is None:
            return
        first = self.posted.get(MessageRef(channel=channel, ts=thread))
        if first is None or first.message.thread is not None:
            raise MessageGone("The first message of that thread is gone")

    def thread(self, ref: MessageRef) -> Mapping[str, Posted]:
        """The replies under a message, by key."""
        return {
            one.message.key: one
            for one in self.posted.values()
            if (one.message.channel, one.message.thread) == (ref.channel, ref.ts)
        }

    def _room(self, channel: str) -> Room:
        room = self.rooms.get(channel)
        if room is None:
            raise ChannelClosed("That channel does not exist")
        if room.archived:
            raise ChannelClosed(
                "That channel is archived: unarchive it, or name another one in the configuration"
            )
        return room


def _say_something(text: str) -> None:
    if not text.strip():
        raise Refused("The message is empty")
