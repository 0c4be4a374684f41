"""GitHub's traps, each with the request or the answer that springs it."""

import asyncio
import contextlib
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests

from integrations.github.client import Connection
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from sandbox.github.hosting import Account
from tests.integrations.github.github_rig import GithubRig, github_rig, judge
from tests.support.merging import merge

TARGETS = ("IOS_APP_STORE",)


def _asked(rig: GithubRig, method: str, part: str) -> list[Any]:
    return [e for e in rig.simulator.record if e.method == method and part in e.path]


async def test_an_existence_check_really_asks(tmp_path: Path) -> None:
    """PyGithub's lazy ref knows its own name without asking: each check is one request, and no more."""
    async with github_rig(tmp_path) as rig:
        assert await rig.scm.find_branch("none") is None
        assert await rig.scm.find_branch("main") is not None
        assert len(rig.simulator.record) == 2


async def test_every_request_names_its_version_and_its_sender(tmp_path: Path) -> None:
    """The version is pinned, and names with slashes and odd signs arrive whole."""
    async with github_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("release/1.0#5 %2F".replace(" ", "-"), "main")
        assert rig.made("branch", "release/1.0#5-%2F") == 1
        for exchange in rig.simulator.record:
            assert exchange.request_headers["X-GitHub-Api-Version"] == "2022-11-28"
            assert exchange.request_headers["User-Agent"] == "stationmaster"


async def test_a_server_error_is_not_repeated_by_the_library(tmp_path: Path) -> None:
    """PyGithub's default would have sent this POST eleven times."""
    async with github_rig(tmp_path) as rig:
        rig.simulator.fault(method="POST", status=502, times=20)
        with pytest.raises(TryLater):
            await rig.scm.fork_out_branch("release/1", "main")
        assert len(_asked(rig, "POST", "/git/refs")) == 1


async def test_one_client_in_many_threads_mixes_nothing_up(tmp_path: Path) -> None:
    """PyGithub's connection keeps the request between two calls; forty at once must each get their own answer."""
    async with github_rig(tmp_path) as rig:
        scm = rig.scm
        names = [f"branch-{number}" for number in range(20)]
        for name in names:
            await scm.fork_out_branch(name, "main")
        found = await asyncio.gather(*(scm.find_branch(name) for name in names + names))
        assert [branch.name for branch in found if branch] == names + names
        paths = [exchange.path for exchange in _asked(rig, "GET", "/git/ref/")]
        assert sorted(paths) == sorted(f"/repos/acme/app/git/ref/heads/{name}" for name in names + names)


