"""Words for Slack: escaping, links, mentions, dates, lists and durations. Pure.

`Mrkdwn` is text that is safe to send as it is; every other string comes from outside (names, titles, reasons,
branches) and is escaped when it becomes Mrkdwn. So a view can't forget to escape: builders escape what isn't
Mrkdwn, and `say` makes Mrkdwn of a sentence of ours and its parts:

    say("*{title}* was started by {who}", title=title, who=mention(user_id))

An f-string of Mrkdwn parts is a plain string again and would be escaped once more: use `say`, `joined` or `+`.
Only `& < >` have to be escaped (https://docs.slack.dev/messaging/formatting-message-text); plain_text
objects are never escaped.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

ELLIPSIS = "…"
NOTHING = "\N{EN DASH}"
"""Stands where a text is empty: Slack refuses empty texts."""

_STAR, _TICK, _TILDE = "\N{ASTERISK OPERATOR}", "\N{MODIFIER LETTER GRAVE ACCENT}", "\N{TILDE OPERATOR}"
"""Look-alikes of the characters that would end a bold, code or struck-through text."""
_BAR = "\N{BROKEN BAR}"
_TURNS = {
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    **dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}"),
}
"""Embeddings, overrides and isolates, Unicode Standard Annex 9; and halves of characters, which nobody can send."""
_ID = re.compile(r"[A-Z][A-Z0-9]{1,30}")
_TYPED = re.compile(r"<(@[UW]|#|!subteam\^S)[A-Z0-9]+\|([^<>|]+)>")
"""A person, channel or user group as Slack writes it into what is typed after a command, with its name."""
_LINKABLE = re.compile(r"(https?://|mailto:)\S+")


class Mrkdwn(str):
    """Text in Slack's markup whose outside parts are escaped."""

    __slots__ = ()

    def __add__(self, other: str) -> "Mrkdwn":
        """Put `other` after this text; escaped first where it isn't Mrkdwn."""
        return Mrkdwn(f"{self}{escape(other)}")

    def __radd__(self, other: str) -> "Mrkdwn":
        """Put `other` before this text; escaped first where it isn't Mrkdwn."""
        return Mrkdwn(f"{escape(other)}{self}")


AnyText = TypeVar("AnyText", bound=str)


