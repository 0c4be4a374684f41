"""Commits, branches and tags; these functions block and raise Failed."""

from collections.abc import Iterator
from urllib.parse import quote

from integrations.gitlab.client import Client
from integrations.gitlab.errors import Failed
from integrations.gitlab.wire import BranchRow, CommitRow, TagRow
from orchestration.ports.errors import Refused


def short_ref(ref: str) -> str:
    """The name of a branch or tag: GitLab knows refs without a prefix."""
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/")


def whole(name: str) -> str:
    """A name as one segment of a path: slashes are encoded, or GitLab would look for another route."""
    return quote(name, safe="")


def commit_of(client: Client, ref: str) -> CommitRow:
    """The commit that a branch, tag or sha stands for; Refused where there is none."""
    try:
        return client.get(CommitRow, f"/repository/commits/{whole(short_ref(ref))}")
    except Failed as failed:
        if failed.absent:
            raise Refused(f"There is no branch, tag or commit {ref}") from failed
        raise


def find_branch(client: Client, name: str) -> BranchRow | None:
    """The branch, None where it is not there."""
    try:
        return client.get(BranchRow, f"/repository/branches/{whole(name)}")
    except Failed as failed:
        if failed.absent:
            return None
        raise


def find_tag(client: Client, name: str) -> TagRow | None:
    """The tag, None where it is not there."""
    try:
        return client.get(TagRow, f"/repository/tags/{whole(name)}")
    except Failed as failed:
        if failed.absent:
            return None
        raise


def between(client: Client, base: str, head: str) -> Iterator[CommitRow]:
    """The commits that are reachable from the commit `head` and not from the commit `base`, newest first.

    The list of commits takes a revision range. `compare` would work out and send every difference as well, and
    gives up on big ones. Both are whole shas, so that no name is taken for another.
    """
    return client.rows(CommitRow, "/repository/commits", ref_name=f"{base}..{head}", order="topo")
