"""The GitHub simulator's manners: who may, how much, how errors look; releases and pull requests."""

from pathlib import Path

import pytest

from sandbox.github.hosting import Account
from tests.sandbox.github.github_caller import calling


async def test_strangers_are_turned_away(tmp_path: Path) -> None:
    """401 without and with a wrong token, with GitHub's words and a JSON body."""
    async with calling(tmp_path) as github:
        for token, words in ((None, "Requires authentication"), ("wrong", "Bad credentials")):
            told = await github.call("GET", "", token=token)
            assert (told.status, told.body["message"], told.body["status"]) == (401, words, "401")


async def test_what_a_token_may_not_is_403_and_what_it_may_not_see_404(tmp_path: Path) -> None:
    """A public repository can be read by anybody known; a private one does not exist for them."""
    async with calling(tmp_path) as github:
        github.rig.simulator.accounts["weak"] = Account(writes=frozenset({"actions"}))
        github.rig.simulator.accounts["other"] = Account(repositories=frozenset({"acme/other"}))
        body = {"ref": "refs/heads/x", "sha": str(github.rig.hosted.git.commit_at("main"))}
        told = await github.call("POST", "/git/refs", body, token="weak")
        assert (told.status, told.body["message"]) == (
            403,
            "Resource not accessible by personal access token",
        )
        assert (await github.call("GET", "", token="other")).status == 200
        github.rig.hosted.private = True
        assert (await github.call("GET", "", token="other")).status == 404


async def test_bad_requests_are_told_as_github_does(tmp_path: Path) -> None:
    """Unknown routes and repositories, broken JSON, no object, an unknown version."""
    async with calling(tmp_path, judged=False) as github:
        assert (await github.call("GET", "//nowhere")).body["message"] == "Not Found"
        assert (await github.call("GET", "//nowhere", token=None)).status == 401
        assert (await github.call("GET", "//repos/acme/none")).status == 404
        assert (await github.call("POST", "/git/refs", raw=b"{")).status == 400
        assert (await github.call("POST", "/git/refs", raw=b"[]")).status == 400
        assert (await github.call("GET", "", version="1999-01-01")).status == 400
        assert (await github.call("PUT", "/git/refs", {})).status in {404, 405}


async def test_the_primary_limit_counts_and_resets(tmp_path: Path) -> None:
    """403 with nothing left and the time of the reset; after the hour it goes on."""
    async with calling(tmp_path) as github:
        await github.order("limits", {"hourly": 2})
        left = [(await github.call("GET", "")).headers["x-ratelimit-remaining"] for _ in range(2)]
        assert left == ["1", "0"]
        told = await github.call("GET", "")
        assert (told.status, told.headers["x-ratelimit-remaining"]) == (403, "0")
        assert "API rate limit exceeded" in told.body["message"]
        github.rig.clock.now = float(told.headers["x-ratelimit-reset"])
        assert (await github.call("GET", "")).status == 200


async def test_the_secondary_limit_says_when(tmp_path: Path) -> None:
    """Too many writes a minute: 429 with Retry-After; readings go on."""
    async with calling(tmp_path) as github:
        await github.order("limits", {"writes_a_minute": 1})
        sha = str(github.rig.hosted.git.commit_at("main"))
        for name, status in (("a", 201), ("b", 429)):
            told = await github.call("POST", "/git/refs", {"ref": f"refs/heads/{name}", "sha": sha})
            assert told.status == status
        assert told.headers["Retry-After"] == "60"
        assert (await github.call("GET", "")).status == 200


