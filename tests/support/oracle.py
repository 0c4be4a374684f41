"""The conformance oracle: was this exchange allowed by the vendor's own description?

`oracle("github.json").check_all(simulator.record)` holds every request of an adapter and every answer of a
simulator against the official OpenAPI description (3.0 or 3.1).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from sandbox.kit import Exchange
from tests.support.contracts import description
from tests.support.routing import NoRoute, Route, Router
from tests.support.schemas import Schemas, pointer, readings

_IMPLIED = frozenset({"accept", "content-type", "authorization"})
# Any request may end so, whether or not the description says it for this operation.
EVERYWHERE = frozenset({401, 429, 500, 502, 503})


class Oracle:
    """One description, ready to check exchanges against.

    `prefixes` rewrites the start of paths (`{"/rest/api/2": "/rest/api/3"}`). `skip_bodies` are starts of
    paths, as on the wire, whose bodies are not checked. `skip` are patterns of paths that are not checked at
    all. `fold` names more path parameters that may hold slashes. `extra_query` are query parameters, and
    `undescribed` statuses, that are accepted though the description does not know them.
    """

    def __init__(
        self,
        document: Mapping[str, Any],
        *,
        prefixes: Mapping[str, str] | None = None,
        skip_bodies: Sequence[str] = (),
        skip: Sequence[str] = (),
        fold: Sequence[str] = (),
        extra_query: Sequence[str] = (),
        undescribed: Iterable[int] = (),
    ) -> None:
        self._document = document
        self._router = Router(document, fold=fold)
        self._prefixes = dict(prefixes or {})
        self._skip_bodies = tuple(skip_bodies)
        self._skip = tuple(re.compile(pattern) for pattern in skip)
        self._extra_query = frozenset(extra_query)
        self._undescribed = EVERYWHERE | frozenset(undescribed)
        self._schemas = Schemas(document)

    def check(self, exchange: Exchange) -> None:
        """Raise AssertionError with a list of what is wrong. A spoiled answer is not judged."""
        problems = self.problems(exchange)
        if problems:
            lines = "\n".join(f"  - {problem}" for problem in problems)
            raise AssertionError(
                f"{exchange.method} {exchange.path}?{exchange.query} -> {exchange.status}"
                f" breaks the description:\n{lines}\n"
                f"  request: {_short(exchange.request_body)}\n  answer: {_short(exchange.response_body)}"
            )

    def check_all(self, exchanges: Sequence[Exchange]) -> int:
        """Check each exchange and return how many; AssertionError where there was none to check."""
        checked = [exchange for exchange in exchanges if not self._skipped(exchange)]
        if not checked:
            raise AssertionError("There is no exchange to check: nothing was shown")
        for exchange in checked:
            self.check(exchange)
        return len(checked)

    def problems(self, exchange: Exchange) -> list[str]:
        """What is wrong with an exchange, request first."""
        if self._skipped(exchange):
            return []
        path = exchange.path
        for old, new in self._prefixes.items():
            if path == old or path.startswith(f"{old.rstrip('/')}/"):
                path = new + path[len(old) :]
                break
        try:
            route = self._router.find(exchange.method, path)
        except NoRoute as error:
            return [str(error)]
        bodies = not any(exchange.path.startswith(prefix) for prefix in self._skip_bodies)
        found = [f"request: {p}" for p in self._request_problems(route, exchange, bodies=bodies)]
        if not exchange.spoiled:
            found += [f"answer: {p}" for p in self._answer_problems(route, exchange, bodies=bodies)]
        return found

    def _skipped(self, exchange: Exchange) -> bool:
        return any(pattern.search(exchange.path) for pattern in self._skip)

    # The request

    def _request_problems(self, route: Route, exchange: Exchange, *, bodies: bool) -> list[str]:
        item = self._document["paths"][route.template]
        place = pointer("paths", route.template)
        spots = [(p, f"{place}/parameters/{i}") for i, p in enumerate(item.get("parameters", []))]
        spots += [
            (p, f"{place}/{route.method}/parameters/{i}")
            for i, p in enumerate(route.operation.get("parameters", []))
        ]
        declared = {}
        for parameter, spot in spots:
            resolved, where = self._schemas.follow(parameter, spot)
            declared[resolved["in"], resolved["name"]] = (resolved, where)
        found = self._parameter_problems(declared, route, exchange)
        if bodies:
            found += self._body_problems(route, exchange)
        return found

    def _parameter_problems(
        self, declared: Mapping[tuple[str, str], tuple[Any, str]], route: Route, exchange: Exchange
    ) -> list[str]:
        query: dict[str, list[str]] = {}
        for name, value in parse_qsl(exchange.query, keep_blank_values=True):
            query.setdefault(name, []).append(value)
        headers = {name.lower(): value for name, value in exchange.request_headers.items()}
        known = {name for where, name in declared if where == "query"}
        found = [
            f"unknown query parameter {name}"
            for name in query
            if name not in known | self._extra_query and not _deep(name, known)
        ]
        for (where, name), (parameter, spot) in declared.items():
            values: list[str] = []
            if where == "query":
                values = query.get(name) or query.get(f"{name}[]", [])
            elif where == "path":
                values = [route.parameters[name]] if name in route.parameters else []
            elif where == "header" and name.lower() not in _IMPLIED:
                values = [headers[name.lower()]] if name.lower() in headers else []
            else:
                continue
            if values:
                found += self._value_problems(parameter, spot, values)
            elif parameter.get("required"):
                found.append(f"{where} parameter {name} is missing")
        return found

    def _value_problems(self, parameter: Mapping[str, Any], spot: str, values: list[str]) -> list[str]:
        """A value on the wire is text: it fits where one of its readings fits."""
        if "schema" not in parameter:
            return []
        problems: list[str] = []
        for reading in readings(values):
            problems = self._schemas.problems(f"{spot}/schema", reading, write=True)
            if not problems:
                return []
        return [f"{parameter['in']} parameter {parameter['name']}={','.join(values)}: {problems[0]}"]

    def _body_problems(self, route: Route, exchange: Exchange) -> list[str]:
        spot = f"{pointer('paths', route.template)}/{route.method}/requestBody"
        declared = route.operation.get("requestBody")
        if declared is None:
            return ["a body was sent where none is described"] if exchange.request_body else []
        declared, spot = self._schemas.follow(declared, spot)
        if not exchange.request_body:
            return ["the body is missing"] if declared.get("required") else []
        sent = _header(exchange.request_headers, "content-type")
        return self._content_problems(declared, spot, sent, exchange.request_body, write=True)

    # The answer

    def _answer_problems(self, route: Route, exchange: Exchange, *, bodies: bool) -> list[str]:
        described = route.operation.get("responses", {})
        status = str(exchange.status)
        key = next((k for k in (status, f"{status[0]}XX", "default") if k in described), None)
        if key is None:
            return [] if exchange.status in self._undescribed else [f"status {status} is not described"]
        spot = f"{pointer('paths', route.template)}/{route.method}/responses/{key}"
        declared, spot = self._schemas.follow(described[key], spot)
        body = exchange.response_body
        if not bodies or exchange.method == "HEAD":
            return []
        if not declared.get("content"):
            return ["a body where none is described"] if body and exchange.status < 300 else []
        if not body:
            return ["the body is missing"]
        kind = _header(exchange.response_headers, "content-type")
        return self._content_problems(declared, spot, kind, body, write=False)

    # Both

    def _content_problems(
        self, declared: Mapping[str, Any], spot: str, content_type: str, body: bytes, *, write: bool
    ) -> list[str]:
        content = declared.get("content", {})
        kind = content_type.partition(";")[0].strip().lower()
        wild = f"{kind.partition('/')[0]}/*"
        key = next((k for k in content if k.partition(";")[0].strip().lower() in (kind, wild, "*/*")), None)
        if key is None:
            return [f"content type {kind or '(none)'} is not one of {', '.join(content)}"]
        if "schema" not in content[key]:
            return []
        where = f"{spot}/{pointer('content', key)[1:]}/schema"
        if "json" in kind:
            try:
                value: Any = json.loads(body)
            except ValueError as error:
                return [f"the body is no JSON: {error}"]
        elif kind == "application/x-www-form-urlencoded":
            value = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        else:
            return []
        return self._schemas.problems(where, value, write=write)


@cache
def _plain(name: str) -> Oracle:
    return Oracle(description(name))


def oracle(name: str, **options: Any) -> Oracle:
    """The oracle of a description in the contracts folder; see `Oracle` for the options."""
    return Oracle(description(name), **options) if options else _plain(name)


def _deep(name: str, known: set[str]) -> bool:
    """Whether a name is a part of a list or object: `assignees[]`, `filter[name]`."""
    return name.endswith("]") and name.partition("[")[0] in known


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _short(body: bytes) -> str:
    return body[:500].decode(errors="replace") or "(empty)"
