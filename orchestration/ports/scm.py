"""The contract of source control. Every making verb is idempotent by its natural key and says which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Commit:
    """One commit; `title` is the first line of its message, `author` a login or a name."""

    sha: str
    title: str
    author: str
    url: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """A branch and the commit at its head."""

    name: str
    sha: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    """A tag; `sha` is the commit that it stands on (annotated tags are followed)."""

    name: str
    sha: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """`commits` are reachable from head and not from base, oldest first and complete; `ahead` counts them."""

    base: str
    head: str
    ahead: int
    behind: int
    commits: Sequence[Commit]
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Notes:
    """Release notes as Markdown, with the commits they were made of, oldest first."""

    text: str
    commits: Sequence[Commit]
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedRelease:
    """A release page at the provider."""

    tag: str
    name: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PullRequest:
    """A pull or merge request; `conflicts` is None while the provider has not judged yet.

    `merge_commit` is the one commit that carries all of it on the base, None where it is not merged.
    """

    number: int
    url: str
    head: str
    base: str
    state: str
    conflicts: bool | None = None
    title: str = ""
    merge_commit: str | None = None


class SourceControl(Protocol):
    """A repository. All verbs raise the errors of `orchestration.ports.errors` and nothing else."""

    async def find_branch(self, name: str) -> Branch | None:
        """The branch, or None where there is none."""

    async def head_of(self, ref: str) -> Commit:
        """The commit that a branch, tag or sha stands for. Refused where it does not exist."""

    async def fork_out_branch(self, branch: str, base: str) -> Branch:
        """Create `branch` at `base` (branch, tag or sha).

        Idempotent by branch and commit: an existing branch on the same commit is success,
        on another commit AlreadyDifferent.
        """

    async def find_tag(self, name: str) -> Tag | None:
        """The tag with the commit that it stands on, or None."""

    async def create_release_tag(self, *, ref: str, tag: str, targets: Sequence[str], version: str) -> Tag:
        """Create the annotated tag `tag` on the commit of `ref`; its message names targets and version.

        Idempotent by tag and commit: an existing tag on the same commit is success, on another
        AlreadyDifferent. Never leaves a dangling tag object where the tag exists already.
        """

    async def compare(self, base: str, head: str) -> Comparison:
        """All commits between two refs, without the provider's cap on a page."""

    async def create_release_notes(
        self, *, current_tag: str, previous_tag: str | None, version: str, parent_targets: Sequence[str]
    ) -> Notes:
        """Notes of previous_tag..current_tag; with no previous tag, of the newest 100 commits. Reads only."""

    async def find_release(self, tag: str) -> PublishedRelease | None:
        """The published release of a tag, or None."""

    async def create_release(
        self,
        *,
        current_tag: str,
        previous_tag: str | None,
        base_version: str,
        parent_targets: Sequence[str],
        release_date: datetime,
        release_id: str,
        body: str,
    ) -> PublishedRelease:
        """Publish the release page of an existing tag. Idempotent by tag."""

    async def open_pull_request(self, *, head: str, base: str, title: str, body: str) -> PullRequest:
        """Open a pull request. Idempotent by head and base: an open one is returned as it is."""

    async def find_pull_request(self, number: int) -> PullRequest | None:
        """The pull request of a number, with the commit that it was merged by; None where there is none.

        Refused where it was merged as several commits, for no single one carries the change.
        """

    async def look_at_pull_request(self, number: int) -> PullRequest | None:
        """The pull request as it is now, with whether it conflicts; None where there is none.

        However it was merged: `state` is `open`, `merged`, or what else became of it, and `merge_commit` is None.
        """

    async def cherry_pick(self, *, commit: str, branch: str) -> Commit:
        """Apply `commit` on top of `branch`; Refused on conflict, Protected where the branch takes no direct commit.

        Idempotent: a commit of the branch that carries the marker
        `(cherry picked from commit <sha>)` is returned.
        """
