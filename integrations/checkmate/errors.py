"""What Checkmate's answers mean.

The HTTP status says little: an unknown run is a success with a text in it, a locked one a success with `error`,
and a filter that fits nothing a server error. So the words come first.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from integrations.answers import STATUSES, Answer, raise_for
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater

Model = TypeVar("Model", bound=BaseModel)

LOCKED_ALREADY = "Run is already locked"

# Statuses (as recorded from a running server): 403 is no or an unknown token, 401 a role that may not.
TABLE: Mapping[int, type[PortError]] = {
    **STATUSES,
    401: NeedsCredentials,
    403: NeedsCredentials,
    423: Refused,
}

# Words that mean the same whatever the status; the right side is for people.
WORDS: Mapping[str, str] = {
    "No tests found for the given filter": (
        "No test case fits: change the sections, labels, squads or platforms of this pair in the configuration"
    ),
    "foreign key constraint": "There is no such project in Checkmate: change it in the configuration",
    "Provide valid runId": "There is no such run in Checkmate",
    "Run not found": "There is no such run in Checkmate",
    "Run is not active": "The run is locked or deleted in Checkmate",
}


def data_of(answer: Answer, *, link: str | None = None) -> Any:  # noqa: ANN401 - JSON
    """The `data` of an answer, None where it is null.

    Raises what the tables say, Refused for any other `error`, TryLater for an answer that is not Checkmate's.
    """
    peeked = answer.peek()
    says = str(peeked.get("error") or "") if isinstance(peeked, dict) else ""
    for words, meaning in WORDS.items():
        if words in says:
            raise Refused(meaning, link=link)
    raise_for(answer, table=TABLE, says=says, link=link)
    body = answer.json()
    if says:
        raise Refused(f"Checkmate: {says}", link=link)
    if not isinstance(body, dict) or "data" not in body:
        raise _strange(answer)
    data = body["data"]
    text = data.get("status") if isinstance(data, dict) and len(data) == 1 else None
    if isinstance(text, str) and text in WORDS:
        raise Refused(WORDS[text], link=link)
    return data


def parsed(model: type[Model], answer: Answer, *, link: str | None = None) -> Model:
    """The `data` of an answer as a model. TryLater where it has another shape."""
    data = data_of(answer, link=link)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _strange(answer) from error


def _strange(answer: Answer) -> TryLater:
    return TryLater("Checkmate answered in a form that is not known", maybe_done=answer.making)
