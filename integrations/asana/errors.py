"""What Asana's answers mean.

Errors come as `{"errors": [{"message", "help", "phrase"}]}`; `phrase` is by what Asana's support finds a fault of
theirs. Source: https://developers.asana.com/docs/errors, .../docs/rate-limits
"""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from integrations.answers import STATUSES, Answer, raise_for
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater

Model = TypeVar("Model", bound=BaseModel)

TOKENS_PAGE: Final = "https://app.asana.com/0/my-apps"

TABLE: Final[Mapping[int, type[PortError]]] = {**STATUSES, 402: Refused, 403: NeedsCredentials, 404: Refused}

HINTS: Final[Mapping[int, str]] = {
    401: "the token is not valid: make a new one",
    402: "this needs a paid plan of Asana",
    403: "the token's user may not do this",
    404: "it is not there, or the token's user may not see it",
}


def parsed(model: type[Model], answer: Answer, *, to: str) -> Model:
    """A success as a model. Raises what the table says of others, TryLater where a success has another shape.

    `to` is what we wanted ("create the task").
    """
    says = "; ".join(filter(None, (f"could not {to}", _said(answer), HINTS.get(answer.status))))
    link = TOKENS_PAGE if TABLE.get(answer.status) is NeedsCredentials else None
    raise_for(answer, table=TABLE, says=says, link=link)
    try:
        return model.model_validate(answer.json())
    except ValidationError as error:
        reason = f"Asana's answer could not be read when asked to {to}"
        raise TryLater(reason, maybe_done=answer.making) from error


def _said(answer: Answer) -> str:
    """All messages, in Asana's words."""
    body = answer.peek()
    errors = body.get("errors") if isinstance(body, dict) else None
    rows = [row for row in errors if isinstance(row, dict)] if isinstance(errors, list) else []
    return "; ".join(text for row in rows if (text := _line(row)))


def _line(row: Mapping[str, Any]) -> str:
    message, phrase = str(row.get("message") or "").strip().rstrip("."), row.get("phrase")
    return f"{message} (Asana's support may know it as: {phrase})" if phrase else message
