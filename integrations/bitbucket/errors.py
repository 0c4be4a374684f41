"""What Bitbucket's answers mean.

Its errors are `{"type": "error", "error": {"message", "detail"}}`; a limit is told in plain text and without a time.
Source: developer.atlassian.com/cloud/bitbucket/rest/intro#standardized-error-responses,
support.atlassian.com/bitbucket-cloud/docs/api-request-limits.
"""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from integrations.answers import STATUSES, Answer, raise_for
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater

Model = TypeVar("Model", bound=BaseModel)

UNTOLD = timedelta(seconds=60)
"""How long to wait after a limit that names no time: each minute gives back what was used an hour before."""

TAKEN = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})
"""How Bitbucket may say that a name is taken already: then one looks."""

PROTECTING = "BRANCH_PERMISSION_VIOLATED"

HIDDEN = ("you may not have access to this repository", "no longer exists in this workspace")

TABLE: Mapping[int, type[PortError]] = {
    **STATUSES,
    400: Refused,
    404: Refused,
    409: Refused,
    410: Refused,
    422: Refused,
}
"""By status. 555 is a difference that took too long, TryLater as every server error."""

HINTS: Mapping[int, str] = {
    401: "the token is wrong, expired or revoked, or is not of the kind that the settings say",
    403: "the token lacks a permission",
    410: "Bitbucket has removed this part of its API",
    555: "the difference took Bitbucket too long",
}


def hidden(answer: Answer) -> bool:
    """Whether the whole repository is out of sight: 404 also for what the token may not see."""
    message = _message(answer).lower()
    about = message.startswith("repository ") and message.rstrip(".").endswith("not found")
    return answer.status == HTTPStatus.NOT_FOUND and (about or any(words in message for words in HIDDEN))


def protects(answer: Answer) -> bool:
    """Whether a branch permission refused a commit that came without a pull request."""
    body = answer.peek()
    places = (body, _error(answer)) if isinstance(body, dict) else ()
    data = [place.get("data") for place in places if place is not None]
    return any(isinstance(each, dict) and each.get("key") == PROTECTING for each in data)


def absent(answer: Answer) -> bool:
    """Whether Bitbucket itself says that the thing is not there, in a repository that is."""
    return answer.status == HTTPStatus.NOT_FOUND and _error(answer) is not None and not hidden(answer)


def check(answer: Answer, *, link: str | None = None) -> None:
    """Raise what the table says; nothing for success."""
    if answer.ok:
        return
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        resource = answer.header("x-ratelimit-resource")
        what = f" for {resource}" if resource else ""
        raise TryLater(f"Bitbucket's hourly limit{what} is used up", after=answer.retry_after() or UNTOLD)
    if hidden(answer):
        words = "Bitbucket shows the token no such repository: it is gone, renamed or private"
        raise NeedsCredentials(words, link=link)
    raise_for(answer, table=TABLE, says=says(answer), link=link)


def parsed(model: type[Model], answer: Answer, *, link: str | None = None) -> Model:
    """The body of a success as a model. TryLater where it has another shape."""
    check(answer, link=link)
    try:
        return model.model_validate(answer.json())
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, each["loc"])) or "all" for each in error.errors()[:3])
        reason = f"Bitbucket's answer is not what it describes ({wrong})"
        raise TryLater(reason, maybe_done=answer.making) from error


def says(answer: Answer) -> str:
    """Bitbucket's own words, with what a token lacks, and ours for what it leaves unsaid."""
    error = _error(answer) or {}
    detail = error.get("detail")
    if isinstance(detail, dict):
        required = detail.get("required")
        detail = f"it needs {', '.join(map(str, required))}" if isinstance(required, list) else None
    told = [_message(answer), detail if isinstance(detail, str) else "", HINTS.get(answer.status, "")]
    return "; ".join(part.strip().rstrip(".") for part in told if part)


def _message(answer: Answer) -> str:
    message = (_error(answer) or {}).get("message")
    return message if isinstance(message, str) else ""


def _error(answer: Answer) -> Mapping[str, Any] | None:
    body = answer.peek()
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else None
