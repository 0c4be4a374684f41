"""What a view gives: a sentence that stands alone, and blocks. And how a view stays within Slack's limits."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.views.blocks import Json
from bot.views.text import Mrkdwn, escape, joined, truncate

Room = TypeVar("Room")

# Slack's own limits are 3,000 characters for a section and about 13,200 for the blocks of a message
# (undocumented); 4,000 bytes for the text of chat.update.
SECTION = 2_800
MESSAGE = 11_500
TEXT = 3_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A message. `text` says the point and the needed act on its own: notifications read only that."""

    text: str
    blocks: tuple[Json, ...]

    @property
    def size(self) -> int:
        """The length of the blocks as JSON, in characters as they travel."""
        return len(json.dumps(list(self.blocks)))


def fit(render: Callable[[Room], Rendered], rooms: Sequence[Room], *, limit: int) -> Rendered:
    """The first rendering that is within `limit`; the last, smallest one where none is."""
    rendered = render(rooms[0])
    for room in rooms[1:]:
        if rendered.size <= limit:
            break
        rendered = render(room)
    return rendered


def paragraphs(lines: Iterable[Mrkdwn], *, most: int = SECTION) -> tuple[Mrkdwn, ...]:
    """Lines joined to as few texts as a section can hold; a line longer than that is cut."""
    texts: list[Mrkdwn] = []
    for line in lines:
        whole = truncate(line, chars=most)
        if texts and len(texts[-1]) + 1 + len(whole) <= most:
            texts[-1] = joined((texts[-1], whole))
        else:
            texts.append(escape(whole))
    return tuple(texts)
