"""The contract of pull requests: opened once, and once merged, the commit that carries the change, or a refusal."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from orchestration.ports.errors import Protected, Refused
from tests.contracts.source_rigs import Hosted, Rig
from tests.contracts.test_source_control import each_rig
from tests.integrations.bitbucket.bitbucket_rig import BitbucketRig, bitbucket_rig
from tests.integrations.github.github_rig import GithubRig, github_rig
from tests.integrations.gitlab.gitlab_rig import GitlabRig, gitlab_rig
from tests.support.merging import merge

Opened = GithubRig | GitlabRig | BitbucketRig
RIGS: dict[str, Callable[[Path], AbstractAsyncContextManager[Opened]]] = {
    "github": github_rig,
    "gitlab": gitlab_rig,
    "bitbucket": bitbucket_rig,
}


@pytest.fixture(params=["github", "gitlab", "bitbucket", "rehearsal"])
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    """Each implementation in turn."""
    async with each_rig(request.param, tmp_path) as made:
        yield made


async def test_a_pull_request_is_opened_once_for_a_head_and_a_base(rig: Rig) -> None:
    """An open one is returned as it is, whatever title is asked for."""
    await rig.scm.fork_out_branch("release/1", "main")
    rig.grow("release/1", ["Mend"])
    first = await rig.scm.open_pull_request(head="release/1", base="main", title="Back", body="")
    again = await rig.scm.open_pull_request(head="release/1", base="main", title="Other", body="x")
    assert (first.number, first.head, first.base, first.state) == (1, "release/1", "main", "open")
    assert again.number == first.number
    assert rig.made("pull", "release/1:main") == 1


async def test_a_pull_request_of_nothing_is_refused(rig: Rig) -> None:
    """No commits, or no branch: a person must change something."""
    await rig.scm.fork_out_branch("release/1", "main")
    with pytest.raises(Refused, match="No commits"):
        await rig.scm.open_pull_request(head="release/1", base="main", title="Back", body="")
    with pytest.raises(Refused):
        await rig.scm.open_pull_request(head="nowhere", base="main", title="Back", body="")


async def test_a_merged_pull_request_tells_the_commit_that_carries_it(rig: Rig) -> None:
    """Open: no commit. Merged: the merge on the base, which can be picked whole. Another number: none."""
    await rig.scm.fork_out_branch("release/1", "main")
    await rig.scm.fork_out_branch("fix/crash", "main")
    rig.grow("fix/crash", ["fix: the crash", "fix: the crash on tablets"])
    opened = await rig.scm.open_pull_request(head="fix/crash", base="main", title="Mend", body="")
    before = await rig.scm.find_pull_request(opened.number)
    assert before is not None
    assert (before.number, before.title, before.merge_commit) == (opened.number, "Mend", None)
    merged = rig.merge(opened.number)
    after = await rig.scm.find_pull_request(opened.number)
    assert after is not None
    assert (after.state, after.url, after.merge_commit) == ("merged", opened.url, merged)
    picked = await rig.scm.cherry_pick(commit=merged, branch="release/1")
    assert (await rig.scm.head_of("release/1")).sha == picked.sha
    assert await rig.scm.find_pull_request(404) is None


async def _judged(rig: Rig, number: int) -> bool | None:
    """What the provider says of conflicts at the second look, when it has worked it out."""
    await rig.scm.look_at_pull_request(number)
    rig.judge()
    seen = await rig.scm.look_at_pull_request(number)
    assert seen is not None
    return seen.conflicts


async def test_an_open_request_tells_whether_it_conflicts(rig: Rig) -> None:
    """Every provider, each in its own way, some only at the second look; of another number there is nothing."""
    for branch in ("release/1", "release/2"):
        await rig.scm.fork_out_branch(branch, "main")
    rig.grow("release/1", ["Mend"])
    clean = await rig.scm.open_pull_request(head="release/1", base="main", title="Back", body="")
    assert await _judged(rig, clean.number) is False
    rig.conflict("main", ["Ours"])
    rig.conflict("release/2", ["Theirs"])
    rig.clash("release/2", "main")
    clashing = await rig.scm.open_pull_request(head="release/2", base="main", title="Back", body="")
    assert await _judged(rig, clashing.number) is True
    assert await rig.scm.look_at_pull_request(404) is None


async def test_a_merged_request_is_told_as_merged(rig: Rig) -> None:
    """Open before, merged after; the branches are named in both."""
    await rig.scm.fork_out_branch("release/1", "main")
    rig.grow("release/1", ["Mend"])
    opened = await rig.scm.open_pull_request(head="release/1", base="main", title="Back", body="")
    before = await rig.scm.look_at_pull_request(opened.number)
    rig.merge(opened.number)
    after = await rig.scm.look_at_pull_request(opened.number)
    assert before is not None
    assert after is not None
    assert [before.state, after.state] == ["open", "merged"]
    assert (after.head, after.base, after.merge_commit) == ("release/1", "main", None)
    with pytest.raises(Refused, match="No commits"):
        await rig.scm.open_pull_request(head="release/1", base="main", title="Back", body="")


async def test_a_protected_branch_takes_a_pick_by_a_request_only(rig: Rig) -> None:
    """The direct pick is Protected and changes nothing; one on a branch of its own is merged, and found then."""
    await rig.scm.fork_out_branch("release/1", "main")
    wanted = rig.grow("main", ["fix: the crash"])
    rig.protect("release/1")
    before = await rig.scm.find_branch("release/1")
    with pytest.raises(Protected, match="release/1"):
        await rig.scm.cherry_pick(commit=wanted, branch="release/1")
    assert await rig.scm.find_branch("release/1") == before
    await rig.scm.fork_out_branch("stationmaster/pick", "release/1")
    picked = await rig.scm.cherry_pick(commit=wanted, branch="stationmaster/pick")
    pull = await rig.scm.open_pull_request(
        head="stationmaster/pick", base="release/1", title="fix: the crash", body=""
    )
    rig.merge(pull.number)
    assert await rig.scm.cherry_pick(commit=wanted, branch="release/1") == picked


@pytest.mark.parametrize("vendor", ["github", "gitlab", "bitbucket"])
async def test_a_rebase_is_told_as_merged_though_no_commit_carries_it_whole(
    vendor: str, tmp_path: Path
) -> None:
    """Looking at a request does not care how people merged it."""
    async with RIGS[vendor](tmp_path) as opened:
        number, _sha = await _merged_as(opened, "fix: the crash on tablets")
        found = await opened.scm.look_at_pull_request(number)
        assert found is not None
        assert found.state == "merged"


@pytest.mark.parametrize("vendor", ["github", "gitlab", "bitbucket"])
async def test_the_last_commit_of_a_rebase_is_not_taken_for_the_whole(vendor: str, tmp_path: Path) -> None:
    """One parent and no word of the request: it may be half of the change, so a person names the commits."""
    async with RIGS[vendor](tmp_path) as opened:
        number, _sha = await _merged_as(opened, "fix: the crash on tablets")
        with pytest.raises(Refused, match="one by one"):
            await opened.scm.find_pull_request(number)


@pytest.mark.parametrize("vendor", ["github", "bitbucket"])
async def test_a_squash_names_its_request_and_is_the_whole(vendor: str, tmp_path: Path) -> None:
    """One commit whose title names the request carries all of it."""
    async with RIGS[vendor](tmp_path) as opened:
        number, sha = await _merged_as(opened, "Mend (pull request #1)")
        found = await opened.scm.find_pull_request(number)
        assert found is not None
        assert found.merge_commit == sha


async def _merged_as(opened: Opened, title: str) -> tuple[int, str]:
    """A request of two commits, merged as one commit of one parent."""
    hosted = Hosted(opened)
    await hosted.scm.fork_out_branch("fix/crash", "main")
    hosted.grow("fix/crash", ["fix: the crash", "fix: the crash on tablets"])
    pull = await hosted.scm.open_pull_request(head="fix/crash", base="main", title="Mend", body="")
    return pull.number, merge(opened, pull.number, parents=1, title=title)
