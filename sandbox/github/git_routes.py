"""Git's database: refs, tag objects, commit objects, trees."""

from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox.github.answers import Body, GithubError, invalid, not_found
from sandbox.github.calls import Call, Route
from sandbox.gitrepo import ZERO, GitError, Person, Ref


async def get_ref(call: Call) -> web.Response:
    """GET git/ref/{ref}: exactly this ref."""
    return web.json_response(call.shapes.ref(_ref(call)))


async def matching_refs(call: Call) -> web.Response:
    """GET git/matching-refs/{ref}: those whose names begin so."""
    begin = f"refs/{call.word('ref')}"
    found = (ref for ref in call.hosted.git.refs("refs") if ref.name.startswith(begin))
    return web.json_response([call.shapes.ref(ref) for ref in found])


async def make_ref(call: Call) -> web.Response:
    """POST git/refs."""
    body = await Body.of(call.request)
    name, sha = body.need("ref"), body.need("sha")
    if not name.startswith("refs/") or name.count("/") < 2:
        raise invalid("Reference name must start with 'refs/' and have at least two slashes.")
    git = call.hosted.git
    if not git.good_ref(name):
        raise invalid(f"{name} is not a valid ref name.")
    kind = git.kind(sha)
    if kind is None or (name.startswith("refs/heads/") and kind != "commit"):
        raise invalid("Object does not exist")
    try:
        git.set_ref(name, sha, ZERO)
    except GitError:
        if git.ref(name) is not None:
            raise invalid("Reference already exists") from None
        raise invalid("Reference could not be created") from None  # such as heads/a beside heads/a/b
    _count(call, name)
    answer = call.shapes.ref(Ref(name=name, sha=sha, type=kind))
    return web.json_response(answer, status=201, headers={"Location": answer["url"]})


async def move_ref(call: Call) -> web.Response:
    """PATCH git/refs/{ref}; without `force` only forward."""
    body = await Body.of(call.request)
    sha, force = body.need("sha"), body.may("force", default=False, kind=bool)
    ref, git = _ref(call, missing=invalid("Reference does not exist")), call.hosted.git
    kind = git.kind(sha)
    if kind is None:
        raise invalid("Object does not exist")
    if not force and git.merge_base(ref.sha, sha) != git.commit_at(ref.name):
        raise invalid("Update is not a fast forward")
    if ref.name.removeprefix("refs/heads/") in call.hosted.protected:
        raise invalid("Repository rule violations found\n\nChanges must be made through a pull request.\n\n")
    git.set_ref(ref.name, sha, ref.sha)
    call.hosted.made["move", ref.name] += 1
    return web.json_response(call.shapes.ref(Ref(name=ref.name, sha=sha, type=kind)))


async def drop_ref(call: Call) -> web.Response:
    """DELETE git/refs/{ref}."""
    ref = _ref(call, missing=invalid("Reference does not exist"))
    call.hosted.git.delete_ref(ref.name, ref.sha)
    return web.Response(status=204)


async def make_tag(call: Call) -> web.Response:
    """POST git/tags: the object only, no ref."""
    body = await Body.of(call.request)
    tag, message, sha = body.need("tag"), body.need("message"), body.need("object")
    kind = body.need("type")
    if kind not in {"commit", "tree", "blob"}:
        raise invalid(f"Invalid request.\n\n{kind} is not included in the list.")
    git = call.hosted.git
    if git.kind(sha) != kind:
        raise invalid("Could not resolve to a node with the given object.")
    tagger = _person(body.may("tagger", None, dict), call.hosted.person(call.account))
    made = git.make_tag(name=tag, sha=sha, kind=kind, message=message, tagger=tagger)
    call.hosted.made["tag_object", tag] += 1
    return web.json_response(call.shapes.tag_object(made, git.read(made).decode()), status=201)


async def get_tag(call: Call) -> web.Response:
    """GET git/tags/{sha}."""
    sha = call.word("sha")
    if call.hosted.git.kind(sha) != "tag":
        raise not_found()
    return web.json_response(call.shapes.tag_object(sha, call.hosted.git.read(sha).decode()))


