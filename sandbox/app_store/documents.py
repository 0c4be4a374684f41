"""Requests and answers as documents."""

import json
from typing import Any

from aiohttp import web

from sandbox.app_store.answers import NOT_JSON, Json, Refusal, bad_entity
from sandbox.app_store.queries import Found


def query_of(request: web.Request) -> dict[str, str]:
    """The parameters; one that comes twice is taken once, its last."""
    return dict(request.query)


async def body_of(request: web.Request) -> Any:
    """The body of a request."""
    if request.content_type != "application/json":
        raise Refusal(NOT_JSON)
    try:
        return json.loads(await request.text())
    except ValueError as error:
        raise bad_entity("/", "The body is no JSON") from error


def page(found: Found[Any], data: list[Json], included: list[Json] | None = None) -> web.Response:
    """A page of a list."""
    document: Json = {"data": data, "links": found.links, "meta": found.meta}
    if included:
        document["included"] = included
    return answer(document, 200)


def answer(document: Json, status: int) -> web.Response:
    """A document."""
    return web.Response(
        body=json.dumps(document).encode(), status=status, headers={"Content-Type": "application/json"}
    )
