"""Cherry-pick at Bitbucket, which has no verb for it: the files that the commit changed, uploaded as a new commit.

Each path is read at the commit's first parent, at the commit, and at the branch's head. Where the branch has it as
the parent has, the commit's content is taken whole, byte for byte; where the branch has another text, the two changes
are merged line by line. A rename is a removed and an added file. Bitbucket takes the upload only while the branch
is at the head that was read. For a merge commit the first parent counts (`git cherry-pick -m 1`).
Source: developer.atlassian.com/cloud/bitbucket/rest/api-group-source (POST src), .../api-group-commits (diffstat).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from integrations.bitbucket.answers import ChangeRow, CommitRow, FileRow
from integrations.bitbucket.client import Client
from integrations.bitbucket.errors import check, protects, says
from integrations.bitbucket.merge import merged
from integrations.bitbucket.refs import WHOLE, between, commit_of, find_branch
from integrations.bitbucket.upload import Upload, multipart
from orchestration.ports.errors import Protected, Refused, TryLater

MOST_FILES = 40
"""Each takes up to six requests, of which there are a thousand an hour, and all must be read within one verb."""

MOST_BYTES = 8 * 2**20
"""Of one file; our answers and requests are held in memory."""

MOST_IN_ALL = 4 * MOST_BYTES

BY_HAND = "pick it by hand"
ODD = {
    "link": "a symbolic link",
    "subrepository": "a submodule",
    "lfs": "a file of Git LFS",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Blob:
    """A file at a commit."""

    content: bytes
    executable: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Pick:
    """What is picked, and onto what: `tip` is the branch's head as it was read."""

    source: CommitRow
    branch: str
    tip: str

    def refused(self, path: str, why: str = "") -> Refused:
        """The refusal for a path that both sides changed."""
        return Refused(f"{self.source.hash[:12]} conflicts with {self.branch} in {path}{why}; {BY_HAND}")


async def pick(client: Client, commit: str, branch: str) -> CommitRow:
    """The commit of `branch` that carries `commit`'s change: found by its marker, or made."""
    source = await commit_of(client, commit)
    if not source.parents:  # a branch or tag may show its commit in short
        source = await commit_of(client, source.hash)
    if not source.parents:
        raise Refused(f"{source.hash} has no parent to take the difference to")
    head = await find_branch(client, branch)
    if head is None:
        raise Refused(f"There is no branch {branch}")
    tip = head.target.hash
    there = await _already(client, source, tip)
    if there is not None:
        return there
    wanted = Pick(source=source, branch=branch, tip=tip)
    files, gone = await _changed(client, wanted)
    if not files and not gone:
        raise Refused(f"{source.hash[:12]} changes nothing on {branch}: its change is there already")
    made = await _commit(client, wanted, files, gone)
    try:
        return await commit_of(client, made)
    except TryLater as error:
        error.maybe_done = True
        raise


def marker(sha: str) -> str:
    """The line that `git cherry-pick -x` writes."""
    return f"(cherry picked from commit {sha})"


async def _already(client: Client, source: CommitRow, tip: str) -> CommitRow | None:
    """The commit itself where the branch contains it, or one that the branch has beyond it with the marker."""
    if await anext(between(client, tip, source.hash), None) is None:
        return source
    wanted = marker(source.hash)
    async for row in between(client, source.hash, tip):
        if wanted in row.message.splitlines():
            return row
    return None


async def _changed(client: Client, wanted: Pick) -> tuple[Sequence[Upload], Sequence[str]]:
    """The files to write and the paths to remove. Refused where a person must decide."""
    sha = wanted.source.hash
    paths: dict[str, None] = {}
    async for row in client.rows(ChangeRow, f"{client.repository}/diffstat/{sha}"):
        paths |= {side.path: None for side in (row.old, row.new) if side is not None}
        if len(paths) > MOST_FILES:
            raise Refused(f"{sha[:12]} changes more than {MOST_FILES} files; {BY_HAND}")
    files, gone = [], []
    for path in paths:
        ours, new = await _new(client, wanted, path)
        if new is None and ours is not None:
            gone.append(f"/{path}")
        elif new is not None and new != ours:
            files.append(Upload(field=f"/{path}", content=new.content, executable=new.executable))
        if sum(len(each.content) for each in files) > MOST_IN_ALL:
            raise Refused(f"{sha[:12]} changes more than {MOST_IN_ALL // 2**20} MiB; {BY_HAND}")
    return files, gone


async def _new(client: Client, wanted: Pick, path: str) -> tuple[Blob | None, Blob | None]:
    """What the branch has at a path, and what it shall have."""
    commits = (wanted.source.parents[0].hash, wanted.source.hash, wanted.tip)
    base, theirs, ours = await asyncio.gather(*(_blob(client, sha, path) for sha in commits))
    if ours == base:
        return ours, theirs
    if theirs in (base, ours):
        return ours, ours
    if base is None or theirs is None or ours is None:
        raise wanted.refused(path, ", which is not on all sides")
    content = await asyncio.to_thread(merged, base.content, ours.content, theirs.content)
    if content is None:
        raise wanted.refused(path)
    executable = theirs.executable if ours.executable == base.executable else ours.executable
    return ours, Blob(content=content, executable=executable)


async def _blob(client: Client, sha: str, path: str) -> Blob | None:
    """A file at a commit, None where it is not there. Refused for what an upload would make something else of."""
    place = f"{client.repository}/src/{sha}/{quote(path)}"
    row = await client.find(FileRow, place, format="meta")
    if row is None:
        return None
    odd = next((ODD[each] for each in row.attributes if each in ODD), None)
    if row.type != "commit_file":
        odd = odd or "no plain file"
    if odd is not None:
        raise Refused(f"{path} is {odd}, which cannot be carried over through Bitbucket's API; {BY_HAND}")
    if row.size > MOST_BYTES:
        raise Refused(f"{path} has more than {MOST_BYTES // 2**20} MiB; {BY_HAND}")
    answer = await client.ask(place, raw=True)
    check(answer)
    if len(answer.body) != row.size:
        raise TryLater(f"Bitbucket sent {len(answer.body)} of the {row.size} bytes of {path}")
    return Blob(content=answer.body, executable="executable" in row.attributes)


async def _commit(client: Client, wanted: Pick, files: Sequence[Upload], gone: Sequence[str]) -> str:
    """POST src on top of exactly `tip`. TryLater where the branch moved meanwhile."""
    source = wanted.source
    fields = [
        ("message", f"{source.message.rstrip()}\n\n{marker(source.hash)}\n"),
        ("branch", wanted.branch),
        ("parents", wanted.tip),
        *(("files", path) for path in gone),
    ]
    if source.author.raw.endswith(">"):
        fields.append(("author", source.author.raw))
    data, kind = multipart(fields, files)
    answer = await client.send(f"{client.repository}/src", data=data, kind=kind)
    if answer.status == HTTPStatus.CONFLICT:
        raise TryLater(f"{wanted.branch} moved while the commit was picked")
    if protects(answer):
        raise Protected(f"{wanted.branch} is protected: {says(answer)}")
    check(answer)
    sha = (answer.header("location") or "").rstrip("/").rpartition("/")[2]
    if WHOLE.fullmatch(sha) is None:
        raise TryLater("Bitbucket took the commit and did not name it", maybe_done=True)
    return sha
