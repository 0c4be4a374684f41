"""Pipelines, their variables and jobs."""

import re
from collections.abc import Mapping
from datetime import datetime

from aiohttp import web

from sandbox.gitlab.answers import Body, GitlabError, paged, says
from sandbox.gitlab.calls import Call, Route
from sandbox.gitlab.ci_file import FILE, CiFile, ci_file
from sandbox.gitlab.hosting import MAINTAINER
from sandbox.gitlab.pipelines import Job, Pipeline

ROLES = {"no_one_allowed": 1000, "developer": 30, "maintainer": 40, "owner": 50}
KEY = re.compile(r"[A-Za-z0-9_]+")


async def create_pipeline(call: Call) -> web.Response:
    """POST pipeline: 400 with reasons under `base` where the ref or its .gitlab-ci.yml makes none."""
    body = await Body.of(call.request)
    (ref,) = body.need("ref")
    variables = _variables(body)
    if variables and ROLES[call.hosted.variables_role] > (call.account.level or 0):
        raise _base("Insufficient permissions to set pipeline variables")
    git = call.hosted.git
    kind = next((each for each in ("heads", "tags") if git.ref(f"refs/{each}/{ref}")), None)
    sha = None if kind is None else git.commit_at(f"{kind}/{ref}")
    if sha is None:
        raise _base("Reference not found")
    found = ci_file(git.file(sha, FILE))
    if found is None:
        raise _base("Missing CI config file")
    pipeline = _start(call, found, ref=ref, tag=kind == "tags", sha=sha, variables=variables)
    return web.json_response(call.shapes.single_pipeline(pipeline), status=201)


def _start(
    call: Call, found: CiFile, *, ref: str, tag: bool, sha: str, variables: Mapping[str, str]
) -> Pipeline:
    known = {**variables, "CI_COMMIT_REF_NAME": ref, "CI_PIPELINE_SOURCE": "api"}
    if not found.wanted(known):
        raise _base("Pipeline filtered out by workflow rules.")
    jobs = found.chosen(known)
    if not jobs:
        words = "The resulting pipeline would have been empty."
        raise _base(f"{words} Review the rules configuration for the relevant jobs.")
    book = call.hosted.book
    pipeline = Pipeline(
        id=book.new_id(),
        iid=len(book.pipelines) + 1,
        ref=ref,
        tag=tag,
        sha=sha,
        name=found.title(known),
        username=call.account.username,
        user_id=call.account.id,
        variables=variables,
        created=call.now,
        updated=call.now,
        plan=book.plan,
        jobs=tuple(Job(id=book.new_id(), name=name) for name in jobs),
    )
    for name, value in variables.items():
        call.hosted.made["dispatch", f"{name}={value}"] += 1
    book.add(pipeline)
    return pipeline


def _variables(body: Body) -> Mapping[str, str]:
    rows = body.may("variables", list) or []
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("value"), str):
            raise GitlabError(400, {"error": "variables[0][value] is invalid"})
        if KEY.fullmatch(str(row.get("key", ""))) is None:
            raise _base("Variables key can contain only letters, digits and '_'.")
    keys = [row["key"] for row in rows]
    if len(set(keys)) < len(keys):
        raise _base("Duplicate variable name(s)")
    return {row["key"]: row["value"] for row in rows}


def _base(words: str) -> GitlabError:
    return says(400, {"base": [words]})


async def list_pipelines(call: Call) -> web.Response:
    """GET pipelines, newest first."""
    query = call.request.query
    if query.get("order_by", "id") not in {"id", "status", "ref", "updated_at", "user_id"}:
        raise GitlabError(400, {"error": "order_by does not have a valid value"})
    since = _seconds(query.get("updated_after"), float("-inf"))
    until = _seconds(query.get("updated_before"), float("inf"))
    rows = [
        call.shapes.pipeline(row)
        for row in call.hosted.book.pipelines
        if call.now >= row.created + row.plan.lag
        and query.get("ref", row.ref) == row.ref
        and query.get("source", row.source) == row.source
        and query.get("status", row.status) == row.status
        and query.get("sha", row.sha) == row.sha
        and since <= row.updated <= until
    ]
    if query.get("sort", "desc") == "desc":
        rows.reverse()
    return paged(call.request, call.links, rows)


def _seconds(text: str | None, otherwise: float) -> float:
    if text is None:
        return otherwise
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise GitlabError(400, {"error": "updated_after is invalid"}) from None


async def get_pipeline(call: Call) -> web.Response:
    """GET pipelines/{id}: also before lists show it."""
    return web.json_response(call.shapes.single_pipeline(_found(call)))


async def get_variables(call: Call) -> web.Response:
    """GET pipelines/{id}/variables, without pages: below the role Maintainer for those that one started oneself."""
    row = _found(call)
    if row.user_id != call.account.id and (call.account.level or 0) < MAINTAINER:
        raise says(403, "403 Forbidden")
    rows = [
        {"key": key, "value": value, "variable_type": "env_var", "raw": False}
        for key, value in row.variables.items()
    ]
    return web.json_response(rows)


async def cancel_pipeline(call: Call) -> web.Response:
    """POST pipelines/{id}/cancel: 200 whatever it is doing; the jobs stop later."""
    row = _found(call)
    if not row.ended:
        call.hosted.made["cancel", str(row.id)] += 1
    call.hosted.book.cancel(row, call.now)
    return web.json_response(call.shapes.single_pipeline(row))


async def list_jobs(call: Call) -> web.Response:
    """GET pipelines/{id}/jobs."""
    row = _found(call)
    return paged(call.request, call.links, [call.shapes.job(job, row) for job in row.jobs])


def _found(call: Call) -> Pipeline:
    number = call.word("pipeline_id")
    if not number.isdecimal():
        raise GitlabError(400, {"error": "pipeline_id is invalid"})
    row = call.hosted.book.find(int(number))
    if row is None:
        raise says(404, "404 Not found")
    return row


PIPELINE = "/pipelines/{pipeline_id}"
ROUTES = (
    Route(method="POST", path="/pipeline", handler=create_pipeline),
    Route(method="GET", path="/pipelines", handler=list_pipelines),
    Route(method="GET", path=PIPELINE, handler=get_pipeline),
    Route(method="GET", path=f"{PIPELINE}/variables", handler=get_variables),
    Route(method="GET", path=f"{PIPELINE}/jobs", handler=list_jobs),
    Route(method="POST", path=f"{PIPELINE}/cancel", handler=cancel_pipeline),
)
