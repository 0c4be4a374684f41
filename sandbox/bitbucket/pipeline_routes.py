"""Pipelines."""

import re
from collections.abc import Mapping
from typing import Any

import yaml
from aiohttp import web

from sandbox.bitbucket.answers import Body, missing, paged, refused
from sandbox.bitbucket.calls import PAGING, Call, Route
from sandbox.bitbucket.pipelines import Pipeline

FILE = "bitbucket-pipelines.yml"
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
TARGET = {"type", "ref_type", "ref_name", "selector"}


async def create_pipeline(call: Call) -> web.Response:
    """POST pipelines: 400 where the ref has no such definition in its bitbucket-pipelines.yml."""
    body = await Body.of(call.request, "target", "variables")
    kind, name = body.need("target", "ref_type"), body.need("target", "ref_name")
    pattern = body.need("target", "selector", "pattern")
    known = set(body.values["target"]) <= TARGET and body.need("target", "selector", "type") == "custom"
    if not known or body.need("target", "type") != "pipeline_ref_target" or kind not in {"branch", "tag"}:
        raise refused("Bad request", detail="the simulator knows custom pipelines on branches and tags only")
    git = call.hosted.git
    sha = git.commit_at(f"{'heads' if kind == 'branch' else 'tags'}/{name}")
    if sha is None:
        raise refused("Bad request", detail=f"The {kind} {name} does not exist")
    if pattern not in _custom(git.file(sha, FILE)):
        raise refused("Bad request", detail=f"There is no custom pipeline {pattern} in {FILE}")
    row = Pipeline(
        number=len(call.hosted.book.pipelines) + 1,
        ref_type=kind,
        ref_name=name,
        sha=sha,
        pattern=pattern,
        variables=_variables(body),
        created=call.now,
        plan=call.hosted.book.plan,
    )
    for key, value in row.variables.items():
        call.hosted.made["dispatch", f"{key}={value}"] += 1
    call.hosted.book.add(row)
    return web.json_response(_json(call, row, listed=False), status=201)


def _custom(text: bytes | None) -> Mapping[str, Any]:
    data = yaml.safe_load(text) if text is not None else None
    if not isinstance(data, dict):
        raise refused("Bad request", detail=f"There is no {FILE} at this commit")
    found = (data.get("pipelines") or {}).get("custom")
    return found if isinstance(found, dict) else {}


def _variables(body: Body) -> Mapping[str, str]:
    rows = body.may("variables", list) or []
    for row in rows:
        if not isinstance(row, dict) or set(row) - {"key", "value", "secured"}:
            raise refused("Bad request", detail="a variable has key, value and secured")
        if not isinstance(row.get("value"), str) or KEY.fullmatch(str(row.get("key"))) is None:
            raise refused("Bad request", detail=f"{row.get('key')} is no good variable")
    if len({row["key"] for row in rows}) < len(rows):
        raise refused("Bad request", detail="a variable is there twice")
    return {row["key"]: row["value"] for row in rows}


async def list_pipelines(call: Call) -> web.Response:
    """GET pipelines: oldest first, unless sorted by `-created_on`."""
    sort = call.request.query.get("sort", "created_on")
    if sort not in {"created_on", "-created_on"}:
        raise refused("Bad request", detail=f"Invalid sort attribute provided '{sort}'")
    rows = [row for row in call.hosted.book.pipelines if call.now >= row.created + row.plan.lag]
    if sort == "-created_on":
        rows.reverse()
    return paged(call.request, call.links, [_json(call, row, listed=True) for row in rows])


async def get_pipeline(call: Call) -> web.Response:
    """GET pipelines/{uuid}: also before lists show it."""
    return web.json_response(_json(call, _found(call), listed=False))


async def stop_pipeline(call: Call) -> web.Response:
    """POST pipelines/{uuid}/stopPipeline: the steps stop later; 400 for one that has ended."""
    row = _found(call)
    if row.result is not None:
        raise refused("Bad request", detail="The pipeline has already completed")
    call.hosted.made["stop", row.uuid] += int(row.stopping is None)
    call.hosted.book.stop(row, call.now)
    return web.Response(status=204)


def _found(call: Call) -> Pipeline:
    row = call.hosted.book.find(call.word("uuid"))
    if row is None:
        raise missing("The pipeline does not exist")
    return row


def _json(call: Call, row: Pipeline, *, listed: bool) -> dict[str, Any]:
    tells = call.hosted.tells
    return call.shapes.pipeline(row, variables=tells == "list" or (tells == "one" and not listed))


READ, WRITE = "pipeline", "pipeline:write"
ROUTES = (
    Route(method="POST", path="/pipelines", handler=create_pipeline, need=WRITE),
    Route(method="GET", path="/pipelines", handler=list_pipelines, need=READ, query=PAGING | {"sort"}),
    Route(method="GET", path="/pipelines/{uuid:[^/]+}", handler=get_pipeline, need=READ),
    Route(method="POST", path="/pipelines/{uuid:[^/]+}/stopPipeline", handler=stop_pipeline, need=WRITE),
)
