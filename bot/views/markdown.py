"""A line of our own release notes, which are Markdown, as Slack's markup. Pure.

Notes use a few signs only: headings, list items, links, bold, code, and a backslash before every sign of a title
that Markdown would take for its own. Anything else stays as it is.
"""

import html
import re

from bot.views.text import Mrkdwn, bold, code, escape, joined, link, truncate

LINE = 400
"""Characters of a line of notes, its links among them."""
_BULLET = "\N{BULLET} "
_SIGN = re.compile(r"\\([!-/:-@\[-`{-~])")
"""A backslash and the ASCII punctuation that it takes the meaning from (CommonMark 0.31, section 2.4)."""
_PART = re.compile(
    r"\[(?P<label>(?:\\.|[^\[\]\\])+)\]\((?P<url>https?://[^\s()]+)\)"
    r"|\*\*(?P<strong>(?:\\.|[^*\\])+)\*\*"
    r"|`(?P<code>[^`]+)`"
)


def markdown_lines(text: str, *, most: int, rest: str) -> list[Mrkdwn]:
    """The first lines of notes, within `most` characters; `rest` says what to do about those that are left out."""
    lines: list[Mrkdwn] = []
    for line in text.splitlines():
        shown = truncate(markdown_line(line), chars=LINE)
        if not shown:
            continue
        most -= len(shown) + 1
        if most < 0:
            return [*lines, escape(rest)]
        lines.append(shown)
    return lines


def markdown_line(line: str) -> Mrkdwn:
    """The line in Slack's markup; empty for an empty one."""
    text = line.strip()
    heading = text.lstrip("#").strip()
    if text.startswith("#") and heading:
        return bold(_plain(heading))
    if text.startswith("- "):
        return escape(_BULLET) + _inline(text[2:])
    return _inline(text)


def _inline(text: str) -> Mrkdwn:
    parts: list[Mrkdwn] = []
    start = 0
    for found in _PART.finditer(text):
        if found.start() and text[found.start() - 1] == "\\":
            continue
        parts += [escape(_plain(text[start : found.start()])), _marked(found)]
        start = found.end()
    return joined([*parts, escape(_plain(text[start:]))], "")


def _marked(found: re.Match[str]) -> Mrkdwn:
    if found["label"] is not None:
        return link(found["url"], _plain(found["label"]).strip("`"))  # Slack has no code within a link
    if found["strong"] is not None:
        return bold(_plain(found["strong"]))
    return code(found["code"])


def _plain(text: str) -> str:
    """What a Markdown reader shows: the signs themselves, and the characters that entities stand for."""
    return html.unescape(_SIGN.sub(r"\1", text))
