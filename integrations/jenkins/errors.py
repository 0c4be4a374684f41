"""What Jenkins' answers mean.

Its errors are pages for people, and some say the essential in a header. Source: hudson.security
AccessDeniedException3, hudson.model.Failure, hudson.model.Queue#doCancelItem (github.com/jenkinsci/jenkins).
"""

import html
import re
from collections.abc import Collection, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from integrations.answers import STATUSES, Answer, raise_for
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater

Model = TypeVar("Model", bound=BaseModel)

STALE_CRUMB = b"No valid crumb"

TABLE: Mapping[int, type[PortError]] = {
    **STATUSES,
    400: Refused,
    401: NeedsCredentials,
    403: NeedsCredentials,
    404: Refused,
    409: Refused,
}
"""By status. 409 is a disabled job, 404 also what the user may not see."""

HINTS: Mapping[int, str] = {
    401: "the user or the token is wrong",
    404: "it is not there, or the user may not see it",
    409: "the job is disabled",
}

PLACES = (
    re.compile(rb"<th>MESSAGE:</th>\s*<td>(.*?)</td>", re.DOTALL),
    re.compile(rb"<p[^>]*>(.*?)</p>", re.DOTALL),
    re.compile(rb"<title>(.*?)</title>", re.DOTALL),
)
TAG = re.compile(r"<[^<>]*>")


def stale_crumb(answer: Answer) -> bool:
    """Whether the request was stopped for want of a crumb, which is before it had any effect."""
    return answer.status == 403 and STALE_CRUMB in answer.body  # noqa: PLR2004 - as the servlet filter answers


def check(answer: Answer, *, accept: Collection[int] = (), link: str | None = None) -> None:
    """Raise what the table says; nothing for success or a status that the caller accepts."""
    if answer.status not in accept:
        raise_for(answer, table=TABLE, says=says(answer), link=link)


def parsed(model: type[Model], answer: Answer, *, link: str | None = None) -> Model:
    """The body of a success as a model. TryLater where it has another shape."""
    check(answer, link=link)
    try:
        return model.model_validate(answer.json())
    except ValidationError as error:
        reason = "Jenkins answered in a form that is not known"
        raise TryLater(reason, maybe_done=answer.making) from error


def says(answer: Answer) -> str:
    """What the page tells a person, in one line."""
    told = answer.header("x-error") or ""
    missing = answer.header("x-required-permission")
    if missing:
        told = f"the user lacks the permission {missing}"
    if not told:
        found = next((match[1] for place in PLACES if (match := place.search(answer.body[:20_000]))), b"")
        told = html.unescape(TAG.sub("", found.decode(errors="replace")))
    return "; ".join(filter(None, (told.strip(), HINTS.get(answer.status, ""))))
