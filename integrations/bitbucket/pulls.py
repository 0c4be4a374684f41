"""Pull requests: one open one for a head and a base.

Bitbucket says of no pull request whether it can be merged; its difference names the files in conflict. Source:
developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests, .../rest/intro#filtering.
"""

from dataclasses import replace

from integrations.bitbucket.answers import ChangeRow, PullRow
from integrations.bitbucket.client import Client
from integrations.bitbucket.errors import TAKEN, parsed
from integrations.bitbucket.refs import between, commit_of, find_branch
from integrations.merges import whole_change
from orchestration.ports.errors import Refused, TryLater
from orchestration.ports.scm import PullRequest

PAGE = "50"
"""Pull requests come fifty at a time at most."""

CONFLICTS = ("conflict", "local deleted", "remote deleted")
"""What the states of a file in conflict hold; the latter two are of one that one side removed and the other changed."""


async def open_pull(client: Client, *, head: str, base: str, title: str, body: str) -> PullRequest:
    """Look for an open one, then open it. Refused without commits, before Bitbucket would say so."""
    found = await _open_one(client, head, base)
    ends = [await _tip(client, name) for name in (base, head)]
    if found is None:
        if await anext(between(client, *ends), None) is None:
            raise Refused(f"No commits between {base} and {head}")
        found = await _make(client, head, base, title, body)
    return replace(_pull_request(client, found), conflicts=await _conflicts(client, *ends))


async def find_pull(client: Client, number: int) -> PullRequest | None:
    """The pull request of a number, with the commit of its merge; Bitbucket names one for every strategy."""
    row = await client.find(PullRow, f"{client.repository}/pullrequests/{number}")
    if row is None or row.state != "MERGED" or row.merge_commit is None:
        return None if row is None else _pull_request(client, row)
    commit = await commit_of(client, row.merge_commit.hash)
    title = commit.message.split("\n", 1)[0]
    left = whole_change(number, commit.hash, parents=len(commit.parents), title=title)
    return replace(_pull_request(client, row), merge_commit=left)


async def look(client: Client, number: int) -> PullRequest | None:
    """The pull request as it stands, however it was merged; of an open one also whether it conflicts."""
    row = await client.find(PullRow, f"{client.repository}/pullrequests/{number}")
    if row is None:
        return None
    found = _pull_request(client, row)
    if found.state != "open":
        return found
    ends = [await _tip(client, name) for name in (found.base, found.head)]
    return replace(found, conflicts=await _conflicts(client, *ends))


def _pull_request(client: Client, row: PullRow) -> PullRequest:
    return PullRequest(
        number=row.id,
        url=row.page or f"{client.web}/pull-requests/{row.id}",
        head=row.source.branch.name,
        base=row.destination.branch.name,
        state=row.state.lower(),
        title=row.title,
    )


async def _tip(client: Client, name: str) -> str:
    row = await find_branch(client, name)
    if row is None:
        raise Refused(f"There is no branch {name}")
    return row.target.hash


async def _make(client: Client, head: str, base: str, title: str, body: str) -> PullRow:
    wanted = {
        "type": "pullrequest",
        "title": title,
        "description": body,
        "source": {"branch": {"name": head}},
        "destination": {"branch": {"name": base}},
        "close_source_branch": False,
    }
    answer = await client.send(f"{client.repository}/pullrequests", json=wanted)
    if answer.status in TAKEN:
        found = await _open_one(client, head, base)
        if found is not None:
            return found
    return parsed(PullRow, answer)


async def _open_one(client: Client, head: str, base: str) -> PullRow | None:
    """The open one of these branches; not one from a fork that has a branch of the same name."""
    quoted = [name.replace("\\", "\\\\").replace('"', '\\"') for name in (head, base)]
    query = (
        f'state = "OPEN" AND source.branch.name = "{quoted[0]}" AND destination.branch.name = "{quoted[1]}"'
    )
    async for row in client.rows(PullRow, f"{client.repository}/pullrequests", q=query, pagelen=PAGE):
        names = (row.state, row.source.branch.name, row.destination.branch.name)
        own = row.source.repository, row.destination.repository
        if names == ("OPEN", head, base) and own[0] is not None and own[0] == own[1]:
            return row
    return None


async def _conflicts(client: Client, base: str, head: str) -> bool | None:
    """Whether a file is in conflict; None where Bitbucket cannot say so just now, for the request is there.

    The spec names the head first, the other way round than git. 555: the difference takes Bitbucket too long.
    """
    path = f"{client.repository}/diffstat/{head}..{base}"
    try:
        async for row in client.rows(ChangeRow, path, topic="true"):
            if any(words in row.status for words in CONFLICTS):
                return True
    except TryLater:
        return None
    return False
