"""Source control at GitHub, through PyGithub (docs.github.com/en/rest: git, branches, commits, releases, pulls)."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from itertools import chain
from urllib.parse import quote

from integrations.edge import Edge
from integrations.github.cherry import pick
from integrations.github.client import PER_PAGE, Client
from integrations.github.errors import TAKEN, Failed
from integrations.github.pulls import find_pull, look, pull_request
from integrations.github.refs import commit_of, find_ref, make_ref, stands_on
from integrations.github.settings import GithubSecrets, GithubSettings
from integrations.github.wire import (
    CommitRow,
    CommitRows,
    ComparisonPage,
    GitTag,
    PullRow,
    PullRows,
    ReleaseRow,
)
from integrations.notes import LONGEST, compose
from orchestration.ports.errors import AlreadyDifferent, Refused, TryLater
from orchestration.ports.scm import (
    Branch,
    Commit,
    Comparison,
    Notes,
    PublishedRelease,
    PullRequest,
    SourceControl,
    Tag,
)

MOST_COMMITS = 10_000
"""GitHub lists no more in one comparison."""


class GithubScm(SourceControl):
    """The repository of a connection. Opening it does no I/O."""

    def __init__(self, settings: GithubSettings, secrets: GithubSecrets, edge: Edge) -> None:
        self._client = Client(settings, secrets, edge)
        self._owner = settings.owner

    async def find_branch(self, name: str) -> Branch | None:
        """git/ref, not branches/: the latter follows renamed branches to another name."""
        return await self._client.run(self._branch, name)

    async def head_of(self, ref: str) -> Commit:
        """commits/{ref}."""
        return await self._client.run(lambda: value(commit_of(self._client, ref)))

    async def fork_out_branch(self, branch: str, base: str) -> Branch:
        """git/refs; a ref that exists is compared."""
        return await self._client.run(self._fork, branch, base)

    async def find_tag(self, name: str) -> Tag | None:
        """git/ref, with annotated tags followed."""
        return await self._client.run(self._tag, name)

    async def create_release_tag(self, *, ref: str, tag: str, targets: Sequence[str], version: str) -> Tag:
        """git/tags, then git/refs; looks first, so no tag object is made where the tag exists."""
        message = f"{version}\n\nTargets: {', '.join(targets)}\n" if targets else f"{version}\n"
        return await self._client.run(self._make_tag, ref, tag, message)

    async def compare(self, base: str, head: str) -> Comparison:
        """compare/{base}...{head}, all pages."""
        return await self._client.run(self._compare, base, head)

    async def create_release_notes(
        self, *, current_tag: str, previous_tag: str | None, version: str, parent_targets: Sequence[str]
    ) -> Notes:
        """Our own text, from the commits themselves."""
        return await self._client.run(self._notes, current_tag, previous_tag, version, tuple(parent_targets))

    async def find_release(self, tag: str) -> PublishedRelease | None:
        """releases/tags/{tag}; drafts are not found by it."""
        return await self._client.run(self._release, tag)

    async def create_release(
        self,
        *,
        current_tag: str,
        previous_tag: str | None,  # noqa: ARG002 - GitHub needs it only for notes of its own making
        base_version: str,
        parent_targets: Sequence[str],
        release_date: datetime,
        release_id: str,
        body: str,
    ) -> PublishedRelease:
        """releases; refused without the tag, which GitHub would make itself, on the default branch's head."""
        footer = f"\n\n{release_id} · {release_date:%Y-%m-%d} · {', '.join(parent_targets)}\n"
        text = body[:LONGEST] + footer
        return await self._client.run(self._publish, current_tag, base_version, text)

    async def open_pull_request(self, *, head: str, base: str, title: str, body: str) -> PullRequest:
        """pulls; an open one of the same head and base is returned."""
        return await self._client.run(self._pull, head, base, title, body)

    async def find_pull_request(self, number: int) -> PullRequest | None:
        """pulls/{number}: see `pulls.py`."""
        return await self._client.run(find_pull, self._client, number)

    async def look_at_pull_request(self, number: int) -> PullRequest | None:
        """pulls/{number}: see `pulls.py`."""
        return await self._client.run(look, self._client, number)

    async def cherry_pick(self, *, commit: str, branch: str) -> Commit:
        """GitHub has no endpoint for it: see `cherry.py`."""
        return await self._client.run(lambda: value(pick(self._client, commit, branch)))

    def _branch(self, name: str) -> Branch | None:
        found = find_ref(self._client, f"heads/{name}")
        return None if found is None else self._as_branch(name, found.sha)

    def _as_branch(self, name: str, sha: str) -> Branch:
        return Branch(name=name, sha=sha, url=f"{self._client.web}/tree/{quote(name)}")

    def _fork(self, branch: str, base: str) -> Branch:
        sha = commit_of(self._client, base).sha
        refusal = make_ref(self._client, f"heads/{branch}", sha)
        if refusal is None:
            return self._as_branch(branch, sha)
        found = self._branch(branch)
        if found is None:
            raise refusal
        if found.sha != sha:
            raise AlreadyDifferent(f"The branch {branch}", expected=sha, found=found.sha, link=found.url)
        return found

    def _tag(self, name: str) -> Tag | None:
        found = find_ref(self._client, f"tags/{name}")
        return None if found is None else self._as_tag(name, stands_on(self._client, found))

    def _as_tag(self, name: str, sha: str) -> Tag:
        return Tag(name=name, sha=sha, url=f"{self._client.web}/releases/tag/{quote(name, safe='')}")

    def _make_tag(self, ref: str, tag: str, message: str) -> Tag:
        sha = commit_of(self._client, ref).sha
        found = self._tag(tag)
        if found is None:
            repo = self._client.repo
            made = self._client.ask(GitTag, "POST", repo.create_git_tag, tag, message, sha, "commit")
            refusal = make_ref(self._client, f"tags/{tag}", made.sha)
            if refusal is None:
                return self._as_tag(tag, sha)
            found = self._tag(tag)
            if found is None:
                raise refusal
        if found.sha != sha:
            raise AlreadyDifferent(f"The tag {tag}", expected=sha, found=found.sha, link=found.url)
        return found

    def _compare(self, base: str, head: str) -> Comparison:
        path = f"/compare/{quote(base)}...{quote(head)}"
        pages = list(self._client.pages(ComparisonPage, path, page=1))
        commits = [value(row) for row in chain.from_iterable(page.commits for page in pages)]
        first = pages[0]
        if len(commits) < min(first.total_commits, MOST_COMMITS):
            raise TryLater(f"GitHub listed {len(commits)} of {first.total_commits} commits")
        return Comparison(
            base=base,
            head=head,
            ahead=first.ahead_by,
            behind=first.behind_by,
            commits=tuple(commits),
            url=first.html_url,
        )

    def _notes(self, current: str, previous: str | None, version: str, targets: tuple[str, ...]) -> Notes:
        if previous is None:
            rows = next(self._client.pages(CommitRows, "/commits", sha=current)).root[:PER_PAGE]
            commits: Sequence[Commit] = tuple(value(row) for row in reversed(rows))
            url = f"{self._client.web}/commits/{quote(current)}"
        else:
            commits = self._compare(previous, current).commits
            url = f"{self._client.web}/compare/{quote(previous)}...{quote(current)}"
        pulls = f"{self._client.web}/pull/"
        text = compose(
            version=version,
            targets=targets,
            commits=commits,
            pulls=pulls,
            changes_url=url,
            newest_of_all=previous is None,
        )
        return Notes(text=text, commits=commits, url=url)

    def _release(self, tag: str) -> PublishedRelease | None:
        try:
            row = self._client.ask(ReleaseRow, "GET", self._client.repo.get_release, tag)
        except Failed as failed:
            if failed.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        return published(row)

    def _publish(self, tag: str, version: str, body: str) -> PublishedRelease:
        found = self._release(tag)
        if found is not None:
            return found
        if self._tag(tag) is None:
            raise Refused(f"There is no tag {tag} to publish")
        try:
            # "legacy" lets GitHub decide by version what is the latest: a hotfix of an old line is not.
            row = self._client.ask(
                ReleaseRow,
                "POST",
                self._client.repo.create_git_release,
                tag,
                version,
                body,
                make_latest="legacy",
            )
        except Failed as failed:
            found = self._release(tag) if failed.status in TAKEN else None
            if found is None:
                raise
            return found
        return published(row)

    def _open_pull(self, head: str, base: str) -> PullRow | None:
        return self._pull_among(head, base, head=f"{self._owner}:{head}")

    def _pull_among(self, branch: str, base: str, **filters: str) -> PullRow | None:
        pages = self._client.pages(PullRows, "/pulls", state="open", base=base, **filters)
        rows = (row for page in pages for row in page.root if row.head.repo == row.base.repo)
        return next((row for row in rows if (row.head.ref, row.base.ref) == (branch, base)), None)

    def _pull(self, head: str, base: str, title: str, body: str) -> PullRequest:
        row = self._open_pull(head, base)
        if row is None:
            try:
                create = self._client.repo.create_pull
                row = self._client.ask(PullRow, "POST", create, base, head, title=title, body=body)
            except Failed as failed:
                # Of all: the repository may have another owner than it had when it was connected.
                row = self._pull_among(head, base) if failed.status in TAKEN else None
                if row is None:
                    raise
        return pull_request(row)


def value(row: CommitRow) -> Commit:
    """Our word for GitHub's: the login where GitHub knows the author, the name in the commit otherwise."""
    author = row.commit.author
    login = row.author.login if row.author else None
    return Commit(
        sha=row.sha,
        title=row.commit.message.split("\n", 1)[0],
        author=login or (author.name if author else ""),
        url=row.html_url,
        at=author.date if author else None,
    )


def published(row: ReleaseRow) -> PublishedRelease:
    """Our word for GitHub's."""
    return PublishedRelease(tag=row.tag_name, name=row.name or row.tag_name, url=row.html_url)