async def test_a_release_makes_a_missing_tag_on_its_target(tmp_path: Path) -> None:
    """As GitHub does, which is why the adapter looks for the tag first. A second one of the tag is refused."""
    async with calling(tmp_path) as github:
        made = await github.call("POST", "/releases", {"tag_name": "v1", "name": "One", "body": "Text"})
        assert made.status == 201
        assert github.rig.hosted.git.commit_at("v1") == github.rig.hosted.git.commit_at("main")
        again = await github.call("POST", "/releases", {"tag_name": "v1"})
        assert (again.status, again.body["errors"][0]["code"]) == (422, "already_exists")
        for path in ("/releases", "/releases/latest", "/releases/tags/v1", "/releases/1"):
            assert (await github.call("GET", path)).status == 200, path
        changed = await github.call("PATCH", "/releases/1", {"name": "Uno"})
        assert (changed.body["name"], changed.body["body"]) == ("Uno", "Text")
        assert (await github.call("DELETE", "/releases/1")).status == 204
        assert (await github.call("GET", "/releases/tags/v1")).status == 404
        assert github.rig.hosted.git.commit_at("v1") is not None


async def test_a_draft_is_not_found_by_its_tag(tmp_path: Path) -> None:
    """And makes no tag until it is published."""
    async with calling(tmp_path) as github:
        await github.call("POST", "/releases", {"tag_name": "v1", "draft": True})
        assert (await github.call("GET", "/releases/tags/v1")).status == 404
        assert (await github.call("GET", "/releases/latest")).status == 404
        assert github.rig.hosted.git.commit_at("v1") is None
        await github.call("PATCH", "/releases/1", {"draft": False})
        assert (await github.call("GET", "/releases/tags/v1")).status == 200


@pytest.mark.parametrize(
    "wrong",
    [{}, {"tag_name": "v1", "body": "x" * 125_001}, {"tag_name": "v1", "target_commitish": "none"}],
)
async def test_releases_that_cannot_be_are_refused(tmp_path: Path, wrong: dict[str, str]) -> None:
    """No tag name, too long a body, no such target."""
    async with calling(tmp_path, judged=False) as github:
        assert (await github.call("POST", "/releases", wrong)).status == 422
        assert not github.rig.hosted.releases


async def test_generated_notes_are_saved_nowhere(tmp_path: Path) -> None:
    """A text of the commits, and no release."""
    async with calling(tmp_path) as github:
        told = await github.call("POST", "/releases/generate-notes", {"tag_name": "v1"})
        assert "feat: go on" in told.body["body"]
        assert not github.rig.hosted.releases


async def test_a_pull_request_is_judged_at_the_second_look(tmp_path: Path) -> None:
    """`mergeable` is null first, then what git says; merging is real and closes it."""
    async with calling(tmp_path) as github:
        await github.rig.scm.fork_out_branch("side", "main")
        github.rig.grow("side", ["Side"], file="side.txt")
        body = {"head": "acme:side", "base": "main", "title": "Back"}
        assert (await github.call("POST", "/pulls", body)).status == 201
        assert (await github.call("POST", "/pulls", body)).status == 422
        looks = [(await github.call("GET", "/pulls/1")).body["mergeable"] for _ in range(2)]
        assert looks == [None, True]
        found = await github.call("GET", "/pulls", query={"head": "acme:side", "base": "main"})
        assert [pull["number"] for pull in found.body] == [1]
        assert (await github.call("PUT", "/pulls/1/merge", {"sha": "0" * 40})).status == 409
        assert (await github.call("PUT", "/pulls/1/merge", {})).body["merged"]
        assert (await github.call("PUT", "/pulls/1/merge", {})).status == 405
        assert (await github.call("GET", "/pulls")).body == []
        assert github.rig.hosted.git.count("side", "^main") == 0


async def test_a_pull_request_with_conflicts_says_so(tmp_path: Path) -> None:
    """Dirty, and not to be merged."""
    async with calling(tmp_path) as github:
        await github.rig.scm.fork_out_branch("side", "main")
        github.rig.grow("side", ["Ours"], file="shared.txt")
        github.rig.grow("main", ["Theirs"], file="shared.txt")
        await github.call("POST", "/pulls", {"head": "side", "base": "main", "title": "Back"})
        looks = [(await github.call("GET", "/pulls/1")).body["mergeable"] for _ in range(2)]
        assert looks == [None, False]
        assert (await github.call("PUT", "/pulls/1/merge", {})).status == 405
        assert (await github.call("PATCH", "/pulls/1", {"state": "closed"})).body["state"] == "closed"
