"""What the suites of source control need besides the port: over the adapters' simulators, and the twin in memory."""

from collections.abc import Sequence
from typing import Protocol

from integrations.rehearsal.scm import RehearsalScm
from orchestration.ports.scm import SourceControl
from tests.integrations.bitbucket.bitbucket_rig import BitbucketRig
from tests.integrations.github.github_rig import GithubRig
from tests.integrations.gitlab.gitlab_rig import GitlabRig
from tests.support.merging import merge


class Rig(Protocol):
    """What the suite needs to do and to see besides the port."""

    scm: SourceControl

    def grow(self, branch: str, titles: Sequence[str]) -> str:
        """Commit to a branch, as people do."""

    def made(self, kind: str, key: str) -> int:
        """How often a branch, tag, release or pull was made."""

    def conflict(self, branch: str, titles: Sequence[str]) -> str:
        """Commit to a branch what conflicts with other branches."""

    def merge(self, number: int) -> str:
        """Merge a pull request with a commit of its own, as people do, and give that commit."""

    def clash(self, head: str, base: str) -> None:
        """Say that the two can't be merged, where their commits do not say so by themselves."""

    def judge(self) -> None:
        """Let the provider work out which requests can be merged."""

    def protect(self, branch: str) -> None:
        """Let the branch take changes by pull request only."""


class Twin:
    """The twin; what is in a dictionary cannot be there twice."""

    def __init__(self) -> None:
        self.twin = RehearsalScm(titles=("Begin", "feat: go on (#7)", "fix: mend"))
        self.scm: SourceControl = self.twin

    def grow(self, branch: str, titles: Sequence[str]) -> str:
        """See Rig."""
        return self.twin.grow(branch, titles)

    def made(self, kind: str, key: str) -> int:
        """See Rig."""
        if kind == "pull":
            return sum(f"{pull.head}:{pull.base}" == key for pull in self.twin.kept.pulls)
        kept = self.twin.kept
        names = {"branch": set(kept.branches), "tag": set(kept.tags), "release": set(kept.releases)}
        return int(key in names[kind])

    def conflict(self, branch: str, titles: Sequence[str]) -> str:
        """See Rig."""
        sha = self.grow(branch, titles)
        self.twin.conflicts |= {(sha, other) for other in self.twin.kept.branches}
        return sha

    def merge(self, number: int) -> str:
        """See Rig."""
        return self.twin.merge(number)

    def clash(self, head: str, base: str) -> None:
        """See Rig."""
        self.twin.clashes.add((head, base))

    def judge(self) -> None:
        """See Rig: it knows at once."""

    def protect(self, branch: str) -> None:
        """See Rig."""
        self.twin.protected.add(branch)


class Hosted:
    """A vendor's adapter over TCP. Each growth is in a file of its own, so that picks do not conflict."""

    def __init__(self, rig: GithubRig | GitlabRig | BitbucketRig) -> None:
        self.rig = rig
        self.grown = 0
        self.scm: SourceControl = rig.scm

    def grow(self, branch: str, titles: Sequence[str]) -> str:
        """See Rig."""
        self.grown += 1
        return self.rig.grow(branch, titles, file=f"growth-{self.grown}.txt")

    def made(self, kind: str, key: str) -> int:
        """See Rig."""
        return self.rig.made(kind, key)

    def conflict(self, branch: str, titles: Sequence[str]) -> str:
        """See Rig."""
        return self.rig.grow(branch, titles, file="shared.txt")

    def merge(self, number: int) -> str:
        """See Rig."""
        return merge(self.rig, number, parents=2, title=f"Merge request {number}")

    def clash(self, head: str, base: str) -> None:
        """See Rig: git sees it in the files."""

    def judge(self) -> None:
        """See Rig: the others need no time for it."""
        if isinstance(self.rig, GitlabRig):
            self.rig.hosted.judging = 0.0

    def protect(self, branch: str) -> None:
        """See Rig."""
        self.rig.hosted.protected.add(branch)
