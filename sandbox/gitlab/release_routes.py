"""Releases, and merge requests, whose fitness to be merged GitLab works out later."""

from aiohttp import web

from sandbox.gitlab.answers import Body, GitlabError, missing, paged, says
from sandbox.gitlab.calls import Call, Route
from sandbox.gitlab.hosting import MergeRequest, Release


async def list_releases(call: Call) -> web.Response:
    """GET releases, the newest first."""
    rows = [call.shapes.release(each, call.account) for each in reversed(call.hosted.releases)]
    return paged(call.request, call.links, rows)


async def get_release(call: Call) -> web.Response:
    """GET releases/{tag_name}."""
    tag = call.word("tag_name")
    found = next((each for each in call.hosted.releases if each.tag == tag), None)
    if found is None:
        raise says(404, "404 Not Found")
    return web.json_response(call.shapes.release(found, call.account))


async def create_release(call: Call) -> web.Response:
    """POST releases: 409 for a tag that has one, 422 for a tag that is not there where no `ref` is named."""
    body = await Body.of(call.request)
    (tag,) = body.need("tag_name")
    if any(each.tag == tag for each in call.hosted.releases):
        raise says(409, "Release already exists")
    if call.hosted.git.ref(f"refs/tags/{tag}") is None:
        raise says(422, "Ref is not specified")
    release = Release(
        tag=tag,
        name=body.may("name") or tag,
        description=body.may("description") or "",
        created=call.now,
    )
    call.hosted.releases.append(release)
    call.hosted.made["release", tag] += 1
    return web.json_response(call.shapes.release(release, call.account), status=201)


async def list_merge_requests(call: Call) -> web.Response:
    """GET merge_requests, by state and branches, newest first."""
    query = call.request.query
    state = query.get("state", "all")
    if state not in {"all", "opened", "closed", "locked", "merged"}:
        raise GitlabError(400, {"error": "state does not have a valid value"})
    rows = [
        _json(call, row)
        for row in reversed(call.hosted.merge_requests)
        if state in {"all", row.state}
        and query.get("source_branch", row.source) == row.source
        and query.get("target_branch", row.target) == row.target
    ]
    return paged(call.request, call.links, rows)


async def get_merge_request(call: Call) -> web.Response:
    """GET merge_requests/{iid}."""
    return web.json_response(_json(call, _found(call)))


async def create_merge_request(call: Call) -> web.Response:
    """POST merge_requests: 409 for branches that have an open one; one without commits is let through."""
    body = await Body.of(call.request)
    source, target, title = body.need("source_branch", "target_branch", "title")
    hosted = call.hosted
    wrong = [name for name, branch in (("source", source), ("target", target)) if not hosted.branch(branch)]
    if wrong:
        raise says(422, [f"{name.capitalize()} branch does not exist" for name in wrong])
    if source == target:
        raise says(422, ["You can't use same project/branch for source and target"])
    for row in hosted.merge_requests:
        if (row.state, row.source, row.target, row.from_fork) == ("opened", source, target, False):
            words = f"Another open merge request already exists for this source branch: !{row.iid}"
            raise says(409, [words])
    number = len(hosted.merge_requests) + 1
    row = MergeRequest(
        id=1000 * hosted.id + number,
        iid=number,
        title=title,
        description=body.may("description"),
        source=source,
        target=target,
        account=call.account,
        created=call.now,
        updated=call.now,
    )
    hosted.merge_requests.append(row)
    hosted.made["pull", f"{source}:{target}"] += 1
    return web.json_response(_json(call, row), status=201)


async def merge(call: Call) -> web.Response:
    """PUT merge_requests/{iid}/merge: 405 where it cannot be merged (yet), 409 where `sha` is not its head."""
    body = await Body.of(call.request)
    row, hosted = _found(call), call.hosted
    status, conflicts = _judged(call, row)
    if status != "mergeable":
        raise says(405, "405 Method Not Allowed") if not conflicts else says(422, "Branch cannot be merged")
    git, head, base = hosted.git, hosted.branch(row.source) or "", hosted.branch(row.target) or ""
    wanted = body.may("sha")
    if wanted is not None and wanted != head:
        raise says(409, f"SHA does not match HEAD of source branch: {head}")
    tree = git.merge_tree(base, head) or ""
    who = hosted.person(call.account)
    message = f"Merge branch '{row.source}' into '{row.target}'\n\nSee merge request {hosted.path}!{row.iid}"
    made = git.make_commit(tree=tree, parents=(base, head), message=message, author=who, committer=who)
    git.set_ref(f"refs/heads/{row.target}", made, base)
    row.state, row.merge_sha, row.merged, row.updated = "merged", made, call.now, call.now
    return web.json_response(_json(call, row))


def _found(call: Call) -> MergeRequest:
    iid = call.word("merge_request_iid")
    row = next((each for each in call.hosted.merge_requests if str(each.iid) == iid), None)
    if row is None:
        raise missing("Merge Request")
    return row


def _judged(call: Call, row: MergeRequest) -> tuple[str, bool]:
    """The detailed merge status and whether there are conflicts, which is false while GitLab still looks."""
    if row.state != "opened":
        return "not_open", False
    if call.now < row.created + call.hosted.judging:
        return "checking", False
    base, head = (call.hosted.branch(name) for name in (row.target, row.source))
    if base is None or head is None:
        return "broken_status", False
    conflicts = call.hosted.git.merge_tree(base, head) is None
    return ("conflict" if conflicts else "mergeable"), conflicts


def _json(call: Call, row: MergeRequest) -> dict[str, object]:
    status, conflicts = _judged(call, row)
    return call.shapes.merge_request(row, status=status, conflicts=conflicts)


MERGE_REQUEST = "/merge_requests/{merge_request_iid}"
ROUTES = (
    Route(method="GET", path="/releases", handler=list_releases),
    Route(method="GET", path="/releases/{tag_name}", handler=get_release),
    Route(method="POST", path="/releases", handler=create_release),
    Route(method="GET", path="/merge_requests", handler=list_merge_requests),
    Route(method="POST", path="/merge_requests", handler=create_merge_request),
    Route(method="GET", path=MERGE_REQUEST, handler=get_merge_request),
    Route(method="PUT", path=f"{MERGE_REQUEST}/merge", handler=merge),
)
