"""The lines by which we find again what we made, and texts of people without markup.

ClickUp takes no id and no key of idempotency from a client. A tag per release would stay in the space for ever, and a
custom field must be made by hand in each list; a line of the description costs nothing and is set with the task.
"""

import re

_OPENERS = re.compile(r"(?<!\\)\\*([\[<`])")


def signed(text: str, label: str) -> str:
    """A description in Markdown: the text as it is meant, and at its end the line of our mark.

    The label is code in it, so that no `_` of it becomes emphasis. Of words from outside no link, mention, image,
    HTML or code is made.
    """
    escaped = _OPENERS.sub(r"\\\1", text)
    return f"{escaped}\n\nStationmaster: `{label}`".lstrip()


def has_mark(text: str, label: str) -> bool:
    """Whether a description, with or without markup, has the line of the mark for this label."""
    return has_line(text, f"Stationmaster: {label}")


def has_line(text: str, line: str) -> bool:
    """Whether a text has this line, as it is or escaped."""
    return _bare(line) in {_bare(one) for one in text.splitlines()}


def _bare(line: str) -> str:
    return line.replace("\\", "").replace("`", "").strip()
