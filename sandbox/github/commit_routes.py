"""The repository, branches, commits, comparisons, merges and files."""

import base64
from typing import Any
from urllib.parse import quote

from aiohttp import web

from sandbox.github.answers import Body, GithubError, invalid, links, not_found, page_of, paged
from sandbox.github.calls import Call, Route

WHOLE = 250
"""Commits that a comparison shows when nobody asks for pages."""


async def get_repository(call: Call) -> web.Response:
    """GET the repository."""
    return web.json_response(call.shapes.repository())


async def list_branches(call: Call) -> web.Response:
    """GET branches."""
    rows = [
        {
            "name": ref.name.removeprefix("refs/heads/"),
            "commit": {"sha": ref.sha, "url": f"{call.shapes.api}/commits/{ref.sha}"},
            "protected": False,
        }
        for ref in call.hosted.git.refs("refs/heads")
    ]
    return paged(call.request, call.shapes.root, rows)


async def get_branch(call: Call) -> web.Response:
    """GET branches/{branch}."""
    name = call.word("branch")
    ref = call.hosted.git.ref(f"refs/heads/{name}")
    if ref is None:
        raise GithubError(404, "Branch not found")
    url = f"{call.shapes.api}/branches/{quote(name)}"
    return web.json_response(
        {
            "name": name,
            "commit": call.shapes.commit(call.hosted.git.commit(ref.sha)),
            "_links": {"self": url, "html": f"{call.shapes.web}/tree/{quote(name)}"},
            "protected": False,
            "protection": {"enabled": False},
            "protection_url": f"{url}/protection",
        }
    )


async def list_tags(call: Call) -> web.Response:
    """GET tags: with the commits that they stand on."""
    git = call.hosted.git
    rows = []
    for ref in reversed(git.refs("refs/tags")):
        name, sha = ref.name.removeprefix("refs/tags/"), git.commit_at(ref.name.removeprefix("refs/"))
        if sha is not None:
            rows.append(
                {
                    "name": name,
                    "node_id": call.shapes.ref(ref)["node_id"],
                    "commit": {"sha": sha, "url": f"{call.shapes.api}/commits/{sha}"},
                    "zipball_url": f"{call.shapes.api}/zipball/refs/tags/{quote(name)}",
                    "tarball_url": f"{call.shapes.api}/tarball/refs/tags/{quote(name)}",
                }
            )
    return paged(call.request, call.shapes.root, rows)


async def list_commits(call: Call) -> web.Response:
    """GET commits: newest first, from `sha` (a branch, a tag or a commit)."""
    name = call.request.query.get("sha") or call.hosted.default_branch
    git = call.hosted.git
    head = git.commit_at(name)
    if head is None:
        raise not_found()
    page, per_page = page_of(call.request)
    total = git.count(head)
    rows = git.log(f"--skip={(page - 1) * per_page}", f"--max-count={per_page}", head)
    headers = links(call.request, call.shapes.root, page=page, per_page=per_page, total=total)
    return web.json_response([call.shapes.commit(row) for row in rows], headers=headers)


async def get_commit(call: Call) -> web.Response:
    """GET commits/{ref}: 422 for what is no commit."""
    name = call.word("ref")
    sha = call.hosted.git.commit_at(name)
    if sha is None:
        raise invalid(f"No commit found for SHA: {name}")
    return web.json_response(call.shapes.commit(call.hosted.git.commit(sha)))


