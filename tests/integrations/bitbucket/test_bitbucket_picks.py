"""Picks at Bitbucket, made of uploaded files: what goes over goes over byte for byte, and the rest is refused."""

import json
import shutil
from pathlib import Path

import pytest

from integrations.bitbucket.cherry import MOST_BYTES, MOST_FILES
from orchestration.ports.errors import Refused, TryLater
from sandbox.kit import Moment
from tests.integrations.bitbucket.bitbucket_desk import PICTURE, RELEASE, desk


async def test_files_of_every_kind_go_over_as_git_would_carry_them(tmp_path: Path) -> None:
    """Added, changed, removed, renamed, binary, executable, empty, in folders and with odd names: byte for byte."""
    async with desk(tmp_path) as at:
        at.write("picture.bin", PICTURE[::-1])
        at.write("deep/er/new é file.txt", "new\n")
        at.write("message", "a file that is called as a field of the form\n")
        at.write("empty", b"")
        at.write("crlf.txt", b"a\r\nb\r\n")
        at.write("tool.sh", "#!/bin/sh\nmake\n")
        (at.folder / "tool.sh").chmod(0o755)
        at.write("run.sh", "#!/bin/sh\nset -e\n")
        (at.folder / "old.txt").unlink()
        shutil.move(at.folder / "text.txt", at.folder / "moved.txt")
        sha = at.commit("main")
        made = await at.pick(sha)
        assert made.title == "fix: the crash"
        at.same_as_git(made, sha)
        assert len(at.rig.asked("POST", "/src")) == 1


async def test_a_text_that_changed_on_both_sides_is_merged_line_by_line(tmp_path: Path) -> None:
    """As git does it, where the changes are apart."""
    async with desk(tmp_path) as at:
        at.on(RELEASE)
        text = (at.folder / "text.txt").read_text()
        at.write("text.txt", text.replace("line 2\n", "line two\n"))
        at.commit(RELEASE, "Ours")
        at.on("main")
        at.write("text.txt", text.replace("line 15\n", "line fifteen\n"))
        sha = at.commit("main")
        at.same_as_git(await at.pick(sha), sha)


async def test_a_mode_changes_alone_and_a_changed_text_keeps_the_branchs_mode(tmp_path: Path) -> None:
    """Whether a file may be run is carried over, and what the branch did to it stays."""
    async with desk(tmp_path) as at:
        (at.folder / "old.txt").chmod(0o755)
        sha = at.commit("main")
        at.same_as_git(await at.pick(sha), sha)
        at.on(RELEASE)
        (at.folder / "text.txt").chmod(0o755)
        at.commit(RELEASE, "Ours")
        at.on("main")
        at.write("text.txt", "all new\n")
        sha = at.commit("main", "fix: the text")
        at.same_as_git(await at.pick(sha), sha)


async def test_of_a_merge_the_first_parent_counts(tmp_path: Path) -> None:
    """As `git cherry-pick -m 1`: all that came with the merged branch."""
    async with desk(tmp_path) as at:
        at.git("checkout", "--quiet", "-b", "feature")
        at.write("feature.txt", "feature\n")
        at.git("add", "--all")
        at.git("commit", "--quiet", "-m", "Work")
        at.git("checkout", "--quiet", "-B", "main", "origin/main")
        at.git("merge", "--quiet", "--no-ff", "-m", "Merged in feature (pull request #3)", "feature")
        at.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
        sha = at.git("rev-parse", "HEAD")
        at.same_as_git(await at.pick(sha), sha)


async def test_what_is_there_already_is_told(tmp_path: Path) -> None:
    """The same change by another commit: nothing is uploaded."""
    async with desk(tmp_path) as at:
        at.on(RELEASE)
        at.write("fix.txt", "fix\n")
        at.commit(RELEASE, "The same")
        at.on("main")
        at.write("fix.txt", "fix\n")
        sha = at.commit("main")
        with pytest.raises(Refused, match="is there already"):
            await at.pick(sha)
        assert not at.rig.asked("POST", "/src")


async def test_changes_at_one_place_are_a_conflict(tmp_path: Path) -> None:
    """The file is named, and nothing is changed."""
    async with desk(tmp_path) as at:
        at.on(RELEASE)
        at.write("text.txt", "ours\n")
        at.commit(RELEASE, "Ours")
        at.on("main")
        at.write("text.txt", "theirs\n")
        at.write("other.txt", "other\n")
        await at.refused(at.commit("main"), r"conflicts with release/1 in text\.txt")


async def test_a_picture_that_changed_on_both_sides_is_a_conflict(tmp_path: Path) -> None:
    """Binary files are taken whole or not at all."""
    async with desk(tmp_path) as at:
        at.on(RELEASE)
        at.write("picture.bin", PICTURE + b"ours")
        at.commit(RELEASE, "Ours")
        at.on("main")
        at.write("picture.bin", b"theirs" + PICTURE)
        await at.refused(at.commit("main"), r"in picture\.bin")


async def test_a_file_that_one_side_removed_is_a_conflict(tmp_path: Path) -> None:
    """Changed here and gone there."""
    async with desk(tmp_path) as at:
        at.on(RELEASE)
        (at.folder / "old.txt").unlink()
        at.commit(RELEASE, "Ours")
        at.on("main")
        at.write("old.txt", "changed\n")
        await at.refused(at.commit("main"), "not on all sides")


