"""`@ann` and `#releases` in what people type, as Slack encodes them for an app."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.slack.values import User
from sandbox.slack.world import World

_EVERYBODY = re.compile(r"<!(channel|here|everyone|group)\b[^>]*>")
_NAME = re.compile(r"(?<![\w<])([@#])([A-Za-z0-9][\w.-]*)")


def escape_text(text: str) -> str:
    """Return what was typed with `&`, `<` and `>` escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def encode_names(world: World, text: str, *, user_form: Callable[[User], str], labels: bool) -> str:
    """Return typed text with the names of people, groups and channels as Slack's references."""

    def reference(found: re.Match[str]) -> str:
        sign, name = found.groups()
        tail = name[len(name.rstrip(".-")) :]
        name = name.rstrip(".-")
        if sign == "#":
            channel = next((c for c in world.channels.values() if c.name == name), None)
            return found[0] if channel is None else f"<#{channel.id}{f'|{name}' if labels else ''}>{tail}"
        user = next((u for u in world.users.values() if u.name == name and not u.deleted), None)
        if user is not None:
            return user_form(user) + tail
        group = next((g for g in world.groups.values() if g.handle == name), None)
        return found[0] if group is None else f"<!subteam^{group.id}|@{name}>{tail}"

    return _NAME.sub(reference, text)


def command_text(world: World, typed: str, *, should_escape: bool) -> str:
    """Return the `text` of a slash command: with `should_escape`, `@ann` is `<@U1|ann>`."""
    escaped = escape_text(typed)
    if not should_escape:
        return escaped
    return encode_names(world, escaped, user_form=lambda u: f"<@{u.id}|{u.name}>", labels=True)


def message_text(world: World, typed: str) -> str:
    """Return the `text` of a message that a person typed: `@ann` is `<@U1>`."""
    return encode_names(world, escape_text(typed), user_form=lambda u: f"<@{u.id}>", labels=True)


def calls_everybody(text: str, blocks: Any) -> bool:
    """Whether a message calls all people of a channel: by its text, or by markup anywhere in its blocks."""
    return _EVERYBODY.search(text) is not None or _calls_all(blocks)


def _calls_all(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_calls_all(each) for each in value)
    if not isinstance(value, dict):
        return False
    if value.get("type") in {"mrkdwn", "markdown"}:
        return _EVERYBODY.search(str(value.get("text"))) is not None
    return value.get("type") == "broadcast" or any(_calls_all(each) for each in value.values())