async def get_commit(call: Call) -> web.Response:
    """GET git/commits/{sha}: full shas only."""
    sha = call.word("sha")
    if call.hosted.git.kind(sha) != "commit":
        raise not_found()
    return web.json_response(call.shapes.git_commit(call.hosted.git.commit(sha)))


async def make_commit(call: Call) -> web.Response:
    """POST git/commits: the object only."""
    body = await Body.of(call.request)
    message, tree, parents = body.need("message"), body.need("tree"), body.may("parents", [], list)
    git = call.hosted.git
    if git.kind(tree) != "tree":
        raise invalid("Tree SHA does not exist")
    if any(not isinstance(sha, str) or git.kind(sha) != "commit" for sha in parents):
        raise invalid("Parent SHA does not exist or is not a commit object")
    me = call.hosted.person(call.account)
    author = _person(body.may("author", None, dict), me)
    committer = _person(body.may("committer", None, dict), author if "author" in body.values else me)
    made = git.make_commit(tree=tree, parents=parents, message=message, author=author, committer=committer)
    return web.json_response(call.shapes.git_commit(git.commit(made)), status=201)


async def get_tree(call: Call) -> web.Response:
    """GET git/trees/{sha}, also by branch or commit; `recursive` in any form lists all below."""
    git, name = call.hosted.git, call.word("sha")
    commit = git.commit_at(name)
    if commit is None and git.kind(name) != "tree":
        raise not_found()
    words = ["-r", "-t"] if "recursive" in call.request.query else []
    rows = git.run("ls-tree", "-l", *words, commit or name).splitlines()
    sha = git.commit(commit).tree if commit else name
    body: dict[str, Any] = {"sha": sha, "url": f"{call.shapes.api}/git/trees/{sha}", "truncated": False}
    return web.json_response({**body, "tree": [_entry(call, row) for row in rows]})


def _entry(call: Call, row: str) -> dict[str, Any]:
    meta, _, path = row.partition("\t")
    mode, kind, sha, size = meta.split()
    entry = {"path": path, "mode": mode, "type": kind, "sha": sha}
    url = f"{call.shapes.api}/git/{kind}s/{sha}"
    return {**entry, "size": int(size), "url": url} if size.isdecimal() else {**entry, "url": url}


def _ref(call: Call, missing: GithubError | None = None) -> Ref:
    found = call.hosted.git.ref(f"refs/{call.word('ref')}")
    if found is None:
        raise missing or not_found()
    return found


def _count(call: Call, name: str) -> None:
    for kind, begin in (("branch", "refs/heads/"), ("tag", "refs/tags/")):
        if name.startswith(begin):
            call.hosted.made[kind, name.removeprefix(begin)] += 1


def _person(given: dict[str, Any] | None, otherwise: Person) -> Person:
    if given is None:
        return otherwise
    body = Body(given)
    at = body.may("date", None)
    try:
        seconds = int(datetime.fromisoformat(at).timestamp()) if at else otherwise.at
    except ValueError:
        raise invalid(f"Invalid request.\n\n{at} is not a valid date-time.") from None
    return Person(name=body.need("name"), email=body.need("email"), at=seconds)


ROUTES = (
    Route(method="GET", path="/git/ref/{ref:.+}", handler=get_ref),
    Route(method="GET", path="/git/matching-refs/{ref:.+}", handler=matching_refs),
    Route(method="POST", path="/git/refs", handler=make_ref, writes="contents"),
    Route(method="PATCH", path="/git/refs/{ref:.+}", handler=move_ref, writes="contents"),
    Route(method="DELETE", path="/git/refs/{ref:.+}", handler=drop_ref, writes="contents"),
    Route(method="POST", path="/git/tags", handler=make_tag, writes="contents"),
    Route(method="GET", path="/git/tags/{sha}", handler=get_tag),
    Route(method="GET", path="/git/commits/{sha}", handler=get_commit),
    Route(method="POST", path="/git/commits", handler=make_commit, writes="contents"),
    Route(method="GET", path="/git/trees/{sha:.+}", handler=get_tree),
)
