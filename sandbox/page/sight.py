"""What one person sees of the workspace, as the JSON that the page draws."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from sandbox.slack.shapes import (
    channel_json,
    file_json,
    group_json,
    kept_message_json,
    kept_view_json,
    user_json,
)
from sandbox.slack.simulator import SlackSimulator
from sandbox.slack.values import Change, Channel, ChannelKind, File, Json, Message, View

_REMEMBERED = 4_000
_OWN = frozenset({"stack", "home", "notice"})
_REACH = ("connected", "disconnected", "setting")
_HIDDEN = object()


class Sight:
    """The eyes of all people. It remembers which revisions of messages were shown, for clicks on what is stale."""

    def __init__(self, slack: SlackSimulator) -> None:
        self._slack = slack
        self._world = slack.world
        self._shown: OrderedDict[tuple[str, str, int], Message] = OrderedDict()
        self._shapes = self._table()
        self.read_up_to: dict[tuple[str, str], str] = {}

    def state(self, me: str) -> Json:
        """Everything that `me` sees; `number` is the last change that it contains."""
        world, app = self._world, self._slack.app_install
        return {
            "number": len(world.changes),
            "team": {"id": world.team_id, "name": world.team},
            "me": me,
            "now": world.clock(),
            "app": {
                "id": app.id,
                "name": app.name,
                "bot_user": app.bot_user,
                "has_home": app.has_home,
                "takes_messages": app.takes_messages,
                "commands": [asdict(c) for c in app.commands.values()],
                "shortcuts": [asdict(s) for s in app.shortcuts],
            },
            "slack": self.slack_state(),
            "users": [self._user(u) for u in world.users],
            "groups": [group_json(world, g, users=True) for g in world.groups.values()],
            "channels": [self._channel(c, me) for c in world.channels.values() if self.may_see(c, me)],
            "messages": self._messages(me),
            "choices": self._choices(me),
            "views": [self._view(v) for v in world.views.values() if v.user == me],
            "stack": list(world.stacks.get(me, [])),
            "home": world.homes.get(me, ""),
            "notices": self._notices(me),
            "read": {c: ts for (who, c), ts in self.read_up_to.items() if who == me},
            "bookmarks": [asdict(b) for b in world.bookmarks],
            "files": {f: self._file(f, me) for f in world.files if self.file(f, me) is not None},
        }

    def slack_state(self) -> Json:
        """Whether Slack is up and whether the app can be reached."""
        settings = self._slack.settings
        connected = bool(self._slack.socket.connections) or settings.transport == "http"
        return {"down": settings.down, "connected": connected and not settings.down}

    def may_see(self, channel: Channel, me: str) -> bool:
        """Whether a conversation is in this person's list."""
        return channel.kind is ChannelKind.PUBLIC or me in channel.members

    def file(self, file_id: str, me: str) -> File | None:
        """A file that this person has: their own, or one in a message that they see."""
        world, file = self._world, self._world.files.get(file_id)
        if file is None or file.content is None:
            return None
        shared = (
            file_id in m.files and m.only_for in ("", me)
            for c in world.channels.values()
            if self.may_see(c, me)
            for m in world.messages[c.id].values()
        )
        return file if file.user == me or any(shared) else None

    def _file(self, file_id: str, me: str) -> Json:
        """A file with the address where the page finds it."""
        return {**file_json(self._world, self._world.files[file_id]), "url": f"/page/file/{file_id}?as={me}"}

    def remembered(self, channel: str, ts: str, revision: int) -> Message | None:
        """The message as it was shown at a revision, if that was not long ago."""
        return self._shown.get((channel, ts, revision))

    def change(self, change: Change, me: str) -> Json | None:
        """The change as `me` sees it, or None where it is nothing to them."""
        shape = self._shapes.get(change.kind)
        if shape is None or (change.kind in _OWN and change.key != me):
            return None
        item = shape(change.key, me)
        return None if item is _HIDDEN else {"kind": change.kind, "key": change.key, "item": item}

    def _table(self) -> Mapping[str, Callable[[str, str], Any]]:
        world = self._world
        return {
            "message": self._message_now,
            "message_deleted": self._message_now,
            "choice": lambda key, me: self._choices(me).get(key),
            "channel": lambda key, me: (
                self._channel(world.channels[key], me) if self.may_see(world.channels[key], me) else None
            ),
            "user": lambda key, _me: self._user(key),
            "usergroup": lambda key, _me: group_json(world, world.groups[key], users=True),
            "view": self._view_now,
            "view_closed": self._view_now,
            **dict.fromkeys(_REACH, lambda _key, _me: self.slack_state()),
            "file": lambda key, me: self._file(key, me) if self.file(key, me) is not None else None,
            "bookmark": lambda _key, _me: [asdict(b) for b in world.bookmarks],
            "stack": lambda _key, me: list(world.stacks.get(me, [])),
            "home": lambda _key, me: world.homes.get(me, ""),
            "notice": lambda _key, me: self._notices(me),
        }

    def _view_now(self, key: str, me: str) -> Json | None:
        view = self._world.views.get(key)
        return self._view(view) if view is not None and view.user == me else None

    def _message_now(self, key: str, me: str) -> Any:
        name, _, ts = key.partition("/")
        channel = self._world.channels.get(name)
        message = self._world.message(name, ts)
        if channel is None or not self.may_see(channel, me):
            return _HIDDEN
        if message is None:
            return None
        return self._message(message) if message.only_for in ("", me) else _HIDDEN

    def _message(self, message: Message) -> Json:
        self._shown[message.channel, message.ts, message.revision] = message
        self._shown.move_to_end((message.channel, message.ts, message.revision))
        while len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)
        return kept_message_json(self._world, self._slack.app_install, message)

    def _messages(self, me: str) -> dict[str, list[Json]]:
        return {
            c.id: [self._message(m) for m in self._world.messages[c.id].values() if m.only_for in ("", me)]
            for c in self._world.channels.values()
            if self.may_see(c, me)
        }

    def _choices(self, me: str) -> Json:
        return {f"{c}/{ts}": values for (who, c, ts), values in self._world.choices.items() if who == me}

    def _notices(self, me: str) -> list[Json]:
        return [asdict(n) for n in self._world.notices if n.user == me]

    def _user(self, user_id: str) -> Json:
        world = self._world
        user = user_json(world, world.users[user_id], app=self._slack.app_install, email=True)
        return {**user, "is_app": user_id == self._slack.app_install.bot_user}

    def _channel(self, channel: Channel, me: str) -> Json:
        return {**channel_json(channel, me=me, num_members=True), "members": list(channel.members)}

    def _view(self, view: View) -> Json:
        return kept_view_json(self._world, self._slack.app_install, view)
