"""The description and the reference are the server's own: what stands there exists, and what exists stands there."""

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from openapi_spec_validator import validate

from bot.api.v1.app import build_rest
from bot.api.v1.openapi import describe, description
from bot.api.v1.reference import renewed
from bot.api.v1.routes import PREFIX, ROUTES
from integrations import PROVIDERS
from integrations.registry import Provider
from tests.rest.rest_rig import Rest

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
_EXAMPLE = re.compile(r"```http\n(.*?)```", re.DOTALL)


def test_the_description_is_valid() -> None:
    """OpenAPI 3.1, with every reference leading somewhere."""
    validate(description())
    assert description() == describe(PROVIDERS)


def test_every_provider_is_described() -> None:
    """A new vendor's settings and secrets are in the order for a connection, from its own models."""
    schemas = description()["components"]["schemas"]
    assert set(schemas["IntegrationCreate"]["discriminator"]["mapping"]) == set(PROVIDERS)
    for key in PROVIDERS:
        order = schemas[f"IntegrationCreate_{key}"]
        for part in ("settings", "secrets"):
            name = order["properties"][part]["$ref"].rpartition("/")[2]
            assert schemas[name]["type"] == "object"


async def test_every_route_is_served_and_described(quick: Rest) -> None:
    """The server, the description and the table have the same routes; HEAD goes without saying where GET is."""
    backend: Any = type("Backend", (), {"providers": PROVIDERS, "engine": None})()
    app: web.Application = build_rest(backend, per_minute=1)
    served = {
        (route.method.lower(), f"{PREFIX}{route.resource.canonical}")
        for route in app.router.routes()
        if route.resource is not None
    }
    described = {(method, path) for path, item in description()["paths"].items() for method in item}
    assert served == described | {("head", path) for method, path in described if method == "get"}
    own = {("get", f"{PREFIX}/openapi.json")}
    assert described == own | {(route.method.lower(), route.template) for route in ROUTES}
    served_one = await quick.ask("GET", f"{PREFIX}/openapi.json", token="")
    assert (served_one.status, served_one.body) == (200, describe(quick.twin.providers()))


async def test_the_description_is_made_for_the_first_who_ask_and_once() -> None:
    """Nothing of it is made at a start; many who ask at once get the same, which was made once."""
    made: list[int] = []

    class Backend:
        engine = None

        @property
        def providers(self) -> Mapping[str, Provider]:
            made.append(1)
            return PROVIDERS

    backend: Any = Backend()
    app = build_rest(backend, per_minute=1)
    [handler] = [
        route.handler
        for route in app.router.routes()
        if route.method == "GET"
        and route.resource is not None
        and route.resource.canonical == "/openapi.json"
    ]
    assert made == []
    asked: Any = make_mocked_request("GET", f"{PREFIX}/openapi.json")
    answers: Any = await asyncio.gather(*(handler(asked) for _ in range(3)))
    assert [json.loads(each.text) for each in answers] == [description()] * 3
    assert made == [1]


def test_the_reference_is_made_from_the_routes() -> None:
    """`stationmaster openapi --write docs/api.md` would change nothing."""
    assert renewed(PAGE.read_text()) == PAGE.read_text()
    assert all(f"`{route.method} {route.template}`" in PAGE.read_text() for route in ROUTES)


async def test_the_examples_are_true(quick: Rest) -> None:
    """Each request of the page gets the answer that stands under it."""
    examples = _EXAMPLE.findall(PAGE.read_text())
    assert len(examples) > 5
    for example in examples:
        request, status, answer = re.split(r"^(\d{3})$", example, maxsplit=1, flags=re.MULTILINE)
        method, path, headers, body = parsed(request)
        given: dict[str, Any] = {name.replace("-", "_"): value for name, value in headers.items()}
        reply = await quick.ask(method, path, body, **given)
        assert reply.status == int(status), (example, reply.text)
        _, _, wanted, shown = parsed(f"- -\n{answer.lstrip()}")
        assert {name: reply.headers[name] for name in wanted} == wanted
        assert fits(reply.body, shown), (example, reply.text)


def parsed(text: str) -> tuple[str, str, dict[str, str], Any]:
    """Method, path, headers and body of a message."""
    head, _, body = text.strip().partition("\n\n") if "\n\n" in text.strip() else (text.strip(), "", "")
    first, *lines = head.splitlines()
    if lines and lines[0].startswith(("{", " ")):
        body, lines = "\n".join(lines), []
    method, _, path = first.partition(" ")
    headers = dict(line.split(": ", 1) for line in lines if line)
    return method, path, headers, json.loads(body) if body else None


def fits(found: Any, shown: Any) -> bool:
    """Whether an answer is as shown; `…` stands for anything, and as a name for everything else."""
    if shown == "…":
        return True
    if isinstance(shown, dict) and isinstance(found, dict):
        names = set(shown) - {"…"}
        whole = "…" in shown or set(found) == names
        return whole and all(name in found and fits(found[name], shown[name]) for name in names)
    if isinstance(shown, list) and isinstance(found, list):
        return len(found) == len(shown) and all(map(fits, found, shown))
    return bool(found == shown)


@pytest.mark.parametrize(
    ("found", "shown", "so"),
    [
        ({"a": 1}, {"a": "…"}, True),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        ({"a": 1, "b": 2}, {"a": 1, "…": "…"}, True),
        ({"a": [1]}, {"a": [1, 2]}, False),
        ({"a": 1}, {"b": "…"}, False),
    ],
)
def test_the_comparison_can_fail(found: Any, shown: Any, so: bool) -> None:
    """A wrong example would be seen."""
    assert fits(found, shown) is so
