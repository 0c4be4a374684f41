"""Asana's answers: everything in `data`, errors in a list, pages with an opaque offset.

https://developers.asana.com/docs/errors, .../docs/pagination. Words of errors are as seen by others on the real API
where they were found, else guesses.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

HELP = (
    "For more information on API status codes and how to handle them, read the docs on errors: "
    "https://developers.asana.com/docs/errors"
)
MOST = 100
MOST_UNPAGED = 1000


class AsanaError(Exception):
    """Becomes Asana's error answer."""

    def __init__(self, status: int, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})

    def answer(self) -> web.Response:
        """The answer."""
        error = {"message": self.message, "help": HELP}
        return web.json_response({"errors": [error]}, status=self.status, headers=self.headers)


def unknown(kind: str, gid: str) -> AsanaError:
    """What is no gid is told from what is not there, or may not be seen."""
    if gid.isascii() and gid.isdigit():
        return AsanaError(404, f"{kind}: Unknown object: {gid}")
    return AsanaError(400, f"{kind}: Not a recognized ID: {gid}")


def wrapped(data: Any, status: int = 200) -> web.Response:
    """Data as Asana gives it."""
    return web.json_response({"data": data}, status=status)


async def unwrapped(request: web.Request) -> dict[str, Any]:
    """What a request holds in `data`; 400 where it is not wrapped so."""
    if request.content_type != "application/json":
        raise AsanaError(415, "Unsupported media type")
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise AsanaError(400, "Could not parse request data, invalid JSON") from None
    data = body.get("data") if isinstance(body, dict) and set(body) <= {"data", "options"} else None
    if not isinstance(data, dict):
        raise AsanaError(400, "Request body must be an object with `data`")
    return data


def paged(request: web.Request, rows: Sequence[Any]) -> tuple[Sequence[Any], dict[str, Any]]:
    """The rows of one page, and the `next_page` of a paged request."""
    given = request.query.get("limit")
    if given is None:
        if "offset" in request.query:
            raise AsanaError(400, "offset: Can not use offset without limit")
        if len(rows) > MOST_UNPAGED:
            raise AsanaError(400, "The result is too large. You should use pagination (may require `limit`)")
        return rows, {}
    if not given.isdecimal() or not 1 <= int(given) <= MOST:
        raise AsanaError(400, f"limit: Must be between 1 and {MOST}: {given}")
    start = _start(request)
    end = start + int(given)
    if end >= len(rows):
        return rows[start:end], {"next_page": None}
    offset = f"{_seal(request)}.{end}"
    uri = str(request.url.update_query({"offset": offset}))
    path = str(request.rel_url.update_query({"offset": offset}))
    return rows[start:end], {"next_page": {"offset": offset, "path": path, "uri": uri}}


def _start(request: web.Request) -> int:
    """Where the page begins. An offset is good for the query that it came from, and no other."""
    given = request.query.get("offset")
    if given is None:
        return 0
    seal, _, start = given.partition(".")
    if seal != _seal(request) or not start.isdecimal():
        raise AsanaError(400, "offset: Your pagination token is invalid.")
    return int(start)


def _seal(request: web.Request) -> str:
    query = sorted((name, value) for name, value in request.query.items() if name != "offset")
    return hashlib.sha256(repr((request.path, query)).encode()).hexdigest()[:24]
