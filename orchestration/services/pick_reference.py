"""What people write for a change: a commit, a pull request's number, or a link to either. PURE."""

import re
from dataclasses import dataclass

from orchestration.domain.errors import NotNow

_COMMIT = re.compile(r"[0-9a-f]{7,40}", re.IGNORECASE)
_QUOTES = " \t\r\n\u00a0`'\"“”"
_NUMBER = re.compile(r"[#!]?(\d{1,9})")
_PULL_LINK = re.compile(r"https?://[^\s<>|]+?/(?:pull|pull-requests|merge_requests)/(\d{1,9})", re.IGNORECASE)
_COMMIT_LINK = re.compile(r"https?://[^\s<>|]+?/commits?/([0-9a-f]{7,40})(?![0-9a-z])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A commit or the number of a pull request; `link` is what it was read from, where it was one."""

    commit: str | None = None
    number: int | None = None
    link: str | None = None


def reference(text: str) -> Reference:
    """What one word stands for, without the quotes and the mark at its end. All digits are a pull request's number.

    NotNow where it is nothing that we know.
    """
    word = unquoted(text).strip("<>").partition("|")[0]
    linked = links(word)
    if linked:
        return linked[0]
    number = _NUMBER.fullmatch(word)
    if number is not None:
        return Reference(number=int(number[1]))
    if _COMMIT.fullmatch(word):
        return Reference(commit=word.lower())
    raise NotNow(
        "Which change? Name a merged pull request or a commit, for example `/release pick #123`, "
        "`/release pick 9f2c41d07b` or `/release pick` with a link to one."
    )


def unquoted(text: str) -> str:
    """A text without blanks and quotes around it, and without the mark that ends a sentence."""
    return text.strip(_QUOTES).rstrip(f"?.,;:{_QUOTES}")


def links(text: str) -> tuple[Reference, ...]:
    """The links to pull requests and commits in a text, each once, in their order."""
    found = {m.start(): Reference(number=int(m[1]), link=m[0]) for m in _PULL_LINK.finditer(text)}
    for m in _COMMIT_LINK.finditer(text):
        # A commit shown within a pull request is a part of it that may never have reached the base.
        found.setdefault(m.start(), Reference(commit=m[1].lower(), link=m[0]))
    return tuple(dict.fromkeys(found[at] for at in sorted(found)))


def same_place(ours: str, link: str) -> bool:
    """Whether a link leads into the repository: the numbers and shas of another one mean something else there.

    What follows the last word of the path may be shortened, as shas are.
    """
    places = [url.casefold().partition("://")[2].rpartition("/")[0] for url in (ours, link)]
    return places[0].removesuffix("s") == places[1].removesuffix("s")