class _Session(requests.Session):
    """Notes what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def request(
        self, method: str | bytes, url: str | bytes, *_args: Any, **_options: Any
    ) -> requests.Response:
        """An empty answer."""
        self.asked.append(f"{method!s} {url!s}")
        answer = requests.Response()
        answer.status_code = 200
        return answer


def test_a_request_stays_with_its_thread() -> None:
    """What another thread asks between `request` and `getresponse` changes nothing."""
    session = _Session()
    connection = Connection(session, "http://github", "github")
    connection.request("GET", "/mine", None, {})
    other = threading.Thread(target=connection.request, args=("GET", "/other", None, {}))
    other.start()
    other.join()
    connection.getresponse()
    assert session.asked == ["GET http://github/mine"]


async def test_no_tag_object_is_made_where_the_tag_exists(tmp_path: Path) -> None:
    """A dangling object would stay for ever; and the tag is an annotated one that names its targets."""
    async with github_rig(tmp_path) as rig:
        for _ in range(2):
            await rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1.0.0")
        assert rig.made("tag_object", "v1") == 1
        assert rig.hosted.git.run("cat-file", "-t", "v1").strip() == "tag"
        assert "IOS_APP_STORE" in rig.hosted.git.run("cat-file", "tag", "v1")


async def test_tags_of_any_kind_lead_to_their_commit(tmp_path: Path) -> None:
    """Lightweight tags and tags of tags are followed; a tag of something else is told."""
    async with github_rig(tmp_path) as rig:
        git, head = rig.hosted.git, rig.hosted.git.commit_at("main")
        assert head is not None
        git.run("tag", "light", head)
        who = {f"GIT_COMMITTER_{name}": "x" for name in ("NAME", "EMAIL")}
        git.run("tag", "-a", "-m", "x", "deep", head, env=who)
        git.run("tag", "-a", "-m", "x", "deeper", "deep", env=who)
        git.run("tag", "tree", f"{head}^{{tree}}")
        found = [await rig.scm.find_tag(name) for name in ("light", "deep", "deeper")]
        assert [tag.sha for tag in found if tag] == [head] * 3
        with pytest.raises(Refused, match="tree"):
            await rig.scm.find_tag("tree")


async def test_a_hidden_page_of_commits_is_noticed(tmp_path: Path) -> None:
    """Fewer commits than GitHub counts are not taken for all of them."""
    async with github_rig(tmp_path) as rig:
        base = (await rig.scm.head_of("main")).sha
        rig.grow("main", [f"Change {number}" for number in range(130)])
        whole = await rig.scm.compare(base, "main")
        assert len(whole.commits) == 130
        pages = [parse_qs(e.query) for e in _asked(rig, "GET", "/compare/")]
        assert [(page["page"], page["per_page"]) for page in pages] == [(["1"], ["100"]), (["2"], ["100"])]
        body = _asked(rig, "GET", "/compare/")[0].response_body.decode()
        json = {"Content-Type": "application/json"}
        rig.simulator.fault(path="/compare/", status=200, headers=json, body=body)
        with pytest.raises(TryLater, match="100 of 130"):
            await rig.scm.compare(base, "main")


async def test_the_picked_commit_keeps_its_author_and_carries_a_marker(tmp_path: Path) -> None:
    """As `git cherry-pick -x` makes it: author kept, the sha in the message, only its own change, nothing left over."""
    async with github_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("release/1", "main")
        rig.grow("main", ["Not wanted"], file="other.txt")
        wanted = rig.grow("main", ["fix: the crash"], file="crash.txt")
        picked = await rig.scm.cherry_pick(commit=wanted, branch="release/1")
        git = rig.hosted.git
        original, made = git.commit(wanted), git.commit(picked.sha)
        assert made.author == original.author
        assert made.message.endswith(f"(cherry picked from commit {wanted})")
        assert git.run("diff-tree", "--no-commit-id", "--name-only", "-r", picked.sha).split() == [
            "crash.txt"
        ]
        assert {ref.name for ref in git.refs("refs/heads")} == {"refs/heads/main", "refs/heads/release/1"}
        judge(rig.simulator.record)


async def test_a_branch_that_moves_during_a_pick_is_not_thrown_back(tmp_path: Path) -> None:
    """The last step only goes forward: somebody's commit in between wins, and the pick is tried again."""
    async with github_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("release/1", "main")
        wanted = rig.grow("main", ["fix: the crash"], file="crash.txt")
        rig.simulator.hooks.append(_once(lambda: rig.grow("release/1", ["Meanwhile"], file="other.txt")))
        with pytest.raises(TryLater, match="moved"):
            await rig.scm.cherry_pick(commit=wanted, branch="release/1")
        await rig.scm.cherry_pick(commit=wanted, branch="release/1")
        titles = [commit.message.splitlines()[0] for commit in rig.hosted.git.log("release/1")]
        assert titles[:2] == ["fix: the crash", "Meanwhile"]


def _once(act: Any) -> Any:
    done: list[bool] = []

    async def hook(_moment: object, request: Any) -> None:
        if request.path.endswith("/merges") and not done:
            done.append(True)
            act()

    return hook


