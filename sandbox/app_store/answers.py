"""Errors in App Store Connect's words: a status, and `errors` in the form of JSON:API.

The texts of 401, 403 (agreements), 404, 429, and of the refusals of TestFlight are as others saw them on the real
API; the codes of the latter, and the texts about parameters, are guesses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What an answer that is no success says. `pointer` or `parameter` says where in the request the fault is."""

    status: int
    code: str
    title: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    causes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def body(self, number: int) -> Json:
        """The document; `number` makes its id."""
        error: Json = {
            "id": f"{number:08x}-0000-4000-8000-000000000000",
            "status": str(self.status),
            "code": self.code,
            "title": self.title,
            "detail": self.detail,
        }
        if self.pointer is not None:
            error["source"] = {"pointer": self.pointer}
        if self.parameter is not None:
            error["source"] = {"parameter": self.parameter}
        if self.causes:
            error["meta"] = {"associatedErrors": {path: _causes(says) for path, says in self.causes.items()}}
        return {"errors": [error]}


class Refusal(Exception):
    """Ends the work on a request with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


def _causes(says: Sequence[str]) -> list[Json]:
    title = "The provided entity is missing a required attribute"
    return [
        {"status": "409", "code": "ENTITY_ERROR.ATTRIBUTE.REQUIRED", "title": title, "detail": text}
        for text in says
    ]


NOT_AUTHORIZED = Problem(
    status=401,
    code="NOT_AUTHORIZED",
    title="Authentication credentials are missing or invalid.",
    detail="Provide a properly configured and signed bearer token, and make sure that it has not expired.",
)
AGREEMENT_MISSING = Problem(
    status=403,
    code="FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED",
    title="A required agreement is missing or has expired.",
    detail="This request requires an in-effect agreement that has not been signed or has expired.",
)
FORBIDDEN = Problem(
    status=403,
    code="FORBIDDEN_ERROR",
    title="This request is forbidden for security reasons",
    detail="The API key in use does not allow this request",
)
NOT_JSON = Problem(
    status=415,
    code="UNSUPPORTED_MEDIA_TYPE",
    title="The media type is not supported",
    detail="Send application/json",
)
RATE_LIMITED = Problem(
    status=429,
    code="RATE_LIMIT_EXCEEDED",
    title="The request rate limit has been reached.",
    detail="We've received too many requests for this API. Please wait and try again or slow down your request rate.",
)


def not_found(kind: str, of: str) -> Refusal:
    """A path to nothing."""
    return Refusal(
        Problem(
            status=404,
            code="NOT_FOUND",
            title="The specified resource does not exist",
            detail=f"There is no resource of type '{kind}' with id '{of}'",
        )
    )


def bad_parameter(name: str, says: str, *, code: str = "PARAMETER_ERROR.INVALID") -> Refusal:
    """A query that is not taken."""
    return Refusal(
        Problem(status=400, code=code, title="A parameter has an invalid value", detail=says, parameter=name)
    )


def unknown_parameter(name: str) -> Refusal:
    """A parameter that this request does not have, or that is not simulated."""
    says = f"The parameter '{name}' can not be used with this request"
    return bad_parameter(name, says, code="PARAMETER_ERROR.ILLEGAL")


def bad_relationship(pointer: str, says: str) -> Refusal:
    """A body that points to nothing."""
    return Refusal(
        Problem(
            status=409,
            code="ENTITY_ERROR.RELATIONSHIP.INVALID",
            title="The provided entity includes a relationship with an invalid value",
            detail=says,
            pointer=pointer,
        )
    )


def bad_entity(pointer: str, says: str) -> Refusal:
    """A body of a wrong form."""
    return Refusal(
        Problem(
            status=422,
            code="ENTITY_ERROR.INVALID",
            title="The request entity is not of the form that is wanted",
            detail=says,
            pointer=pointer,
        )
    )


def not_in_state(title: str, detail: str) -> Refusal:
    """What can't be done with a build as it is now."""
    return Refusal(Problem(status=422, code="ENTITY_UNPROCESSABLE", title=title, detail=detail))


def state_error(detail: str, causes: Mapping[str, Sequence[str]] | None = None) -> Refusal:
    """What can't be done with a version or a submission as it is now; `causes` by the path of what lacks them."""
    return Refusal(
        Problem(
            status=409,
            code="STATE_ERROR",
            title="The request cannot be fulfilled because of the state of another resource.",
            detail=detail,
            causes=causes or {},
        )
    )
