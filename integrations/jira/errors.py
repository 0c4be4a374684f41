"""Jira's errors, and those of the way to it, as port errors.

Status codes: https://developer.atlassian.com/cloud/jira/platform/rest/v2/intro/#status-codes
Rate limits: https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum, auto
from typing import Final

from jira import JIRAError
from requests import RequestException, Response
from requests.exceptions import JSONDecodeError

from integrations.answers import parsed, retry_after
from integrations.threads import never_sent
from integrations.unanswered import in_words
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater

TOKENS_PAGE: Final = "https://id.atlassian.com/manage-profile/security/api-tokens"
LONGEST_REASON: Final = 400


class _Meaning(Enum):
    CREDENTIALS = auto()
    REFUSED = auto()
    LATER = auto()  # and surely nothing was done
    UNKNOWN = auto()  # a making request may have had its effect


_STATUS: Final[Mapping[int, _Meaning]] = {
    401: _Meaning.CREDENTIALS,
    403: _Meaning.CREDENTIALS,  # no permission, or a CAPTCHA after too many failed log-ins
    408: _Meaning.UNKNOWN,
    409: _Meaning.LATER,  # somebody else is changing the same issue
    425: _Meaning.LATER,
    429: _Meaning.LATER,
}

# What a body that is not of the expected shape makes of our reading it (pydantic's error is a ValueError).
MALFORMED: Final = (ValueError, LookupError, TypeError, AttributeError)
EXPECTED: Final = (PortError, JIRAError, RequestException, *MALFORMED)


def translated(error: Exception, *, to: str, making: bool) -> PortError:
    """The port error for what went wrong when we wanted `to` ("create the ticket").

    `making` says whether the one request in question makes something: then an answer that was not read
    may stand for an effect.
    """
    if isinstance(error, TryLater) and error.maybe_done and not making:
        return TryLater(error.reason, after=error.after, link=error.link)
    if isinstance(error, PortError):
        return error
    if isinstance(error, JIRAError) and error.status_code is not None:
        return _answered(error.status_code, error.response, to=to, making=making)
    if isinstance(error, RequestException) and not isinstance(error, JSONDecodeError):
        lost = making and not never_sent(error)
        return TryLater(f"Jira did not answer when asked to {to}: {in_words(error)}", maybe_done=lost)
    return TryLater(f"Jira's answer could not be read when asked to {to}", maybe_done=making)


def _answered(status: int, response: Response | None, *, to: str, making: bool) -> PortError:
    """The port error for an answer of this status."""
    if status < 400:  # noqa: PLR2004 - where HTTP's errors begin
        return TryLater(f"Jira's answer could not be read when asked to {to}", maybe_done=making)
    said = _said(response)
    server = _Meaning.UNKNOWN if status >= 500 else _Meaning.REFUSED  # noqa: PLR2004 - HTTP's server errors
    meaning = _STATUS.get(status, server)
    if meaning is _Meaning.CREDENTIALS:
        return credentials(to, said or f"HTTP {status}")
    if meaning is _Meaning.REFUSED:
        return Refused(f"Jira refused to {to}: {said or f'HTTP {status}'}")
    unsure = making and meaning is _Meaning.UNKNOWN
    return TryLater(f"Jira could not {to} now (HTTP {status})", after=_wish(response), maybe_done=unsure)


def credentials(to: str, said: str) -> NeedsCredentials:
    """The error for a token that is not accepted, or may not do this."""
    return NeedsCredentials(
        f"Jira did not let us {to}: {said}. Jira Cloud needs the account's e-mail and its API token, Data Center "
        "a personal access token and no e-mail; the account must be allowed to do this in the project",
        link=TOKENS_PAGE,
    )


def _said(response: Response | None) -> str:
    """Jira's own words, those about fields with the field's name. Empty when the body is not Jira's."""
    try:
        body = parsed(response.content) if response is not None else None
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    messages = body.get("errorMessages")
    said = [str(message) for message in messages] if isinstance(messages, list) else []
    fields = body.get("errors")
    said += [f"{name}: {text}" for name, text in fields.items()] if isinstance(fields, dict) else []
    said += [str(body[name]) for name in ("message", "errorMessage") if body.get(name)]
    return " ".join("; ".join(said).split())[:LONGEST_REASON]


def _wish(response: Response | None) -> timedelta | None:
    return retry_after(response.headers) if response is not None else None
