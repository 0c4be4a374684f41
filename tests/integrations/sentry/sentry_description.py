"""Sentry's API as far as it is used, described by hand after docs.sentry.io/api: what may be asked, what is answered.

This is not the vendor's own description. It is strict: it knows no parameter that we don't send.
"""

from collections.abc import Mapping, Sequence
from typing import Any

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_RATE = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_SLUG = {"name": "organization", "in": "path", "required": True, "schema": _TEXT}
_CURSOR = {"name": "cursor", "in": "query", "schema": {"type": "string", "pattern": r"^\d+:\d+:[01]$"}}
_PAGE = {"name": "per_page", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}}
_PROJECT = {"type": "string", "pattern": r"^\d+$"}
_FIELDS = ("sum(session)", "count_unique(user)", "crash_free_rate(session)", "crash_free_rate(user)")


def _object(required: Sequence[str], **properties: object) -> Mapping[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def _list(of: object) -> Mapping[str, Any]:
    return {"type": "array", "items": of}


def _query(name: str, schema: object, *, required: bool = False) -> Mapping[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def _get(answer: object, *parameters: object) -> Mapping[str, Any]:
    detail = _object(["detail"], detail=_TEXT)
    refusals = {
        str(status): {"description": "No", "content": {"application/json": {"schema": detail}}}
        for status in (400, 401, 403, 404, 429)
    }
    good = {"description": "Yes", "content": {"application/json": {"schema": answer}}}
    return {"get": {"parameters": [_SLUG, *parameters], "responses": {"200": good, **refusals}}}


_NEW = _object(["id", "slug", "newGroups"], id=_COUNT, slug=_TEXT, newGroups=_COUNT)
_RELEASE = _object(
    ["version", "newGroups", "projects"], version=_TEXT, newGroups=_COUNT, projects=_list(_NEW)
)
_TOTALS = _object(
    _FIELDS,
    **{_FIELDS[0]: _COUNT, _FIELDS[1]: _COUNT, _FIELDS[2]: _RATE, _FIELDS[3]: _RATE},
)
_SESSIONS = _object(
    ["start", "end", "intervals", "groups"],
    start=_TEXT,
    end=_TEXT,
    intervals=_list(_TEXT),
    groups=_list(_object(["by", "totals"], by=_object(["release"], release=_TEXT), totals=_TOTALS)),
)
_BASE = "/api/0/organizations/{organization}"

DESCRIPTION: Mapping[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Sentry", "version": "0"},
    "paths": {
        f"{_BASE}/": _get(_object(["slug", "name"], slug=_TEXT, name=_TEXT)),
        f"{_BASE}/projects/": _get(
            _list(_object(["id", "slug", "name", "platform"], id=_PROJECT, slug=_TEXT)), _CURSOR
        ),
        f"{_BASE}/releases/": _get(_list(_RELEASE), _CURSOR, _PAGE),
        f"{_BASE}/releases/{{version}}/": _get(
            _RELEASE,
            {"name": "version", "in": "path", "required": True, "schema": _TEXT},
            _query("project_id", _PROJECT),
        ),
        f"{_BASE}/sessions/": _get(
            _SESSIONS,
            _query("field", _list({"type": "string", "enum": list(_FIELDS)}), required=True),
            _query("groupBy", _list({"type": "string", "enum": ["release"]})),
            _query("project", _list(_PROJECT)),
            _query("environment", _list(_TEXT)),
            _query("start", _TEXT),
            _query("end", _TEXT),
            _query("statsPeriod", _TEXT),
            _query("interval", {"type": "string", "enum": ["1h", "1d"]}),
            _query("includeSeries", _TEXT),
            _PAGE,
            _CURSOR,
        ),
    },
}
