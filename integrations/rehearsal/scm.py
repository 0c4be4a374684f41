"""Source control in memory: the contract's rules over a small graph of commits. For tests and rehearsals."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from orchestration.ports.errors import AlreadyDifferent, Protected, Refused
from orchestration.ports.scm import (
    Branch,
    Commit,
    Comparison,
    Notes,
    PublishedRelease,
    PullRequest,
    Tag,
)

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NEWEST = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A commit in the graph; `picked` is the commit that it was picked from."""

    commit: Commit
    parents: Sequence[str] = ()
    picked: str | None = None


@dataclass(kw_only=True, slots=True)
class Kept:
    """What there is: the same things that a provider would show."""

    nodes: dict[str, Node] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    releases: dict[str, PublishedRelease] = field(default_factory=dict)
    pulls: list[PullRequest] = field(default_factory=list)


class RehearsalScm:
    """SourceControl over dictionaries, with one commit per title on `main` to begin with.

    `hook` is called with the verb's name before a verb looks at anything, and may raise a port error.
    `conflicts` holds (commit, branch) pairs that cannot be picked, `clashes` (head, base) pairs that cannot be merged,
    `protected` the branches that take changes by pull request only.
    """

    def __init__(
        self,
        *,
        titles: Sequence[str] = ("Begin",),
        home: str = "https://rehearsal.invalid",
        hook: Callable[[str], None] = lambda _verb: None,
    ) -> None:
        self._home = home
        self._hook = hook
        self.kept = Kept()
        self.conflicts: set[tuple[str, str]] = set()
        self.clashes: set[tuple[str, str]] = set()
        self.protected: set[str] = set()
        self.grow("main", titles)

    def grow(self, branch: str, titles: Sequence[str]) -> str:
        """Add commits to a branch, as people do, and give the new head."""
        for title in titles:
            head = self.kept.branches.get(branch)
            self.kept.branches[branch] = self._add(title, (head,) if head else ())
        return self.kept.branches[branch]

    def merge(self, number: int) -> str:
        """Merge a pull request, as people do, and give the commit that carries it."""
        at, pull = next((n, p) for n, p in enumerate(self.kept.pulls) if p.number == number)
        parents = (self.kept.branches[pull.base], self.kept.branches[pull.head])
        made = self._add(f"{pull.title} (#{number})", parents)
        self.kept.branches[pull.base] = made
        self.kept.pulls[at] = replace(pull, state="merged", merge_commit=made)
        return made

    def close(self, number: int) -> None:
        """Close a pull request without merging it, as people do."""
        at = next(n for n, p in enumerate(self.kept.pulls) if p.number == number)
        self.kept.pulls[at] = replace(self.kept.pulls[at], state="closed")

    async def find_branch(self, name: str) -> Branch | None:
        """See the port."""
        self._hook("find_branch")
        sha = self.kept.branches.get(name)
        return None if sha is None else self._branch(name, sha)

    async def head_of(self, ref: str) -> Commit:
        """See the port."""
        self._hook("head_of")
        return self.kept.nodes[self._sha(ref)].commit

    async def fork_out_branch(self, branch: str, base: str) -> Branch:
        """See the port."""
        self._hook("fork_out_branch")
        sha = self._sha(base)
        found = self.kept.branches.setdefault(branch, sha)
        if found != sha:
            raise AlreadyDifferent(f"The branch {branch}", expected=sha, found=found)
        return self._branch(branch, sha)

    async def find_tag(self, name: str) -> Tag | None:
        """See the port."""
        self._hook("find_tag")
        sha = self.kept.tags.get(name)
        return None if sha is None else self._tag(name, sha)

    async def create_release_tag(self, *, ref: str, tag: str, targets: Sequence[str], version: str) -> Tag:
        """See the port."""
        self._hook("create_release_tag")
        del targets, version  # they stand in an annotated tag's message, and there is none here
        sha = self._sha(ref)
        found = self.kept.tags.setdefault(tag, sha)
        if found != sha:
            raise AlreadyDifferent(f"The tag {tag}", expected=sha, found=found)
        return self._tag(tag, sha)

    async def compare(self, base: str, head: str) -> Comparison:
        """See the port."""
        self._hook("compare")
        return self._compare(base, head)

    async def create_release_notes(
        self, *, current_tag: str, previous_tag: str | None, version: str, parent_targets: Sequence[str]
    ) -> Notes:
        """See the port."""
        self._hook("create_release_notes")
        if previous_tag is None:
            commits: Sequence[Commit] = self._history(self._sha(current_tag))[-NEWEST:]
        else:
            commits = self._compare(previous_tag, current_tag).commits
        lines = [f"- {commit.title} ({commit.author})" for commit in commits]
        stores = ", ".join(target.replace("_", " ").title() for target in parent_targets)
        text = "\n".join([f"## {version} ({stores})", "", *lines, ""])
        return Notes(text=text, commits=commits, url=f"{self._home}/notes/{current_tag}")

    async def find_release(self, tag: str) -> PublishedRelease | None:
        """See the port."""
        self._hook("find_release")
        return self.kept.releases.get(tag)

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
        """See the port."""
        self._hook("create_release")
        del previous_tag, parent_targets, release_date, release_id, body  # a page of them is shown by nobody
        if current_tag not in self.kept.tags:
            raise Refused(f"There is no tag {current_tag} to publish")
        made = PublishedRelease(
            tag=current_tag, name=base_version, url=f"{self._home}/releases/{current_tag}"
        )
        return self.kept.releases.setdefault(current_tag, made)

    async def open_pull_request(self, *, head: str, base: str, title: str, body: str) -> PullRequest:
        """See the port."""
        self._hook("open_pull_request")
        del body  # nobody reads it here
        wanted = (head, base, "open")
        for pull in self.kept.pulls:
            if (pull.head, pull.base, pull.state) == wanted:
                return pull
        for branch in (head, base):
            if branch not in self.kept.branches:
                raise Refused(f"There is no branch {branch}")
        if not self._compare(base, head).commits:
            raise Refused(f"No commits between {base} and {head}")
        number = len(self.kept.pulls) + 1
        pull = PullRequest(
            number=number,
            url=f"{self._home}/pull/{number}",
            head=head,
            base=base,
            state="open",
            title=title,
        )
        self.kept.pulls.append(pull)
        return pull

    async def find_pull_request(self, number: int) -> PullRequest | None:
        """See the port."""
        self._hook("find_pull_request")
        return next((pull for pull in self.kept.pulls if pull.number == number), None)

    async def look_at_pull_request(self, number: int) -> PullRequest | None:
        """See the port."""
        self._hook("look_at_pull_request")
        pull = next((pull for pull in self.kept.pulls if pull.number == number), None)
        if pull is None:
            return None
        conflicts = (pull.head, pull.base) in self.clashes if pull.state == "open" else None
        return replace(pull, conflicts=conflicts, merge_commit=None)

    async def cherry_pick(self, *, commit: str, branch: str) -> Commit:
        """See the port."""
        self._hook("cherry_pick")
        sha = self._sha(commit)
        if branch not in self.kept.branches:
            raise Refused(f"There is no branch {branch}")
        there = {c.sha: self.kept.nodes[c.sha] for c in self._history(self.kept.branches[branch])}
        if sha in there:
            return there[sha].commit
        for node in there.values():
            if node.picked == sha:
                return node.commit
        if branch in self.protected:
            raise Protected(f"{branch} is protected: it takes changes by pull request")
        if (sha, branch) in self.conflicts:
            raise Refused(f"{sha[:12]} conflicts with the branch; pick it by hand")
        source = self.kept.nodes[sha]
        made = self._add(source.commit.title, (self.kept.branches[branch],), picked=sha)
        self.kept.branches[branch] = made
        return self.kept.nodes[made].commit

    def _add(self, title: str, parents: Sequence[str], picked: str | None = None) -> str:
        number = len(self.kept.nodes)
        # Not a secret: a name of 40 characters that looks like git's.
        sha = hashlib.sha1(f"{number}:{title}".encode(), usedforsecurity=False).hexdigest()
        commit = Commit(
            sha=sha,
            title=title,
            author="rehearsal",
            url=f"{self._home}/commit/{sha}",
            at=BEGIN + timedelta(minutes=number),
        )
        self.kept.nodes[sha] = Node(commit=commit, parents=tuple(parents), picked=picked)
        return sha

    def _sha(self, ref: str) -> str:
        for names in (self.kept.branches, self.kept.tags):
            if ref in names:
                return names[ref]
        if ref in self.kept.nodes:
            return ref
        raise Refused(f"There is no branch, tag or commit {ref}")

    def _history(self, sha: str) -> list[Commit]:
        """All that is reachable, oldest first."""
        seen: set[str] = set()
        ahead = [sha]
        while ahead:
            at = ahead.pop()
            if at not in seen:
                seen.add(at)
                ahead += self.kept.nodes[at].parents
        return [node.commit for name, node in self.kept.nodes.items() if name in seen]

    def _compare(self, base: str, head: str) -> Comparison:
        old, new = self._history(self._sha(base)), self._history(self._sha(head))
        known, there = {c.sha for c in old}, {c.sha for c in new}
        commits = tuple(commit for commit in new if commit.sha not in known)
        return Comparison(
            base=base,
            head=head,
            ahead=len(commits),
            behind=sum(commit.sha not in there for commit in old),
            commits=commits,
            url=f"{self._home}/compare/{base}...{head}",
        )

    def _branch(self, name: str, sha: str) -> Branch:
        return Branch(name=name, sha=sha, url=f"{self._home}/tree/{name}")

    def _tag(self, name: str, sha: str) -> Tag:
        return Tag(name=name, sha=sha, url=f"{self._home}/tag/{name}")
