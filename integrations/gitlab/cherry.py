"""Cherry-pick at GitLab. These functions block and raise Failed.

GitLab answers 400 for a conflict and for a commit that is there already, and has answered 502 for a pick that it
then made: so the branch is looked at before, and after a refusal as well.
Source: docs.gitlab.com/api/commits#cherry-pick-a-commit.
"""

from http import HTTPStatus

from integrations.gitlab.client import Client
from integrations.gitlab.errors import TAKEN, Failed
from integrations.gitlab.refs import between, commit_of, find_branch
from integrations.gitlab.wire import CommitRow
from orchestration.ports.errors import Protected, Refused

PROTECTING = "push into this branch"
"""How GitLab refuses a commit to a branch that the token's role may not push to."""


def pick(client: Client, commit: str, branch: str) -> CommitRow:
    """The commit of `branch` that carries `commit`'s change: found by its marker, or made."""
    source = commit_of(client, commit)
    there = _already(client, source, branch)
    if there is not None:
        return there
    try:
        return client.post(CommitRow, f"/repository/commits/{source.id}/cherry_pick", body={"branch": branch})
    except Failed as failed:
        if failed.status == HTTPStatus.FORBIDDEN and PROTECTING in failed.message.lower():
            raise Protected(f"{branch} is protected: {failed.message}") from failed
        if failed.status not in TAKEN:
            raise
        there = _already(client, source, branch)
        if there is not None:
            return there
        short = source.id[:12]
        if failed.message.endswith("; empty"):
            raise Refused(f"{short} changes nothing on {branch}: its change is there already") from failed
        if _unpickable(failed):
            words = f"{short} conflicts with {branch}, or its change is there already; pick it by hand"
            raise Refused(words) from failed
        raise


def marker(sha: str) -> str:
    """The line that GitLab adds to the message of a pick, as `git cherry-pick -x` does."""
    return f"(cherry picked from commit {sha})"


def _already(client: Client, source: CommitRow, branch: str) -> CommitRow | None:
    """The commit itself where the branch contains it, or one that the branch has beyond it with the marker."""
    head = find_branch(client, branch)
    if head is None:
        raise Refused(f"There is no branch {branch}")
    if next(between(client, head.commit.id, source.id), None) is None:
        return source
    wanted = marker(source.id)
    rows = between(client, source.id, head.commit.id)
    return next((row for row in rows if wanted in row.message.splitlines()), None)


def _unpickable(failed: Failed) -> bool:
    words = failed.message.lower()
    return "conflict" in words or "cherry-pick this commit automatically" in words
