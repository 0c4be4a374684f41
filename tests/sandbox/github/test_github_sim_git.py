"""The GitHub simulator's git side: what it says is what git says, and what GitHub refuses it refuses."""

from pathlib import Path

import pytest

from sandbox.github import clone_bare, grow_bare
from sandbox.github.clone import add_files
from sandbox.gitrepo import GitRepo
from tests.sandbox.github.github_caller import calling

NOWHERE = "0" * 39 + "1"


async def test_what_is_made_is_in_the_repository(tmp_path: Path) -> None:
    """A branch and an annotated tag made over HTTP are there for git itself."""
    async with calling(tmp_path) as github:
        head = (await github.call("GET", "/git/ref/heads/main")).body["object"]["sha"]
        made = await github.call("POST", "/git/refs", {"ref": "refs/heads/release/1", "sha": head})
        assert made.status == 201
        tag = {"tag": "v1", "message": "One", "object": head, "type": "commit"}
        sha = (await github.call("POST", "/git/tags", tag)).body["sha"]
        await github.call("POST", "/git/refs", {"ref": "refs/tags/v1", "sha": sha})
        git = github.rig.hosted.git
        assert git.run("rev-parse", "release/1", "v1^{commit}").split() == [head, head]
        assert (await github.call("GET", f"/git/tags/{sha}")).body["message"] == "One\n"
        assert (await github.call("GET", "/git/ref/tags/v1")).body["object"]["type"] == "tag"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"ref": "refs/heads/main", "sha": "HEAD"}, "Reference already exists"),
        ({"ref": "refs/heads/new", "sha": NOWHERE}, "Object does not exist"),
        ({"ref": "heads/new", "sha": "HEAD"}, "must start with 'refs/'"),
        ({"ref": "refs/heads/a..b", "sha": "HEAD"}, "not a valid ref name"),
        ({"ref": "refs/heads/main/below", "sha": "HEAD"}, "could not be created"),
        ({"ref": "refs/heads/new"}, '"sha" wasn\'t supplied'),
        ({"ref": 1, "sha": "HEAD"}, "is not a string"),
    ],
)
async def test_refs_that_cannot_be_are_refused(tmp_path: Path, body: dict[str, object], words: str) -> None:
    """422 with GitHub's words, and nothing is made."""
    async with calling(tmp_path, judged=False) as github:
        head = github.rig.hosted.git.commit_at("main")
        if body.get("sha") == "HEAD":
            body = {**body, "sha": head}
        told = await github.call("POST", "/git/refs", body)
        assert told.status == 422
        assert words in told.body["message"]
        assert len(github.rig.hosted.git.refs("refs")) == 1


async def test_a_ref_moves_forward_only_unless_forced(tmp_path: Path) -> None:
    """A push that would lose commits is refused; deleting works once."""
    async with calling(tmp_path) as github:
        git = github.rig.hosted.git
        new, old = git.commit_at("main"), git.log("main")[-1].sha
        path = "/git/refs/heads/main"
        back = await github.call("PATCH", path, {"sha": old})
        assert (back.status, back.body["message"]) == (422, "Update is not a fast forward")
        assert (await github.call("PATCH", path, {"sha": old, "force": True})).status == 200
        assert (await github.call("PATCH", path, {"sha": new})).body["object"]["sha"] == new
        await github.call("POST", "/git/refs", {"ref": "refs/heads/gone", "sha": new})
        assert (await github.call("DELETE", "/git/refs/heads/gone")).status == 204
        assert (await github.call("DELETE", "/git/refs/heads/gone")).status == 422


async def test_a_ref_is_found_by_its_whole_name(tmp_path: Path) -> None:
    """git/ref wants the exact name, matching-refs its beginning."""
    async with calling(tmp_path) as github:
        for name in ("release/1", "release/2"):
            await github.rig.scm.fork_out_branch(name, "main")
        assert (await github.call("GET", "/git/ref/heads/release")).status == 404
        found = await github.call("GET", "/git/matching-refs/heads/release")
        assert [ref["ref"] for ref in found.body] == ["refs/heads/release/1", "refs/heads/release/2"]


async def test_lists_come_in_pages_with_links(tmp_path: Path) -> None:
    """Thirty by default, a hundred at most, and `Link` leads on."""
    async with calling(tmp_path) as github:
        github.rig.grow("main", [f"Change {number}" for number in range(120)])
        first = await github.call("GET", "/commits")
        assert len(first.body) == 30
        assert 'rel="next"' in first.headers["Link"]
        assert 'rel="prev"' not in first.headers["Link"]
        last = await github.call("GET", "/commits", query={"per_page": "1000", "page": "2"})
        assert len(last.body) == 124 - 100
        assert 'rel="next"' not in last.headers["Link"]


