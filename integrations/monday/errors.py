"""monday.com's errors as port errors.

They come with 200 as with 4xx, so it is `errors[].extensions` that counts: `code`, else `status_code`. The same error
has an older form, `error_code` beside `errors` that are bare strings, and a list where data should be.
Codes: https://developer.monday.com/api-reference/docs/error-handling
Limits: https://developer.monday.com/api-reference/docs/rate-limits
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from integrations.answers import Answer
from integrations.graphql import Meaning, Problem, Reply, by_status, worst
from integrations.redaction import redact
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater

TOKENS_PAGE: Final = "https://developer.monday.com/api-reference/docs/authentication"
LONGEST_REASON: Final = 300
DAY: Final = 86_400
LOCKED: Final = 423
DAILY: Final = "dailylimitexceeded"
_RESET: Final = re.compile(r"reset in (\d{1,6}) seconds?")


# Codes in one form: "COMPLEXITY_BUDGET_EXHAUSTED" and "complexityBudgetExhausted" are the same word.
_LATER: Final = frozenset(
    {
        "complexitybudgetexhausted",
        "complexityexception",
        DAILY,
        "ratelimitexceeded",
        "minuteratelimitexceeded",
        "fieldminuteratelimitexceeded",
        "maxconcurrencyexceeded",
        "concurrencylimitexceeded",
        "fieldlimitexceeded",
        "ipratelimitexceeded",
        "apitemporarilyblocked",
        # The list is to be read again from its beginning.
        "cursorexpirederror",
        "cursorexception",
    }
)
_CREDENTIALS: Final = frozenset(
    {
        "notauthenticated",
        "unauthorized",
        "userunauthorized",
        "userunauthorizedexception",
        "userunauthroizedexception",  # so before 2024-01
        "useraccessdenied",
        "missingrequiredpermissions",
        "unauthorizedfieldortype",
    }
)
_UNKNOWN: Final = frozenset({"internalservererror", "internalerror"})


def in_form(answer: Answer) -> Answer:
    """The answer with its errors in GraphQL's form, whichever of monday.com's forms they came in."""
    raw = answer.peek()
    if not isinstance(raw, dict):
        return answer
    errors, code = raw.get("errors"), raw.get("error_code")
    if not code and not (isinstance(errors, list) and errors):
        return answer
    listed = errors if isinstance(errors, list) and errors else [raw.get("error_message")]
    data = raw.get("data")
    body = {
        "data": data if isinstance(data, dict) else None,
        "errors": [_problem(error, raw) for error in listed],
    }
    return replace(answer, body=json.dumps(body).encode())


def check(reply: Reply, *, to: str) -> None:
    """Raise what the errors of a reply mean when we wanted `to` ("create the item"); nothing where there are none."""
    found = worst(reply, _meaning)
    if found is not None:
        raise _error(*found, reply.answer, to=to)


def unreadable(to: str, *, making: bool) -> TryLater:
    """The error for an answer of another shape than it should have."""
    return TryLater(f"monday.com's answer could not be read when asked to {to}", maybe_done=making)


def _problem(error: Any, raw: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """One of the errors, with what an older form says beside it."""
    if isinstance(error, dict) and isinstance(error.get("extensions", {}), dict):
        beside = error.get("extensions", {})
    else:
        beside = {}
        error = error if isinstance(error, dict) else {"message": str(error or "")}
    told = {
        "code": raw.get("error_code"),
        "status_code": raw.get("status_code"),
        "error_data": raw.get("error_data"),
    }
    return {**error, "extensions": {**{k: v for k, v in told.items() if v}, **beside}}


def _error(meaning: Meaning, problem: Problem, answer: Answer, *, to: str) -> PortError:
    said = _said(problem)
    if meaning is Meaning.CREDENTIALS:
        return NeedsCredentials(
            f"monday.com did not let us {to}: {said}. The token must be valid, and its user an active member who may "
            "edit the board",
            link=TOKENS_PAGE,
        )
    if meaning is Meaning.REFUSED:
        return Refused(f"monday.com refused to {to}: {said}")
    if meaning is Meaning.LATER:
        return TryLater(f"monday.com could not {to} yet: {said}", after=_wish(problem, answer))
    return TryLater(
        f"monday.com could not {to} now: {said}", after=answer.retry_after(), maybe_done=answer.making
    )


def _meaning(problem: Problem, answer: Answer) -> Meaning:
    word = _word(problem)
    if word in _LATER:
        return Meaning.LATER
    if word in _CREDENTIALS:
        return Meaning.CREDENTIALS
    if word in _UNKNOWN:
        return Meaning.UNKNOWN
    told = problem.extensions.get("status_code")
    if isinstance(told, int) and told < 300:  # noqa: PLR2004 - a rule of monday.com's was broken, by its own words
        return Meaning.REFUSED
    if told == LOCKED:
        return Meaning.LATER
    return by_status(told if isinstance(told, int) else answer.status)


def _said(problem: Problem) -> str:
    """monday.com's sentence and code, which its documentation explains."""
    code = str(problem.extensions.get("code") or "")
    text = f"{problem.message or 'it gave no reason'} {f'({code})' if code else ''}"
    return redact(" ".join(text.split()))[:LONGEST_REASON]


def _word(problem: Problem) -> str:
    return re.sub(r"[^a-z]", "", str(problem.extensions.get("code") or "").casefold())


def _wish(problem: Problem, answer: Answer) -> timedelta | None:
    """How long to wait. The day's calls are there again at midnight UTC, whatever shorter wait is told beside."""
    if _word(problem) == DAILY:
        return timedelta(seconds=DAY - answer.at % DAY)
    told = answer.retry_after()
    if told is not None:
        return told
    data = problem.extensions.get("error_data")
    beside = data.get("retry_in_seconds") if isinstance(data, dict) else None
    seconds = problem.extensions.get("retry_in_seconds", beside)
    if isinstance(seconds, int | float) and not isinstance(seconds, bool):
        return timedelta(seconds=min(max(seconds, 0), DAY))
    said = _RESET.search(problem.message)
    return timedelta(seconds=min(int(said[1]), DAY)) if said else None
