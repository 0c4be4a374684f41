"""What a Slack workspace is made of. Values are frozen: a change is a new value put into the world."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """A person or a bot user; `name` is the handle without `@`."""

    id: str
    name: str
    real_name: str
    email: str = ""
    title: str = ""
    tz: str = "Europe/Amsterdam"
    tz_offset: int = 3600
    deleted: bool = False
    is_bot: bool = False
    is_admin: bool = False
    team_id: str = ""
    """Their own workspace, where it is another one, with which a channel is shared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Usergroup:
    """A user group; `handle` is without `@`."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...] = ()
    disabled: bool = False


class ChannelKind(StrEnum):
    """The kinds of conversations, by the words of `conversations.list?types=`."""

    PUBLIC = "public_channel"
    PRIVATE = "private_channel"
    IM = "im"


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """A conversation; `name` is without `#` and empty for a direct message."""

    id: str
    name: str
    kind: ChannelKind = ChannelKind.PUBLIC
    creator: str = ""
    created: int = 0
    members: tuple[str, ...] = ()
    archived: bool = False
    general: bool = False
    topic: str = ""
    purpose: str = ""
    previous_names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message; `only_for` names the one person who sees an ephemeral one."""

    channel: str
    ts: str
    user: str
    text: str
    bot_id: str = ""
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    metadata: Json | None = None
    thread_ts: str = ""
    broadcast: bool = False
    only_for: str = ""
    edited_ts: str = ""
    edited_by: str = ""
    revision: int = 0
    reactions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    pinned: bool = False
    files: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """An uploaded file. Nobody but its owner has it until it is shared; before `content` came it is only promised."""

    id: str
    name: str
    title: str
    user: str
    created: int
    size: int
    url: str
    mimetype: str
    alt_text: str = ""
    content: bytes | None = None
    finished: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A modal or a home. `body` is what the app gave, `values` what the person has entered so far."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str = ""
    values: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    waiting: bool = False

    @property
    def kind(self) -> str:
        """`modal` or `home`."""
        return str(self.body["type"])

    @property
    def blocks(self) -> list[Json]:
        """The blocks as the app gave them, with generated ids filled in."""
        blocks: list[Json] = self.body["blocks"]
        return blocks


@dataclass(frozen=True, kw_only=True, slots=True)
class StepRun:
    """A run of a step of a workflow: under way until it has outputs or an error."""

    id: str
    function: str
    inputs: Json
    outputs: Json | None = None
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedLinks:
    """Links of the app's domains in one message, posted or being written, with the cards that the app put there."""

    id: str
    user: str
    channel: str
    ts: str
    urls: tuple[str, ...]
    cards: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bookmark:
    """A bookmark at the top of a channel."""

    id: str
    channel: str
    title: str
    link: str
    emoji: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """What Slack's own client tells a person, such as that the app did not answer in time."""

    user: str
    kind: str
    text: str
    about: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """Something the app under test did that Slack refuses or resents."""

    kind: str
    about: str
    detail: str
    at: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One step of the feed: number `number` happened to the `kind` called `key`."""

    number: int
    kind: str
    key: str
    at: float
