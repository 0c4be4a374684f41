"""GraphQL over our HTTP client: one POST, and the two halves of an answer, `data` and `errors`.

A server may answer errors with 200, with 400, or beside data (https://spec.graphql.org/October2021/#sec-Response);
what they mean is the vendor's business. Here is only what is GraphQL's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from integrations.answers import Answer, raise_for
from integrations.http import Http
from orchestration.ports.errors import TryLater


class Problem(BaseModel):
    """One of the `errors`. `extensions` are the vendor's own."""

    message: str = ""
    path: Sequence[str | int] | None = None
    extensions: Mapping[str, Any] = Field(default_factory=dict)


class _Body(BaseModel):
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
