"""Commits, picks and merge requests of GitLab: what its answers do not say by themselves."""

from pathlib import Path
from typing import Any

import pytest

from orchestration.ports.errors import Refused, TryLater
from sandbox.gitgrowth import add_files
from sandbox.gitrepo import Person
from sandbox.kit import FaultKind
from tests.integrations.gitlab.gitlab_rig import GitlabRig, gitlab_rig

TARGETS = ("IOS_APP_STORE",)


def _asked(rig: GitlabRig, method: str, part: str) -> list[Any]:
    return [e for e in rig.simulator.record if e.method == method and part in e.path]


async def test_a_pick_that_succeeded_with_an_error_is_found_and_not_repeated(tmp_path: Path) -> None:
    """502 though the commit was made: the verb may be done, and its repeat looks before it asks."""
    async with gitlab_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("side", "main")
        wanted = rig.grow("main", ["fix: the crash"], file="other.txt")
        rig.simulator.fault(path="/cherry_pick$", kind=FaultKind.ANSWER_AFTER, status=502)
        with pytest.raises(TryLater) as caught:
            await rig.scm.cherry_pick(commit=wanted, branch="side")
        assert caught.value.maybe_done
        picked = await rig.scm.cherry_pick(commit=wanted, branch="side")
        assert picked.title == "fix: the crash"
        assert len(_asked(rig, "POST", "/cherry_pick")) == rig.made("pick", f"{wanted}:side") == 1


async def test_the_two_reasons_of_a_refused_pick_are_told_apart(tmp_path: Path) -> None:
    """GitLab has one sentence for a conflict and for a change that is there already; the code tells which."""
    async with gitlab_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("side", "main")
        same = rig.grow("main", ["Same"], file="one.txt")
        content = rig.hosted.git.file(same, "one.txt") or b""
        add_files(rig.hosted.git, "side", {"one.txt": content.decode()}, "By hand")
        with pytest.raises(Refused, match="there already"):
            await rig.scm.cherry_pick(commit=same, branch="side")
        rig.grow("side", ["Ours"], file="two.txt")
        theirs = rig.grow("main", ["Theirs"], file="two.txt")
        with pytest.raises(Refused, match="conflict"):
            await rig.scm.cherry_pick(commit=theirs, branch="side")


async def test_conflicts_are_unknown_until_gitlab_has_looked(tmp_path: Path) -> None:
    """`has_conflicts` is false while the status is `checking`: that is no answer."""
    async with gitlab_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("side", "main")
        rig.grow("side", ["Ours"], file="shared.txt")
        rig.grow("main", ["Theirs"], file="shared.txt")
        first = await rig.scm.open_pull_request(head="side", base="main", title="Back", body="")
        assert first.conflicts is None
        rig.clock.now += 2
        later = await rig.scm.open_pull_request(head="side", base="main", title="Back", body="")
        assert (later.number, later.conflicts) == (first.number, True)


async def test_a_merge_request_without_commits_is_not_opened(tmp_path: Path) -> None:
    """GitLab would open it."""
    async with gitlab_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("side", "main")
        with pytest.raises(Refused, match="No commits"):
            await rig.scm.open_pull_request(head="side", base="main", title="Back", body="")
        assert not _asked(rig, "POST", "/merge_requests")


async def test_a_long_title_is_whole(tmp_path: Path) -> None:
    """GitLab cuts `title` at about 80 characters; the notes must not."""
    async with gitlab_rig(tmp_path) as rig:
        title = "feat: " + "a long way to say it " * 6 + "(!12)"
        rig.grow("main", [title])
        assert (await rig.scm.head_of("main")).title == title
        notes = await rig.scm.create_release_notes(
            current_tag="main", previous_tag=None, version="1", parent_targets=TARGETS
        )
        assert f"[!12]({rig.simulator.url}/acme/mobile/app/-/merge_requests/12)" in notes.text
        assert "go on \\(\\#7\\)" in notes.text


async def test_a_merge_request_from_a_fork_is_not_ours(tmp_path: Path) -> None:
    """Its branch only has the same name: the filter by branches finds it as well."""
    async with gitlab_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("side", "main")
        rig.grow("side", ["Mend"])
        theirs = await rig.scm.open_pull_request(head="side", base="main", title="Theirs", body="")
        rig.hosted.merge_requests[0].from_fork = True
        ours = await rig.scm.open_pull_request(head="side", base="main", title="Ours", body="")
        assert (theirs.number, ours.number) == (1, 2)


async def test_a_commit_that_only_speaks_of_a_pick_is_none(tmp_path: Path) -> None:
    """The marker is a line of its own, as GitLab and git write it."""
    async with gitlab_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("side", "main")
        wanted = rig.grow("main", ["fix: the crash"], file="other.txt")
        rig.grow("side", [f"Tell why (cherry picked from commit {wanted}) was late"], file="side.txt")
        picked = await rig.scm.cherry_pick(commit=wanted, branch="side")
        assert picked.title == "fix: the crash"
        assert rig.made("pick", f"{wanted}:side") == 1


async def test_a_commit_the_branch_has_is_not_asked_to_be_picked(tmp_path: Path) -> None:
    """It is in the history already, as itself."""
    async with gitlab_rig(tmp_path) as rig:
        head = await rig.scm.head_of("main")
        assert await rig.scm.cherry_pick(commit="main", branch="main") == head
        assert not _asked(rig, "POST", "/cherry_pick")


async def test_a_commit_is_as_old_as_its_author_says(tmp_path: Path) -> None:
    """`created_at` of GitLab is when it was committed: a pick would be younger than its change."""
    async with gitlab_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("side", "main")
        wanted = rig.grow("main", ["fix: the crash"], file="other.txt")
        source = await rig.scm.head_of(wanted)
        picked = await rig.scm.cherry_pick(commit=wanted, branch="side")
        assert picked.at == source.at


async def test_commits_are_listed_by_descent_and_not_by_date(tmp_path: Path) -> None:
    """Clocks of developers are wrong: parents come after their children in the list, and first in ours."""
    async with gitlab_rig(tmp_path) as rig:
        git, base = rig.hosted.git, rig.hosted.commit_at("main") or ""
        rig.grow("main", ["Early"], file="one.txt")
        early = rig.hosted.commit_at("main") or ""
        old = Person(name="Ann", email="ann@example.com", at=1_000_000_000)
        tree = git.commit(early).tree
        later = git.make_commit(tree=tree, parents=(early,), message="Later", author=old, committer=old)
        new = Person(name="Bob", email="bob@example.com", at=1_800_000_000)
        side = git.make_commit(tree=tree, parents=(early,), message="Side", author=new, committer=new)
        tip = git.make_commit(tree=tree, parents=(later, side), message="Join", author=new, committer=new)
        git.set_ref("refs/heads/main", tip, early)
        found = [commit.title for commit in (await rig.scm.compare(base, "main")).commits]
        assert (found[0], found[-1]) == ("Early", "Join")
        assert sorted(found) == ["Early", "Join", "Later", "Side"]
