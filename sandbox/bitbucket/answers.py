"""Bitbucket's error answers, paging and the strict reading of queries and bodies."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web


class BitbucketError(Exception):
    """Becomes Bitbucket's error answer; `plain` is the text of one that is no JSON."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        detail: Any = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        plain: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message}
        if detail is not None:
            self.body["detail"] = detail
        if data is not None:
            self.body["data"] = dict(data)
        self.headers = dict(headers or {})
        self.plain = plain

    def answer(self) -> web.Response:
        """The answer."""
        if self.plain:
            return web.Response(status=self.status, text=self.body["message"], headers=self.headers)
        body = {"type": "error", "error": self.body}
        return web.json_response(body, status=self.status, headers=self.headers)


def refused(message: str, *, key: str | None = None, detail: str | None = None) -> BitbucketError:
    """400, with the key by which programs tell errors apart where there is one."""
    return BitbucketError(400, message, detail=detail, data=None if key is None else {"key": key})


def missing(message: str) -> BitbucketError:
    """404 for a thing of a repository that is there."""
    return BitbucketError(404, message)


class Body:
    """The JSON object of a request. A key that the simulator does not know is an error, not ignored."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    @classmethod
    async def of(cls, request: web.Request, *known: str) -> "Body":
        """Read it; `type` may always be there."""
        if request.content_type != "application/json":
            raise refused("The request's content type is not application/json")
        try:
            values = json.loads(await request.read())
        except (ValueError, RecursionError):
            raise refused("The request's body is not valid JSON") from None
        if not isinstance(values, dict):
            raise refused("The request's body is not an object")
        unknown = sorted(values.keys() - {*known, "type"})
        if unknown:
            raise refused(f"The simulator does not know the fields {', '.join(unknown)}")
        return cls(values)

    def need(self, *path: str) -> str:
        """A required text, also inside of objects."""
        found: Any = self.values
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        if not isinstance(found, str) or not found.strip():
            raise refused("Bad request", detail=f"{'.'.join(path)} is required")
        return found

    def may(self, name: str, kind: type[Any] = str) -> Any:
        """A value that may be missing: then None."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, kind):
            raise refused("Bad request", detail=f"{name} is invalid")
        return value


def paged(
    request: web.Request,
    base: str,
    rows: Sequence[Any],
    *,
    most: int = 100,
    usual: int = 10,
    size: bool = True,
) -> web.Response:
    """One page of a list; `base` begins the link to the next.

    The link carries a sign of this very list: whoever makes up a further page's address has none.
    """
    query = dict(parse_qsl(request.query_string, keep_blank_values=True))
    number, length = _number(query, "page", 1), _number(query, "pagelen", usual)
    if length > most:
        raise refused("Invalid pagelen", detail=f"pagelen is at most {most}")
    plain = {name: value for name, value in sorted(query.items()) if name not in {"page", "pagelen", "ctx"}}
    sign = hashlib.sha256(f"{request.path}?{plain}".encode()).hexdigest()[:16]
    if number > 1 and query.get("ctx") != sign:
        raise refused("Invalid page", detail="follow the next link")
    body: dict[str, Any] = {
        "pagelen": length,
        "values": list(rows[(number - 1) * length : number * length]),
        "page": number,
    }
    if size:
        body["size"] = len(rows)
    if number * length < len(rows):
        further = urlencode({**query, "pagelen": str(length), "page": str(number + 1), "ctx": sign})
        body["next"] = f"{base}{request.rel_url.raw_path}?{further}"
    return web.json_response(body)


def _number(query: Mapping[str, str], name: str, otherwise: int) -> int:
    text = query.get(name, str(otherwise))
    if not text.isdecimal() or int(text) < 1:
        raise refused(f"Invalid {name}")
    return int(text)
