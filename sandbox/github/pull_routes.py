"""Pull requests between branches of the repository. Whether one can be merged is told at the second look."""

from typing import Any

from aiohttp import web

from sandbox.github.answers import Body, GithubError, failed_field, invalid, not_found, paged
from sandbox.github.calls import VERSIONS, Call, Route
from sandbox.github.hosting import Pull
from sandbox.github.release_shapes import pull_json


async def list_pulls(call: Call) -> web.Response:
    """GET pulls, by state, head (`owner:branch`) and base; newest first."""
    query = call.request.query
    state, head, base = query.get("state", "open"), query.get("head"), query.get("base")
    if state not in {"open", "closed", "all"}:
        raise invalid("Validation Failed")
    rows = [
        _told(call, pull, mergeable=None, full=False)
        for pull in reversed(call.hosted.pulls)
        if state in {"all", pull.state}
        and (head is None or ":" not in head or head == f"{call.hosted.owner}:{pull.head}")
        and (base is None or base == pull.base)
    ]
    return paged(call.request, call.shapes.root, rows)


async def make_pull(call: Call) -> web.Response:
    """POST pulls: at most one open for a head and a base."""
    body = await Body.of(call.request)
    head, base, title = body.need("head"), body.need("base"), body.may("title", None)
    head = head.removeprefix(f"{call.hosted.owner}:")
    git = call.hosted.git
    for field, branch in (("head", head), ("base", base)):
        if git.ref(f"refs/heads/{branch}") is None:
            raise failed_field("PullRequest", field, "invalid")
    if not title:
        raise failed_field("PullRequest", "title", "missing_field")
    ours = (pull for pull in call.hosted.pulls if (pull.head, pull.base) == (head, base))
    if any(pull.state == "open" for pull in ours):
        words = f"A pull request already exists for {call.hosted.owner}:{head}."
        raise invalid("Validation Failed", _custom(words))
    if git.count(f"refs/heads/{head}", f"^refs/heads/{base}") == 0:
        raise invalid("Validation Failed", _custom(f"No commits between {base} and {head}"))
    pull = Pull(
        number=len(call.hosted.pulls) + 1,
        title=title,
        body=body.may("body", None),
        head=head,
        base=base,
        author=call.account,
        created=call.now,
        updated=call.now,
        draft=body.may("draft", default=False, kind=bool),
    )
    call.hosted.pulls.append(pull)
    call.hosted.made["pull", f"{head}:{base}"] += 1
    return web.json_response(_told(call, pull, mergeable=None, full=True), status=201)


async def get_pull(call: Call) -> web.Response:
    """GET pulls/{number}: `mergeable` is null at the first look, when GitHub begins to work it out."""
    pull = _pull(call)
    mergeable = _mergeable(call, pull) if pull.judged else None
    pull.judged = True
    return web.json_response(_told(call, pull, mergeable=mergeable, full=True))


async def change_pull(call: Call) -> web.Response:
    """PATCH pulls/{number}: title, body, state."""
    body, pull = await Body.of(call.request), _pull(call)
    state = body.may("state", pull.state)
    if state not in {"open", "closed"}:
        raise failed_field("PullRequest", "state", "invalid")
    pull.title, pull.body, pull.updated = body.may("title", pull.title), body.may("body", pull.body), call.now
    if state != pull.state:
        pull.state, pull.closed_at = state, call.now if state == "closed" else None
    return web.json_response(_told(call, pull, mergeable=None, full=True))


async def merge_pull(call: Call) -> web.Response:
    """PUT pulls/{number}/merge, as a merge commit; `sha` must be the head where it is given."""
    body, pull = await Body.of(call.request), _pull(call)
    git = call.hosted.git
    head, base = git.ref(f"refs/heads/{pull.head}"), git.ref(f"refs/heads/{pull.base}")
    if pull.state != "open" or head is None or base is None:
        raise GithubError(405, "Pull Request is not mergeable")
    if body.may("sha", head.sha) != head.sha:
        raise GithubError(409, "Head branch was modified. Review and try the merge again.")
    tree = git.merge_tree(base.sha, head.sha)
    if tree is None:
        raise GithubError(405, "Pull Request is not mergeable")
    me = call.hosted.person(call.account)
    words = f"Merge pull request #{pull.number} from {call.hosted.owner}/{pull.head}\n\n{pull.title}"
    sha = git.make_commit(tree=tree, parents=(base.sha, head.sha), message=words, author=me, committer=me)
    git.set_ref(base.name, sha, base.sha)
    pull.state, pull.merge_sha = "closed", sha
    pull.merged_at = pull.closed_at = pull.updated = call.now
    answer = {"sha": sha, "merged": True, "message": "Pull Request successfully merged"}
    return web.json_response(answer)


def _told(call: Call, pull: Pull, *, mergeable: bool | None, full: bool) -> dict[str, Any]:
    """As the version that was asked for has it: the second one tells no commit of a merge any more."""
    row = pull_json(call.shapes, pull, mergeable=mergeable, full=full)
    gone = () if call.version == VERSIONS[0] else ("assignee", "merge_commit_sha")
    return {name: value for name, value in row.items() if name not in gone}


def _custom(message: str) -> dict[str, str]:
    return {"resource": "PullRequest", "code": "custom", "message": message}


def _mergeable(call: Call, pull: Pull) -> bool | None:
    git = call.hosted.git
    head, base = git.ref(f"refs/heads/{pull.head}"), git.ref(f"refs/heads/{pull.base}")
    if head is None or base is None:
        return None
    return git.merge_tree(base.sha, head.sha) is not None


def _pull(call: Call) -> Pull:
    number = call.word("number")
    found = next((pull for pull in call.hosted.pulls if str(pull.number) == number), None)
    if found is None:
        raise not_found()
    return found


ROUTES = (
    Route(method="GET", path="/pulls", handler=list_pulls),
    Route(method="POST", path="/pulls", handler=make_pull, writes="pull_requests"),
    Route(method="GET", path=r"/pulls/{number:\d+}", handler=get_pull),
    Route(method="PATCH", path=r"/pulls/{number:\d+}", handler=change_pull, writes="pull_requests"),
    Route(method="PUT", path=r"/pulls/{number:\d+}/merge", handler=merge_pull, writes="contents"),
)
