"""A row of the table of routes, and the rows' usual kinds."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from http import HTTPStatus

from pydantic import BaseModel

from bot.api.v1.call import Answer, Call
from orchestration.domain.tokens import Scope

Handle = Callable[[Call], Awaitable[Answer]]
Schema = type[BaseModel] | str
PREFIX = "/api/v1"
MANAGEMENT = "/release-management"
"""The room of releases and of what is planned ahead of them."""
_PAGED = ("limit", "cursor")


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A method of a path. `path` is below the tenant; its docstring's first line says what it does.

    `body` and `answer` are shapes or the names of schemas; a list's answer is a page of `answer`. `tagged`: the
    answer has an ETag. `matched`: `If-Match` is heeded. `people`: only a person decides this, so that the token of a
    program is refused. `room` stands before the tenant. `uploads`: the body is a file; `downloads`: the answer is one;
    `html`: it is a page for who asks for one.
    """

    method: str
    path: str
    scope: Scope
    handle: Handle
    answer: Schema | None
    status: int = 200
    body: Schema | None = None
    query: tuple[str, ...] = ()
    listed: bool = False
    tagged: bool = False
    matched: bool = False
    people: bool = False
    room: str = ""
    uploads: bool = False
    downloads: bool = False
    html: bool = False

    @property
    def guarded(self) -> bool:
        """Whether the client must say what it saw: a merge patch of something else would be anything."""
        return self.method == "PATCH"

    @property
    def needs_body(self) -> bool:
        """Whether a body must be sent: not where all of what could stand in it may be absent, as a reason to stop."""
        if self.guarded or not isinstance(self.body, type):
            return True
        return any(each.is_required() for each in self.body.model_fields.values())

    @property
    def template(self) -> str:
        """The whole path."""
        return f"{PREFIX}{self.room}/tenants/{{tenant}}{self.path}"

    @property
    def title(self) -> str:
        """What it does, in a line."""
        return (self.handle.__doc__ or "").partition("\n")[0]

    @property
    def name(self) -> str:
        """Its name in the description."""
        return getattr(self.handle, "__name__", "")


def in_management(*rows: Route) -> tuple[Route, ...]:
    """The rows, below the room of releases."""
    return tuple(replace(row, room=MANAGEMENT) for row in rows)


def lists(path: str, handle: Handle, answer: Schema, *, scope: Scope = Scope.READ, query: str = "") -> Route:
    """A list in pages; `query` are more parameters, with blanks between."""
    return Route(
        method="GET",
        path=path,
        scope=scope,
        handle=handle,
        answer=answer,
        query=(*_PAGED, *query.split()),
        listed=True,
    )


def shows(
    path: str,
    handle: Handle,
    answer: Schema,
    *,
    scope: Scope = Scope.READ,
    query: str = "",
    tagged: bool = False,
) -> Route:
    """One thing as it is now."""
    return Route(
        method="GET",
        path=path,
        scope=scope,
        handle=handle,
        answer=answer,
        query=tuple(query.split()),
        tagged=tagged,
    )


def makes(
    path: str, handle: Handle, answer: Schema, *, scope: Scope, body: Schema, tagged: bool = True
) -> Route:
    """Something new."""
    return Route(
        method="POST",
        path=path,
        scope=scope,
        handle=handle,
        answer=answer,
        status=HTTPStatus.CREATED,
        body=body,
        tagged=tagged,
    )


def patches(
    path: str, handle: Handle, answer: Schema, *, scope: Scope, body: Schema, people: bool = False
) -> Route:
    """A change by a merge patch."""
    return Route(
        method="PATCH",
        path=path,
        scope=scope,
        handle=handle,
        answer=answer,
        body=body,
        tagged=True,
        matched=True,
        people=people,
    )


def puts(path: str, handle: Handle, answer: Schema, *, scope: Scope, body: Schema | None = None) -> Route:
    """What is so from now on, whether it was before (200) or not (201); people alone say so here."""
    return Route(method="PUT", path=path, scope=scope, handle=handle, answer=answer, body=body, people=True)


def removes(path: str, handle: Handle, *, scope: Scope, matched: bool = True, people: bool = False) -> Route:
    """The end of something; nothing is sent back."""
    return Route(
        method="DELETE",
        path=path,
        scope=scope,
        handle=handle,
        answer=None,
        status=HTTPStatus.NO_CONTENT,
        matched=matched,
        people=people,
    )


def acts(
    path: str,
    handle: Handle,
    answer: Schema,
    *,
    scope: Scope,
    body: Schema | None = None,
    tagged: bool = True,
    matched: bool = True,
    people: bool = False,
    status: int = 200,
) -> Route:
    """A word behind something that is there."""
    return Route(
        method="POST",
        path=path,
        scope=scope,
        handle=handle,
        answer=answer,
        status=status,
        body=body,
        tagged=tagged,
        matched=matched,
        people=people,
    )
