"""The description of REST (OpenAPI 3.1), made from the table of routes."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from http import HTTPStatus
from typing import Any

from bot.api.v1.file_reading import OCTETS
from bot.api.v1.reading import HTML, JSON, MERGE_PATCH, MOST, USUAL
from bot.api.v1.route import PREFIX, Route
from bot.api.v1.routes import ROUTES
from bot.api.v1.schemas import ref, schema_of, schemas
from integrations import PROVIDERS
from integrations.registry import Provider
from orchestration.domain.given import BUILD_KINDS
from orchestration.domain.version import ReleaseType

Json = dict[str, Any]
_NAME = re.compile(r"{(\w+)}")
_ASKING = ("/choices/{kind}", "/proposal", "/where", "/notes")
"""What is read from providers, or needs something to be there first, can be refused by the state of things."""
_TAGS = r'^(\*|(W/)?"[^"]*"(, ?(W/)?"[^"]*")*)$'
_FILE: Json = {"type": "string", "format": "binary"}
_SHA256 = "^sha-256=:[A-Za-z0-9+/]{43}=:$"
_ALWAYS = (400, 401, 403, 404, 406, 429, 500, 503)
_PARAMETERS: Mapping[str, Json] = {
    "limit": {
        "description": "How many at most",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
    },
    "cursor": {
        "description": "The `next` of the page before",
        "schema": {"type": "string", "maxLength": 2000},
    },
    "words": {"description": "What is looked for", "schema": {"type": "string", "maxLength": 2000}},
    "state": {
        "description": "Those that run, those that have ended, or all",
        "schema": {"type": "string", "enum": ["active", "ended", "all"], "default": "active"},
    },
    "configuration": {
        "description": "The id of a configuration",
        "schema": {"type": "string", "maxLength": 2000},
    },
    "version": {"description": "A version, as 2.14.0", "schema": {"type": "string", "maxLength": 2000}},
    "type": {
        "description": "Which number of the version rises",
        "schema": {"type": "string", "enum": [kind.value for kind in ReleaseType], "default": "MINOR"},
    },
    "what": {
        "description": "A commit, a pull request as #12, a ticket, or a link to one",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": 2000},
    },
    "days": {
        "description": "How far ahead",
        "schema": {"type": "integer", "minimum": 1, "maximum": 366, "default": 30},
    },
    "name": {
        "description": "The file's name, such as app-release.aab",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": 120},
    },
    "kind": {
        "description": "What the build is for",
        "required": True,
        "schema": {"type": "string", "enum": sorted(kind.value for kind in BUILD_KINDS.values())},
    },
    "pair": {
        "description": "A platform and target, such as IOS-APP_STORE",
        "required": True,
        "schema": {"type": "string", "maxLength": 60},
    },
    "number": {
        "description": "The build's number; what goes to a store needs the one that the store knows it by",
        "schema": {"type": "string", "minLength": 1, "maxLength": 60},
    },
    "within": {
        "description": "The chosen parent, such as the project of the statuses",
        "schema": {"type": "string", "maxLength": 2000},
    },
}
_PROBLEMS: Mapping[int, str] = {
    400: "The request can't be read",
    401: "No token, or one that is not good",
    403: "The token lacks a scope, or may not do this",
    404: "There is nothing of this name for this token",
    406: "The client takes no JSON",
    408: "The file took too long",
    409: "It can't be done in the present state",
    412: "It was changed since it was read",
    413: "The body is too large",
    415: "The body is no JSON, or encoded",
    422: "The values are wrong; every error at its pointer",
    428: "If-Match is missing",
    429: "The token asks too often; see Retry-After",
    500: "A fault of ours; request_id finds it in the log",
    503: "A provider is away, or too much is changed at once; see Retry-After",
}


@cache
def description() -> Json:
    """The description of the server's own providers. Not to be changed."""
    return describe(PROVIDERS)


def describe(providers: Mapping[str, Provider]) -> Json:
    """The whole description."""
    paths: dict[str, Json] = {f"{PREFIX}/openapi.json": {"get": _own()}}
    for route in ROUTES:
        paths.setdefault(route.template, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Stationmaster",
            "version": "1",
            "summary": "Releases, and what they need: plans, connections, configurations, webhooks",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token, sm_<id>_<secret>, made by `stationmaster token create` or over REST",
                }
            },
            "headers": _headers(),
            "responses": {f"Problem{status}": _problem(status) for status in _PROBLEMS},
            "schemas": schemas(providers),
        },
    }


def _own() -> Json:
    content = {JSON: {"schema": {"type": "object"}}}
    return {
        "operationId": "read_description",
        "summary": "This description.",
        "security": [],
        "responses": {"200": {"description": "OK", "content": content}},
    }