async def compare(call: Call) -> web.Response:
    """GET compare/{base}...{head}: oldest first, 250 without paging, else pages of at most 100."""
    base_name, dots, head_name = call.word("basehead").partition("...")
    git = call.hosted.git
    base, head = git.commit_at(base_name), git.commit_at(head_name)
    if not dots or base is None or head is None:
        raise not_found()
    middle = git.merge_base(base, head)
    if middle is None:
        raise GithubError(404, f"No common ancestor between {base_name} and {head_name}.")
    ahead, behind = git.count(head, f"^{base}"), git.count(base, f"^{head}")
    shown, headers = _window(call, git.log("--topo-order", "--reverse", head, f"^{base}"))
    status = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}
    api = f"{call.shapes.api}/compare/{quote(base_name)}...{quote(head_name)}"
    web_url = f"{call.shapes.web}/compare/{quote(base_name)}...{quote(head_name)}"
    body = {
        "url": api,
        "html_url": web_url,
        "permalink_url": f"{call.shapes.web}/compare/{base[:12]}...{head[:12]}",
        "diff_url": f"{web_url}.diff",
        "patch_url": f"{web_url}.patch",
        "base_commit": call.shapes.commit(git.commit(base)),
        "merge_base_commit": call.shapes.commit(git.commit(middle)),
        "status": status.get((ahead > 0, behind > 0), "diverged"),
        "ahead_by": ahead,
        "behind_by": behind,
        "total_commits": ahead,
        "commits": [call.shapes.commit(row) for row in shown],
        "files": [],
    }
    return web.json_response(body, headers=headers)


def _window(call: Call, rows: Any) -> tuple[Any, dict[str, str]]:
    if not {"page", "per_page"} & set(call.request.query):
        return rows[:WHOLE], {}
    page, per_page = page_of(call.request)
    headers = links(call.request, call.shapes.root, page=page, per_page=per_page, total=len(rows))
    return rows[(page - 1) * per_page : page * per_page], headers


async def merge(call: Call) -> web.Response:
    """POST merges: 204 where there is nothing to do, 409 on conflict."""
    body = await Body.of(call.request)
    base, head_name = body.need("base"), body.need("head")
    git = call.hosted.git
    ref, head = git.ref(f"refs/heads/{base}"), git.commit_at(head_name)
    if ref is None:
        raise GithubError(404, "Base does not exist")
    if head is None:
        raise GithubError(404, "Head does not exist")
    if git.merge_base(ref.sha, head) == head:
        return web.Response(status=204)
    tree = git.merge_tree(ref.sha, head)
    if tree is None:
        raise GithubError(409, "Merge conflict")
    me = call.hosted.person(call.account)
    made = git.make_commit(
        tree=tree,
        parents=(ref.sha, head),
        message=body.may("commit_message", f"Merge {head_name} into {base}"),
        author=me,
        committer=me,
    )
    git.set_ref(ref.name, made, ref.sha)
    call.hosted.made["merge", base] += 1
    return web.json_response(call.shapes.commit(git.commit(made)), status=201)


async def get_contents(call: Call) -> web.Response:
    """GET contents/{path}: a file, base64, at `ref` or the default branch."""
    path, name = call.word("path"), call.request.query.get("ref") or call.hosted.default_branch
    git = call.hosted.git
    commit = git.commit_at(name)
    if commit is None:
        raise GithubError(404, f"No commit found for the ref {name}")
    content = git.file(commit, path)
    if content is None:
        raise not_found()
    sha = git.run("rev-parse", f"{commit}:{path}").strip()
    urls = {
        "self": f"{call.shapes.api}/contents/{quote(path)}?ref={quote(name)}",
        "git": f"{call.shapes.api}/git/blobs/{sha}",
        "html": f"{call.shapes.web}/blob/{quote(name)}/{quote(path)}",
    }
    return web.json_response(
        {
            "type": "file",
            "encoding": "base64",
            "size": len(content),
            "name": path.rpartition("/")[2],
            "path": path,
            "content": base64.encodebytes(content).decode(),
            "sha": sha,
            "url": urls["self"],
            "git_url": urls["git"],
            "html_url": urls["html"],
            "download_url": f"{call.shapes.web}/raw/{quote(name)}/{quote(path)}",
            "_links": urls,
        }
    )


ROUTES = (
    Route(method="GET", path="", handler=get_repository),
    Route(method="GET", path="/branches", handler=list_branches),
    Route(method="GET", path="/branches/{branch:.+}", handler=get_branch),
    Route(method="GET", path="/tags", handler=list_tags),
    Route(method="GET", path="/commits", handler=list_commits),
    Route(method="GET", path="/commits/{ref:.+}", handler=get_commit),
    Route(method="GET", path="/compare/{basehead:.+}", handler=compare),
    Route(method="POST", path="/merges", handler=merge, writes="contents"),
    Route(method="GET", path="/contents/{path:.+}", handler=get_contents),
)
