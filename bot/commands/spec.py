"""The shape of a word after `/release`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.slack.desk import Call


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A word, how it is written, what it does (help text) and an example."""

    word: str
    usage: str
    does: str
    example: str
    run: Callable[[Call], Awaitable[None]]
