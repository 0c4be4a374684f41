"""Source control at GitLab, through python-gitlab (docs.gitlab.com/api: branches, tags, commits, releases,
merge_requests)."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from urllib.parse import quote

from integrations.edge import Edge
from integrations.gitlab.cherry import pick
from integrations.gitlab.client import PER_PAGE, Client
from integrations.gitlab.errors import TAKEN, Failed
from integrations.gitlab.merge_requests import find_merge_request, look, pull_request
from integrations.gitlab.refs import between, commit_of, find_branch, find_tag, whole
from integrations.gitlab.settings import GitlabSecrets, GitlabSettings
from integrations.gitlab.wire import BranchRow, CommitRow, MergeRequestRow, ReleaseRow, TagRow
from integrations.notes import LONGEST, compose
from orchestration.ports.errors import AlreadyDifferent, Refused
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


class GitlabScm(SourceControl):
    """The project of a connection. Opening it does no I/O."""

    def __init__(self, settings: GitlabSettings, secrets: GitlabSecrets, edge: Edge) -> None:
        self._client = Client(settings, secrets, edge)

    async def find_branch(self, name: str) -> Branch | None:
        """repository/branches/{name}."""
        return await self._client.run(self._branch, name)

    async def head_of(self, ref: str) -> Commit:
        """repository/commits/{ref}."""
        return await self._client.run(lambda: value(commit_of(self._client, ref)))

    async def fork_out_branch(self, branch: str, base: str) -> Branch:
        """repository/branches; GitLab answers 400 for one that exists, and for much else: then we look."""
        return await self._client.run(self._fork, branch, base)

    async def find_tag(self, name: str) -> Tag | None:
        """repository/tags/{name}: the commit, not `target`, which is the tag object of an annotated tag."""
        return await self._client.run(self._tag, name)

    async def create_release_tag(self, *, ref: str, tag: str, targets: Sequence[str], version: str) -> Tag:
        """repository/tags with a message, which makes it an annotated one; looks first."""
        message = f"{version}\n\nTargets: {', '.join(targets)}\n" if targets else f"{version}\n"
        return await self._client.run(self._make_tag, ref, tag, message)

    async def compare(self, base: str, head: str) -> Comparison:
        """repository/commits over the range, both ways, all pages."""
        return await self._client.run(self._compare, base, head)

    async def create_release_notes(
        self, *, current_tag: str, previous_tag: str | None, version: str, parent_targets: Sequence[str]
    ) -> Notes:
        """Our own text, from the commits themselves."""
        return await self._client.run(self._notes, current_tag, previous_tag, version, tuple(parent_targets))

    async def find_release(self, tag: str) -> PublishedRelease | None:
        """releases/{tag}."""
        return await self._client.run(self._release, tag)

    async def create_release(
        self,
        *,
        current_tag: str,
        previous_tag: str | None,  # noqa: ARG002 - GitLab needs it only for notes of its own making
        base_version: str,
        parent_targets: Sequence[str],
        release_date: datetime,
        release_id: str,
        body: str,
    ) -> PublishedRelease:
        """releases; without `ref`, so that GitLab makes no tag, and refused where there is none."""
        footer = f"\n\n{release_id} · {release_date:%Y-%m-%d} · {', '.join(parent_targets)}\n"
        text = body[:LONGEST] + footer
        return await self._client.run(self._publish, current_tag, base_version, text)

    async def open_pull_request(self, *, head: str, base: str, title: str, body: str) -> PullRequest:
        """merge_requests; an open one of the same branches is returned. GitLab would open one without commits."""
        return await self._client.run(self._merge_request, head, base, title, body)

    async def find_pull_request(self, number: int) -> PullRequest | None:
        """merge_requests/{iid}: see `merge_requests.py`."""
        return await self._client.run(find_merge_request, self._client, number)

    async def look_at_pull_request(self, number: int) -> PullRequest | None:
        """merge_requests/{iid}: see `merge_requests.py`."""
        return await self._client.run(look, self._client, number)

    async def cherry_pick(self, *, commit: str, branch: str) -> Commit:
        """repository/commits/{sha}/cherry_pick: see `cherry.py`."""
        return await self._client.run(lambda: value(pick(self._client, commit, branch)))

    def _branch(self, name: str) -> Branch | None:
        found = find_branch(self._client, name)
        return None if found is None else self._as_branch(found)

    def _as_branch(self, row: BranchRow) -> Branch:
        return Branch(name=row.name, sha=row.commit.id, url=row.web_url)

    def _fork(self, branch: str, base: str) -> Branch:
        sha = commit_of(self._client, base).id
        try:
            body = {"branch": branch, "ref": sha}
            found = self._as_branch(self._client.post(BranchRow, "/repository/branches", body))
        except Failed as failed:
            there = self._branch(branch) if failed.status in TAKEN else None
            if there is None:
                raise
            found = there
        if found.sha != sha:
            raise AlreadyDifferent(f"The branch {branch}", expected=sha, found=found.sha, link=found.url)
        return found

    def _tag(self, name: str) -> Tag | None:
        found = find_tag(self._client, name)
        return None if found is None else self._as_tag(found)

    def _as_tag(self, row: TagRow) -> Tag:
        if row.commit is None:
            raise Refused(f"The tag {row.name} stands on something that is no commit")
        return Tag(name=row.name, sha=row.commit.id, url=f"{self._client.web}/-/tags/{quote(row.name)}")

    def _make_tag(self, ref: str, tag: str, message: str) -> Tag:
        sha = commit_of(self._client, ref).id
        found = self._tag(tag)
        if found is None:
            body = {"tag_name": tag, "ref": sha, "message": message}
            try:
                found = self._as_tag(self._client.post(TagRow, "/repository/tags", body))
            except Failed as failed:
                found = self._tag(tag) if failed.status in TAKEN else None
                if found is None:
                    raise
        if found.sha != sha:
            raise AlreadyDifferent(f"The tag {tag}", expected=sha, found=found.sha, link=found.url)
        return found

    def _compare(self, base: str, head: str) -> Comparison:
        one, other = (commit_of(self._client, ref).id for ref in (base, head))
        commits = [value(row) for row in between(self._client, one, other)]
        return Comparison(
            base=base,
            head=head,
            ahead=len(commits),
            behind=sum(1 for _ in between(self._client, other, one)),
            commits=tuple(reversed(commits)),
            url=f"{self._client.web}/-/compare/{quote(base)}...{quote(head)}",
        )

    def _notes(self, current: str, previous: str | None, version: str, targets: tuple[str, ...]) -> Notes:
        if previous is None:
            sha = commit_of(self._client, current).id
            rows = self._client.rows(CommitRow, "/repository/commits", ref_name=sha)
            commits: Sequence[Commit] = tuple(reversed([value(row) for row in islice(rows, PER_PAGE)]))
            url = f"{self._client.web}/-/commits/{quote(current)}"
        else:
            found = self._compare(previous, current)
            commits, url = found.commits, found.url
        pulls = f"{self._client.web}/-/merge_requests/"
        text = compose(
            version=version,
            targets=targets,
            commits=commits,
            pulls=pulls,
            changes_url=url,
            mark="!",
            newest_of_all=previous is None,
        )
        return Notes(text=text, commits=commits, url=url)

    def _release(self, tag: str) -> PublishedRelease | None:
        try:
            row = self._client.get(ReleaseRow, f"/releases/{whole(tag)}")
        except Failed as failed:
            if failed.absent:
                return None
            raise
        return self._published(row)

    def _published(self, row: ReleaseRow) -> PublishedRelease:
        url = row.links.page or f"{self._client.web}/-/releases/{quote(row.tag_name, safe='')}"
        return PublishedRelease(tag=row.tag_name, name=row.name or row.tag_name, url=url)

    def _publish(self, tag: str, version: str, text: str) -> PublishedRelease:
        found = self._release(tag)
        if found is not None:
            return found
        if self._tag(tag) is None:
            raise Refused(f"There is no tag {tag} to publish")
        body = {"tag_name": tag, "name": version, "description": text}
        try:
            return self._published(self._client.post(ReleaseRow, "/releases", body))
        except Failed as failed:
            found = self._release(tag) if failed.status in TAKEN else None
            if found is None:
                raise
            return found

    def _open_one(self, head: str, base: str) -> MergeRequestRow | None:
        rows = self._client.rows(
            MergeRequestRow, "/merge_requests", state="opened", source_branch=head, target_branch=base
        )
        return next((row for row in rows if row.source_project_id == row.target_project_id), None)

    def _merge_request(self, head: str, base: str, title: str, text: str) -> PullRequest:
        row = self._open_one(head, base)
        if row is None:
            ends = (commit_of(self._client, ref).id for ref in (base, head))
            if next(between(self._client, *ends), None) is None:
                raise Refused(f"No commits between {base} and {head}")
            body = {"source_branch": head, "target_branch": base, "title": title, "description": text}
            try:
                row = self._client.post(MergeRequestRow, "/merge_requests", body)
            except Failed as failed:
                row = self._open_one(head, base) if failed.status in TAKEN else None
                if row is None:
                    raise
        return pull_request(row)


def value(row: CommitRow) -> Commit:
    """Our word for GitLab's; the first line of the message is whole, where GitLab's title is cut."""
    return Commit(
        sha=row.id,
        title=row.message.split("\n", 1)[0],
        author=row.author_name,
        url=row.web_url,
        at=row.authored_date or row.created_at,
    )
