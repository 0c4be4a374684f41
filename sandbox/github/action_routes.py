"""GitHub Actions: workflows, dispatches, runs, artifacts."""

import operator
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from sandbox.github.action_shapes import artifact_json, run_json, workflow_json
from sandbox.github.answers import Body, GithubError, invalid, not_found, paged
from sandbox.github.calls import Call, Route
from sandbox.github.runs import Run
from sandbox.github.workflows import (
    Workflow,
    checked_inputs,
    display_title,
)

MOST_LISTED = 1000
"""GitHub shows no more of a filtered list of runs."""


async def list_workflows(call: Call) -> web.Response:
    """GET actions/workflows: those on the default branch."""
    if not call.account.reads_actions:
        raise GithubError(403, "Resource not accessible by personal access token")
    rows = [workflow_json(call.shapes, workflow) for workflow in _known(call)]
    return paged(call.request, call.shapes.root, rows, wrap="workflows")


async def get_workflow(call: Call) -> web.Response:
    """GET actions/workflows/{id or file}."""
    return web.json_response(workflow_json(call.shapes, _workflow(call)))


async def dispatch(call: Call) -> web.Response:
    """POST actions/workflows/{id}/dispatches.

    2022-11-28: 204, or 200 with details where `return_run_details` is true. 2026-03-10: always 200.
    """
    registered = _workflow(call)
    body = await Body.of(call.request)
    old = call.version == "2022-11-28"
    body.only(*(("ref", "inputs", "return_run_details") if old else ("ref", "inputs")))
    ref = body.need("ref").removeprefix("refs/heads/").removeprefix("refs/tags/")
    git = call.hosted.git
    sha = next(
        (git.commit_at(f"{kind}/{ref}") for kind in ("heads", "tags") if git.ref(f"refs/{kind}/{ref}")), None
    )
    if sha is None:
        raise invalid(f"No ref found for: {ref}")
    workflow = call.hosted.workflow_at(sha, registered.file)
    if workflow is None:
        raise invalid("Workflow does not have 'workflow_dispatch' trigger")
    inputs = checked_inputs(workflow, body.may("inputs", {}, dict))
    details = body.may("return_run_details", default=not old, kind=bool)
    run = _start(call, workflow, ref=ref, sha=sha, inputs=inputs)
    if not details:
        return web.Response(status=204)
    return web.json_response(
        {
            "workflow_run_id": run.id,
            "run_url": f"{call.shapes.api}/actions/runs/{run.id}",
            "html_url": f"{call.shapes.web}/actions/runs/{run.id}",
        }
    )


def _start(call: Call, workflow: Workflow, *, ref: str, sha: str, inputs: dict[str, str]) -> Run:
    book = call.hosted.runs
    run = Run(
        id=book.new_id(),
        number=1 + sum(1 for run in book.runs if run.workflow_id == workflow.id),
        workflow_id=workflow.id,
        workflow_name=workflow.name,
        path=workflow.path,
        title=display_title(workflow, inputs=inputs, ref=ref, actor=call.account.login),
        ref=ref,
        sha=sha,
        actor=call.account.login,
        inputs=inputs,
        created=call.now,
        updated=call.now,
        plan=book.plan_of(workflow.file),
    )
    for name, value in inputs.items():
        call.hosted.made["dispatch", f"{name}={value}"] += 1
    call.hosted.made["run", workflow.file] += 1
    book.add(run)
    return run


async def list_runs(call: Call) -> web.Response:
    """GET actions/runs."""
    return _listing(call, None)


async def list_workflow_runs(call: Call) -> web.Response:
    """GET actions/workflows/{id}/runs."""
    return _listing(call, _workflow(call).id)


def _listing(call: Call, workflow_id: int | None) -> web.Response:
    query = call.request.query
    created = _created(query.get("created"))
    status = query.get("status")
    rows = [
        run_json(call.shapes, run)
        for run in call.hosted.runs.listed(call.now)
        if (workflow_id is None or run.workflow_id == workflow_id)
        and query.get("event", "workflow_dispatch") == "workflow_dispatch"
        and query.get("branch", run.ref) == run.ref
        and query.get("actor", run.actor) == run.actor
        and query.get("head_sha", run.sha) == run.sha
        and (status is None or status in {run.status, run.conclusion})
        and created(run.created)
    ]
    return paged(call.request, call.shapes.root, rows[:MOST_LISTED], wrap="workflow_runs")


