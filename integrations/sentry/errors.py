"""What Sentry's answers mean.

Sources: docs.sentry.io/api/auth, docs.sentry.io/api/requests and docs.sentry.io/api/ratelimits.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from integrations.answers import STATUSES, Answer, raise_for
from orchestration.ports.errors import PortError, TryLater

Model = TypeVar("Model", bound=BaseModel)

TABLE: Mapping[int, type[PortError]] = STATUSES
"""The usual ones: 401 is no or an unknown token, 403 a scope that it lacks or a project that it may not see."""

_LONGEST = timedelta(hours=1)


def raise_if_failed(answer: Answer) -> None:
    """Raise what the table says; after a limit with the time at which Sentry begins to count anew."""
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS and answer.retry_after() is None:
        raise TryLater("Sentry asks us to slow down", after=_until_reset(answer))
    raise_for(answer, table=TABLE, says=_detail(answer))


def parsed(model: type[Model], answer: Answer) -> Model:
    """The answer as a model. TryLater where it has another shape."""
    raise_if_failed(answer)
    try:
        return model.model_validate(answer.json())
    except ValidationError as error:
        raise TryLater("Sentry answered in a form that is not known") from error


def _detail(answer: Answer) -> str:
    """`detail` is a text, or an object with a `message`."""
    body = answer.peek()
    detail = body.get("detail") if isinstance(body, dict) else None
    if isinstance(detail, dict):
        detail = detail.get("message")
    return detail if isinstance(detail, str) else ""


def _until_reset(answer: Answer) -> timedelta | None:
    """`X-Sentry-Rate-Limit-Reset` is in seconds since 1970."""
    text = answer.header("x-sentry-rate-limit-reset") or ""
    if not (text.isascii() and text.isdigit()):
        return None
    left = datetime.fromtimestamp(min(int(text[:11]), 10**10), UTC) - datetime.fromtimestamp(answer.at, UTC)
    return min(max(left, timedelta(0)), _LONGEST)
