"""What the simulator remembers besides git: releases, merge requests, accounts, and how often a thing was made."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.gitlab.pipelines import PipelineBook
from sandbox.gitrepo import GitRepo, Person

GUEST, DEVELOPER, MAINTAINER = 10, 30, 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Who a token belongs to and what it may do.

    `level` is the role in the projects, None for no member of any. `expires` is a day as GitLab writes it;
    `gone` says why the token is refused (`revoked`, `expired`), None while it is good.
    """

    username: str = "stationmaster-bot"
    id: int = 1
    token_name: str = "stationmaster"
    scopes: tuple[str, ...] = ("api",)
    level: int | None = MAINTAINER
    expires: str | None = "2027-09-01"
    gone: str | None = None


@dataclass(kw_only=True)
class Release:
    """A release page."""

    tag: str
    name: str
    description: str
    created: float


@dataclass(kw_only=True)
class MergeRequest:
    """A merge request between two branches; whether it can be merged is worked out later.

    `from_fork`: its source branch is one of the same name in another project.
    """

    id: int
    iid: int
    title: str
    description: str | None
    source: str
    target: str
    account: Account
    created: float
    updated: float
    state: str = "opened"
    merged: float | None = None
    merge_sha: str | None = None
    from_fork: bool = False


@dataclass(kw_only=True)
class Hosted:
    """One project. `made` counts effects by their natural key, such as ("tag", "v1.0.0-rc.1").

    `judging`: seconds until GitLab knows whether a merge request can be merged. `variables_role` is the least
    role that may start a pipeline with variables. `protected` are the branches that nobody may push to.
    """

    path: str
    git: GitRepo
    id: int
    clock: Callable[[], float]
    private: bool = True
    archived: bool = False
    judging: float = 1.0
    variables_role: str = "developer"
    book: PipelineBook = field(default_factory=PipelineBook)
    releases: list[Release] = field(default_factory=list)
    merge_requests: list[MergeRequest] = field(default_factory=list)
    protected: set[str] = field(default_factory=set)
    made: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def default_branch(self) -> str:
        """Where HEAD points."""
        return self.git.head()

    def person(self, account: Account) -> Person:
        """The account as a committer, now."""
        email = f"{account.username}@users.noreply.example.com"
        return Person(name=account.username, email=email, at=int(self.clock()))

    def branch(self, name: str) -> str | None:
        """The commit of a branch."""
        found = self.git.ref(f"refs/heads/{name}")
        return None if found is None else found.sha

    def commit_at(self, name: str) -> str | None:
        """The commit of a branch, a tag or a sha."""
        return None if name.startswith("refs/") else self.git.commit_at(name)


def when(seconds: float) -> str:
    """GitLab's way to write a time."""
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