async def test_a_comparison_shows_250_commits_without_paging(tmp_path: Path) -> None:
    """And counts all of them; with paging a page has at most a hundred."""
    async with calling(tmp_path) as github:
        base = github.rig.hosted.git.commit_at("main")
        github.rig.grow("main", [f"Change {number}" for number in range(260)])
        whole = (await github.call("GET", f"/compare/{base}...main")).body
        assert (len(whole["commits"]), whole["total_commits"], whole["status"]) == (250, 260, "ahead")
        paged = await github.call("GET", f"/compare/{base}...main", query={"page": "3", "per_page": "250"})
        assert [commit["commit"]["message"] for commit in paged.body["commits"]][-1] == "Change 259"
        assert len(paged.body["commits"]) == 60
        back = (await github.call("GET", f"/compare/main...{base}")).body
        assert (back["status"], back["behind_by"]) == ("behind", 260)


async def test_merges_are_real(tmp_path: Path) -> None:
    """201 with a merge commit, 204 with nothing to do, 409 on conflict, 404 for what is not there."""
    async with calling(tmp_path) as github:
        await github.rig.scm.fork_out_branch("side", "main")
        side = github.rig.grow("side", ["Side"], file="side.txt")
        main = github.rig.grow("main", ["Main"], file="main.txt")
        merged = await github.call("POST", "/merges", {"base": "main", "head": "side"})
        assert merged.status == 201
        assert [parent["sha"] for parent in merged.body["parents"]] == [main, side]
        assert (await github.call("POST", "/merges", {"base": "main", "head": "side"})).status == 204
        github.rig.grow("side", ["Ours"], file="shared.txt")
        github.rig.grow("main", ["Theirs"], file="shared.txt")
        assert (await github.call("POST", "/merges", {"base": "main", "head": "side"})).status == 409
        assert (await github.call("POST", "/merges", {"base": "none", "head": "side"})).status == 404


async def test_the_reading_routes_answer_as_described(tmp_path: Path) -> None:
    """Each neighbour of what the adapter uses, held against the description."""
    async with calling(tmp_path) as github:
        head = github.rig.hosted.git.commit_at("main")
        await github.rig.scm.create_release_tag(ref="main", tag="v1", targets=(), version="1")
        for path in (
            "",
            "/branches",
            "/branches/main",
            "/tags",
            "/commits/main",
            f"/git/commits/{head}",
            "/git/trees/main",
            "/contents/history.txt",
            "/actions/workflows",
            "/actions/workflows/build.yml",
        ):
            assert (await github.call("GET", path)).status == 200, path
        tree = await github.call("GET", "/git/trees/main", query={"recursive": "1"})
        assert ".github/workflows/build.yml" in [entry["path"] for entry in tree.body["tree"]]
        for path in ("/branches/none", f"/git/commits/{NOWHERE}", "/git/trees/none", "/contents/none"):
            assert (await github.call("GET", path)).status == 404, path
        assert (await github.call("GET", "/commits/none")).status == 422


def test_a_clone_holds_what_its_source_holds(tmp_path: Path) -> None:
    """Branches and tags come along, workflows are added by a fixed hand, and the same input gives the same shas."""
    source = grow_bare(tmp_path / "source.git", titles=("One", "Two"))
    source.run("tag", "v0", "main")
    files = {"build.yml": "name: Build\n"}
    one = clone_bare(source.path, tmp_path / "one.git", workflows=files)
    two = clone_bare(source.path, tmp_path / "two.git", workflows=files)
    assert one.head() == "main"
    assert one.commit_at("v0") == source.commit_at("main")
    assert one.commit_at("main") == two.commit_at("main")
    assert one.files(str(one.commit_at("main")), ".github/workflows") == ("build.yml",)
    assert source.commit_at("main") == one.commit(str(one.commit_at("main"))).parents[0]


def test_a_clone_of_a_work_tree_on_no_branch_has_a_main(tmp_path: Path) -> None:
    """CI checks out a commit, not a branch: it becomes the default branch."""
    source = grow_bare(tmp_path / "source.git", titles=("One", "Two"))
    source.run("clone", "--quiet", str(source.path), str(tmp_path / "tree"))
    tree = GitRepo(tmp_path / "tree")
    tree.run("checkout", "--quiet", "--detach", "HEAD~1")
    tree.run("branch", "--quiet", "-D", "main")
    clone = clone_bare(tree.path, tmp_path / "clone.git")
    assert (clone.head(), clone.commit_at("main")) == ("main", source.log("main")[1].sha)


def test_added_files_leave_the_others(tmp_path: Path) -> None:
    """The commit changes what it names and nothing else."""
    repo = grow_bare(tmp_path / "app.git")
    made = add_files(repo, "main", {"a/b.txt": "B\n"}, "Add b")
    assert repo.run("diff-tree", "--no-commit-id", "--name-only", "-r", made).split() == ["a/b.txt"]
    assert repo.file(made, "history.txt") is not None
