"""Linear's errors as port errors.

They come with 200, 400 or 401, so `errors[].extensions` is looked at and not the status: `code`, then `type`, which
Linear's own SDK goes by (https://github.com/linear/linear, packages/sdk/src/error.ts).
Rate limits: https://linear.app/developers/rate-limiting
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from integrations.answers import Answer, whole
from integrations.graphql import Meaning, Problem, Reply, by_status, worst
from integrations.redaction import redact
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater

KEYS_PAGE: Final = "https://linear.app/settings/account/security"
LONGEST_REASON: Final = 300
LONGEST_WAIT: Final = timedelta(hours=1)  # the length of Linear's windows
BUDGETS: Final = ("Requests", "Complexity", "Endpoint-Requests")


# Codes and types in one form: "INPUT_ERROR" and "input error" are the same word.
_WORDS: Final[Mapping[str, Meaning]] = {
    "authentication error": Meaning.CREDENTIALS,
    "forbidden": Meaning.CREDENTIALS,
    "feature not accessible": Meaning.REFUSED,
    "input error": Meaning.REFUSED,
    "invalid input": Meaning.REFUSED,
    "user error": Meaning.REFUSED,
    "graphql error": Meaning.REFUSED,
    "graphql parse failed": Meaning.REFUSED,
    "graphql validation failed": Meaning.REFUSED,
    "bad user input": Meaning.REFUSED,
    "usage limit exceeded": Meaning.REFUSED,  # the workspace's plan: waiting does not help
    "ratelimited": Meaning.LATER,
    "lock timeout": Meaning.UNKNOWN,
    "internal error": Meaning.UNKNOWN,
    "internal server error": Meaning.UNKNOWN,
    "network error": Meaning.UNKNOWN,
    "bootstrap error": Meaning.UNKNOWN,
    "unknown": Meaning.UNKNOWN,
    "other": Meaning.UNKNOWN,
}


def check(reply: Reply, *, to: str) -> None:
    """Raise what the errors of a reply mean when we wanted `to` ("create the issue"); nothing where there are none."""
    found = worst(reply, _meaning)
    if found is not None:
        raise _error(*found, reply.answer, to=to)


def unreadable(to: str, *, making: bool) -> TryLater:
    """The error for an answer of another shape than it should have."""
    return TryLater(f"Linear's answer could not be read when asked to {to}", maybe_done=making)


def _error(meaning: Meaning, problem: Problem, answer: Answer, *, to: str) -> PortError:
    said = _said(problem)
    if meaning is Meaning.CREDENTIALS:
        return NeedsCredentials(
            f"Linear did not let us {to}: {said}. The API key must be valid, and may read, create issues and create "
            "comments in this team; a token of an OAuth application must be connected as one",
            link=KEYS_PAGE,
        )
    if meaning is Meaning.REFUSED:
        return Refused(f"Linear refused to {to}: {said}")
    if meaning is Meaning.LATER:
        return TryLater(f"Linear's limit is used up; we wanted to {to}: {said}", after=_wish(answer))
    return TryLater(
        f"Linear could not {to} now: {said}", after=answer.retry_after(), maybe_done=answer.making
    )


def _meaning(problem: Problem, answer: Answer) -> Meaning:
    extensions = problem.extensions
    for name in ("code", "type"):
        word = str(extensions.get(name) or "").replace("_", " ").casefold()
        if word in _WORDS:
            return _WORDS[word]
    if extensions.get("userError") is True:
        return Meaning.REFUSED
    return by_status(answer.status)


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
    return whole((text or "").strip())
