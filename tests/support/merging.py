"""Pull requests that are merged in a provider's simulator, in the way that a test wants."""

from sandbox.gitlab.hosting import MergeRequest
from tests.integrations.bitbucket.bitbucket_rig import BitbucketRig
from tests.integrations.github.github_rig import GithubRig
from tests.integrations.gitlab.gitlab_rig import GitlabRig


def merge(rig: GithubRig | GitlabRig | BitbucketRig, number: int, *, parents: int, title: str) -> str:
    """Put one commit on the base and say so: `parents` 2 is a merge, 1 a squash or what a rebase leaves last."""
    git = rig.hosted.git
    head, base = _branches(rig, number)
    ours, theirs = git.commit_at(base) or "", git.commit_at(head) or ""
    who = git.log(head)[0].author
    tree = git.merge_tree(ours, theirs) or ""
    sha = git.make_commit(
        tree=tree, parents=(ours, theirs)[:parents], message=f"{title}\n", author=who, committer=who
    )
    git.set_ref(f"refs/heads/{base}", sha, ours)
    if isinstance(rig, GithubRig):
        pull = rig.hosted.pulls[number - 1]
        pull.state, pull.merge_sha, pull.merged_at = "closed", sha, rig.clock()
    elif isinstance(rig, GitlabRig):
        _tell_gitlab(rig.hosted.merge_requests[number - 1], sha, rig.clock(), own=parents > 1)
    else:
        found = rig.hosted.pulls[number - 1]
        found.state, found.merge_sha = "MERGED", sha
    return sha


def _branches(rig: GithubRig | GitlabRig | BitbucketRig, number: int) -> tuple[str, str]:
    if isinstance(rig, GithubRig):
        pull = rig.hosted.pulls[number - 1]
        return pull.head, pull.base
    row = (
        rig.hosted.merge_requests[number - 1] if isinstance(rig, GitlabRig) else rig.hosted.pulls[number - 1]
    )
    return row.source, row.target


def _tell_gitlab(row: MergeRequest, sha: str, at: float, *, own: bool) -> None:
    row.state, row.merged = "merged", at
    row.merge_sha = sha if own else None
