"""Texts as monday.com takes them: updates are HTML, names and text columns are plain."""

import html
import re
from typing import Final

LONGEST_NAME: Final = 255
LONGEST_TEXT: Final = 2000
"""Characters of a long text column: monday.com cuts off what is beyond, without a word."""

_TAG = re.compile(r"<[^<>]*>")


def plain(text: str) -> str:
    """Text for a name or a column. monday.com may keep nothing of one that it takes for HTML, so `<` goes."""
    return text.replace("<", "\u2039").replace(">", "\u203a")


def cut(text: str) -> str:
    """Text that fits a long text column, with a sign where something is missing."""
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}\u2026"


def signed(text: str, mark: str) -> str:
    """An update: paragraphs of escaped text, and the mark as the last of them."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in (*lines, mark))


def linked(url: str, name: str, mark: str) -> str:
    """An update that names another item."""
    return f'<p>Linked to <a href="{html.escape(url)}">{html.escape(name)}</a></p><p>{mark}</p>'


def holds(body: str, mark: str) -> bool:
    """Whether a paragraph of an update is this mark, whole, whatever monday.com's editor made of the tags."""
    lines = html.unescape(_TAG.sub("\n", body)).splitlines()
    return any(line.strip("\ufeff\u200b \t") == mark for line in lines)


def link_mark(one: str, two: str) -> str:
    """The mark of a link: the same from both sides. Item ids are digits of any length."""
    low, high = sorted((one, two), key=int)
    return f"stationmaster-link-{low}-{high}"
