"""What follows a word that has words of its own: `train skip weekly 2026-12-21`."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from difflib import get_close_matches

from bot.slack.desk import Call
from bot.slack.typed import parted
from orchestration.domain.errors import NotNow
from orchestration.domain.train_words import read_day

Run = Callable[[Call, str], Awaitable[None]]

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^<>]*)?>")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


async def run_subword(call: Call, words: Mapping[str, Run], *, alone: Run, word: str) -> None:
    """Run the word that follows, `alone` where there is none; NotNow with the choice for another one."""
    first, rest = parted(call.intent.text)
    if not first:
        await alone(call, "")
        return
    chosen = words.get(first.lower())
    if chosen is None:
        choice = ", ".join(f"`{each}`" for each in words)
        close = get_close_matches(first.lower(), list(words), n=1)
        meant = f" Did you mean `/release {word} {close[0]}`?" if close else ""
        raise NotNow(f"`/release {word}` is followed by nothing, or by one of {choice}.{meant}")
    await chosen(call, rest)


def people_in(text: str) -> tuple[list[str], str]:
    """(the people who are mentioned, the rest of the text)."""
    return _PERSON.findall(text), " ".join(_PERSON.sub(" ", text).split())


def group_in(text: str) -> tuple[str | None, str]:
    """(the user group that is mentioned, the rest of the text)."""
    found = _GROUP.search(text)
    return (found[1] if found else None), " ".join(_GROUP.sub(" ", text).split())


def days_in(text: str) -> tuple[list[date], str]:
    """(the days in the text, the rest of it); NotNow where one does not exist."""
    try:
        days = [read_day(found) for found in _DAY.findall(text)]
    except ValueError as error:
        raise NotNow(f"There is no such day. {error}.") from None
    return days, " ".join(_DAY.sub(" ", text).split())
