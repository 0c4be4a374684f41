"""The repository, branches, tags, commits and differences."""

import re
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from sandbox.bitbucket.answers import BitbucketError, Body, missing, paged, refused
from sandbox.bitbucket.calls import PAGING, Call, Route
from sandbox.bitbucket.tree import EMPTY, Change, changes, conflicts, entry_at
from sandbox.gitrepo import ZERO

NAMED = re.compile(r'name ~ "((?:[^"\\]|\\.)*)"')


async def get_repository(call: Call) -> web.Response:
    """GET the repository."""
    return web.json_response(call.shapes.repository())


def named(query: str | None) -> str:
    """The text of the one filter that the simulator knows for lists by name."""
    if query is None:
        return ""
    found = NAMED.fullmatch(query)
    if found is None:
        raise refused("Invalid query", detail=f"the simulator does not know {query}")
    return re.sub(r"\\(.)", r"\1", found[1]).casefold()


async def list_branches(call: Call) -> web.Response:
    """GET refs/branches, those whose name holds a text."""
    wanted = named(call.request.query.get("q"))
    if call.request.query.get("sort", "name") != "name":
        raise refused("Invalid sort")
    names = [(ref.name.removeprefix("refs/heads/"), ref.sha) for ref in call.hosted.git.refs("refs/heads")]
    rows = [call.shapes.branch(name, sha) for name, sha in sorted(names) if wanted in name.casefold()]
    return paged(call.request, call.links, rows)


async def get_branch(call: Call) -> web.Response:
    """GET refs/branches/{name}: slashes of the name stand as they are, or encoded."""
    name = call.word("name")
    sha = call.hosted.branch(name)
    if sha is None:
        raise missing(f'Branch "{name}" does not exist.')
    return web.json_response(call.shapes.branch(name, sha))


async def create_branch(call: Call) -> web.Response:
    """POST refs/branches: 400 for one that exists, for a bad name and for an unknown target."""
    body = await Body.of(call.request, "name", "target")
    name, wanted = body.need("name"), body.need("target", "hash")
    git = call.hosted.git
    if call.hosted.branch(name) is not None:
        raise refused(f'Branch "{name}" already exists.', key="BRANCH_ALREADY_EXISTS")
    if not git.good_ref(f"refs/heads/{name}"):
        raise refused(f'Branch name "{name}" is invalid.', key="INVALID_BRANCH_NAME")
    sha = call.hosted.commit_at(wanted)
    if sha is None:
        raise refused(f'"{wanted}" is not a valid commit.')
    git.set_ref(f"refs/heads/{name}", sha, ZERO)
    call.hosted.made["branch", name] += 1
    return web.json_response(call.shapes.branch(name, sha), status=201)


async def get_tag(call: Call) -> web.Response:
    """GET refs/tags/{name}."""
    found = call.shapes.tag(call.word("name"))
    if found is None:
        raise missing(f'Tag "{call.word("name")}" does not exist.')
    return web.json_response(found)


async def create_tag(call: Call) -> web.Response:
    """POST refs/tags: annotated, with a message of Bitbucket's own where there is none."""
    body = await Body.of(call.request, "name", "target", "message")
    name, wanted = body.need("name"), body.need("target", "hash")
    git = call.hosted.git
    if git.ref(f"refs/tags/{name}") is not None:
        raise refused(f'tag "{name}" already exists')
    if not git.good_ref(f"refs/tags/{name}"):
        raise refused(f'Tag name "{name}" is invalid.')
    sha = call.hosted.commit_at(wanted)
    if sha is None:
        raise refused(f'"{wanted}" is not a valid commit.')
    message = body.may("message") or f"Added tag {name} for changeset {sha[:12]}"
    who = call.hosted.person(call.account)
    git.set_ref(
        f"refs/tags/{name}",
        git.make_tag(name=name, sha=sha, kind="commit", message=message, tagger=who),
        ZERO,
    )
    call.hosted.made["tag", name] += 1
    return web.json_response(call.shapes.tag(name), status=201)


