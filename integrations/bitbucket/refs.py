"""Commits, branches and tags of a repository, and the commits between two of them."""

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from integrations.bitbucket.answers import CommitRow, RefRow
from integrations.bitbucket.client import MOST, Client
from orchestration.ports.errors import Refused

WHOLE = re.compile(r"[0-9a-f]{40}")
SHORT = re.compile(r"[0-9a-f]{7,39}")
HEADS, TAGS = "refs/heads/", "refs/tags/"


async def find_branch(client: Client, name: str) -> RefRow | None:
    """The branch, None where there is none. Slashes of its name stand in the path as in Bitbucket's own links."""
    return await _find(client, "branches", name)


async def find_tag(client: Client, name: str) -> RefRow | None:
    """The tag, None where there is none."""
    return await _find(client, "tags", name)


async def find_named(client: Client, ref: str) -> tuple[str, RefRow] | None:
    """("branch" or "tag", what it is), None where there is neither. A branch wins over a tag."""
    if not ref.startswith(TAGS):
        found = await find_branch(client, ref.removeprefix(HEADS))
        if found is not None:
            return "branch", found
    if not ref.startswith(HEADS):
        found = await find_tag(client, ref.removeprefix(TAGS))
        if found is not None:
            return "tag", found
    return None


async def commit_of(client: Client, ref: str) -> CommitRow:
    """The commit that a branch, tag or sha stands for; Refused where there is none.

    Names and shas are asked for at their own places: a name with a slash would be none in the place of a sha.
    """
    sha = ref.lower()
    whole = WHOLE.fullmatch(sha) is not None
    if not whole:
        found = await find_named(client, ref)
        if found is not None:
            return found[1].target
    row = None
    if whole or SHORT.fullmatch(sha):
        row = await client.find(CommitRow, f"{client.repository}/commit/{sha}")
    if row is None:
        raise Refused(f"There is no branch, tag or commit {ref}")
    return row


def between(client: Client, base: str, head: str) -> AsyncIterator[CommitRow]:
    """The commits that are reachable from the commit `head` and not from the commit `base`, newest first.

    Bitbucket compares nothing itself: it lists what one has and the other has not. Both are whole shas.
    """
    path = f"{client.repository}/commits"
    return client.rows(CommitRow, path, include=head, exclude=base, pagelen=MOST)


async def _find(client: Client, kind: str, name: str) -> RefRow | None:
    """What git takes for no name at all would lead to another path, such as the list of all."""
    if any(part in {"", ".", ".."} for part in name.split("/")):
        return None
    return await client.find(RefRow, f"{client.repository}/refs/{kind}/{quote(name)}")
