"""What a provider answered over HTTP, and the table from its status to what to do next.

RFC 9110 names the statuses; a vendor's `errors.py` extends the table with what its own mean.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator

from integrations.redaction import redact
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater

T = TypeVar("T")


def _with_zone(at: datetime) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(_with_zone)]
"""A time in an answer. Ours have a zone, so one without is of UTC."""

LONGEST_TEXT = 300
LONGEST_WAIT = timedelta(days=1)
_DIGITS = 15
_FURTHEST = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())
_READ = 10 * LONGEST_TEXT
"""So much of what a provider says is looked at: more than is shown, so that no secret is cut in two."""

STATUSES: Mapping[int, type[PortError]] = {
    401: NeedsCredentials,
    403: NeedsCredentials,
    407: TryLater,
    408: TryLater,
    421: TryLater,
    425: TryLater,
    429: TryLater,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An answer that was read to its end. `at` is when, in unix seconds; `making` as in the request."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    provider: str
    making: bool = False
    at: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300  # noqa: PLR2004 - RFC 9110, section 15.3

    def header(self, name: str) -> str | None:
        """The header of this name in any case, None where there is none."""
        return _header(self.headers, name)

    def peek(self) -> Any:  # noqa: ANN401 - JSON
        """The body as JSON, None where it is none. For reading what an error says."""
        try:
            return parsed(self.body)
        except ValueError:
            return None

    def json(self) -> Any:  # noqa: ANN401 - JSON
        """The body as JSON. TryLater where it is none: a proxy's page, or an answer that was cut."""
        kind = (self.header("content-type") or "").partition(";")[0].strip().lower()
        if not kind.endswith(("/json", "+json")):
            raise TryLater(
                f"{self.provider} answered {self.status} with {kind or 'no content type'} instead of JSON;"
                " if this stays, check the base URL",
                maybe_done=self.making,
            )
        try:
            return parsed(self.body)
        except ValueError as error:
            raise TryLater(
                f"{self.provider} answered {self.status} with a body that is not JSON", maybe_done=self.making
            ) from error

    def date(self) -> datetime | None:
        """The server's time when it answered, None where it does not tell."""
        return _date(self.header("date") or "")

    def retry_after(self) -> timedelta | None:
        """The provider's own wish, None where it gave none."""
        return retry_after(self.headers, now=datetime.fromtimestamp(self.at, UTC))


def parsed(body: bytes | str) -> Any:  # noqa: ANN401 - JSON
    """A provider's JSON; ValueError where it is none, or is nested deeper than anybody means it."""
    try:
        return json.loads(body, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deep") from None


def shallow(call: Callable[[], T]) -> T:
    """Libraries read JSON themselves; what is nested so deep that it can't be read is no answer."""
    try:
        return call()
    except RecursionError as error:
        raise TryLater("the answer is nested too deep", maybe_done=True) from error


def _no_number(word: str) -> None:
    """Python reads NaN and Infinity, which JSON does not have, and which no time or size can be made of."""
    raise ValueError(word)


def whole(text: str) -> int | None:
    """A whole number that a provider sent, None where it is none; one of more digits than any has is cut."""
    return int(text[:_DIGITS]) if text.isascii() and text.isdigit() else None


def seconds(text: str) -> timedelta | None:
    """A wait in seconds, a day at most; None where it is no number."""
    told = whole(text)
    return None if told is None else min(timedelta(seconds=min(told, 10**6)), LONGEST_WAIT)


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> timedelta | None:
    """`Retry-After`, from seconds or a date, a day at most; None where there is none (RFC 9110, section 10.2.3).

    A date counts from the provider's own, so that a clock of ours that goes wrong does no harm; else from `now`.
    """
    text = (_header(headers, "retry-after") or "").strip()
    told = seconds(text)
    if told is not None:
        return told
    until, since = _date(text), _date(_header(headers, "date") or "") or now
    return None if until is None or since is None else _wait(until, since)


def until_reset(reset: str, headers: Mapping[str, str]) -> timedelta | None:
    """From the provider's own time to a `reset` in unix seconds, 1 s to a day; None where it does not tell both."""
    at, since = whole(reset), _date(_header(headers, "date") or "")
    if at is None or since is None:
        return None
    # No date of Python's lies further away, and no wait is longer than a day anyway.
    return max(_wait(datetime.fromtimestamp(min(at, _FURTHEST), UTC), since), timedelta(seconds=1))


def _wait(until: datetime, since: datetime) -> timedelta:
    return min(max(until - since, timedelta(0)), LONGEST_WAIT)


def _header(headers: Mapping[str, str], name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), None)


def raise_for(
    answer: Answer,
    *,
    table: Mapping[int, type[PortError]] = STATUSES,
    says: str | None = None,
    link: str | None = None,
) -> None:
    """Raise what the table has for this status; nothing for success.

    `says` is the provider's own message. Statuses that the table lacks: a redirect or another client error is
    Refused, a server error TryLater, which after a making request may have had its effect.
    """
    if answer.ok:
        return
    reason = _reason(answer, says)
    kind = table.get(answer.status) or (
        TryLater if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR else Refused
    )
    if issubclass(kind, TryLater):
        maybe = answer.making and answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        raise TryLater(reason, after=answer.retry_after(), maybe_done=maybe, link=link)
    raise kind(reason, link=link)


def _reason(answer: Answer, says: str | None) -> str:
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "unknown status"
    reason = f"{answer.provider} answered {answer.status} ({phrase})"
    if 300 <= answer.status < 400:  # noqa: PLR2004 - RFC 9110, section 15.4
        reason += ": it points to another address, check the base URL"
    message = redact(" ".join((says or "")[:_READ].split()))
    return f"{reason}: {message[:LONGEST_TEXT]}" if message else reason


def _date(text: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)
