"""GitLab's traps, each with the request or the answer that springs it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from integrations.gitlab.errors import pause
from orchestration.ports.errors import AlreadyDifferent, NeedsCredentials, Refused, TryLater
from sandbox.gitlab.hosting import Account
from tests.integrations.gitlab.gitlab_judge import judge
from tests.integrations.gitlab.gitlab_rig import GitlabRig, gitlab_rig

TARGETS = ("IOS_APP_STORE",)
MADE_UP = "canary"


def _asked(rig: GitlabRig, method: str, part: str) -> list[Any]:
    return [e for e in rig.simulator.record if e.method == method and part in e.path]


async def test_a_time_without_a_zone_is_one_of_utc(tmp_path: Path) -> None:
    """GitLab always tells one; what a proxy or an older server leaves out must not be a crash."""
    async with gitlab_rig(tmp_path, named=True) as rig:
        run = await rig.cicd.trigger_planned_release(rig.request())
        for late, found in ((0, run.id), (3600, None)):
            row = {
                **json.loads(rig.simulator.record[-1].response_body),
                "created_at": f"{datetime.fromtimestamp(rig.clock.now - late, UTC):%Y-%m-%dT%H:%M:%S}",
            }
            headers = {"Content-Type": "application/json"}
            rig.simulator.fault(path=r"/pipelines\?", status=200, headers=headers, body=json.dumps([row]))
            seen = await rig.cicd.find_run(rig.request())
            assert (seen.id if seen else None) == found
            await rig.cicd.run_status(run.id)


@pytest.mark.parametrize("status", [200, 301, 303])
async def test_addresses_that_nobody_can_read_are_no_fault_of_ours(tmp_path: Path, status: int) -> None:
    """The library follows them before we see them: what it stumbles over is an error of the port."""
    headers = {
        "Location": "http://[bad",
        "Link": '<http://[bad>; rel="next"',
        "Content-Type": "application/json",
    }
    async with gitlab_rig(tmp_path) as rig:
        rig.simulator.fault(method="GET", status=status, headers=headers, body="[]")
        with pytest.raises(TryLater, match="headers"):
            await rig.cicd.find_run(rig.request())
        rig.simulator.fault(method="POST", status=303, headers=headers)
        with pytest.raises(TryLater, match="headers"):
            await rig.scm.fork_out_branch("release/1", "main")
        assert rig.made("branch", "release/1") == 0


async def test_a_400_for_an_existing_branch_is_told_from_other_400s(tmp_path: Path) -> None:
    """GitLab answers 400 for a taken name and for a bad one: only what is there is success or different."""
    async with gitlab_rig(tmp_path) as rig:
        first = await rig.scm.fork_out_branch("release/1", "main")
        assert await rig.scm.fork_out_branch("release/1", "main") == first
        assert [e.status for e in _asked(rig, "POST", "/branches")] == [201, 400]
        with pytest.raises(Refused, match="invalid"):
            await rig.scm.fork_out_branch("release/..1", "main")
        new = rig.grow("main", ["More"])
        with pytest.raises(AlreadyDifferent) as caught:
            await rig.scm.fork_out_branch("release/1", "main")
        assert (caught.value.expected, caught.value.found) == (new, first.sha)


async def test_names_travel_encoded(tmp_path: Path) -> None:
    """The project's path and odd branch names are one segment each, and arrive whole."""
    async with gitlab_rig(tmp_path) as rig:
        name = "release/1.0#5-%2F"
        made = await rig.scm.fork_out_branch(name, "main")
        assert await rig.scm.find_branch(name) == made
        assert rig.made("branch", name) == 1
        for exchange in rig.simulator.record:
            assert exchange.path.startswith("/api/v4/projects/acme%2Fmobile%2Fapp/repository/")
        assert _asked(rig, "GET", "/branches/")[-1].path.endswith("/branches/release%2F1.0%235-%252F")


async def test_lists_are_read_to_their_end_without_totals(tmp_path: Path) -> None:
    """20 rows without asking, no X-Total for commits: the links lead on, a hundred rows at a time."""
    async with gitlab_rig(tmp_path) as rig:
        base = (await rig.scm.head_of("main")).sha
        rig.grow("main", [f"Change {number}" for number in range(205)])
        found = await rig.scm.compare(base, "main")
        pages = [e for e in _asked(rig, "GET", "/commits") if "ref_name=" in e.query]
        assert found.ahead == 205
        assert [parse_qs(e.query)["per_page"] for e in pages] == [["100"]] * 4
        assert not any("X-Total" in e.response_headers for e in pages)


async def test_pages_are_fetched_from_the_address_that_was_set(tmp_path: Path) -> None:
    """A server behind a proxy writes its inner address into links: no request, and no token, goes there."""
    async with gitlab_rig(tmp_path) as rig:
        rig.simulator.external_url = "http://gitlab.internal.invalid"
        base = (await rig.scm.head_of("main")).sha
        rig.grow("main", [f"Change {number}" for number in range(105)])
        assert (await rig.scm.compare(base, "main")).ahead == 105


