"""What the simulator remembers besides git: releases, pull requests, accounts, and how often a thing was made."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.github.runs import RunBook
from sandbox.github.workflows import Workflow, workflows_at
from sandbox.gitrepo import GitRepo, Person

ALL_PERMISSIONS = frozenset({"contents", "pull_requests", "actions", "actions:read"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Who a token belongs to and what it may write; `repositories` None means all.

    `pushes` is the account's own right, whatever the token's. `scopes` are those of a classic token, None for a
    fine-grained one, which shows none; `expires` is as GitHub writes it. The token of a GitHub App's installation
    is good until `until`, in seconds since 1970.
    """

    login: str = "stationmaster-bot"
    id: int = 1
    email: str = "stationmaster-bot@users.noreply.github.com"
    writes: frozenset[str] = ALL_PERMISSIONS
    repositories: frozenset[str] | None = None
    pushes: bool = True
    reads_actions: bool = True
    scopes: tuple[str, ...] | None = None
    expires: str | None = None
    until: float | None = None
    installation: int | None = None


@dataclass(kw_only=True)
class Release:
    """A release page."""

    id: int
    tag: str
    target: str
    name: str | None
    body: str | None
    draft: bool
    prerelease: bool
    author: Account
    created: float
    published: float | None


@dataclass(kw_only=True)
class Pull:
    """A pull request between two branches of the repository."""

    number: int
    title: str
    body: str | None
    head: str
    base: str
    author: Account
    created: float
    updated: float
    state: str = "open"
    merged_at: float | None = None
    merge_sha: str | None = None
    closed_at: float | None = None
    judged: bool = False
    draft: bool = False


@dataclass(kw_only=True)
class Hosted:
    """One repository. `made` counts effects by their natural key, such as ("tag", "v1.0.0-rc.1").

    `protected` are the branches that take changes by pull request only, `former` the full names that it had before.
    """

    owner: str
    name: str
    git: GitRepo
    id: int
    clock: Callable[[], float]
    private: bool = False
    archived: bool = False
    runs: RunBook = field(default_factory=RunBook)
    releases: list[Release] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)
    protected: set[str] = field(default_factory=set)
    former: list[str] = field(default_factory=list)
    made: Counter[tuple[str, str]] = field(default_factory=Counter)
    workflows: dict[str, Sequence[Workflow]] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """owner/name."""
        return f"{self.owner}/{self.name}"

    def workflows_at(self, commit: str) -> Sequence[Workflow]:
        """The workflows whose files are there at a commit, read once for each commit."""
        if commit not in self.workflows:
            self.workflows[commit] = workflows_at(self.git, commit)
        return self.workflows[commit]

    def workflow_at(self, commit: str, file: str) -> Workflow | None:
        """The workflow of this file at a commit."""
        return next((workflow for workflow in self.workflows_at(commit) if workflow.file == file), None)

    @property
    def default_branch(self) -> str:
        """Where HEAD points."""
        return self.git.head()

    def person(self, account: Account) -> Person:
        """The account as a committer, now."""
        return Person(name=account.login, email=account.email, at=int(self.clock()))


def when(seconds: float) -> str:
    """GitHub's way to write a time."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
