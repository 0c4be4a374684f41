"""Refs and the commits they stand on; these functions block and raise Failed."""

from http import HTTPStatus
from urllib.parse import quote

from integrations.github.client import Client
from integrations.github.errors import TAKEN, Failed
from integrations.github.wire import CommitRow, GitObject, GitRef, GitTag
from orchestration.ports.errors import Refused


def find_ref(client: Client, name: str) -> GitObject | None:
    """What `heads/x` or `tags/x` stands on, None where there is no such ref.

    Read from the answer, never from PyGithub's lazy object, which knows the ref's name without asking.
    """
    try:
        found = client.ask(GitRef, "GET", client.repo.get_git_ref, name)
    except Failed as failed:
        if failed.status == HTTPStatus.NOT_FOUND:
            return None
        raise
    return found.object


def make_ref(client: Client, name: str, sha: str) -> Failed | None:
    """Create a ref; None when it is made, the failure when GitHub says 422 (it may exist already)."""
    try:
        client.ask(GitRef, "POST", client.repo.create_git_ref, f"refs/{name}", sha)
    except Failed as failed:
        if failed.status in TAKEN:
            return failed
        raise
    return None


def stands_on(client: Client, found: GitObject) -> str:
    """The commit below a ref's object: annotated tags are followed, also a tag of a tag."""
    for _ in range(5):
        if found.type == "commit":
            return found.sha
        if found.type != "tag":
            break
        found = client.ask(GitTag, "GET", client.repo.get_git_tag, found.sha).object
    raise Refused(f"The tag stands on a {found.type}, not on a commit")


def commit_of(client: Client, ref: str) -> CommitRow:
    """The commit that a branch, tag or sha stands for; Refused where there is none."""
    try:
        return client.get(CommitRow, f"/commits/{quote(ref, safe='')}", per_page=1)
    except Failed as failed:
        if failed.status in {HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}:
            raise Refused(f"There is no branch, tag or commit {ref}") from failed
        raise
