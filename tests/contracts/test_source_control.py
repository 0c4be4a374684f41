"""The contract of SourceControl, over the adapters of GitHub, GitLab and Bitbucket and the twin in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.ports.errors import AlreadyDifferent, Refused
from tests.contracts.source_rigs import Hosted, Rig, Twin
from tests.integrations.bitbucket.bitbucket_judge import judge as judge_bitbucket
from tests.integrations.bitbucket.bitbucket_rig import bitbucket_rig
from tests.integrations.github.github_rig import github_rig
from tests.integrations.github.github_rig import judge as judge_github
from tests.integrations.gitlab.gitlab_judge import judge as judge_gitlab
from tests.integrations.gitlab.gitlab_rig import gitlab_rig

TARGETS = ("ANDROID_PLAY_STORE", "IOS_APP_STORE")
DAY = datetime(2026, 11, 23, tzinfo=UTC)


@asynccontextmanager
async def each_rig(name: str, tmp_path: Path) -> AsyncIterator[Rig]:
    """One implementation; what a vendor's says and hears is held against the vendor's description."""
    if name == "rehearsal":
        yield Twin()
    elif name == "gitlab":
        async with gitlab_rig(tmp_path) as gitlab:
            yield Hosted(gitlab)
            judge_gitlab(gitlab.simulator.record)
    elif name == "bitbucket":
        async with bitbucket_rig(tmp_path) as bitbucket:
            yield Hosted(bitbucket)
            judge_bitbucket(bitbucket.simulator.record)
    else:
        async with github_rig(tmp_path) as github:
            yield Hosted(github)
            judge_github(github.simulator.record)


@pytest.fixture(params=["github", "gitlab", "bitbucket", "rehearsal"])
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    """Each implementation in turn."""
    async with each_rig(request.param, tmp_path) as made:
        yield made


async def test_a_branch_is_forked_once_on_the_commit_of_its_base(rig: Rig) -> None:
    """B-50: branch and commit are the natural key: the repeat returns the same branch and makes none."""
    head = await rig.scm.head_of("main")
    first = await rig.scm.fork_out_branch("release/1.2.0", "main")
    again = await rig.scm.fork_out_branch("release/1.2.0", head.sha)
    assert first == again
    assert first.sha == head.sha
    assert await rig.scm.find_branch("release/1.2.0") == first
    assert rig.made("branch", "release/1.2.0") == 1


async def test_a_branch_on_another_commit_is_told_with_both_commits(rig: Rig) -> None:
    """An existing branch elsewhere is never taken for ours, and is not moved."""
    old = await rig.scm.fork_out_branch("release/1.2.0", "main")
    new = rig.grow("main", ["More"])
    with pytest.raises(AlreadyDifferent) as caught:
        await rig.scm.fork_out_branch("release/1.2.0", "main")
    assert (caught.value.expected, caught.value.found) == (new, old.sha)
    assert await rig.scm.find_branch("release/1.2.0") == old


async def test_what_is_not_there_is_none_or_refused(rig: Rig) -> None:
    """Finding gives None, building on nothing is Refused; a beginning of a name is not the name."""
    await rig.scm.fork_out_branch("release/1.2.0", "main")
    assert await rig.scm.find_branch("release/1.2") is None
    assert await rig.scm.find_tag("v0") is None
    assert await rig.scm.find_release("v0") is None
    for attempt in (
        rig.scm.head_of("nowhere"),
        rig.scm.fork_out_branch("release/2.0.0", "nowhere"),
        rig.scm.create_release_tag(ref="nowhere", tag="v2", targets=TARGETS, version="2"),
        rig.scm.cherry_pick(commit="nowhere", branch="main"),
    ):
        with pytest.raises(Refused):
            await attempt
    assert await rig.scm.find_branch("release/2.0.0") is None
    assert await rig.scm.find_tag("v2") is None


async def test_a_tag_stands_on_the_tested_commit_and_not_on_the_head(rig: Rig) -> None:
    """CREATE_RELEASE_TAG names a commit: later commits of the branch change nothing."""
    tested = (await rig.scm.head_of("main")).sha
    rig.grow("main", ["Too late"])
    made = await rig.scm.create_release_tag(ref=tested, tag="v1.2.0", targets=TARGETS, version="1.2.0")
    assert made.sha == tested
    assert await rig.scm.find_tag("v1.2.0") == made
    assert (await rig.scm.head_of("v1.2.0")).sha == tested


async def test_a_tag_is_made_once_and_never_moved(rig: Rig) -> None:
    """B-50: tag and commit are the natural key; on another commit it is AlreadyDifferent."""
    first = await rig.scm.create_release_tag(ref="main", tag="v1-rc.1", targets=TARGETS, version="1")
    again = await rig.scm.create_release_tag(ref="main", tag="v1-rc.1", targets=(), version="1")
    assert first == again
    new = rig.grow("main", ["More"])
    with pytest.raises(AlreadyDifferent) as caught:
        await rig.scm.create_release_tag(ref="main", tag="v1-rc.1", targets=TARGETS, version="1")
    assert (caught.value.expected, caught.value.found) == (new, first.sha)
    assert rig.made("tag", "v1-rc.1") == 1


async def test_a_comparison_holds_every_commit_oldest_first(rig: Rig) -> None:
    """B-52: more commits than a provider shows on a page: none is missing and the order is that of history."""
    base = (await rig.scm.head_of("main")).sha
    titles = [f"Change {number}" for number in range(263)]
    rig.grow("main", titles)
    found = await rig.scm.compare(base, "main")
    assert [commit.title for commit in found.commits] == titles
    assert (found.ahead, found.behind) == (263, 0)


async def test_a_comparison_counts_both_sides(rig: Rig) -> None:
    """Ahead is what head has alone, behind what base has alone; the same ref twice is empty."""
    await rig.scm.fork_out_branch("release/1", "main")
    rig.grow("release/1", ["Mend"])
    rig.grow("main", ["One", "Two"])
    found = await rig.scm.compare("main", "release/1")
    assert (found.ahead, found.behind, [c.title for c in found.commits]) == (1, 2, ["Mend"])
    assert not (await rig.scm.compare("main", "main")).commits


async def test_a_comparison_with_nothing_is_refused(rig: Rig) -> None:
    """A ref that does not exist is named by an error, not by an empty list."""
    with pytest.raises(Refused):
        await rig.scm.compare("nowhere", "main")


async def test_notes_name_the_commits_between_two_tags(rig: Rig) -> None:
    """B-51: the notes of a candidate tell what came since the last tag, and nothing from before."""
    await rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1")
    rig.grow("main", ["feat: a new page (#12)", "fix: the old page"])
    await rig.scm.create_release_tag(ref="main", tag="v2-rc.1", targets=TARGETS, version="2")
    notes = await rig.scm.create_release_notes(
        current_tag="v2-rc.1", previous_tag="v1", version="2", parent_targets=TARGETS
    )
    assert [commit.title for commit in notes.commits] == ["feat: a new page (#12)", "fix: the old page"]
    assert "a new page" in notes.text
    assert "go on" not in notes.text


async def test_notes_with_no_tag_before_tell_of_the_newest_hundred(rig: Rig) -> None:
    """B-52: the first release of a repository has no tag to compare with."""
    rig.grow("main", [f"Change {number}" for number in range(120)])
    await rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1")
    notes = await rig.scm.create_release_notes(
        current_tag="v1", previous_tag=None, version="1", parent_targets=TARGETS
    )
    assert [c.title for c in notes.commits] == [f"Change {number}" for number in range(20, 120)]


async def _publish(rig: Rig, tag: str) -> object:
    return await rig.scm.create_release(
        current_tag=tag,
        previous_tag=None,
        base_version="1.2.0",
        parent_targets=TARGETS,
        release_date=DAY,
        release_id="REL-1",
        body="Notes",
    )


async def test_a_release_page_is_published_once_for_a_tag_that_exists(rig: Rig) -> None:
    """B-50: the tag is the natural key. Without the tag the verb refuses: a provider would make one elsewhere."""
    with pytest.raises(Refused):
        await _publish(rig, "v1.2.0")
    assert await rig.scm.find_tag("v1.2.0") is None
    await rig.scm.create_release_tag(ref="main", tag="v1.2.0", targets=TARGETS, version="1.2.0")
    first = await _publish(rig, "v1.2.0")
    assert await _publish(rig, "v1.2.0") == first
    assert await rig.scm.find_release("v1.2.0") == first
    assert rig.made("release", "v1.2.0") == 1


async def test_a_commit_is_picked_once(rig: Rig) -> None:
    """The picked commit is a new one on the branch; the repeat finds it, also by a name of the commit."""
    await rig.scm.fork_out_branch("release/1", "main")
    rig.grow("main", ["Other"])
    wanted = rig.grow("main", ["fix: the crash"])
    first = await rig.scm.cherry_pick(commit=wanted, branch="release/1")
    again = await rig.scm.cherry_pick(commit="main", branch="release/1")
    assert first == again
    assert first.sha != wanted
    found = await rig.scm.compare("main", "release/1")
    assert [commit.sha for commit in found.commits] == [first.sha]
    assert first.title == "fix: the crash"


async def test_a_commit_that_the_branch_has_is_not_picked_again(rig: Rig) -> None:
    """What is in the branch's history already is returned as it is."""
    head = await rig.scm.head_of("main")
    assert await rig.scm.cherry_pick(commit=head.sha, branch="main") == head


async def test_a_conflict_is_refused_and_changes_nothing(rig: Rig) -> None:
    """A person must pick it by hand; no branch is left behind for it."""
    await rig.scm.fork_out_branch("release/1", "main")
    rig.conflict("release/1", ["Ours"])
    before = await rig.scm.find_branch("release/1")
    theirs = rig.conflict("main", ["Theirs"])
    with pytest.raises(Refused, match="conflict"):
        await rig.scm.cherry_pick(commit=theirs, branch="release/1")
    assert await rig.scm.find_branch("release/1") == before
