"""Text for version 2 of Jira's API, which reads it as wiki markup, and JQL.

We speak version 2 to both flavours: Data Center has no other, and one form means one set of tests. Version 3
(Cloud only) would take documents (ADF) in place of text.
https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

import re

_OPENERS = re.compile(r"(?<!\\)\\*([{\[!])")


def plain(text: str) -> str:
    """Text as it is meant to be read: no macro, mention, image or link is made of words from outside.

    Backslashes in front of an opener are dropped: a pair of them would be a line break and free the opener.
    """
    return _OPENERS.sub(r"\\\1", text)


def signed(text: str, marker: str) -> str:
    """A comment's text with its marker on a line of its own, at the end."""
    return f"{plain(text)}\n\n{plain(marker)}"


def bears(body: str, marker: str) -> bool:
    """Whether a comment has the marker on a line of its own. Cloud may hand escapes back changed."""
    return _bare(marker) in {_bare(line) for line in body.splitlines()}


def quoted(value: str) -> str:
    """A value as a JQL string."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bare(line: str) -> str:
    return line.replace("\\", "").strip()
