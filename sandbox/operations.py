"""What every simulated GraphQL endpoint does alike: it reads an operation, and answers in JSON."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from graphql import DocumentNode, GraphQLError, parse

KEYS = frozenset({"query", "variables", "operationName", "extensions"})


def operation(text: str, content_type: str) -> tuple[DocumentNode, Mapping[str, Any]]:
    """The document and the variables of a body. GraphQLError or ValueError where there is none to read."""
    if content_type != "application/json":
        raise ValueError("This operation has been blocked as a potential Cross-Site Request Forgery (CSRF).")
    body = json.loads(text)
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise GraphQLError("GraphQL operations must contain a non-empty `query`.")
    unknown = set(body) - KEYS
    if unknown:
        raise ValueError(f"unknown keys {', '.join(sorted(unknown))}")
    return parse(body["query"]), body.get("variables") or {}


def answer(body: Any, status: int, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer of this body."""
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})},
    )
