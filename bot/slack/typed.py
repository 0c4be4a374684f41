"""What people type, as they typed it, and in its parts. PURE."""

import re

_LINK = re.compile(r"<(https?://[^|>\s]+)(?:\|[^<>]*)?>")


def as_typed(text: str) -> str:
    """Without what Slack makes of it: links in `<…>`, and three characters escaped, the ampersand as the last.

    Mentions of people, groups and channels stay as Slack writes them.
    https://docs.slack.dev/messaging/formatting-message-text
    """
    bare = _LINK.sub(r"\1", text)
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def parted(text: str) -> tuple[str, str]:
    """(the first word, the rest): any blank parts them, for odd ones come with copying."""
    first, rest = [*text.split(maxsplit=1), "", ""][:2]
    return first, rest.strip()


def word_of(text: str) -> tuple[str, str]:
    """(the word, the rest): what nobody sees is no part of a word, nor is how it is written."""
    word, rest = parted(text)
    return "".join(sign for sign in word if sign.isprintable()).lower(), rest
