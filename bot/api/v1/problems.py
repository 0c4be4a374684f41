"""What REST answers besides yes: `application/problem+json` (RFC 9457), every error at its JSON pointer (RFC 6901)."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from bot.connections import InUse, Taken
from orchestration.domain.errors import DomainError, Invalid, NotAllowed, NotNow, Problem, Unknown
from orchestration.ports.errors import PortError, TryLater
from orchestration.ports.planning import AlreadySettled, StalePlan
from orchestration.ports.runtime import (
    DatabaseAway,
    GaveWay,
    NoSuchRelease,
    ReleaseHeld,
    StaleConfiguration,
    StaleRelease,
)
from orchestration.ports.webhooks import StaleWebhook
from orchestration.store.integrations import NoSuchIntegration, StaleIntegration

_LATER_SECONDS = 30
_MENTION = re.compile(r"<@([^<>|]+)>")
_FORMS = {"version": "versions"}
_SAID = {"string_pattern_mismatch": "does not have the form that is needed here"}
"""What is said in the place of a library's words: nobody reads a regular expression."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrong:
    """One thing that is wrong with a request: in its body at `pointer`, or its parameter or header `name`."""

    message: str
    pointer: str | None = None
    name: str | None = None

    def shown(self) -> dict[str, str]:
        """As it stands in the answer."""
        places = {"pointer": self.pointer, "name": self.name}
        return {**{key: place for key, place in places.items() if place is not None}, "message": self.message}


class Trouble(Exception):
    """A request that gets no yes. `detail` is a sentence for people; `more` are further members of the answer."""

    def __init__(
        self,
        *,
        status: int,
        detail: str,
        errors: tuple[Wrong, ...] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})
        self.more = dict(more or {})

    def body(self, request_id: str) -> dict[str, Any]:
        """The problem document."""
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "request_id": request_id,
            "errors": [each.shown() for each in self.errors],
            **self.more,
        }


def pointer(*parts: object) -> str:
    """The JSON pointer of a place; empty for the whole."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def invalid(problems: Iterable[Problem]) -> Trouble:
    """All that is wrong with the values of a body."""
    errors = tuple(Wrong(pointer=pointer(*_place(each)), message=plain(each.message)) for each in problems)
    return unprocessable(errors)


def _place(problem: Problem) -> Sequence[str]:
    """Where a problem stands in a body; forms write `version:IOS-APP_STORE` for one of several fields."""
    name, found, key = problem.field.partition(":")
    if found and not problem.place:
        return (_FORMS.get(name, name), key)
    return problem.place or problem.field.split(".")


def plain(text: str) -> str:
    """Words for people in Slack, where a person is written as their id alone."""
    return _MENTION.sub(r"\1", text)


def unprocessable(errors: tuple[Wrong, ...]) -> Trouble:
    """The request was read, and can't be carried out as it is."""
    return Trouble(status=422, detail="The request can't be carried out as it is; see errors.", errors=errors)


def wrongs(error: ValidationError, *below: str) -> tuple[Wrong, ...]:
    """What a model says of a body, or of the part of it below a place; without the values, which may be secret."""
    return tuple(
        Wrong(pointer=pointer(*below, *each["loc"]), message=_SAID.get(each["type"], each["msg"]))
        for each in error.errors(include_input=False, include_url=False, include_context=False)
    )


def later(reason: str, seconds: float | None = None, **more: object) -> Trouble:
    """Somebody else is away: to be tried again."""
    wait = str(math.ceil(seconds if seconds is not None else _LATER_SECONDS))
    return Trouble(status=503, detail=reason, headers={"Retry-After": wait}, more=more)


def trouble_of(error: Exception) -> Trouble | None:
    """What follows from an error below; None where it is a fault of ours."""
    if isinstance(error, Trouble):
        return error
    if isinstance(error, DomainError):
        return _refused(error)
    if isinstance(error, PortError):
        return _provider(error)
    return next((make() for kind, make in _OTHERS.items() if isinstance(error, kind)), None)


def _refused(error: DomainError) -> Trouble:
    match error:
        case Invalid():
            return invalid(error.problems)
        case Taken():
            return unprocessable((Wrong(pointer="/id", message=str(error)),))
        case NotAllowed():
            return Trouble(status=403, detail=plain(error.reason))
        case Unknown():
            return missing()
        case InUse():
            named = [{"id": release.id, "title": release.title} for release in error.releases]
            return Trouble(status=409, detail=str(error), more={"releases": named})
        case NotNow() | _:
            return Trouble(status=409, detail=plain(str(error)))


def _provider(error: PortError) -> Trouble:
    """The provider said no to us, or nothing: the client can change nothing but the connection."""
    if isinstance(error, TryLater):
        return later(error.reason, error.after.total_seconds() if error.after is not None else None)
    return Trouble(status=409, detail=error.reason)


def missing() -> Trouble:
    """What is not there, or not for this token; the two look the same."""
    return Trouble(status=404, detail="There is nothing of this name here.")


def changed() -> Trouble:
    """Somebody else was faster."""
    return Trouble(
        status=412, detail="It was changed since you read it. Read it again and repeat your change."
    )


_OTHERS: Mapping[type[Exception], Callable[[], Trouble]] = {
    AlreadySettled: lambda: Trouble(status=409, detail="That date is settled already."),
    ReleaseHeld: lambda: later("Somebody keeps it locked", 5),
    GaveWay: lambda: later("Too many changes at once", 1),
    DatabaseAway: lambda: later("The database does not answer", 5),
    NoSuchIntegration: missing,
    NoSuchRelease: missing,
    StalePlan: changed,
    StaleWebhook: changed,
    StaleConfiguration: changed,
    StaleIntegration: changed,
    StaleRelease: lambda: later("Too many changes at once", 1),
}
