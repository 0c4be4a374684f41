"""The parts of docs/api.md that are made from the description."""

import re

from bot.api.v1.openapi import Json, description

_PART = "<!-- {name} -->\n{text}<!-- /{name} -->"


def renewed(page: str) -> str:
    """The page with its made parts as they must be."""
    for name, text in (("routes", _routes()), ("statuses", _statuses())):
        made = _PART.format(name=name, text=f"{text}\n")
        between = re.compile(_PART.format(name=name, text=".*?"), re.DOTALL)
        page = between.sub(lambda _found, made=made: made, page)  # type: ignore[misc]  # bound for this round
    return page


def _routes() -> str:
    """One row for each operation, in the order of the table of routes."""
    rows = [
        (f"`{method.upper()} {path}`", _who(operation), operation["summary"])
        for path, operations in description()["paths"].items()
        for method, operation in operations.items()
    ]
    lines = [f"| {call} | {who} | {says} |" for call, who, says in rows]
    return "\n".join(["| Request | Scope | What it does |", "| --- | --- | --- |", *lines])


def _who(operation: Json) -> str:
    """The scope that opens it, and whether only a person may ask."""
    scope = f"`{operation['x-scope']}`" if "x-scope" in operation else "no token"
    return f"{scope}, a person" if operation.get("x-people") else scope


def _statuses() -> str:
    """What each status means."""
    responses: Json = description()["components"]["responses"]
    lines = [
        f"| {name.removeprefix('Problem')} | {each['description']} |" for name, each in responses.items()
    ]
    return "\n".join(["| Status | Meaning |", "| --- | --- |", *lines])
