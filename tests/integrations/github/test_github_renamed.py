"""A repository that was renamed: GitHub redirects, and what was asked must arrive whole."""

from pathlib import Path

import pytest

from orchestration.ports.cicd import RunState
from orchestration.ports.errors import Refused
from tests.integrations.github.github_rig import github_rig


async def test_a_redirected_reading_keeps_its_query(tmp_path: Path) -> None:
    """Without the query a first release's notes would be made of the default branch, and pages would be cut."""
    titles = [f"fix: number {number}" for number in range(130)]
    async with github_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("release/1", "main")
        rig.grow("release/1", titles)
        rig.simulator.rename(rig.hosted, "renamed")
        notes = await rig.scm.create_release_notes(
            current_tag="release/1", previous_tag=None, version="1.0.0", parent_targets=()
        )
        assert notes.commits[-1].title == titles[-1]
        found = await rig.scm.compare("main", "release/1")
        assert [commit.title for commit in found.commits] == titles


async def test_a_redirected_writing_is_made_once_with_its_method(tmp_path: Path) -> None:
    """GitHub asks for the same request at the other address: a branch, a tag, a pick, a build."""
    async with github_rig(tmp_path) as rig:
        base = (await rig.scm.head_of("main")).sha
        wanted = rig.grow("main", ["fix: late"])
        rig.simulator.rename(rig.hosted, "renamed")
        branch = await rig.scm.fork_out_branch("release/1", base)
        assert rig.made("branch", "release/1") == 1
        tag = await rig.scm.create_release_tag(ref="release/1", tag="v1", targets=(), version="1")
        assert (tag.sha, rig.made("tag", "v1")) == (branch.sha, 1)
        picked = await rig.scm.cherry_pick(commit=wanted, branch="release/1")
        assert (await rig.scm.head_of("release/1")).sha == picked.sha
        run = await rig.cicd.trigger_planned_release(rig.request())
        assert rig.made("run", "build.yml") == 1
        assert (await rig.cicd.run_status(run.id)).state is RunState.QUEUED


async def test_a_pull_request_of_a_repository_with_a_new_owner_is_opened_once(tmp_path: Path) -> None:
    """GitHub filters by the owner of the branch, which is another now."""
    async with github_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("release/1", "main")
        rig.grow("release/1", ["fix: late"])
        rig.simulator.rename(rig.hosted, "app", owner="elsewhere")
        opened = [
            await rig.scm.open_pull_request(head="release/1", base="main", title="Back", body="")
            for _ in range(2)
        ]
        assert [each.number for each in opened] == [1, 1]
        assert rig.made("pull", "release/1:main") == 1


@pytest.mark.parametrize("status", [301, 307, 308])
@pytest.mark.parametrize("place", ["http://127.0.0.2:9/repositories/1/git/refs", "/login", ""])
async def test_a_redirect_to_elsewhere_is_refused(tmp_path: Path, status: int, place: str) -> None:
    """Neither the request nor the token goes to another server, and no circle is run."""
    async with github_rig(tmp_path) as rig:
        headers = {"Location": place or f"{rig.simulator.url}/repos/acme/app/git/refs"}
        rig.simulator.fault(method="POST", path="", status=status, headers=headers, times=20)
        with pytest.raises(Refused, match=str(status)):
            await rig.scm.fork_out_branch("release/1", "main")
        assert rig.made("branch", "release/1") == 0
        assert len([e for e in rig.simulator.record if e.method == "POST"]) <= 4
