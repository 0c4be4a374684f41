"""Cherry-pick with GitHub's git data API, which has no verb for it. These functions block and raise Failed.

A merge of the picked commit into a commit that has the branch's tree, but the pick's parent as its parent, is a
three-way merge with that parent as its base: its tree is what `git cherry-pick` would make. A commit with this
tree on top of the branch is the pick. For a merge commit the first parent counts (`git cherry-pick -m 1`).
"""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from itertools import chain
from typing import Any
from urllib.parse import quote

from integrations.github.client import Client
from integrations.github.errors import Failed
from integrations.github.refs import commit_of, find_ref, make_ref
from integrations.github.wire import Anything, CommitRow, ComparisonPage, GitRef, Sha
from orchestration.ports.errors import Protected, Refused, TryLater


def pick(client: Client, commit: str, branch: str) -> CommitRow:
    """The commit of `branch` that carries `commit`'s change: found by its marker, or made."""
    source = commit_of(client, commit)
    if not source.parents:
        raise Refused(f"{source.sha} has no parent to take the difference to")
    head = find_ref(client, f"heads/{branch}")
    if head is None:
        raise Refused(f"There is no branch {branch}")
    temporary = _temporary(source.sha, branch)
    there = _already(client, source, head.sha)
    if there is not None:
        _remove(client, temporary)  # what a crash between the two may have left
        return there
    try:
        tip = commit_of(client, head.sha)
        tree = _merged_tree(client, source, tip, temporary)
    finally:
        _remove(client, temporary)
    if tree == tip.commit.tree.sha:
        raise Refused(f"{source.sha[:12]} changes nothing on {branch}: its change is there already")
    made = _make(client, _body(source, tip, tree))
    _advance(client, branch, made)
    return commit_of(client, made)


def marker(sha: str) -> str:
    """The line that `git cherry-pick -x` writes."""
    return f"(cherry picked from commit {sha})"


def _already(client: Client, source: CommitRow, head: str) -> CommitRow | None:
    """The pick itself where the branch contains it, or a commit that the branch has beyond it with the marker."""
    pages = list(client.pages(ComparisonPage, f"/compare/{source.sha}...{head}", page=1))
    if pages[0].behind_by == 0:
        return source
    rows = chain.from_iterable(page.commits for page in pages)
    wanted = marker(source.sha)
    return next((row for row in rows if wanted in row.commit.message.splitlines()), None)


def _temporary(sha: str, branch: str) -> str:
    """A name of its own for each pick, and the same after a crash, so that nothing stays behind."""
    return f"heads/stationmaster/pick-{sha[:12]}-{hashlib.sha256(branch.encode()).hexdigest()[:8]}"


def _merged_tree(client: Client, source: CommitRow, tip: CommitRow, temporary: str) -> str:
    base = {
        "message": f"Ground for the cherry-pick of {source.sha}",
        "tree": tip.commit.tree.sha,
        "parents": [source.parents[0].sha],
    }
    ground = _make(client, base)
    refusal = make_ref(client, temporary, ground)
    if refusal is not None:
        if find_ref(client, temporary) is None:
            raise refusal
        client.send(GitRef, "PATCH", f"/git/refs/{quote(temporary)}", {"sha": ground, "force": True})
    try:
        name = temporary.removeprefix("heads/")
        merged = client.send(CommitRow, "POST", "/merges", {"base": name, "head": source.sha})
    except Failed as failed:
        if failed.status == HTTPStatus.CONFLICT:
            raise Refused(f"{source.sha[:12]} conflicts with the branch; pick it by hand") from failed
        raise
    if merged is None:
        raise Refused(f"{source.sha[:12]} changes nothing: GitHub sees nothing to merge")
    return merged.commit.tree.sha


def _make(client: Client, body: Mapping[str, Any]) -> str:
    made = client.send(Sha, "POST", "/git/commits", body)
    if made is None:
        raise Failed("POST", status=HTTPStatus.NO_CONTENT, message="no commit in it")
    return made.sha


def _body(source: CommitRow, tip: CommitRow, tree: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "message": f"{source.commit.message.rstrip()}\n\n{marker(source.sha)}\n",
        "tree": tree,
        "parents": [tip.sha],
    }
    author = source.commit.author
    if author is not None and author.name and author.email:
        body["author"] = {"name": author.name, "email": author.email}
        if author.date is not None:
            body["author"]["date"] = author.date.isoformat()
    return body


def _advance(client: Client, branch: str, sha: str) -> None:
    """Without force, so that a branch that moved meanwhile is never thrown back."""
    try:
        client.send(GitRef, "PATCH", f"/git/refs/heads/{quote(branch)}", {"sha": sha, "force": False})
    except Failed as failed:
        if failed.status == HTTPStatus.UNPROCESSABLE_ENTITY and "fast forward" in failed.message.lower():
            raise TryLater(f"{branch} moved while the commit was picked") from failed
        if failed.protects:
            raise Protected(f"{branch} is protected: {failed.message}") from failed
        raise


def _remove(client: Client, temporary: str) -> None:
    try:
        client.send(Anything, "DELETE", f"/git/refs/{quote(temporary)}")
    except Failed as failed:
        if failed.status not in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.NOT_FOUND}:
            raise