def _created(text: str | None) -> Callable[[float], bool]:
    """GitHub's search syntax for dates: `>=T`, `<T`, `T..T`, `*..T`, `T`; whole seconds."""
    if not text:
        return lambda _at: True
    try:
        if ".." in text:
            low, _, high = text.partition("..")
            begin = float("-inf") if low == "*" else _seconds(low)
            end = float("inf") if high == "*" else _seconds(high)
            return lambda at: begin <= int(at) <= end
        for sign, holds in ((">=", operator.ge), ("<=", operator.le), (">", operator.gt), ("<", operator.lt)):
            if text.startswith(sign):
                bound = _seconds(text.removeprefix(sign))
                return lambda at: bool(holds(int(at), bound))
        day = _seconds(text)
    except ValueError:
        raise invalid("Validation Failed") from None
    return lambda at: day <= int(at) < day + 86_400


def _seconds(text: str) -> float:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        found = datetime.fromisoformat(f"{text}T00:00:00+00:00" if "T" not in text else f"{text}+00:00")
    return found.timestamp()


async def get_run(call: Call) -> web.Response:
    """GET actions/runs/{id}: also before lists show it."""
    return web.json_response(run_json(call.shapes, _run(call)))


async def cancel_run(call: Call) -> web.Response:
    """POST actions/runs/{id}/cancel."""
    run = _run(call)
    if run.finished:
        raise GithubError(409, "Cannot cancel a workflow run that is completed.")
    call.hosted.runs.steer(run, "cancel", call.now)
    call.hosted.made["cancel", str(run.id)] += 1
    return web.json_response({}, status=202)


async def list_artifacts(call: Call) -> web.Response:
    """GET actions/runs/{id}/artifacts."""
    run = _run(call)
    rows = [artifact_json(call.shapes, run, artifact) for artifact in run.artifacts]
    return paged(call.request, call.shapes.root, rows, wrap="artifacts")


async def get_artifact(call: Call) -> web.Response:
    """GET actions/artifacts/{id}."""
    for run in call.hosted.runs.runs:
        for artifact in run.artifacts:
            if str(artifact.id) == call.word("id"):
                return web.json_response(artifact_json(call.shapes, run, artifact))
    raise not_found()


def _known(call: Call) -> list[Workflow]:
    head = call.hosted.git.commit_at(call.hosted.default_branch)
    return list(call.hosted.workflows_at(head)) if head else []


def _workflow(call: Call) -> Workflow:
    wanted = call.word("workflow")
    found = (workflow for workflow in _known(call) if wanted in {workflow.file, str(workflow.id)})
    workflow = next(found, None)
    if workflow is None:
        raise not_found()
    return workflow


def _run(call: Call) -> Run:
    found = call.hosted.runs.find(int(call.word("id")))
    if found is None:
        raise not_found()
    return found


ROUTES = (
    Route(method="GET", path="/actions/workflows", handler=list_workflows),
    Route(method="GET", path="/actions/workflows/{workflow}", handler=get_workflow),
    Route(method="POST", path="/actions/workflows/{workflow}/dispatches", handler=dispatch, writes="actions"),
    Route(method="GET", path="/actions/workflows/{workflow}/runs", handler=list_workflow_runs),
    Route(method="GET", path="/actions/runs", handler=list_runs),
    Route(method="GET", path=r"/actions/runs/{id:\d+}", handler=get_run),
    Route(method="POST", path=r"/actions/runs/{id:\d+}/cancel", handler=cancel_run, writes="actions"),
    Route(method="GET", path=r"/actions/runs/{id:\d+}/artifacts", handler=list_artifacts),
    Route(method="GET", path=r"/actions/artifacts/{id:\d+}", handler=get_artifact),
)