async def test_what_a_token_may_not_see_is_not_taken_for_missing(tmp_path: Path) -> None:
    """404 for a private project: neither 'no such branch' nor 'a lost run', but a matter of the connection."""
    async with gitlab_rig(tmp_path) as rig:
        rig.simulator.accounts["canary"] = Account(level=None)
        for attempt in (
            rig.open_scm(MADE_UP).find_branch("main"),
            rig.open_scm(MADE_UP).find_release("v1"),
            rig.open_scm(MADE_UP).find_tag("v1"),
            rig.open_cicd(MADE_UP).run_status("1001"),
            rig.open_cicd(MADE_UP).find_run(rig.request()),
        ):
            with pytest.raises(NeedsCredentials):
                await attempt
        judge(rig.simulator.record)


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (Account(gone="expired"), "expired"),
        (Account(gone="revoked"), "revoked"),
        (Account(scopes=("read_api",)), "higher privileges"),
        (Account(level=10), "403"),
    ],
)
async def test_a_token_that_ended_or_may_too_little_needs_a_person(
    tmp_path: Path, account: Account, words: str
) -> None:
    """Tokens live at most a year; the reason is told in GitLab's words."""
    async with gitlab_rig(tmp_path) as rig:
        rig.simulator.accounts["canary"] = account
        scm = rig.open_scm(MADE_UP)
        with pytest.raises(NeedsCredentials, match=words):
            await scm.fork_out_branch("release/1", rig.hosted.commit_at("main") or "")
        assert not rig.hosted.made


async def test_a_limit_is_told_and_not_slept_over(tmp_path: Path) -> None:
    """The library would sleep in its thread and ask again: we ask once and tell how long to wait."""
    async with gitlab_rig(tmp_path) as rig:
        rig.simulator.limits.a_minute = 1
        await rig.scm.find_branch("main")
        with pytest.raises(TryLater) as caught:
            await rig.scm.find_branch("main")
        assert caught.value.after == timedelta(seconds=40)
        assert [e.status for e in rig.simulator.record] == [200, 429]
        assert judge(rig.simulator.record) == 2


async def test_a_server_error_is_not_repeated_by_the_library(tmp_path: Path) -> None:
    """One request for one asking."""
    async with gitlab_rig(tmp_path) as rig:
        rig.simulator.fault(method="POST", status=502, times=20)
        with pytest.raises(TryLater):
            await rig.scm.fork_out_branch("release/1", "main")
        assert len(_asked(rig, "POST", "/branches")) == 1


async def test_a_tag_is_known_by_its_commit_and_not_by_its_object(tmp_path: Path) -> None:
    """`target` of an annotated tag is the tag object; lightweight tags count too, tags of trees are told."""
    async with gitlab_rig(tmp_path) as rig:
        head = rig.hosted.commit_at("main") or ""
        made = await rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1.0.0")
        assert made.sha == head
        assert rig.hosted.git.run("cat-file", "-t", "v1").strip() == "tag"
        assert "IOS_APP_STORE" in rig.hosted.git.run("cat-file", "tag", "v1")
        rig.hosted.git.run("tag", "light", head)
        light = await rig.scm.find_tag("light")
        assert light is not None
        assert light.sha == head
        rig.hosted.git.run("tag", "tree", f"{head}^{{tree}}")
        with pytest.raises(Refused, match="no commit"):
            await rig.scm.find_tag("tree")


async def test_a_release_names_no_ref(tmp_path: Path) -> None:
    """With a `ref` GitLab would make a missing tag by itself, wherever that ref stands."""
    async with gitlab_rig(tmp_path) as rig:
        await rig.scm.create_release_tag(ref="main", tag="v1", targets=TARGETS, version="1")
        made = await rig.scm.create_release(
            current_tag="v1",
            previous_tag=None,
            base_version="1.0.0",
            parent_targets=TARGETS,
            release_date=datetime(2026, 11, 23, tzinfo=UTC),
            release_id="REL-1",
            body="Notes",
        )
        assert made.url == f"{rig.simulator.url}/acme/mobile/app/-/releases/v1"
        sent = json.loads(_asked(rig, "POST", "/releases")[0].request_body)
        assert sorted(sent) == ["description", "name", "tag_name"]
        assert "REL-1" in rig.hosted.releases[0].description


async def test_a_renamed_project_is_told_and_not_written_to_as_a_reading(tmp_path: Path) -> None:
    """A redirected POST would become a GET, and its answer would be taken for the thing that was made."""
    async with gitlab_rig(tmp_path) as rig:
        head = rig.hosted.commit_at("main") or ""
        moved = {"Location": f"{rig.simulator.url}/api/v4/projects/1/repository/branches/main"}
        rig.simulator.fault(method="POST", status=301, headers=moved)
        with pytest.raises(Refused, match="301"):
            await rig.scm.fork_out_branch("release/1", head)
        assert [e.method for e in rig.simulator.record] == ["GET", "POST"]


async def test_readings_follow_a_renamed_project(tmp_path: Path) -> None:
    """GitLab keeps the old path for reading."""
    async with gitlab_rig(tmp_path) as rig:
        moved = {"Location": f"{rig.simulator.url}/api/v4/projects/1/repository/branches/main"}
        rig.simulator.fault(method="GET", status=301, headers=moved)
        found = await rig.scm.find_branch("main")
        assert found is not None
        assert found.sha == rig.hosted.commit_at("main")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7", "ratelimit-reset": "1790000130"}, 7),
        ({"ratelimit-reset": "1790000130", "date": "Mon, 21 Sep 2026 14:13:20 GMT"}, 130),
        ({"ratelimit-reset": "1780000130", "date": "Mon, 21 Sep 2026 14:13:20 GMT"}, 1),
        ({"ratelimit-reset": "1790000130", "date": "soon"}, 60),
        ({"ratelimit-reset": "1790000130"}, 60),
        ({"retry-after": "Mon, 21 Sep 2026 14:13:20 GMT"}, 60),
        ({}, 60),
    ],
)
def test_the_wait_after_a_limit_is_gitlabs_by_its_own_clock(headers: dict[str, str], seconds: int) -> None:
    """Our clock may be wrong; what makes no sense is a minute."""
    assert pause(headers) == timedelta(seconds=seconds)
