"""Slack's mrkdwn as a terminal can show it: names for ids, words for links and dates."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")
_DATE = re.compile(r"<!date\^(\d+)\^[^|>]*\|([^>]*)>")
_USER = re.compile(r"<@([UW][A-Z0-9]+)>")
_CHANNEL = re.compile(r"<#(C[A-Z0-9]+)(?:\|[^<>]*)?>")
# `&amp;` last, so that an escaped `&lt;` is not unescaped twice; a check mark that every terminal has.
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("✅", "✔"))


def buttons_in_a_row(words: str, blocks: Sequence[Mapping[str, Any]]) -> str:
    """The words of a message, a piece a line, with the buttons of each row beside one another; `…` is its menu."""
    for block in blocks:
        if block.get("type") != "actions":
            continue
        labels, row = [], []
        for element in block.get("elements", ()):
            options = element.get("options")
            labels += [each["text"]["text"] for each in options] if options else [element["text"]["text"]]
            row.append("…" if options else element["text"]["text"])
        words = words.replace("\n".join(labels), "  ".join(f"[ {label} ]" for label in row), 1)
    return words


def spoken(text: str, *, people: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """The words of a message. `people` and `channels` map names to ids, as the sandbox tells them."""
    names = {user: name.title() for name, user in people.items()}
    rooms = {channel: name for name, channel in channels.items()}
    text = _DATE.sub(lambda found: found[2], text)
    text = _LINK.sub(lambda found: found[2], text)
    text = _USER.sub(lambda found: f"@{names.get(found[1], found[1])}", text)
    text = _CHANNEL.sub(lambda found: f"#{rooms.get(found[1], found[1])}", text)
    text = text.replace("*", "").replace("`", "")
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text
