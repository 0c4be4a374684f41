"""GitHub's error answers, paging and the strict reading of bodies."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

DOCS = "https://docs.github.com/rest"


class GithubError(Exception):
    """Becomes GitHub's error answer. `errors` are the rows of a validation error."""

    def __init__(
        self, status: int, message: str, errors: Sequence[Any] = (), headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = headers or {}

    def answer(self) -> web.Response:
        """The answer."""
        body: dict[str, Any] = {
            "message": self.message,
            "documentation_url": DOCS,
            "status": str(self.status),
        }
        if self.errors:
            body["errors"] = list(self.errors)
        return web.json_response(body, status=self.status, headers=self.headers)


def answering(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler, with its GithubErrors as answers."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except GithubError as error:
            return error.answer()

    return handle


def not_found() -> GithubError:
    """GitHub's 404, also for what the token may not see."""
    return GithubError(404, "Not Found")


def moved(request: web.Request, home: str) -> GithubError:
    """The redirect of a repository that was renamed: 301 for a reading, else 307, which keeps the method."""
    rest = "/".join(request.rel_url.raw_path_qs.split("/")[4:])
    place = f"{home}/{rest}".rstrip("/")
    if request.method in {"GET", "HEAD"}:
        return GithubError(301, "Moved Permanently", headers={"Location": place})
    return GithubError(307, "Temporary Redirect", headers={"Location": place})


def invalid(message: str, *errors: Any) -> GithubError:
    """422."""
    return GithubError(422, message, errors)


def failed_field(resource: str, field: str, code: str, message: str | None = None) -> GithubError:
    """422 'Validation Failed' for one field."""
    row = {"resource": resource, "field": field, "code": code}
    return invalid("Validation Failed", row if message is None else {**row, "message": message})


class Body:
    """The JSON object of a request, read strictly."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    @classmethod
    async def of(cls, request: web.Request) -> "Body":
        """Read it; an empty body is an empty object."""
        raw = await request.read()
        if not raw:
            return cls({})
        try:
            values = json.loads(raw)
        except (ValueError, RecursionError):
            raise GithubError(400, "Problems parsing JSON") from None
        if not isinstance(values, dict):
            raise GithubError(400, "Body should be a JSON object")
        return cls(values)

    def need(self, name: str, kind: type = str) -> Any:
        """A required value."""
        if name not in self.values:
            raise invalid(f'Invalid request.\n\n"{name}" wasn\'t supplied.')
        if self.values[name] is None:
            raise invalid(f"Invalid request.\n\nFor 'properties/{name}', nil is not {KINDS[kind]}.")
        return self.may(name, None, kind)

    def may(self, name: str, default: Any, kind: type = str) -> Any:
        """A value that may be missing."""
        if name not in self.values or self.values[name] is None:
            return default
        value = self.values[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            words = f"For 'properties/{name}', {json.dumps(value)} is not {KINDS[kind]}."
            raise invalid(f"Invalid request.\n\n{words}")
        if isinstance(value, str) and "\0" in value:
            raise invalid(f"Invalid request.\n\n{name} contains a null byte.")
        return value

    def only(self, *names: str) -> None:
        """Refuse keys that the endpoint does not permit."""
        for name in self.values:
            if name not in names:
                raise invalid(f'Invalid request.\n\n"{name}" is not a permitted key.')


KINDS = {str: "a string", int: "an integer", bool: "a boolean", dict: "an object", list: "an array"}


def page_of(request: web.Request, *, default: int = 30, most: int = 100) -> tuple[int, int]:
    """(page, per_page) of a request; GitHub mends values that make no sense."""

    def number(name: str, otherwise: int) -> int:
        text = request.query.get(name, "")
        return int(text) if text.isdecimal() and int(text) > 0 else otherwise

    return number("page", 1), min(number("per_page", default), most)


def links(request: web.Request, base: str, *, page: int, per_page: int, total: int) -> dict[str, str]:
    """The `Link` header of a page."""
    last = max(1, -(-total // per_page))
    pages = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    if page >= last:
        del pages["next"], pages["last"]
    if page <= 1:
        del pages["prev"], pages["first"]
    if not pages:
        return {}

    def url(number: int) -> str:
        query = {**request.query, "page": str(number)}
        return f"{base}{request.rel_url.raw_path}?{urlencode(query)}"

    return {"Link": ", ".join(f'<{url(number)}>; rel="{name}"' for name, number in pages.items())}


def paged(request: web.Request, base: str, rows: Sequence[Any], *, wrap: str | None = None) -> web.Response:
    """One page of a list: an array, or an object with `total_count` and the list under `wrap`."""
    page, per_page = page_of(request)
    shown = list(rows[(page - 1) * per_page : page * per_page])
    headers = links(request, base, page=page, per_page=per_page, total=len(rows))
    body: Any = shown if wrap is None else {"total_count": len(rows), wrap: shown}
    return web.json_response(body, headers=headers)
