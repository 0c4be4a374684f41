"""Source control at Bitbucket Cloud (developer.atlassian.com/cloud/bitbucket/rest: refs, commits, pullrequests, source,
downloads)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from integrations.bitbucket.answers import CommitRow, RefRow
from integrations.bitbucket.cherry import pick
from integrations.bitbucket.client import MOST, Client, in_time
from integrations.bitbucket.errors import TAKEN, parsed
from integrations.bitbucket.pulls import find_pull, look, open_pull
from integrations.bitbucket.refs import between, commit_of, find_branch, find_tag
from integrations.bitbucket.releases import find_release, publish
from integrations.bitbucket.settings import BitbucketSecrets, BitbucketSettings
from integrations.edge import Edge
from integrations.notes import LONGEST, NEWEST, compose
from orchestration.ports.errors import AlreadyDifferent
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

NOUNS = {"branches": "branch", "tags": "tag"}
MERGED = re.compile(r"\(pull request #(\d+)\)$")
"""How Bitbucket ends the title of a merge, where others write `(#7)`."""


class BitbucketScm(SourceControl):
    """The repository of a connection. Opening it does no I/O."""

    def __init__(self, settings: BitbucketSettings, secrets: BitbucketSecrets, edge: Edge) -> None:
        self._client = Client(settings, secrets, edge)

    async def find_branch(self, name: str) -> Branch | None:
        """refs/branches/{name}."""
        async with in_time():
            found = await find_branch(self._client, name)
            return None if found is None else self._branch(found)

    async def head_of(self, ref: str) -> Commit:
        """refs/branches, refs/tags, then commit/{sha}: a name with a slash is none for the last."""
        async with in_time():
            return value(await commit_of(self._client, ref))

    async def fork_out_branch(self, branch: str, base: str) -> Branch:
        """refs/branches; a refusal makes us look whether the branch is there."""
        async with in_time(making=True):
            sha = (await commit_of(self._client, base)).hash
            found = self._branch(await self._make("branches", branch, sha))
            if found.sha != sha:
                raise AlreadyDifferent(f"The branch {branch}", expected=sha, found=found.sha, link=found.url)
            return found

    async def find_tag(self, name: str) -> Tag | None:
        """refs/tags/{name}: its target is the commit, also of an annotated tag."""
        async with in_time():
            found = await find_tag(self._client, name)
            return None if found is None else self._tag(found)

    async def create_release_tag(self, *, ref: str, tag: str, targets: Sequence[str], version: str) -> Tag:
        """refs/tags with a message, which makes it an annotated one; looks first."""
        message = f"{version}\n\nTargets: {', '.join(targets)}\n" if targets else f"{version}\n"
        async with in_time(making=True):
            sha = (await commit_of(self._client, ref)).hash
            row = await find_tag(self._client, tag)
            found = self._tag(row or await self._make("tags", tag, sha, message=message))
            if found.sha != sha:
                raise AlreadyDifferent(f"The tag {tag}", expected=sha, found=found.sha, link=found.url)
            return found

    async def compare(self, base: str, head: str) -> Comparison:
        """commits, by what to include and exclude, both ways, all pages."""
        async with in_time():
            return await self._compare(base, head)

    async def create_release_notes(
        self, *, current_tag: str, previous_tag: str | None, version: str, parent_targets: Sequence[str]
    ) -> Notes:
        """Our own text, from the commits themselves: Bitbucket makes none."""
        async with in_time():
            if previous_tag is None:
                commits, url = await self._newest(current_tag)
            else:
                found = await self._compare(previous_tag, current_tag)
                commits, url = found.commits, found.url
        text = compose(
            version=version,
            targets=parent_targets,
            commits=[replace(each, title=MERGED.sub(r"(#\1)", each.title)) for each in commits],
            pulls=f"{self._client.web}/pull-requests/",
            changes_url=url,
            newest_of_all=previous_tag is None,
        )
        return Notes(text=text, commits=commits, url=url)

    async def find_release(self, tag: str) -> PublishedRelease | None:
        """downloads/{filename}, see `releases.py`."""
        async with in_time():
            return await find_release(self._client, tag)

    async def create_release(
        self,
        *,
        current_tag: str,
        previous_tag: str | None,  # noqa: ARG002 - the body tells what is new
        base_version: str,  # noqa: ARG002 - the body's heading has it
        parent_targets: Sequence[str],
        release_date: datetime,
        release_id: str,
        body: str,
    ) -> PublishedRelease:
        """downloads: the notes as a file; refused without the tag. See `releases.py`."""
        footer = f"\n\n{release_id} · {release_date:%Y-%m-%d} · {', '.join(parent_targets)}\n"
        async with in_time(making=True):
            return await publish(self._client, current_tag, body[:LONGEST] + footer)

    async def open_pull_request(self, *, head: str, base: str, title: str, body: str) -> PullRequest:
        """pullrequests, see `pulls.py`."""
        async with in_time(making=True):
            return await open_pull(self._client, head=head, base=base, title=title, body=body)

    async def find_pull_request(self, number: int) -> PullRequest | None:
        """pullrequests/{id}, see `pulls.py`."""
        async with in_time():
            return await find_pull(self._client, number)

    async def look_at_pull_request(self, number: int) -> PullRequest | None:
        """pullrequests/{id}, see `pulls.py`."""
        async with in_time():
            return await look(self._client, number)

    async def cherry_pick(self, *, commit: str, branch: str) -> Commit:
        """Bitbucket has no endpoint for it: see `cherry.py`."""
        async with in_time(making=True):
            return value(await pick(self._client, commit, branch))

    def _branch(self, row: RefRow) -> Branch:
        url = row.page or f"{self._client.web}/branch/{quote(row.name)}"
        return Branch(name=row.name, sha=row.target.hash, url=url)

    def _tag(self, row: RefRow) -> Tag:
        url = row.page or f"{self._client.web}/commits/tag/{quote(row.name)}"
        return Tag(name=row.name, sha=row.target.hash, url=url)

    async def _make(self, kind: str, name: str, sha: str, **more: str) -> RefRow:
        """Make a branch or tag, or find the one that is in its place."""
        body = {"type": NOUNS[kind], "name": name, "target": {"type": "commit", "hash": sha}, **more}
        answer = await self._client.send(f"{self._client.repository}/refs/{kind}", json=body)
        if answer.status in TAKEN:
            there = await (find_tag if kind == "tags" else find_branch)(self._client, name)
            if there is not None:
                return there
        return parsed(RefRow, answer)

    async def _compare(self, base: str, head: str) -> Comparison:
        one, other = [(await commit_of(self._client, ref)).hash for ref in (base, head)]
        commits = [value(row) async for row in between(self._client, one, other)]
        behind = [row.hash async for row in between(self._client, other, one)]
        return Comparison(
            base=base,
            head=head,
            ahead=len(commits),
            behind=len(behind),
            commits=tuple(reversed(commits)),
            url=f"{self._client.web}/branches/compare/{quote(head, safe='')}%0D{quote(base, safe='')}",
        )

    async def _newest(self, tag: str) -> tuple[Sequence[Commit], str]:
        sha = (await commit_of(self._client, tag)).hash
        path = f"{self._client.repository}/commits"
        page = await self._client.page(CommitRow, path, include=sha, pagelen=MOST)
        commits = [value(row) for row in page.values[:NEWEST]]
        return tuple(reversed(commits)), f"{self._client.web}/commits/{quote(tag)}"


def value(row: CommitRow) -> Commit:
    """Our word for Bitbucket's."""
    return Commit(
        sha=row.hash,
        title=row.message.split("\n", 1)[0],
        author=row.author.name,
        url=row.page,
        at=row.date,
    )