@pytest.mark.parametrize(
    ("account", "private", "error"),
    [
        (None, False, NeedsCredentials),
        (Account(writes=frozenset()), False, NeedsCredentials),
        (Account(repositories=frozenset({"acme/other"})), True, Refused),
    ],
)
async def test_a_token_that_may_not_is_told_so(
    tmp_path: Path, account: Account | None, private: bool, error: type[PortError]
) -> None:
    """Unknown token and missing permission ask for credentials; what is hidden from us looks as if not there."""
    async with github_rig(tmp_path) as rig:
        rig.hosted.private = private
        if account is not None:
            rig.simulator.accounts["ghp_other"] = account
        with pytest.raises(error):
            await rig.open_scm("ghp_other").fork_out_branch("release/1", "main")
        assert rig.made("branch", "release/1") == 0


async def test_githubs_limits_are_kept_until_their_time(tmp_path: Path) -> None:
    """Over the limit nothing is asked until the wait is over, also by another verb."""
    async with github_rig(tmp_path) as rig:
        rig.simulator.limits.writes_a_minute = 1
        await rig.scm.fork_out_branch("one", "main")
        with pytest.raises(TryLater) as caught:
            await rig.scm.fork_out_branch("two", "main")
        assert caught.value.after == timedelta(seconds=60)
        asked = len(rig.simulator.record)
        with pytest.raises(TryLater, match="pause"):
            await rig.scm.find_branch("one")
        assert len(rig.simulator.record) == asked
        rig.rest()
        rig.clock.now += 61
        assert (await rig.scm.fork_out_branch("two", "main")).name == "two"


async def test_a_rule_that_forbids_the_ground_of_a_pick_is_told(tmp_path: Path) -> None:
    """A ruleset may forbid new branches: that is said, and not that ours is missing."""
    async with github_rig(tmp_path) as rig:
        await rig.scm.fork_out_branch("release/1", "main")
        wanted = rig.grow("main", ["fix: late"])
        words = "Repository rule violations found\\n\\nCannot create ref due to creations being restricted."
        headers = {"Content-Type": "application/json"}
        body = f'{{"message": "{words}"}}'
        rig.simulator.fault(method="POST", path="/git/refs$", status=422, headers=headers, body=body)
        with pytest.raises(Refused, match="creations being restricted"):
            await rig.scm.cherry_pick(commit=wanted, branch="release/1")


@pytest.mark.parametrize("status", [200, 301, 303, 403])
@pytest.mark.parametrize(
    "headers",
    [
        {"Location": "http://[bad", "Link": '<http://[bad>; rel="next"'},
        {"X-RateLimit-Limit": "many", "X-RateLimit-Remaining": "few"},
        {"X-RateLimit-Reset": "inf"},
    ],
)
async def test_headers_that_nobody_can_read_are_no_fault_of_ours(
    tmp_path: Path, status: int, headers: dict[str, str]
) -> None:
    """PyGithub makes numbers and addresses of them: what it stumbles over is an error of the port."""
    async with github_rig(tmp_path) as rig:
        headers = {**headers, "Content-Type": "application/json"}
        for verb in (rig.cicd.find_run(rig.request()), rig.cicd.trigger_planned_release(rig.request())):
            rig.simulator.fault(status=status, headers=headers, body='{"workflow_runs": []}')
            with contextlib.suppress(PortError):  # what else is raised fails the test
                await verb
            rig.rest()
        assert rig.made("run", "build.yml") <= 1


async def test_a_merge_is_found_in_the_new_version_too(tmp_path: Path) -> None:
    """2026-03-10 does not tell the commit of a merge; a merged request must not pass for one that was closed."""
    async with github_rig(tmp_path) as rig:
        scm = rig.open_scm(api_version="2026-03-10")
        await scm.fork_out_branch("fix/crash", "main")
        rig.grow("fix/crash", ["fix: the crash", "fix: the crash on tablets"])
        opened = await scm.open_pull_request(head="fix/crash", base="main", title="Mend", body="")
        merged = merge(rig, opened.number, parents=2, title="Merge pull request #1")
        found = await scm.find_pull_request(opened.number)
        assert found is not None
        assert (found.state, found.merge_commit) == ("merged", merged)
        assert judge(rig.simulator.record) > 0
