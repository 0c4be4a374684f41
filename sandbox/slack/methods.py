"""What a method of the Web API is: its arguments, scopes, tier, and the function that does it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.slack.values import Channel, ChannelKind, Json, User
from sandbox.slack.workspace import SlackError, Workspace

READ_SCOPE = {
    ChannelKind.PUBLIC: "channels:read",
    ChannelKind.PRIVATE: "groups:read",
    ChannelKind.IM: "im:read",
}
HISTORY_SCOPE = {
    ChannelKind.PUBLIC: "channels:history",
    ChannelKind.PRIVATE: "groups:history",
    ChannelKind.IM: "im:history",
}


class Kind(StrEnum):
    """How an argument is read; forms carry everything as words."""

    WORD = "word"
    FLAG = "flag"
    NUMBER = "number"
    JSON = "json"
    WORDS = "words"


def read_argument(kind: Kind, value: Any) -> Any:
    """Return the argument as its kind; `ValueError` or `TypeError` when it cannot be read so."""
    if kind is Kind.JSON:
        return json.loads(value) if isinstance(value, str) else value
    if kind is Kind.FLAG:
        return value if isinstance(value, bool) else str(value).lower() in {"1", "true"}
    if kind is Kind.NUMBER:
        return int(value)
    if kind is Kind.WORDS:
        return value if isinstance(value, list) else [w for w in str(value).split(",") if w]
    if isinstance(value, dict | list):
        raise TypeError("must provide a string")
    return str(value)


def missing_scope(needed: str, workspace: Workspace) -> SlackError:
    """Return the refusal that names the scope which the token lacks."""
    return SlackError("missing_scope", needed=needed, provided=",".join(sorted(workspace.app.scopes)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One call of a method with its arguments read; refusals are raised as `SlackError`."""

    workspace: Workspace
    method: str
    arguments: Mapping[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """Return an argument or the default when it was not given."""
        return self.arguments.get(name, default)

    def word(self, name: str) -> str:
        """Return a word, empty when it was not given."""
        return str(self.arguments.get(name, ""))

    def need_scope(self, scope: str) -> None:
        """Refuse the call when the token lacks a scope."""
        if scope not in self.workspace.app.scopes:
            raise missing_scope(scope, self.workspace)

    def channel(self, name: str = "channel") -> Channel:
        """Return the conversation with the given id; the app sees private ones only as a member."""
        channel = self.workspace.world.channels.get(self.word(name))
        me = self.workspace.app.bot_user
        if channel is None or (channel.kind is not ChannelKind.PUBLIC and me not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def user(self, name: str = "user") -> User:
        """Return the user with the given id."""
        user = self.workspace.world.users.get(self.word(name))
        if user is None:
            raise SlackError("user_not_found")
        return user

    def page(self, items: list[Any]) -> tuple[list[Any], str]:
        """Return one page of `items` and the cursor of the next, empty at the end."""
        settings = self.workspace.settings
        try:
            start = int(self.word("cursor").removeprefix("c") or 0)
            limit = min(int(self.get("limit") or 1000), settings.page_size)
        except ValueError:
            raise SlackError("invalid_cursor") from None
        if limit < 1:
            raise SlackError("invalid_limit")
        if settings.empty_pages and not self.word("cursor"):
            return [], "c0"
        return items[start : start + limit], f"c{start + limit}" if start + limit < len(items) else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """A method: `scopes` are all needed, `tier` sets its rate, `reads_json` whether it takes a JSON body."""

    name: str
    run: Callable[[Call], Json]
    tier: int
    arguments: Mapping[str, Kind]
    required: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    reads_json: bool = True
    token: str = "xoxb-"


def words(*names: str) -> dict[str, Kind]:
    """Return arguments that are plain words."""
    return dict.fromkeys(names, Kind.WORD)


def flags(*names: str) -> dict[str, Kind]:
    """Return arguments that are booleans."""
    return dict.fromkeys(names, Kind.FLAG)


PAGING: dict[str, Kind] = {"cursor": Kind.WORD, "limit": Kind.NUMBER}
