"""What the server says about bodies that it can't use: the words of its zod schemas.

A schema is a table: name of the field, what it must be, whether it may be missing. Unknown fields are dropped
without a word.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web


class Answered(Exception):
    """Stops a handler with an error of the server."""

    def __init__(self, status: int, error: str, *, bare: bool = False) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.bare = bare


Check = Callable[[Any], list[tuple[str, str]]]


def positive(value: Any) -> list[tuple[str, str]]:
    """A number above zero; text that looks like a number is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return [("", f"Expected number, received {_kind(value)}")]
    return [] if value > 0 else [("", "Number must be greater than 0")]


def numbers(value: Any) -> list[tuple[str, str]]:
    """A list of numbers."""
    if not isinstance(value, list):
        return [("", f"Expected array, received {_kind(value)}")]
    return [
        (str(i), f"Expected number, received {_kind(item)}")
        for i, item in enumerate(value)
        if isinstance(item, bool) or not isinstance(item, int | float)
    ]


def text(value: Any) -> list[tuple[str, str]]:
    """Any text."""
    return [] if isinstance(value, str) else [("", f"Expected string, received {_kind(value)}")]


def text_or_null(value: Any) -> list[tuple[str, str]]:
    """Any text, or null."""
    return [] if value is None else text(value)


def run_name(value: Any) -> list[tuple[str, str]]:
    """5 to 50 characters, counted as JavaScript does: in UTF-16 units."""
    wrong = text(value)
    if wrong:
        return wrong
    length = len(value.encode("utf-16-le", "surrogatepass")) // 2
    if length < 5:
        return [("", "Run name must be at least 5 characters")]
    return [("", "Run name must be at most 50 characters")] if length > 50 else []


def joined_by(value: Any) -> list[tuple[str, str]]:
    """`and`, `or` or null."""
    if value is None or value in ("and", "or"):
        return []
    return [("", f"Invalid enum value. Expected 'and' | 'or', received '{value}'")]


def results(value: Any) -> list[tuple[str, str]]:
    """A list of {testId, status}."""
    if not isinstance(value, list):
        return [("", f"Expected array, received {_kind(value)}")]
    return [
        (f"{i}.testId", words)
        for i, item in enumerate(value)
        for _, words in positive(item.get("testId") if isinstance(item, dict) else None)
    ]


async def body_of(request: web.Request, schema: Mapping[str, tuple[Check, bool]]) -> dict[str, Any]:
    """The body, checked; fields that the schema does not know are gone."""
    raw = await request.read()
    if not raw:
        raise Answered(400, "Request body is missing", bare=True)
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise Answered(500, f"Unexpected token in JSON: {error}") from error
    if not isinstance(body, dict):
        raise Answered(400, f"Data validation error: : Expected object, received {_kind(body)}")
    wrong = []
    for name, (check, required) in schema.items():
        if name in body:
            wrong += [
                ".".join(filter(None, (name, spot))) + f": {words}" for spot, words in check(body[name])
            ]
        elif required:
            wrong.append(f"{name}: Required")
    if wrong:
        raise Answered(400, f"Data validation error: {', '.join(wrong)}")
    return {name: value for name, value in body.items() if name in schema}


def number_in_query(request: web.Request, name: str, *, otherwise: int | None = None) -> int:
    """A whole number above zero from the query, which may be missing where there is another one for it."""
    given = request.query.get(name)
    if given is None and otherwise is not None:
        return otherwise
    if given is None:
        raise Answered(400, f"Params {name} not provided")
    if not given.isascii() or not given.isdigit() or int(given) == 0:
        raise Answered(400, f"Invalid params {name}")
    return int(given)


def exactly_json(request: web.Request) -> None:
    """Three routes compare the content type as text: a charset is one character too many."""
    if request.headers.get("Content-Type") != "application/json":
        raise Answered(400, "Invalid content type")


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]
