"""The ids that we choose ourselves, and the lines in texts by which people recognise what we made.

Linear takes the id of a new issue, comment or relation from the client ("the identifier in UUID v4 format", says its
SDL) and keeps ids unique. So the natural key becomes the id: the thing is found by it at once, archived or not, and
a second one can't be made, even by a request that was believed lost. A label per release would have to be made first
and would litter the workspace; the text of a description is rewritten by Linear's editor and by people.
"""

import hashlib
import re
import uuid

_OPENERS = re.compile(r"(?<!\\)\\*([\[<`])")


def stable_id(kind: str, *parts: str) -> str:
    """The id for a natural key: the same for the same parts, and different for any other parts.

    One of the parts must be an id of Linear's own, because ids are unique over all workspaces.
    """
    digest = hashlib.sha256("\0".join(("stationmaster", kind, *parts)).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def plain(text: str) -> str:
    """Text as it is meant to be read: no link, image, mention, HTML or code is made of words from outside."""
    return _OPENERS.sub(r"\\\1", text)


def signed(text: str, mark: str) -> str:
    """Markdown with its mark on a line of its own, at the end."""
    return f"{plain(text)}\n\n{plain(mark)}".strip()
