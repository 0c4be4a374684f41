"""Pull requests, and merges that may take their time."""

import re

from aiohttp import web

from sandbox.bitbucket.answers import Body, missing, paged, refused
from sandbox.bitbucket.calls import PAGING, Call, Route
from sandbox.bitbucket.hosting import PullRequest

TERM = re.compile(r'(state|source\.branch\.name|destination\.branch\.name) = "((?:[^"\\]|\\.)*)"')


async def list_pulls(call: Call) -> web.Response:
    """GET pullrequests: the open ones, or those of a filter; fifty a page at most."""
    settle(call)
    wanted = {"state": "OPEN"}
    if "q" in call.request.query:
        wanted = {}
        for term in call.request.query["q"].split(" AND "):
            found = TERM.fullmatch(term)
            if found is None:
                raise refused("Invalid query", detail=f"the simulator does not know {term}")
            wanted[found[1]] = re.sub(r"\\(.)", r"\1", found[2])
    rows = [
        call.shapes.pull(row)
        for row in reversed(call.hosted.pulls)
        if wanted.get("state", row.state) == row.state
        and wanted.get("source.branch.name", row.source) == row.source
        and wanted.get("destination.branch.name", row.target) == row.target
    ]
    return paged(call.request, call.links, rows, most=50)


async def create_pull(call: Call) -> web.Response:
    """POST pullrequests: for branches that have an open one, that one is answered, with the new words."""
    settle(call)
    body = await Body.of(call.request, "title", "description", "source", "destination", "close_source_branch")
    title, source = body.need("title"), body.need("source", "branch", "name")
    target = body.need("destination", "branch", "name")
    hosted = call.hosted
    head, base = hosted.branch(source), hosted.branch(target)
    if head is None or base is None:
        raise refused("Bad request", detail=f"branch not found: {source if head is None else target}")
    if hosted.git.count(head, f"^{base}") == 0:
        raise refused("There are no changes to be pulled")
    row = next((each for each in hosted.pulls if _same(each, source, target)), None)
    if row is None:
        row = PullRequest(
            id=len(hosted.pulls) + 1,
            title=title,
            description="",
            source=source,
            target=target,
            account=call.account,
            created=call.now,
            updated=call.now,
        )
        hosted.pulls.append(row)
        hosted.made["pull", f"{source}:{target}"] += 1
    row.title, row.description = title, body.may("description") or ""
    return web.json_response(call.shapes.pull(row), status=201)


def _same(row: PullRequest, source: str, target: str) -> bool:
    return (row.state, row.source, row.target, row.from_fork) == ("OPEN", source, target, False)


async def get_pull(call: Call) -> web.Response:
    """GET pullrequests/{id}."""
    settle(call)
    return web.json_response(call.shapes.pull(_found(call)))


async def merge(call: Call) -> web.Response:
    """POST pullrequests/{id}/merge: at once, or accepted with the address of a task to ask."""
    settle(call)
    await Body.of(call.request, "message", "close_source_branch", "merge_strategy")
    row, hosted = _found(call), call.hosted
    if row.state != "OPEN":
        raise refused("This pull request is already closed.")
    if hosted.git.merge_tree(hosted.branch(row.target) or "", hosted.branch(row.source) or "") is None:
        raise refused("You can't merge until you resolve all merge conflicts.")
    row.merging = call.now + hosted.merge_seconds
    if call.request.query.get("async") == "true" and hosted.merge_seconds > 0:
        task = f"{call.shapes.api}/pullrequests/{row.id}/merge/task-status/{row.id}"
        return web.Response(status=202, headers={"Location": task})
    row.merging = call.now
    settle(call)
    return web.json_response(call.shapes.pull(row))


async def task_status(call: Call) -> web.Response:
    """GET pullrequests/{id}/merge/task-status/{task_id}."""
    settle(call)
    row = _found(call)
    if row.state == "MERGED":
        return web.json_response({"task_status": "SUCCESS", "merge_result": call.shapes.pull(row)})
    return web.json_response({"task_status": "PENDING", "links": call.shapes.links("", "")})


def settle(call: Call) -> None:
    """Do the merges whose time has come."""
    git = call.hosted.git
    for row in call.hosted.pulls:
        if row.state != "OPEN" or row.merging is None or call.now < row.merging:
            continue
        base, head = call.hosted.branch(row.target) or "", call.hosted.branch(row.source) or ""
        who = call.hosted.person(row.account)
        message = f"Merged in {row.source} (pull request #{row.id})\n\n{row.title}\n"
        tree = git.merge_tree(base, head) or ""
        row.merge_sha = git.make_commit(
            tree=tree, parents=(base, head), message=message, author=who, committer=who
        )
        git.set_ref(f"refs/heads/{row.target}", row.merge_sha, base)
        row.state, row.updated = "MERGED", call.now


def _found(call: Call) -> PullRequest:
    row = next((each for each in call.hosted.pulls if str(each.id) == call.word("id")), None)
    if row is None:
        raise missing("Pull request not found")
    return row


READ, WRITE = "pullrequest", "pullrequest:write"
ROUTES = (
    Route(method="GET", path="/pullrequests", handler=list_pulls, need=READ, query=PAGING | {"q"}),
    Route(method="POST", path="/pullrequests", handler=create_pull, need=WRITE),
    Route(method="GET", path="/pullrequests/{id}", handler=get_pull, need=READ),
    Route(
        method="POST",
        path="/pullrequests/{id}/merge",
        handler=merge,
        need=WRITE,
        query=frozenset({"async"}),
    ),
    Route(method="GET", path="/pullrequests/{id}/merge/task-status/{task}", handler=task_status, need=READ),
)