async def get_commit(call: Call) -> web.Response:
    """GET commit/{commit}: a sha, or a name that holds no slash."""
    return web.json_response(call.shapes.commit(call.hosted.git.commit(_sha(call, call.word("commit")))))


async def list_commits(call: Call) -> web.Response:
    """GET commits that are on some refs and not on others, newest first; Bitbucket counts no total here."""
    query = call.request.query
    wanted = [_sha(call, name) for name in query.getall("include", ["HEAD"])]
    left = [f"^{_sha(call, name)}" for name in query.getall("exclude", [])]
    rows = [call.shapes.commit(each) for each in call.hosted.git.log("--topo-order", *wanted, *left)]
    return paged(call.request, call.links, rows, size=False)


def _sha(call: Call, name: str) -> str:
    found = call.hosted.commit_at(call.hosted.git.head() if name == "HEAD" else name)
    if found is None:
        raise BitbucketError(404, "Commit not found", data={"shas": [name]})
    return found


async def get_diffstat(call: Call) -> web.Response:
    """GET diffstat/{spec}: a commit against its first parent, or two, of which the first is the one with the changes.

    Against the point where they parted, unless `topic` is false. 555 where it is too big.
    """
    if call.hosted.too_big:
        raise BitbucketError(555, "This diff is taking too long to generate.")
    first, dots, second = call.word("spec").partition("..")
    git, head = call.hosted.git, _sha(call, first)
    torn: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    if not dots:
        parents = git.commit(head).parents
        old = parents[0] if parents else EMPTY
    elif call.request.query.get("topic", "true") == "true":
        base = _sha(call, second)
        old = git.merge_base(head, base) or EMPTY
        torn = conflicts(git, base, head)
        gone = frozenset(path for path in torn if entry_at(git, base, path) is None)
    else:
        old = _sha(call, second)
    rows = _rows(changes(git, old, head), torn, gone)
    return paged(call.request, call.links, rows, most=5000, usual=500)


def _rows(found: Sequence[Change], torn: frozenset[str], gone: frozenset[str]) -> list[Any]:
    """`torn` are in conflict; of them `gone` are not in the destination any more, which changed otherwise."""

    def side(path: str | None) -> dict[str, str] | None:
        return None if path is None else {"type": "commit_file", "path": path, "escaped_path": path}

    return [
        {
            "type": "diffstat",
            "status": _status(each, torn, gone),
            "lines_added": 1,
            "lines_removed": 1,
            "old": side(each.old),
            "new": side(each.new),
        }
        for each in found
    ]


def _status(change: Change, torn: frozenset[str], gone: frozenset[str]) -> str:
    sides = {change.old, change.new}
    if not torn & sides:
        return change.status
    if change.new is None:
        return "remote deleted"
    return "local deleted" if gone & sides else "merge conflict"


READ, WRITE = "repository", "repository:write"
ROUTES = (
    Route(method="GET", path="", handler=get_repository, need=READ),
    Route(
        method="GET", path="/refs/branches", handler=list_branches, need=READ, query=PAGING | {"q", "sort"}
    ),
    Route(method="POST", path="/refs/branches", handler=create_branch, need=WRITE),
    Route(method="GET", path="/refs/branches/{name:.+}", handler=get_branch, need=READ),
    Route(method="POST", path="/refs/tags", handler=create_tag, need=WRITE),
    Route(method="GET", path="/refs/tags/{name:.+}", handler=get_tag, need=READ),
    Route(method="GET", path="/commit/{commit}", handler=get_commit, need=READ),
    Route(
        method="GET", path="/commits", handler=list_commits, need=READ, query=PAGING | {"include", "exclude"}
    ),
    Route(
        method="GET", path="/diffstat/{spec:.+}", handler=get_diffstat, need=READ, query=PAGING | {"topic"}
    ),
)
