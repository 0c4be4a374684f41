"""GitLab's error answers, paging and the strict reading of bodies."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

MOST_COUNTED = 10_000
"""Above so many rows GitLab counts no more and leaves the headers of totals away."""


class GitlabError(Exception):
    """Becomes GitLab's error answer; `plain` is the text of one that is no JSON."""

    def __init__(
        self,
        status: int,
        body: Mapping[str, Any],
        *,
        headers: Mapping[str, str] | None = None,
        plain: str = "",
    ) -> None:
        super().__init__(str(body or plain))
        self.status = status
        self.body = body
        self.headers = dict(headers or {})
        self.plain = plain

    def answer(self) -> web.Response:
        """The answer."""
        if self.plain:
            return web.Response(status=self.status, text=self.plain, headers=self.headers)
        return web.json_response(dict(self.body), status=self.status, headers=self.headers)


def says(status: int, message: Any) -> GitlabError:
    """An error with its words under `message`."""
    return GitlabError(status, {"message": message})


def missing(what: str) -> GitlabError:
    """404 for one kind of thing, such as `Branch`; also for what the token may not see."""
    return says(404, f"404 {what} Not Found")


class Body:
    """The JSON object of a request. GitLab ignores keys that it does not know."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    @classmethod
    async def of(cls, request: web.Request) -> "Body":
        """Read it; an empty body is an empty object."""
        raw = await request.read()
        if not raw:
            return cls({})
        if request.content_type != "application/json":
            raise GitlabError(415, {"error": "The provided content-type is not supported."})
        try:
            values = json.loads(raw)
        except (ValueError, RecursionError):
            raise GitlabError(400, {"message": "400 Bad request - invalid JSON"}) from None
        if not isinstance(values, dict):
            raise GitlabError(400, {"error": "the body is invalid"})
        return cls(values)

    def need(self, *names: str) -> tuple[str, ...]:
        """Required texts; 400 in the words of GitLab's API for those that are missing or empty."""
        wrong = [f"{name} is missing" for name in names if name not in self.values]
        wrong += [f"{name} is empty" for name in names if self.values.get(name) == ""]
        wrong += [
            f"{name} is invalid"
            for name in names
            if name in self.values and not isinstance(self.values[name], str)
        ]
        if wrong:
            raise GitlabError(400, {"error": ", ".join(wrong)})
        return tuple(self.values[name] for name in names)

    def may(self, name: str, kind: type[Any] = str) -> Any:
        """A value that may be missing: then None."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, kind):
            raise GitlabError(400, {"error": f"{name} is invalid"})
        return value


def paged(request: web.Request, base: str, rows: Sequence[Any], *, counted: bool = True) -> web.Response:
    """One page of a list, 20 rows unless asked for more, 100 at most; `base` begins the links."""

    def number(name: str, otherwise: int) -> int:
        text = request.query.get(name, str(otherwise))
        if not text.isdecimal() or int(text) < 1:
            raise GitlabError(400, {"error": f"{name} does not have a valid value"})
        return int(text)

    page, size = number("page", 1), min(number("per_page", 20), 100)
    last = max(1, -(-len(rows) // size))
    pages = {"prev": page - 1, "next": page + 1, "first": 1, "last": last}
    total = counted and len(rows) <= MOST_COUNTED
    if not total:
        del pages["last"]
    if page >= last:
        del pages["next"]
    if page <= 1:
        del pages["prev"]

    def url(at: int) -> str:
        query = urlencode({**request.query, "page": str(at), "per_page": str(size)})
        return f"{base}{request.rel_url.raw_path}?{query}"

    headers = {
        "Link": ", ".join(f'<{url(at)}>; rel="{name}"' for name, at in pages.items()),
        "X-Page": str(page),
        "X-Per-Page": str(size),
        "X-Next-Page": str(pages.get("next", "")),
        "X-Prev-Page": str(pages.get("prev", "")),
    }
    if total:
        headers |= {"X-Total": str(len(rows)), "X-Total-Pages": str(last)}
    return web.json_response(list(rows[(page - 1) * size : page * size]), headers=headers)
