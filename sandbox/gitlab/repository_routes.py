"""Branches, tags, commits and cherry-picks."""

from aiohttp import web

from sandbox.gitlab.answers import Body, GitlabError, missing, paged, says
from sandbox.gitlab.calls import Call, Route
from sandbox.gitrepo import ZERO

UNPICKABLE = (
    "Sorry, we cannot cherry-pick this commit automatically. This commit may already have been cherry-picked, "
    "or a more recent commit may have updated some of its content."
)


async def list_branches(call: Call) -> web.Response:
    """GET repository/branches."""
    wanted = call.request.query.get("search", "")
    rows = [
        call.shapes.branch(ref.name.removeprefix("refs/heads/"), ref.sha)
        for ref in call.hosted.git.refs("refs/heads")
        if wanted in ref.name.removeprefix("refs/heads/")
    ]
    return paged(call.request, call.links, rows)


async def get_branch(call: Call) -> web.Response:
    """GET repository/branches/{branch}."""
    name = call.word("branch")
    sha = call.hosted.branch(name)
    if sha is None:
        raise missing("Branch")
    return web.json_response(call.shapes.branch(name, sha))


async def create_branch(call: Call) -> web.Response:
    """POST repository/branches: 400 for one that exists, for a bad name and for an unknown ref alike."""
    branch, ref = (await Body.of(call.request)).need("branch", "ref")
    git = call.hosted.git
    if call.hosted.branch(branch) is not None:
        raise says(400, "Branch already exists")
    if not git.good_ref(f"refs/heads/{branch}"):
        raise says(400, "Branch name is invalid")
    sha = call.hosted.commit_at(ref)
    if sha is None:
        raise says(400, f"Invalid reference name: {ref}")
    git.set_ref(f"refs/heads/{branch}", sha, ZERO)
    call.hosted.made["branch", branch] += 1
    return web.json_response(call.shapes.branch(branch, sha), status=201)


async def delete_branch(call: Call) -> web.Response:
    """DELETE repository/branches/{branch}."""
    name = call.word("branch")
    sha = call.hosted.branch(name)
    if sha is None:
        raise missing("Branch")
    if name == call.hosted.default_branch:
        raise says(403, "403 Forbidden")
    call.hosted.git.delete_ref(f"refs/heads/{name}", sha)
    return web.Response(status=204)


ORDERS = {"order_by": ("updated", "name", "version"), "sort": ("desc", "asc")}
"""How tags may be ordered, the usual way first."""


async def list_tags(call: Call) -> web.Response:
    """GET repository/tags, by when they were last changed or by name; those of one moment by name as well."""
    query = call.request.query
    for name, words in ORDERS.items():
        if query.get(name, words[0]) not in words:
            raise GitlabError(400, {"error": f"{name} does not have a valid value"})
    names = [ref.name.removeprefix("refs/tags/") for ref in call.hosted.git.refs("refs/tags")]
    rows = [row for name in names if query.get("search", "") in name and (row := call.shapes.tag(name))]
    if query.get("order_by", "updated") == "updated":
        rows.sort(key=lambda row: (row["commit"] or {}).get("committed_date", ""))
    return paged(call.request, call.links, rows if query.get("sort") == "asc" else rows[::-1])


async def get_tag(call: Call) -> web.Response:
    """GET repository/tags/{tag_name}."""
    found = call.shapes.tag(call.word("tag_name"))
    if found is None:
        raise missing("Tag")
    return web.json_response(found)


