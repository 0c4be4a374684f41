"""What a Bitbucket token may not see or do, odd names, and things that only look like ours."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from orchestration.ports.errors import NeedsCredentials
from sandbox.bitbucket.hosting import Account
from tests.integrations.bitbucket.bitbucket_judge import judge
from tests.integrations.bitbucket.bitbucket_rig import BitbucketRig, bitbucket_rig

TARGETS = ("IOS_APP_STORE",)
MADE_UP = "canary"

LOOKS: dict[str, Callable[[BitbucketRig], Awaitable[object]]] = {
    "branch": lambda rig: rig.open_scm(MADE_UP).find_branch("main"),
    "tag": lambda rig: rig.open_scm(MADE_UP).find_tag("v1"),
    "release": lambda rig: rig.open_scm(MADE_UP).find_release("v1"),
    "run": lambda rig: rig.open_cicd(MADE_UP).run_status("{00000000-0000-4000-8000-000000000001}"),
    "find": lambda rig: rig.open_cicd(MADE_UP).find_run(rig.request()),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
async def test_what_a_token_may_not_see_is_not_taken_for_missing(
    tmp_path: Path, look: Callable[[BitbucketRig], Awaitable[object]]
) -> None:
    """404 for a repository out of sight: neither 'no such branch' nor 'a lost run', but a matter of the token."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.simulator.accounts[MADE_UP] = Account(sees=frozenset({"acme/other"}))
        with pytest.raises(NeedsCredentials, match="no such repository"):
            await look(rig)


async def test_a_missing_scope_is_named(tmp_path: Path) -> None:
    """In Bitbucket's words, with what it needs; nothing was made."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.simulator.accounts[MADE_UP] = Account(scopes=("repository",))
        with pytest.raises(NeedsCredentials, match="repository:write"):
            await rig.open_scm(MADE_UP).fork_out_branch("release/1", "main")
        assert not rig.hosted.made
        assert judge(rig.simulator.record) == 2


async def test_odd_names_travel_whole_and_no_name_is_a_way_up(tmp_path: Path) -> None:
    """Slashes stand, other signs are encoded; what git takes for no name is asked nowhere."""
    async with bitbucket_rig(tmp_path) as rig:
        name = "release/1.0#5-%2F"
        made = await rig.scm.fork_out_branch(name, "main")
        assert await rig.scm.find_branch(name) == made
        assert rig.asked("GET", "/branches/")[-1].path.endswith("/refs/branches/release/1.0%235-%252F")
        before = len(rig.simulator.record)
        for odd in ("", "/", "../tags/v1", "a//b", "."):
            assert await rig.scm.find_branch(odd) is None
        assert len(rig.simulator.record) == before


async def test_an_open_pull_request_of_a_fork_is_not_ours(tmp_path: Path) -> None:
    """A fork may have a branch of the same name."""
    async with bitbucket_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("release/1", "main")
        rig.grow("release/1", ["Ours"])
        await rig.scm.open_pull_request(head="release/1", base="main", title="Theirs", body="")
        rig.hosted.pulls[0].from_fork = True
        made = await rig.scm.open_pull_request(head="release/1", base="main", title="Ours", body="")
        assert made.number == 2


async def test_a_tag_is_annotated_with_targets_and_version(tmp_path: Path) -> None:
    """Bitbucket's tags take a message; a lightweight one that is there counts as well."""
    async with bitbucket_rig(tmp_path) as rig:
        head = rig.hosted.branch("main") or ""
        made = await rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1.0.0")
        assert made.sha == head
        assert "IOS_APP_STORE" in rig.hosted.git.run("cat-file", "tag", "v1")
        rig.hosted.git.run("tag", "light", head)
        light = await rig.scm.find_tag("light")
        assert light is not None
        assert light.sha == head


async def test_merges_of_bitbucket_are_linked_in_the_notes(tmp_path: Path) -> None:
    """Bitbucket ends the title of a merge with `(pull request #7)`."""
    async with bitbucket_rig(tmp_path) as rig:
        await rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1")
        rig.grow("main", ["Merged in crash-fix (pull request #12)"])
        await rig.scm.create_release_tag(ref="main", tag="v2", targets=TARGETS, version="2")
        notes = await rig.scm.create_release_notes(
            current_tag="v2", previous_tag="v1", version="2", parent_targets=TARGETS
        )
        assert f"[#12]({rig.simulator.url}/acme/app/pull-requests/12)" in notes.text
        assert notes.commits[0].title == "Merged in crash-fix (pull request #12)"


async def test_a_sha_in_capitals_is_the_same_commit(tmp_path: Path) -> None:
    """As git takes it; Bitbucket's own are in small letters."""
    async with bitbucket_rig(tmp_path) as rig:
        sha = (await rig.scm.head_of("main")).sha
        for written in (sha.upper(), sha[:12].upper()):
            assert (await rig.scm.head_of(written)).sha == sha
        assert {e.path.rpartition("/")[2] for e in rig.asked("GET", "/commit/")} == {sha, sha[:12]}
