"""One merge request of GitLab, with what its merge left. The function blocks and raises Failed."""

from integrations.gitlab.client import Client
from integrations.gitlab.errors import Failed
from integrations.gitlab.refs import commit_of
from integrations.gitlab.wire import MergeRequestRow
from integrations.merges import whole_change
from orchestration.ports.scm import PullRequest

UNJUDGED = frozenset({"checking", "unchecked", "preparing", "cannot_be_merged_recheck"})
"""The states of a merge request that GitLab has not judged yet: it does so later, and is asked again."""

STATES = {"opened": "open", "locked": "open"}
"""GitLab's words that differ from ours; a request is locked while its merge is under way."""


def find_merge_request(client: Client, iid: int) -> PullRequest | None:
    """merge_requests/{iid}. A squash comes first: a merge of a squashed branch only repeats it."""
    try:
        row = client.get(MergeRequestRow, f"/merge_requests/{iid}")
    except Failed as failed:
        if failed.absent:
            return None
        raise
    return pull_request(row, _left(client, row) if row.state == "merged" else None)


def look(client: Client, iid: int) -> PullRequest | None:
    """merge_requests/{iid} as it stands, however it was merged."""
    try:
        return pull_request(client.get(MergeRequestRow, f"/merge_requests/{iid}"))
    except Failed as failed:
        if failed.absent:
            return None
        raise


def _left(client: Client, row: MergeRequestRow) -> str | None:
    own = row.squash_commit_sha or row.merge_commit_sha
    if own is not None or row.sha is None:
        return own
    # A fast-forward: the head of the branch is on the target, and may be the last of several.
    commit = commit_of(client, row.sha)
    return whole_change(row.iid, commit.id, parents=len(commit.parent_ids), title=commit.message, mark="!")


def pull_request(row: MergeRequestRow, merge_commit: str | None = None) -> PullRequest:
    """Our word for GitLab's."""
    status = row.detailed_merge_status or row.merge_status
    return PullRequest(
        number=row.iid,
        url=row.web_url,
        head=row.source_branch,
        base=row.target_branch,
        state=STATES.get(row.state, row.state),
        conflicts=None if status in UNJUDGED else row.has_conflicts,
        title=row.title,
        merge_commit=merge_commit,
    )
