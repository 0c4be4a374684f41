"""Conflicts of pull requests, of which Bitbucket tells by the state of each file of their difference."""

from pathlib import Path

import pytest

from tests.integrations.bitbucket.bitbucket_desk import RELEASE, Desk, desk


async def _conflicts(at: Desk) -> bool | None:
    made = await at.rig.scm.open_pull_request(head=RELEASE, base="main", title="Back", body="")
    return made.conflicts


@pytest.mark.parametrize(("changed", "removed"), [("main", RELEASE), (RELEASE, "main")])
async def test_a_file_that_one_side_removed_and_the_other_changed_is_in_conflict(
    tmp_path: Path, changed: str, removed: str
) -> None:
    """Bitbucket calls it `local deleted` or `remote deleted`, and no conflict."""
    async with desk(tmp_path) as at:
        at.on(changed)
        at.write("text.txt", "changed\n")
        at.commit(changed, "Change it")
        at.on(removed)
        (at.folder / "text.txt").unlink()
        at.commit(removed, "Remove it")
        assert await _conflicts(at) is True


async def test_a_file_that_one_side_removed_is_in_no_conflict(tmp_path: Path) -> None:
    """Nor one that both sides removed."""
    async with desk(tmp_path) as at:
        for branch, files in ((RELEASE, ("text.txt", "old.txt")), ("main", ("old.txt",))):
            at.on(branch)
            for file in files:
                (at.folder / file).unlink()
            at.commit(branch, "Remove it")
        assert await _conflicts(at) is False
