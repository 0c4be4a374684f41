"""Linear's errors as port errors.

They come with 200, 400 or 401, so `errors[].extensions` is looked at and not the status: `code`, then `type`, which
Linear's own SDK goes by (https://github.com/linear/linear, packages/sdk/src/error.ts).
Rate limits: https://linear.app/developers/rate-limiting
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import IntEnum, auto
from typing import Final

from integrations.answers import STATUSES, Answer
from integrations.graphql import Problem, Reply
from integrations.redaction import redact
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater

KEYS_PAGE: Final = "https://linear.app/settings/account/security"
LONGEST_REASON: Final = 300
LONGEST_WAIT: Final = timedelta(hours=1)  # the length of Linear's windows
BUDGETS: Final = ("Requests", "Complexity", "Endpoint-Requests")


class _Meaning(IntEnum):
    """Among several errors the highest counts."""

    REFUSED = auto()
    CREDENTIALS = auto()
    LATER = auto()  # and surely nothing was done
    UNKNOWN = auto()  # a mutation may have had its effect


# Codes and types in one form: "INPUT_ERROR" and "input error" are the same word.
_WORDS: Final[Mapping[str, _Meaning]] = {
    "authentication error": _Meaning.CREDENTIALS,
    "forbidden": _Meaning.CREDENTIALS,
    "feature not accessible": _Meaning.REFUSED,
    "input error": _Meaning.REFUSED,
    "invalid input": _Meaning.REFUSED,
    "user error": _Meaning.REFUSED,
    "graphql error": _Meaning.REFUSED,
    "graphql parse failed": _Meaning.REFUSED,
    "graphql validation failed": _Meaning.REFUSED,
    "bad user input": _Meaning.REFUSED,
    "usage limit exceeded": _Meaning.REFUSED,  # the workspace's plan: waiting does not help
    "ratelimited": _Meaning.LATER,
    "lock timeout": _Meaning.UNKNOWN,
    "internal error": _Meaning.UNKNOWN,
    "internal server error": _Meaning.UNKNOWN,
    "network error": _Meaning.UNKNOWN,
    "bootstrap error": _Meaning.UNKNOWN,
    "unknown": _Meaning.UNKNOWN,
    "other": _Meaning.UNKNOWN,
}


def check(reply: Reply, *, to: str) -> None:
    """Raise what the errors of a reply mean when we wanted `to` ("create the issue"); nothing where there are none."""
    if not reply.problems:
        return
    answer = reply.answer
    meaning, problem = max(((_meaning(p, answer), p) for p in reply.problems), key=lambda pair: pair[0])
    if reply.partial and answer.making:
        meaning = _Meaning.UNKNOWN  # the mutation ran; what failed is the reading of what it made
    raise _error(meaning, problem, answer, to=to)


def unreadable(to: str, *, making: bool) -> TryLater:
    """The error for an answer of another shape than it should have."""
    return TryLater(f"Linear's answer could not be read when asked to {to}", maybe_done=making)


def _error(meaning: _Meaning, problem: Problem, answer: Answer, *, to: str) -> PortError:
    said = _said(problem)
    if meaning is _Meaning.CREDENTIALS:
        return NeedsCredentials(
            f"Linear did not let us {to}: {said}. The API key must be valid, and may read, create issues and create "
            "comments in this team; a token of an OAuth application must be connected as one",
            link=KEYS_PAGE,
        )
    if meaning is _Meaning.REFUSED:
        return Refused(f"Linear refused to {to}: {said}")
    if meaning is _Meaning.LATER:
        return TryLater(f"Linear's limit is used up; we wanted to {to}: {said}", after=_wish(answer))
    return TryLater(
        f"Linear could not {to} now: {said}", after=answer.retry_after(), maybe_done=answer.making
    )


def _meaning(problem: Problem, answer: Answer) -> _Meaning:
    extensions = problem.extensions
    for name in ("code", "type"):
        word = str(extensions.get(name) or "").replace("_", " ").casefold()
        if word in _WORDS:
            return _WORDS[word]
    if extensions.get("userError") is True:
        return _Meaning.REFUSED
    by_status = STATUSES.get(answer.status)
    if by_status is NeedsCredentials:
        return _Meaning.CREDENTIALS
    if by_status is TryLater:
        return _Meaning.LATER
    return _Meaning.REFUSED if 400 <= answer.status < 500 else _Meaning.UNKNOWN  # noqa: PLR2004 - HTTP's client errors


def _said(problem: Problem) -> str:
    """Linear's words for people, else its words for programmers."""
    text = problem.extensions.get("userPresentableMessage") or problem.message or "it gave no reason"
    return redact(" ".join(str(text).split()).rstrip("."))[:LONGEST_REASON]


def _wish(answer: Answer) -> timedelta | None:
    """Until when to wait: Retry-After, else the latest reset (unix milliseconds) of the budgets that are used up."""
    told = answer.retry_after()
    if told is not None:
        return told
    resets = [
        _number(answer.header(f"X-RateLimit-{budget}-Reset"))
        for budget in BUDGETS
        if _number(answer.header(f"X-RateLimit-{budget}-Remaining")) == 0
    ]
    known = [reset for reset in resets if reset is not None]
    if not known:
        return None
    wait = timedelta(milliseconds=max(known) - answer.at * 1000)
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() else None