def escape(text: str) -> Mrkdwn:
    """Text from outside, made safe. Mrkdwn comes back as it is."""
    if isinstance(text, Mrkdwn):
        return text
    bare = straight(text)
    if "<" in bare:
        bare = _TYPED.sub(_named, bare)
    return Mrkdwn(bare.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def _named(found: re.Match[str]) -> str:
    """`@bo` or `#general`: whom and what somebody names in a reason is named to its readers, and nobody is called."""
    sign = "#" if found[1] == "#" else "@"
    return sign + found[2].removeprefix(sign)


def straight(text: AnyText) -> AnyText:
    """Without the characters that turn the direction of what stands behind them: what is read is what is there.

    The half of a character, which JSON can hold, is shown as one that is not known.
    """
    return text if text.isascii() else type(text)(text.translate(_TURNS))


def say(template: str, **parts: object) -> Mrkdwn:
    """A sentence of ours, a literal, with its parts put in; parts that aren't Mrkdwn are escaped."""
    safe = {key: escape(part if isinstance(part, str) else str(part)) for key, part in parts.items()}
    return Mrkdwn(template.format(**safe))


def joined(parts: Iterable[str], separator: str = "\n") -> Mrkdwn:
    """Parts one after another; those that aren't Mrkdwn are escaped. `separator` is a literal of ours."""
    return Mrkdwn(separator.join(escape(part) for part in parts))


def bold(text: str) -> Mrkdwn:
    """Bold, on one line."""
    return _wrapped("*", text, _STAR)


def strike(text: str) -> Mrkdwn:
    """Struck through, on one line."""
    return _wrapped("~", text, _TILDE)


def code(text: str) -> Mrkdwn:
    """Inline code: a branch, tag, commit or command."""
    return _wrapped("`", text, _TICK)


def _wrapped(mark: str, text: str, look_alike: str) -> Mrkdwn:
    inner = _one_line(escape(text)).replace(mark, look_alike)
    return Mrkdwn(f"{mark}{inner}{mark}" if inner else "")


def code_block(text: str) -> Mrkdwn:
    """Preformatted lines."""
    return Mrkdwn(f"```\n{escape(text).replace('```', _TICK * 3)}\n```")


def quote(text: str) -> Mrkdwn:
    """A quotation, such as a reason that somebody gave."""
    return Mrkdwn("\n".join(f">{line}" for line in escape(text).splitlines()))


def link(url: str, label: str) -> Mrkdwn:
    """A link. What is no http, https or mailto address becomes its label alone."""
    words = _label(label)
    return Mrkdwn(f"<{_target(url)}|{words}>" if _LINKABLE.fullmatch(url) else words)


def _target(url: str) -> str:
    return escape(url).replace("|", "%7C")


def _label(text: str) -> str:
    return _one_line(escape(text)).replace("|", _BAR) or NOTHING


def mention(user: str) -> Mrkdwn:
    """A person, by user id; Slack shows the name and notifies them. Anything but an id is shown as it is."""
    return Mrkdwn(f"<@{user}>") if _ID.fullmatch(user) else escape(user)


def channel(channel_id: str) -> Mrkdwn:
    """A channel, by id."""
    return Mrkdwn(f"<#{channel_id}>") if _ID.fullmatch(channel_id) else escape(channel_id)


def subteam(group: str, handle: str | None = None) -> Mrkdwn:
    """A user group, by id. Notifies its members: only for asks that need one of them."""
    if _ID.fullmatch(group) is None:
        return escape(group)
    label = f"|@{_label(handle)}" if handle else ""
    return Mrkdwn(f"<!subteam^{group}{label}>")


def date(
    at: datetime,
    *,
    form: str = "{date_short_pretty} {time}",
    fallback: str | None = None,
    url: str | None = None,
) -> Mrkdwn:
    """An instant in each reader's own time zone; `fallback` is for clients that can't, else it is the UTC time.

    `form` is made of Slack's tokens: {date}, {date_short_pretty}, {date_long}, {time}, {ago}…
    Raises ValueError when `at` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    other = _label(fallback or f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    target = f"^{_target(url)}" if url and _LINKABLE.fullmatch(url) else ""
    return Mrkdwn(f"<!date^{int(at.timestamp())}^{form}{target}|{other}>")


def truncate(text: AnyText, *, chars: int | None = None, size: int | None = None) -> AnyText:
    """At most `chars` characters and `size` UTF-8 bytes, ending in an ellipsis where something was cut.

    In Mrkdwn a link, mention or entity is never cut in two: it is left out whole.
    """
    if (chars is None or len(text) <= chars) and (size is None or len(text.encode()) <= size):
        return text
    cut = str(text)
    if chars is not None:
        cut = cut[: max(0, chars - len(ELLIPSIS))]
    if size is not None:
        cut = cut.encode()[: max(0, size - len(ELLIPSIS.encode()))].decode(errors="ignore")
    whole = _whole(cut) if isinstance(text, Mrkdwn) else cut
    return type(text)(whole.rstrip() + ELLIPSIS)


def _whole(cut: str) -> str:
    """Without a piece of markup that has lost its end."""
    opened = cut.rfind("<")
    if opened > cut.rfind(">"):
        cut = cut[:opened]
    return re.sub(r"&[a-z]{0,3}\Z", "", cut)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def bullets(items: Iterable[str], *, most: int | None = None) -> Mrkdwn:
    """A list, one line per item; past `most` items it says how many more there are."""
    lines = [f"• {_one_line(escape(item))}" for item in items]
    if most is not None and len(lines) > most:
        lines = [*lines[:most], and_more(len(lines) - most)]
    return Mrkdwn("\n".join(lines))


def and_more(count: int) -> str:
    """What stands for the rest of a list."""
    return f"{ELLIPSIS}and {count} more"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 build`, `2 builds`; `many` for words that don't just take an s."""
    return f"{count} {one if count == 1 else many or one + 's'}"


_HOURS_TELL_MORE = 2
"""Days below which a length of time is told in hours."""


def duration(span: timedelta) -> str:
    """A length of time in its one or two largest units: `45 s`, `2 h 10 min`, `3 days`. The sign is dropped."""
    seconds = int(abs(span).total_seconds())
    days, hours, minutes = seconds // 86_400, seconds // 3600, seconds // 60
    if days >= _HOURS_TELL_MORE:
        return plural(days, "day")
    if hours:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{minutes} min" if minutes else f"{seconds} s"


def until(at: datetime, now: datetime) -> str:
    """`in 2 h 10 min`, `now`, or `3 days late`, for something that is due at an instant."""
    if abs(at - now) < timedelta(seconds=1):
        return "now"
    return f"in {duration(at - now)}" if at > now else f"{duration(now - at)} late"
