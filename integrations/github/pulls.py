"""One pull request of GitHub, with what its merge left. The function blocks and raises Failed."""

from dataclasses import replace
from http import HTTPStatus

from integrations.github.client import Client
from integrations.github.errors import Failed
from integrations.github.refs import commit_of
from integrations.github.wire import PullRow
from integrations.merges import whole_change
from orchestration.ports.scm import PullRequest

TELLS_MERGES = "2022-11-28"
"""The last version in which a pull request tells the commit of its merge; no later one tells it elsewhere."""


def find_pull(client: Client, number: int) -> PullRequest | None:
    """pulls/{number}, and the commit of its merge. Before the merge `merge_commit_sha` is only a trial of GitHub's."""
    try:
        row = client.get(PullRow, f"/pulls/{number}")
        if row.merged_at is not None and row.merge_commit_sha is None:
            row = client.get_as_of(TELLS_MERGES, PullRow, f"/pulls/{number}")
    except Failed as failed:
        if failed.status == HTTPStatus.NOT_FOUND:
            return None
        raise
    return pull_request(row, _left(client, row) if row.merged_at is not None else None)


def look(client: Client, number: int) -> PullRequest | None:
    """pulls/{number} as it stands, however it was merged. `mergeable` is null until GitHub has worked it out."""
    try:
        row = client.get(PullRow, f"/pulls/{number}")
    except Failed as failed:
        if failed.status == HTTPStatus.NOT_FOUND:
            return None
        raise
    found = pull_request(row)
    return replace(found, state="merged") if row.merged_at is not None else found


def _left(client: Client, row: PullRow) -> str | None:
    if row.merge_commit_sha is None:
        return None
    if row.commits == 1:
        return row.merge_commit_sha
    commit = commit_of(client, row.merge_commit_sha)
    title = commit.commit.message.split("\n", 1)[0]
    return whole_change(row.number, commit.sha, parents=len(commit.parents), title=title)


def pull_request(row: PullRow, merge_commit: str | None = None) -> PullRequest:
    """Our word for GitHub's."""
    return PullRequest(
        number=row.number,
        url=row.html_url,
        head=row.head.ref,
        base=row.base.ref,
        state="merged" if merge_commit is not None else row.state,
        conflicts=None if row.mergeable is None else not row.mergeable,
        title=row.title,
        merge_commit=merge_commit,
    )
