"""GraphQL over our HTTP client: one POST, and the two halves of an answer, `data` and `errors`.

A server may answer errors with 200, with 400, or beside data (https://spec.graphql.org/October2021/#sec-Response);
what they mean is the vendor's business. Here is only what is GraphQL's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, auto
from typing import Any

from pydantic import BaseModel, Field, ValidationError, model_validator

from integrations.answers import STATUSES, Answer, raise_for
from integrations.http import Http
from orchestration.ports.errors import NeedsCredentials, TryLater


class _Part(BaseModel):
    """A part of an answer; null stands for what was left out."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:  # noqa: ANN401 - JSON
        return {k: v for k, v in value.items() if v is not None} if isinstance(value, Mapping) else value


class Problem(_Part):
    """One of the `errors`. `extensions` are the vendor's own."""

    message: str = ""
    path: Sequence[str | int] | None = None
    extensions: Mapping[str, Any] = Field(default_factory=dict)


class _Body(_Part):
    data: Mapping[str, Any] | None = None
    errors: Sequence[Problem] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer in GraphQL's form, of whatever status. There is data, or there are problems, or both."""

    data: Mapping[str, Any] | None
    problems: tuple[Problem, ...]
    answer: Answer

    @property
    def partial(self) -> bool:
        """Whether some of what was asked for was done or read, although there are problems."""
        data = self.data or {}
        return bool(self.problems) and any(value is not None for value in data.values())


class Meaning(IntEnum):
    """What an error means for us. Among several the highest counts."""

    REFUSED = auto()
    CREDENTIALS = auto()
    LATER = auto()  # and surely nothing was done
    UNKNOWN = auto()  # a mutation may have had its effect


def worst(reply: Reply, meaning: Callable[[Problem, Answer], Meaning]) -> tuple[Meaning, Problem] | None:
    """The error of a reply that counts, None where there is none. `meaning` reads one in the vendor's own words."""
    if not reply.problems:
        return None
    answer = reply.answer
    told, problem = max(((meaning(p, answer), p) for p in reply.problems), key=lambda pair: pair[0])
    if reply.partial and answer.making:
        told = Meaning.UNKNOWN  # the mutation ran; what failed is the reading of what it made
    return told, problem


def by_status(status: int) -> Meaning:
    """What an error means whose words are not known."""
    kind = STATUSES.get(status)
    if kind is NeedsCredentials:
        return Meaning.CREDENTIALS
    if kind is TryLater:
        return Meaning.LATER
    return Meaning.REFUSED if 400 <= status < 500 else Meaning.UNKNOWN  # noqa: PLR2004 - HTTP's client errors


async def ask(
    http: Http,
    url: str,
    *,
    document: str,
    variables: Mapping[str, Any],
    provider: str,
    tenant: str,
    headers: Mapping[str, str],
    making: bool = False,
) -> Reply:
    """Send an operation and read its answer. `making` for mutations: they are sent once and never repeated.

    Raises what `Http.request` and `read` raise.
    """
    body = {"query": document, "variables": dict(variables)}
    return read(
        await http.request(
            "POST", url, provider=provider, tenant=tenant, headers=headers, json=body, making=making
        )
    )


def read(answer: Answer) -> Reply:
    """The two halves of an answer.

    What is no GraphQL answer is told by its status, and TryLater where that is one of success.
    """
    raw = answer.json() if answer.ok else answer.peek()
    try:
        body = _Body.model_validate(raw)
    except ValidationError as error:
        raise_for(answer)
        raise _strange(answer) from error
    if body.data is None and not body.errors:
        raise_for(answer)
        raise _strange(answer)
    return Reply(data=body.data, problems=tuple(body.errors), answer=answer)


def _strange(answer: Answer) -> TryLater:
    return TryLater(f"{answer.provider} answered in a form that is not GraphQL's", maybe_done=answer.making)