async def test_a_link_a_submodule_and_lfs_are_left_to_a_person(tmp_path: Path) -> None:
    """An upload would make plain files of them."""
    async with desk(tmp_path) as at:
        (at.folder / "link").symlink_to("text.txt")
        await at.refused(at.commit("main"), "a symbolic link")
        at.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
        at.git("commit", "--quiet", "-m", "Submodule")
        at.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
        await at.refused(at.git("rev-parse", "HEAD"), "a submodule")
        at.git("rm", "--quiet", "--cached", "sub")
        at.commit("main", "No submodule")
        at.write("big.psd", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
        await at.refused(at.commit("main"), "Git LFS")


async def test_a_folder_in_the_place_of_a_file_is_left_to_a_person(tmp_path: Path) -> None:
    """On the branch the name is a folder's."""
    async with desk(tmp_path) as at:
        at.on(RELEASE)
        at.write("thing/inside.txt", "x\n")
        at.commit(RELEASE, "Ours")
        at.on("main")
        at.write("thing", "a file\n")
        await at.refused(at.commit("main"), "no plain file")


async def test_what_is_too_much_is_left_to_a_person(tmp_path: Path) -> None:
    """Too many files, or one that is too big."""
    async with desk(tmp_path) as at:
        for number in range(MOST_FILES + 1):
            at.write(f"many/{number}.txt", f"{number}\n")
        await at.refused(at.commit("main"), f"more than {MOST_FILES} files")
        at.write("big.bin", b"x" * (MOST_BYTES + 1))
        await at.refused(at.commit("main", "Big"), "has more than 8 MiB")
        for number in range(5):
            at.write(f"half/{number}.bin", b"x" * (MOST_BYTES - number))
        await at.refused(at.commit("main", "Much"), "changes more than 32 MiB")


async def test_a_name_that_cannot_stand_in_a_form_is_left_to_a_person(tmp_path: Path) -> None:
    """A quotation mark would end the name."""
    async with desk(tmp_path) as at:
        at.write('odd".txt', "x\n")
        await at.refused(at.commit("main"), "cannot be sent")


async def test_a_branch_that_moved_meanwhile_is_never_thrown_back(tmp_path: Path) -> None:
    """Bitbucket refuses another parent than the head: the pick is tried again on what is there then."""
    async with desk(tmp_path) as at:
        at.write("fix.txt", "fix\n")
        sha = at.commit("main")

        async def push(moment: Moment, asked: object) -> None:
            if moment is Moment.ARRIVED and getattr(asked, "method", "") == "POST":
                at.rig.simulator.hooks.clear()
                at.rig.grow(RELEASE, ["Meanwhile"], file="meanwhile.txt")

        at.rig.simulator.hooks.append(push)
        with pytest.raises(TryLater, match="moved") as caught:
            await at.pick(sha)
        assert not caught.value.maybe_done
        made = await at.pick(sha)
        at.same_as_git(made, sha)
        assert at.rig.hosted.git.commit(made.sha).parents == (at.rig.hosted.git.log(RELEASE)[1].sha,)


async def test_a_pick_that_cannot_be_read_back_may_be_done(tmp_path: Path) -> None:
    """The upload was taken: the repeat finds it by its mark."""
    async with desk(tmp_path) as at:
        at.write("fix.txt", "fix\n")
        sha = at.commit("main")
        at.rig.simulator.fault(path=f"/commit/(?!{sha})", status=500)
        with pytest.raises(TryLater) as caught:
            await at.pick(sha)
        assert caught.value.maybe_done
        at.same_as_git(await at.pick(sha), sha)
        assert len(at.rig.asked("POST", "/src")) == 1


async def test_a_cut_answer_is_no_content(tmp_path: Path) -> None:
    """A file that arrives shorter than Bitbucket says it is must not be uploaded."""
    async with desk(tmp_path) as at:
        at.write("fix.txt", "fix\n")
        sha = at.commit("main")
        at.rig.simulator.fault(path=r"/src/[0-9a-f]+/fix\.txt$", status=200, body="fi")
        with pytest.raises(TryLater, match="2 of the 4 bytes"):
            await at.pick(sha)
        assert not at.rig.asked("POST", "/src")


async def test_a_commit_without_a_parent_has_no_difference(tmp_path: Path) -> None:
    """The first of all commits, where the branch does not have it."""
    async with desk(tmp_path) as at:
        tree = at.git("rev-parse", "HEAD^{tree}")
        root = at.git("commit-tree", tree, "-m", "Alone")
        at.git("push", "--quiet", "origin", f"{root}:refs/heads/alone")
        with pytest.raises(Refused, match="no parent"):
            await at.pick(root)


async def test_the_form_says_what_is_meant(tmp_path: Path) -> None:
    """The branch with the head that was read, the marker in the message, and each path absolute."""
    async with desk(tmp_path) as at:
        tip = at.rig.hosted.branch(RELEASE) or ""
        at.write("fix.txt", "fix\n")
        (at.folder / "old.txt").unlink()
        sha = at.commit("main")
        await at.pick(sha)
        (sent,) = at.rig.asked("POST", "/src")
        form = sent.request_body.decode()
        assert f'name="parents"\r\n\r\n{tip}\r\n' in form
        assert f'name="branch"\r\n\r\n{RELEASE}\r\n' in form
        assert f"(cherry picked from commit {sha})" in form
        assert 'name="files"\r\n\r\n/old.txt\r\n' in form
        assert 'name="/fix.txt"; filename="fix.txt"\r\n' in form
        assert json.dumps(sent.request_headers).count("multipart/form-data; boundary=stationmaster-") == 1