async def create_tag(call: Call) -> web.Response:
    """POST repository/tags: annotated where there is a message."""
    body = await Body.of(call.request)
    name, ref = body.need("tag_name", "ref")
    message = body.may("message")
    git = call.hosted.git
    if git.ref(f"refs/tags/{name}") is not None:
        raise says(400, f"Tag {name} already exists")
    if not git.good_ref(f"refs/tags/{name}"):
        raise says(400, "Tag name invalid")
    sha = call.hosted.commit_at(ref)
    if sha is None:
        raise says(400, f"Target {ref} is invalid")
    target = sha
    if message:
        who = call.hosted.person(call.account)
        target = git.make_tag(name=name, sha=sha, kind="commit", message=message, tagger=who)
        call.hosted.made["tag_object", name] += 1
    git.set_ref(f"refs/tags/{name}", target, ZERO)
    call.hosted.made["tag", name] += 1
    return web.json_response(call.shapes.tag(name), status=201)


async def list_commits(call: Call) -> web.Response:
    """GET repository/commits of a ref or a range, newest first; GitLab counts no totals here."""
    query = call.request.query
    name = query.get("ref_name", call.hosted.default_branch)
    ends = [call.hosted.commit_at(part) for part in name.split("..", 1)]
    if None in ends:
        raise missing("Commit")
    order = ["--topo-order"] if query.get("order") == "topo" else []
    found = call.hosted.git.log(*order, "..".join(str(end) for end in ends))
    return paged(call.request, call.links, [call.shapes.commit(each) for each in found], counted=False)


async def get_commit(call: Call) -> web.Response:
    """GET repository/commits/{sha}: also a branch or a tag."""
    sha = call.hosted.commit_at(call.word("sha"))
    if sha is None:
        raise missing("Commit")
    return web.json_response(call.shapes.single_commit(call.hosted.git.commit(sha)))


async def cherry_pick(call: Call) -> web.Response:
    """POST repository/commits/{sha}/cherry_pick: 400 for a conflict and for what is there already."""
    (branch,) = (await Body.of(call.request)).need("branch")
    git, hosted = call.hosted.git, call.hosted
    sha, head = hosted.commit_at(call.word("sha")), hosted.branch(branch)
    if sha is None:
        raise missing("Commit")
    if head is None:
        raise missing("Branch")
    if branch in hosted.protected:
        raise says(403, "403 Forbidden - You are not allowed to push into this branch")
    source, tip = git.commit(sha), git.commit(head)
    who = hosted.person(call.account)
    ground = git.make_commit(
        tree=tip.tree, parents=source.parents[:1], message="ground", author=who, committer=who
    )
    tree = git.merge_tree(ground, sha)
    if tree is None or tree == tip.tree:
        code = "conflict" if tree is None else "empty"
        raise GitlabError(400, {"message": UNPICKABLE, "error_code": code})
    message = f"{source.message}\n\n(cherry picked from commit {sha})"
    made = git.make_commit(tree=tree, parents=(head,), message=message, author=source.author, committer=who)
    git.set_ref(f"refs/heads/{branch}", made, head)
    hosted.made["pick", f"{sha}:{branch}"] += 1
    return web.json_response(call.shapes.commit(git.commit(made)), status=201)


REPOSITORY = "/repository"
ROUTES = (
    Route(method="GET", path=f"{REPOSITORY}/branches", handler=list_branches),
    Route(method="POST", path=f"{REPOSITORY}/branches", handler=create_branch),
    Route(method="GET", path=f"{REPOSITORY}/branches/{{branch}}", handler=get_branch),
    Route(method="DELETE", path=f"{REPOSITORY}/branches/{{branch}}", handler=delete_branch),
    Route(method="GET", path=f"{REPOSITORY}/tags", handler=list_tags),
    Route(method="POST", path=f"{REPOSITORY}/tags", handler=create_tag),
    Route(method="GET", path=f"{REPOSITORY}/tags/{{tag_name}}", handler=get_tag),
    Route(method="GET", path=f"{REPOSITORY}/commits", handler=list_commits),
    Route(method="GET", path=f"{REPOSITORY}/commits/{{sha}}", handler=get_commit),
    Route(method="POST", path=f"{REPOSITORY}/commits/{{sha}}/cherry_pick", handler=cherry_pick),
)
