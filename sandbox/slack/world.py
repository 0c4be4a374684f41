"""The state of one Slack workspace, and the feed of what changed in it.

The world knows nothing of HTTP. Whoever changes it goes through its verbs, each of which numbers a `Change`
and wakes those who wait; so a test, the control routes and a page can all watch the same thing.
"""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from sandbox.slack.values import (
    Bookmark,
    Change,
    Channel,
    ChannelKind,
    File,
    Message,
    Notice,
    SharedLinks,
    StepRun,
    User,
    Usergroup,
    View,
    Violation,
)

T = TypeVar("T")


class NotSeen(TimeoutError):
    """What somebody waited for did not come about in time."""


class World:
    """Users, groups, channels, messages, views; `clock` gives seconds since the epoch.

    `hosts` names the workspace of each channel that is another one's, which shares it with ours.
    """

    NOT_KEPT: ClassVar[frozenset[str]] = frozenset({"changes", "_waiting"})

    def __init__(
        self, *, clock: Callable[[], float], team_id: str = "T0000SANDBOX", team: str = "Acme"
    ) -> None:
        self.clock = clock
        self.team_id = team_id
        self.team = team
        self.users: dict[str, User] = {}
        self.groups: dict[str, Usergroup] = {}
        self.channels: dict[str, Channel] = {}
        self.hosts: dict[str, str] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.bookmarks: list[Bookmark] = []
        self.files: dict[str, File] = {}
        self.steps: dict[str, StepRun] = {}
        self.links: dict[str, SharedLinks] = {}
        self.choices: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}
        self.notices: list[Notice] = []
        self.violations: list[Violation] = []
        self.changes: list[Change] = []
        self._serials = itertools.count(1)
        self._last_ts = 0
        self._waiting: set[asyncio.Future[None]] = set()

    # --- the feed ---

    def changed(self, kind: str, key: str) -> None:
        """Number a change and wake everybody who waits."""
        self.changes.append(Change(number=len(self.changes) + 1, kind=kind, key=key, at=self.clock()))
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def next_change(self) -> None:
        """Return at the next change."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)

    async def until(self, predicate: Callable[[], T], *, within: float = 10.0) -> T:
        """Return the predicate's first true value; `NotSeen` after `within` seconds of real time."""
        try:
            async with asyncio.timeout(within):
                while not (value := predicate()):
                    await self.next_change()
                return value
        except TimeoutError as error:
            raise NotSeen(f"not seen within {within} s; the last changes were {self.changes[-8:]}") from error

    # --- names, numbers, moments ---

    def new_id(self, prefix: str) -> str:
        """Return an id that was never used, such as `C00000007`."""
        return f"{prefix}{next(self._serials):08d}"

    def new_ts(self) -> str:
        """Return a message timestamp, greater than every earlier one."""
        self._last_ts = max(int(self.clock() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # --- people, groups, channels ---

    def put_user(self, user: User) -> User:
        """Add or replace a user."""
        self.users[user.id] = user
        self.changed("user", user.id)
        return user

    def put_group(self, group: Usergroup) -> Usergroup:
        """Add or replace a user group."""
        self.groups[group.id] = group
        self.changed("usergroup", group.id)
        return group

    def put_channel(self, channel: Channel) -> Channel:
        """Add or replace a channel."""
        self.channels[channel.id] = channel
        self.messages.setdefault(channel.id, {})
        self.changed("channel", channel.id)
        return channel

    def user(self, name: str) -> User:
        """Return a user by id or handle; `KeyError` when there is none."""
        found = next((u for u in self.users.values() if name.removeprefix("@") in (u.id, u.name)), None)
        if found is None:
            raise KeyError(f"no user {name!r}")
        return found

    def channel(self, name: str) -> Channel:
        """Return a channel by id or name, with or without `#`; `KeyError` when there is none."""
        found = next(
            (c for c in self.channels.values() if c.id == name or c.name == name.removeprefix("#")), None
        )
        if found is None:
            raise KeyError(f"no channel {name!r}")
        return found

    def is_shared(self, channel: str) -> bool:
        """Whether a channel is another workspace's, or people of one read along."""
        place = self.channels.get(channel)
        known = (self.users.get(member) for member in (place.members if place is not None else ()))
        return channel in self.hosts or any(user is not None and user.team_id for user in known)

    def direct_message(self, one: str, other: str) -> Channel:
        """Return the direct-message channel of two users, made at its first use."""
        pair = {one, other}
        for channel in self.channels.values():
            if channel.kind is ChannelKind.IM and set(channel.members) == pair:
                return channel
        return self.put_channel(
            Channel(
                id=self.new_id("D"),
                name="",
                kind=ChannelKind.IM,
                creator=one,
                created=int(self.clock()),
                members=(one, other),
            )
        )

    # --- messages ---

    def put_message(self, message: Message) -> Message:
        """Add or replace a message."""
        self.messages[message.channel][message.ts] = message
        self.changed("message", f"{message.channel}/{message.ts}")
        return message

    def message(self, channel: str, ts: str) -> Message | None:
        """Return the message, or None."""
        return self.messages.get(channel, {}).get(ts)

    def delete_message(self, message: Message) -> None:
        """Take a message away."""
        self.messages[message.channel].pop(message.ts, None)
        self.changed("message_deleted", f"{message.channel}/{message.ts}")

    def replies(self, message: Message) -> list[Message]:
        """Return the replies in a message's thread, oldest first, without ephemeral ones."""
        return [
            m
            for m in self.messages[message.channel].values()
            if m.thread_ts == message.ts and m.ts != message.ts and not m.only_for
        ]

    def choose(self, user: str, message: Message, values: dict[str, dict[str, Any]]) -> None:
        """Keep what a person has chosen in a message's selects, by block_id and action_id."""
        self.choices[user, message.channel, message.ts] = values
        self.changed("choice", f"{message.channel}/{message.ts}")

    def put_file(self, file: File) -> File:
        """Add or replace a file."""
        self.files[file.id] = file
        self.changed("file", file.id)
        return file

    def share_links(self, shared: SharedLinks) -> SharedLinks:
        """Add or replace the links of a message."""
        self.links[shared.id] = shared
        self.changed("links", shared.id)
        return shared

    # --- views ---

    def put_view(self, view: View) -> View:
        """Add or replace a view."""
        self.views[view.id] = view
        self.changed("view", view.id)
        return view

    def new_hash(self) -> str:
        """Return a view hash that was never used."""
        return f"{int(self.clock())}.{next(self._serials):08x}"

    def top_view(self, user: str) -> View | None:
        """Return the modal that the person sees, or None."""
        stack = self.stacks.get(user) or []
        return self.views[stack[-1]] if stack else None

    def close_views(self, user: str, views: Iterable[str]) -> None:
        """Take views off the person's stack."""
        gone = set(views)
        self.stacks[user] = [v for v in self.stacks.get(user, []) if v not in gone]
        for view_id in gone:
            self.views.pop(view_id, None)
            self.changed("view_closed", view_id)

    def change_view(self, view: View, **fields: Any) -> View:
        """Put a changed copy of a view; its hash stays unless given."""
        return self.put_view(replace(view, **fields))

    # --- what is told ---

    def notice(self, user: str, kind: str, text: str, about: str = "") -> None:
        """Show a person an error of Slack's own client."""
        self.notices.append(Notice(user=user, kind=kind, text=text, about=about))
        self.changed("notice", user)

    def violation(self, kind: str, about: str, detail: Any) -> None:
        """Record that the app did what Slack refuses or resents."""
        words = detail if isinstance(detail, str) else json.dumps(detail, default=str)
        self.violations.append(Violation(kind=kind, about=about, detail=words[:2000], at=self.clock()))
        self.changed("violation", about)
