"""What a person asked for: when they are left alone; mentions that don't call them; and the digest of what was kept."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views.blocks import context, section
from bot.views.rendered import TEXT, Rendered, paragraphs
from bot.views.text import Mrkdwn, and_more, bold, code, escape, joined, link, plural, say, truncate
from bot.views.words import when
from orchestration.domain.quiet import Attention

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
# What people don't read: it is compared, or carried back.
_UNREAD = frozenset({"value", "action_id", "block_id", "url", "type", "image_url"})
_MOST = 25
_LINE = 400
_GOES_THROUGH = "Failures, credentials that are gone and forced approvals come at once."


def settings_lines(asked: Attention | None) -> tuple[Mrkdwn, ...]:
    """How a person is reached, one sentence each, for wherever they see their own settings."""
    if asked is None or asked.always_reached:
        word = code("/release me quiet 19:00-08:00")
        return (say("You are reached at any time. Quiet hours: {word}", word=word),)
    lines = []
    if asked.quiet is not None:
        lines.append(say("Quiet hours: {hours}.", hours=str(asked.quiet)))
    if asked.weekends:
        lines.append(escape("Saturday and Sunday are quiet."))
    if asked.digest is not None:
        lines.append(say("What can wait comes once a day, at {at}.", at=f"{asked.digest:%H:%M}"))
    else:
        lines.append(escape("What can wait comes as one digest when it is no longer quiet."))
    zone = asked.zone.replace("_", " ")
    lines.append(say("By the clock of {zone}. {through}", zone=zone, through=_GOES_THROUGH))
    return tuple(lines)


def attention_answer(asked: Attention) -> Rendered:
    """What holds from now on."""
    text = joined(settings_lines(asked))
    return Rendered(text=text, blocks=(section(text),))


def mentioned(rendered: Rendered) -> tuple[str, ...]:
    """The people whom a message calls, each once."""
    texts = [rendered.text, *(text for block in rendered.blocks for text in _texts(block))]
    return tuple(dict.fromkeys(found for text in texts for found in _MENTION.findall(text)))


def muted(rendered: Rendered, names: Mapping[str, str]) -> Rendered:
    """The message with plain names in the place of mentions, so that these people are not called."""

    def named(found: re.Match[str]) -> str:
        who = names.get(found[1])
        return found[0] if who is None else escape(f"@{who}" if who else "the person concerned")

    def quieted(value: object, key: str = "") -> object:
        match value:
            case str():
                return value if key in _UNREAD else _MENTION.sub(named, value)
            case Mapping():
                return {name: quieted(inner, str(name)) for name, inner in value.items()}
            case list() | tuple():
                return [quieted(inner, key) for inner in value]
            case _:
                return value

    blocks = ({name: quieted(inner, name) for name, inner in block.items()} for block in rendered.blocks)
    return Rendered(text=_MENTION.sub(named, rendered.text), blocks=tuple(blocks))


def _texts(value: object, key: str = "") -> Iterable[str]:
    match value:
        case str():
            yield from () if key in _UNREAD else (value,)
        case Mapping():
            for name, inner in value.items():
                yield from _texts(inner, str(name))
        case list() | tuple():
            for inner in value:
                yield from _texts(inner, key)


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestLine:
    """Something that was kept: when it happened, its sentence as the chat writes it, and where it can be read.

    `key` is the message's, and `release` what it is about, empty where that is none.
    """

    at: datetime
    text: str
    key: str = ""
    release: str = ""
    link: str | None = None


def read_lines(stored: str) -> tuple[DigestLine, ...]:
    """The lines of a digest as they are stored in the message."""
    return tuple(
        DigestLine(
            at=datetime.fromisoformat(line["at"]),
            text=line["text"],
            key=line.get("key", ""),
            release=line.get("release", ""),
        )
        for line in json.loads(stored)
    )


def digest(lines: Sequence[DigestLine]) -> Rendered:
    """Everything that was kept, oldest first; one message."""
    head = say("{things} while it was quiet for you", things=plural(len(lines), "thing"))
    shown = [
        say(
            "{at} · {what}{where}",
            at=when(line.at),
            what=truncate(Mrkdwn(" ".join(line.text.split())), chars=_LINE),
            where=escape(" · ") + link(line.link, "Read it") if line.link else escape(""),
        )
        for line in lines[:_MOST]
    ]
    if len(lines) > _MOST:
        shown.append(escape(and_more(len(lines) - _MOST)))
    foot = say("{word} changes when this comes.", word=code("/release me quiet"))
    texts = paragraphs([bold(head), *shown])
    return Rendered(
        text=truncate(joined([head, *shown]), size=TEXT),
        blocks=(*(section(text) for text in texts), context(foot)),
    )
