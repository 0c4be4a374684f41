"""App Store Connect's errors as port errors.

A body holds `errors` in the form of JSON:API: code, title, detail, and where in the request it is (source).
Source: https://developer.apple.com/documentation/appstoreconnectapi/interpreting-and-handling-errors
Limits: https://developer.apple.com/documentation/appstoreconnectapi/identifying-rate-limits
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from integrations.answers import Answer, raise_for, whole
from integrations.app_store.signer import TOLERATED
from integrations.redaction import redact
from orchestration.ports.errors import Refused, TryLater

PROVIDER: Final = "App Store Connect"
KEYS_PAGE: Final = "https://appstoreconnect.apple.com/access/integrations/api"
ACCOUNT_PAGE: Final = "https://developer.apple.com/account"
AGREEMENTS: Final = "FORBIDDEN.REQUIRED_AGREEMENTS"
MOST_ERRORS: Final = 3
LONGEST_SAID: Final = 240

# The limit counts a rolling hour and tells no reset: what was used an hour ago becomes free bit by bit.
USED_UP: Final = timedelta(minutes=5)
TOO_FAST: Final = timedelta(minutes=1)
BUDGET: Final = re.compile(r"user-hour-(lim|rem):(\d+)")

Model = TypeVar("Model", bound=BaseModel)


def check(answer: Answer, *, to: str) -> None:
    """Raise what the answer means when we wanted `to` ("look for the build"); nothing for success."""
    if answer.ok:
        return
    said = _said(answer)
    if answer.status == HTTPStatus.FORBIDDEN and _wants_agreement(answer):
        raise Refused(
            f"Apple blocks every request, so that we can't {to}: an agreement is missing or has expired. The Account"
            " Holder of the team, and nobody else, can accept it on Apple's pages; no other key will help",
            link=ACCOUNT_PAGE,
        )
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        says = f": {said}" if said else ""
        raise TryLater(f"{PROVIDER}'s limit is used up; we wanted to {to}{says}", after=_wish(answer))
    # Apple's own words come last: they are what may be cut.
    says = "; ".join(filter(None, (_hint(answer), f"we wanted to {to}", said)))
    needs_key = answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    raise_for(answer, says=says, link=KEYS_PAGE if needs_key else None)


def parsed(model: type[Model], answer: Answer, *, to: str) -> Model:
    """The body of a success as a model. TryLater where it has another shape."""
    check(answer, to=to)
    try:
        return model.model_validate(answer.json())
    except ValidationError as error:
        reason = f"{PROVIDER}'s answer could not be read when asked to {to}"
        raise TryLater(reason, maybe_done=answer.making) from error


def budget(answer: Answer) -> tuple[int, int] | None:
    """(limit, what is left of it) of the rolling hour, from X-Rate-Limit; None where it is not told."""
    found = {name: whole(text) or 0 for name, text in BUDGET.findall(answer.header("x-rate-limit") or "")}
    return (found["lim"], found["rem"]) if len(found) == 2 else None  # noqa: PLR2004 - both


def skew(answer: Answer) -> float:
    """How many seconds our clock is ahead of Apple's, by the Date of its answer; 0 where it tells none."""
    try:
        date = parsedate_to_datetime(answer.header("date") or "")
    except ValueError:
        return 0.0
    return answer.at - date.replace(tzinfo=date.tzinfo or UTC).timestamp()


def _wish(answer: Answer) -> timedelta | None:
    left = budget(answer)
    if answer.retry_after() is not None or left is None:
        return answer.retry_after()
    return TOO_FAST if left[1] > 0 else USED_UP


def _hint(answer: Answer) -> str:
    if answer.status == HTTPStatus.FORBIDDEN:
        return "the key needs a role that may do it, such as App Manager, and access to the app"
    if answer.status != HTTPStatus.UNAUTHORIZED:
        return ""
    ahead = skew(answer)
    if abs(ahead) <= TOLERATED:
        return "look at the key ID, the issuer ID and the private key, and whether the key was revoked"
    here = datetime.fromtimestamp(answer.at, UTC)
    way = "ahead of" if ahead > 0 else "behind"
    return (
        f"the clock of this machine ({here:%H:%M:%S} UTC) is {abs(ahead):.0f} s {way} Apple's, and tokens carry"
        " times: set it right"
    )


def _wants_agreement(answer: Answer) -> bool:
    return any(
        str(error.get("code")).startswith(AGREEMENTS)
        or "Program License Agreement" in str(error.get("detail"))
        for error in _errors(answer)
    )


def _errors(answer: Answer) -> Iterator[Mapping[str, Any]]:
    """The errors of a body, and those that they name as their cause."""
    body = answer.peek()
    listed = body.get("errors") if isinstance(body, dict) else None
    for error in listed if isinstance(listed, list) else ():
        if not isinstance(error, dict):
            continue
        yield error
        meta = error.get("meta")
        associated = meta.get("associatedErrors") if isinstance(meta, dict) else None
        for causes in associated.values() if isinstance(associated, dict) else ():
            yield from (
                (cause for cause in causes if isinstance(cause, dict)) if isinstance(causes, list) else ()
            )


def _said(answer: Answer) -> str:
    """Apple's words: the detail, else the title, else the code; and where in the request it is."""
    texts: list[str] = []
    for error in _errors(answer):
        text = " ".join(str(error.get("detail") or error.get("title") or error.get("code") or "").split())
        source = error.get("source")
        place = (source.get("pointer") or source.get("parameter")) if isinstance(source, dict) else None
        text = text.rstrip(".") + (f" (at {place})" if place else "")
        if text and text not in texts:
            texts.append(text)
    return redact("; ".join(texts[:MOST_ERRORS]))[:LONGEST_SAID]
