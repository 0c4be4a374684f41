"""What the simulator remembers besides git: accounts, pull requests, downloads, and how often a thing was made."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from sandbox.bitbucket.pipelines import PipelineBook
from sandbox.gitrepo import GitRepo, Person


class Kind(StrEnum):
    """Kinds of credentials; app passwords ended on 2026-07-28."""

    ACCESS_TOKEN = "access_token"
    API_TOKEN = "api_token"
    APP_PASSWORD = "app_password"


CLASSIC = ("repository:write", "pullrequest:write", "pipeline:write")
FINE = tuple(
    f"{act}:{what}:bitbucket"
    for what in ("repository", "pullrequest", "pipeline", "workspace", "user")
    for act in ("read", "write")
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Who a token is and what it may do.

    `email` is the name beside an API token. `sees`: the repositories that it may see, None for all.
    `gone`: whether it was revoked or has expired.
    """

    display_name: str = "stationmaster"
    kind: Kind = Kind.ACCESS_TOKEN
    email: str = ""
    scopes: tuple[str, ...] = CLASSIC
    sees: frozenset[str] | None = None
    gone: bool = False

    def may(self, need: str) -> bool:
        """Whether its scopes hold what a route needs, such as `repository:write`."""
        what, _, write = need.partition(":")
        if self.kind is Kind.API_TOKEN:
            name = {"account": "user"}.get(what, what)
            return f"{'write' if write else 'read'}:{name}:bitbucket" in self.scopes
        implied = {"repository": "pullrequest"}.get(what, what)
        enough = {f"{what}:write", f"{implied}:write"} | (set() if write else {what, implied})
        return bool(enough & set(self.scopes))


@dataclass(kw_only=True)
class Download:
    """A file in the Downloads."""

    name: str
    content: bytes
    size: int
    created: float


@dataclass(kw_only=True)
class PullRequest:
    """A pull request between two branches. `merging`: when a merge that was accepted will be done."""

    id: int
    title: str
    description: str
    source: str
    target: str
    account: Account
    created: float
    updated: float
    state: str = "OPEN"
    merging: float | None = None
    merge_sha: str | None = None
    from_fork: bool = False


@dataclass(kw_only=True)
class Hosted:
    """One repository. `made` counts effects by their natural key, such as ("tag", "v1.0.0-rc.1").

    `merge_seconds`: how long a merge takes that is asked for as asynchronous. `tells`: where the variables of a
    pipeline are told: "list", "one" (not in lists) or "never". `protected` are the branches that nobody may push to.
    """

    workspace: str
    slug: str
    git: GitRepo
    id: int
    clock: Callable[[], float]
    private: bool = True
    merge_seconds: float = 0.0
    tells: str = "list"
    too_big: bool = False
    book: PipelineBook = field(default_factory=PipelineBook)
    downloads: dict[str, Download] = field(default_factory=dict)
    pulls: list[PullRequest] = field(default_factory=list)
    protected: set[str] = field(default_factory=set)
    made: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def full_name(self) -> str:
        """As in addresses."""
        return f"{self.workspace}/{self.slug}"

    @property
    def uuid(self) -> str:
        """With its braces."""
        return f"{{00000000-0000-4000-9000-{self.id:012d}}}"

    def person(self, account: Account) -> Person:
        """The account as a committer, now."""
        email = account.email or "bot@bots.bitbucket.example.com"
        return Person(name=account.display_name, email=email, at=int(self.clock()))

    def branch(self, name: str) -> str | None:
        """The commit of a branch."""
        found = self.git.ref(f"refs/heads/{name}")
        return None if found is None else found.sha

    def commit_at(self, name: str) -> str | None:
        """The commit of a branch, a tag or a sha."""
        return None if name.startswith("refs/") else self.git.commit_at(name)

    def put(self, name: str, content: bytes, *, size: int | None = None) -> None:
        """Take a file into the Downloads; one of the same name is replaced."""
        length = len(content) if size is None else size
        self.downloads[name] = Download(name=name, content=content, size=length, created=self.clock())
        self.made["download", name] += 1


Accounts = Mapping[str, Account]


def when(seconds: float) -> str:
    """Bitbucket's way to write a time."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