def _operation(route: Route) -> Json:
    operation: Json = {
        "operationId": route.name,
        "summary": route.title,
        "tags": [route.path.split("/")[1]],
        "x-scope": route.scope.value,
        **({"x-people": True} if route.people else {}),
        "parameters": _parameters(route),
        "responses": {**_yeses(route), **_noes(route)},
    }
    if route.body is not None:
        content = {kind: {"schema": schema_of(route.body)} for kind in _kinds(route)}
        operation["requestBody"] = {"required": route.needs_body, "content": content}
    if route.uploads:
        operation["requestBody"] = {"required": True, "content": {OCTETS: {"schema": _FILE}}}
    return operation


def _kinds(route: Route) -> tuple[str, ...]:
    return (MERGE_PATCH, JSON) if route.method == "PATCH" else (JSON,)


def _parameters(route: Route) -> list[Json]:
    found: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _NAME.findall(route.template)
    ]
    found += [{"name": name, "in": "query", **_PARAMETERS[name]} for name in route.query]
    if route.matched:
        found.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": route.guarded,
                "description": "The ETag that was read",
                "schema": {"type": "string", "pattern": _TAGS},
            }
        )
    if route.uploads:
        found.append(
            {
                "name": "Content-Digest",
                "in": "header",
                "required": True,
                "description": "The file's SHA-256 (RFC 9530)",
                "schema": {"type": "string", "pattern": _SHA256},
            }
        )
    if route.method == "POST":
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "The client's own name of this request: sent again, it gets the same answer for a day",
                "schema": {"type": "string", "maxLength": 255},
            }
        )
    return found


def _yeses(route: Route) -> Json:
    """What is put is there, whether it was before or not."""
    again = {"201": _yes(replace(route, status=HTTPStatus.CREATED))} if route.method == "PUT" else {}
    return {str(route.status): _yes(route), **again}


def _yes(route: Route) -> Json:
    headers = ["X-Request-Id", "RateLimit", "RateLimit-Policy"]
    headers += ["ETag"] if route.tagged else []
    headers += ["Location"] if route.status == HTTPStatus.CREATED and route.tagged else []
    answer: Json = {
        "description": HTTPStatus(route.status).phrase,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
    }
    if route.downloads:
        answer["content"] = {OCTETS: {"schema": _FILE}}
    if route.answer is not None:
        schema: Json = schema_of(route.answer)
        answer["content"] = {JSON: {"schema": _page(schema) if route.listed else schema}}
    if route.html:
        answer["content"][HTML] = {"schema": {"type": "string"}}
    return answer


def _page(schema: Json) -> Json:
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": schema},
            "next": {
                "type": ["string", "null"],
                "description": "The cursor of the next page; null at the end",
            },
        },
        "required": ["items", "next"],
    }


def _noes(route: Route) -> Json:
    statuses = [*_ALWAYS, 422]
    if route.method != "GET" or route.path.endswith(_ASKING):
        statuses.append(409)
    if route.body is not None or route.uploads:
        statuses += [413, 415]
    if route.uploads:
        statuses.append(408)
    if route.matched:
        statuses.append(412)
    if route.guarded:
        statuses.append(428)
    found: Json = {
        str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(statuses)
    }
    if route.method == "GET" and route.tagged:
        found["304"] = {"description": "The client has this state already"}
    return found


def _problem(status: int) -> Json:
    answer: Json = {
        "description": _PROBLEMS[status],
        "content": {"application/problem+json": {"schema": ref("ProblemShape")}},
    }
    if status == HTTPStatus.BAD_REQUEST:
        says = (
            "Of the HTTP server itself: the request is no HTTP, or its line or a header has more than 8 KiB"
        )
        answer["content"]["text/plain"] = {"schema": {"type": "string", "description": says}}
    headers = {
        401: ("WWW-Authenticate",),
        403: ("WWW-Authenticate",),
        429: ("Retry-After",),
        503: ("Retry-After",),
    }
    if status in headers:
        answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers[status]}
    return answer


def _headers() -> Json:
    said = {
        "X-Request-Id": "The request's name in the log",
        "RateLimit": "What is left, and the seconds until there is more",
        "RateLimit-Policy": "How many requests in how many seconds",
        "ETag": "The state that was read, for If-Match",
        "Location": "Where the new thing is",
        "WWW-Authenticate": "What is needed",
        "Retry-After": "Seconds to wait",
    }
    return {name: {"description": says, "schema": {"type": "string"}} for name, says in said.items()}
