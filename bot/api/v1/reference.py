"""The table of routes as it stands in docs/api.md, made from the description."""

from bot.api.v1.openapi import Json, description


def routes_page() -> str:
    """One row for each operation, in the order of the table of routes."""
    rows = [
        (f"`{method.upper()} {path}`", f"`{operation.get('x-scope', '')}`", operation["summary"])
        for path, operations in description()["paths"].items()
        for method, operation in operations.items()
    ]
    lines = [f"| {call} | {scope if scope != '``' else 'no token'} | {says} |" for call, scope, says in rows]
    return "\n".join(["| Request | Scope | What it does |", "| --- | --- | --- |", *lines])


def statuses_page() -> str:
    """What each status means."""
    responses: Json = description()["components"]["responses"]
    lines = [
        f"| {name.removeprefix('Problem')} | {each['description']} |" for name, each in responses.items()
    ]
    return "\n".join(["| Status | Meaning |", "| --- | --- |", *lines])
