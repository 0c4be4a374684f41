"""Files at a commit, commits made of uploaded files, and the Downloads."""

import re

from aiohttp import web

from sandbox.bitbucket.answers import BitbucketError, missing, paged, refused
from sandbox.bitbucket.calls import PAGING, Call, Route
from sandbox.bitbucket.forms import Part, parts_of
from sandbox.bitbucket.tree import MODES, entry_at, tree_with
from sandbox.gitrepo import ZERO, Person

FIELDS = ("message", "author", "parents", "files", "branch")
AUTHOR = re.compile(r"(?P<name>[^<>]+) <(?P<email>[^<>]*)>")
LFS = b"version https://git-lfs.github.com/spec/v1\n"
ATTRIBUTES = {"100755": "executable", "120000": "link", "160000": "subrepository"}


async def get_file(call: Call) -> web.Response:
    """GET src/{commit}/{path}: the content as it is, or with `format=meta` what it is."""
    path, sha = call.word("path"), call.hosted.git.commit_at(call.word("commit"))
    if sha is None:
        raise BitbucketError(404, "Commit not found", data={"shas": [call.word("commit")]})
    entry = entry_at(call.hosted.git, sha, path)
    if entry is None:
        raise missing(f"No such file or directory: {path}")
    about = {"path": path, "commit": {"type": "commit", "hash": sha}}
    meta = call.request.query.get("format") == "meta"
    if entry.kind == "tree":
        if not meta:
            raise refused("The simulator does not list folders")
        return web.json_response({"type": "commit_directory", **about})
    content = b"" if entry.kind == "commit" else call.hosted.git.read(entry.sha)
    if not meta:
        return web.Response(body=content, content_type="application/octet-stream")
    found = [ATTRIBUTES[entry.mode]] if entry.mode in ATTRIBUTES else []
    found += ["lfs"] if content.startswith(LFS) else []
    return web.json_response(
        {"type": "commit_file", **about, "attributes": found, "size": len(content), "escaped_path": path}
    )


async def create_commit(call: Call) -> web.Response:
    """POST src: 409 where the branch is not at the parent that was named."""
    parts = await parts_of(call.request)
    fields: dict[str, list[str]] = {name: [] for name in FIELDS}
    files: dict[str, tuple[str, bytes]] = {}
    for part in parts:
        if part.filename is not None:
            files[part.name.strip("/")] = (_attribute(part), part.content)
        elif part.name in fields:
            fields[part.name].append(part.content.decode())
        else:
            raise refused(f"The simulator does not know the field {part.name}")
    branch, parent = _place(call, fields)
    if branch in call.hosted.protected:
        words = f'You are not allowed to push to a branch that matches the pattern "{branch}".'
        raise BitbucketError(403, words, data={"key": "BRANCH_PERMISSION_VIOLATED"})
    gone = [path.strip("/") for path in fields["files"] if path.strip("/") not in files]
    for path in gone:
        if entry_at(call.hosted.git, parent, path) is None:
            raise refused(f"{path} does not exist and cannot be removed")
    sha = _make(call, parent=parent, fields=fields, tree=tree_with(call.hosted.git, parent, files, gone))
    call.hosted.git.set_ref(f"refs/heads/{branch}", sha, call.hosted.branch(branch) or ZERO)
    call.hosted.made["upload", branch] += 1
    return web.Response(status=201, headers={"Location": f"{call.shapes.api}/commit/{sha}"})


def _attribute(part: Part) -> str:
    if part.attributes not in MODES:
        raise refused(f"{part.attributes} is no attribute of a file")
    return part.attributes


def _place(call: Call, fields: dict[str, list[str]]) -> tuple[str, str]:
    """The branch and the parent of the new commit."""
    if len(fields["branch"]) > 1 or len(fields["parents"]) > 1 or "," in "".join(fields["parents"]):
        raise refused("Only one branch and one parent can be named")
    branch = fields["branch"][0] if fields["branch"] else call.hosted.git.head()
    tip = call.hosted.branch(branch)
    named = fields["parents"][0] if fields["parents"] else None
    if named is not None and tip is not None and named != tip:
        raise BitbucketError(409, f"{named} is not the head of {branch}")
    parent = named or tip or call.hosted.branch(call.hosted.git.head())
    if parent is None or call.hosted.git.kind(parent) != "commit":
        raise refused(f"{named} is no commit")
    return branch, parent


def _make(call: Call, *, parent: str, fields: dict[str, list[str]], tree: str) -> str:
    who = call.hosted.person(call.account)
    author = who
    if fields["author"]:
        found = AUTHOR.fullmatch(fields["author"][0])
        if found is None:
            raise refused("author must be of the form: name <email>")
        author = Person(name=found["name"], email=found["email"], at=who.at)
    message = fields["message"][0] if fields["message"] else "Uploaded"
    return call.hosted.git.make_commit(
        tree=tree, parents=(parent,), message=message, author=author, committer=who
    )


async def list_downloads(call: Call) -> web.Response:
    """GET downloads, newest first."""
    rows = [call.shapes.download(each) for each in reversed(call.hosted.downloads.values())]
    return paged(call.request, call.links, rows)


async def upload_downloads(call: Call) -> web.Response:
    """POST downloads: a file of the same name is replaced without a word."""
    parts = await parts_of(call.request)
    if not parts or any(part.name != "files" or not part.filename for part in parts):
        raise refused("files is required")
    for part in parts:
        call.hosted.put(part.filename or "", part.content)
    return web.Response(status=201)


async def get_download(call: Call) -> web.Response:
    """GET downloads/{filename}: where it lies, at another place and for a short time."""
    found = call.hosted.downloads.get(call.word("filename"))
    if found is None:
        raise missing("Download not found")
    address = (
        f"{call.links}/media/{call.hosted.full_name}/{found.name}?Signature=s&Expires={call.now + 60:.0f}"
    )
    return web.Response(status=302, headers={"Location": address})


READ, WRITE, RAW = "repository", "repository:write", "raw-files"
ROUTES = (
    Route(method="POST", path="/src", handler=create_commit, need=WRITE),
    Route(
        method="GET",
        path="/src/{commit}/{path:.+}",
        handler=get_file,
        need=READ,
        query=frozenset({"format"}),
        resource=RAW,
    ),
    Route(method="GET", path="/downloads", handler=list_downloads, need=READ, query=PAGING),
    Route(method="POST", path="/downloads", handler=upload_downloads, need=WRITE),
    Route(method="GET", path="/downloads/{filename:[^/]+}", handler=get_download, need=READ),
)
