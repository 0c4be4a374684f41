"""What no vendor takes is refused in the vendor's own form, and never an error of the simulator itself."""

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from orchestration.ports.test_platform import Selection
from sandbox.jira import Flavour
from tests.integrations.bitbucket.bitbucket_rig import bitbucket_rig
from tests.integrations.checkmate.checkmate_rig import checkmate_rig
from tests.integrations.github.github_rig import github_rig
from tests.integrations.gitlab.gitlab_rig import gitlab_rig
from tests.integrations.jira.jira_rig import jira_rig

DEEP = b"[" * 100_000
LONG = "x" * 5_000
HUB, LAB = "/repos/acme/app", "/api/v4/projects/acme%2Fmobile%2Fapp"
BUCKET = "/2.0/repositories/acme/app"
WHO = frozenset({"authorization", "private-token"})


async def say(rig: Any, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """Status and JSON of a request of whoever asked last; bytes are sent as they are."""
    asked = rig.simulator.record[-1].request_headers
    headers = {name: text for name, text in asked.items() if name.lower() in WHO}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with (
        aiohttp.ClientSession() as session,
        session.request(
            method,
            URL(rig.simulator.url + path, encoded=True),
            data=None if body is None else data,
            headers={**headers, "Content-Type": "application/json"},
        ) as answer,
    ):
        return answer.status, await answer.json()


@pytest.mark.parametrize("name", [None, "\0", LONG], ids=["null", "NUL", "long"])
async def test_a_name_that_is_none_is_refused_by_github(tmp_path: Path, name: str | None) -> None:
    """422 with words for a ref and a release; and the list of releases can be read afterwards."""
    async with github_rig(tmp_path) as rig:
        sha = (await rig.scm.head_of("main")).sha
        ref = None if name is None else f"refs/heads/{name}"
        answers = [
            await say(rig, "POST", f"{HUB}/git/refs", {"ref": ref, "sha": sha}),
            await say(rig, "POST", f"{HUB}/git/refs", {"ref": "refs/heads/new", "sha": None}),
            await say(rig, "POST", f"{HUB}/releases", {"tag_name": name}),
            await say(rig, "POST", f"{HUB}/releases", {"tag_name": name, "draft": True}),
        ]
        assert [status for status, _ in answers[:3]] == [422] * 3
        assert all(body["message"] for _, body in answers[:3])
        assert (await say(rig, "GET", f"{HUB}/releases"))[0] == 200


@pytest.mark.parametrize("name", ["\0", LONG], ids=["NUL", "long"])
async def test_a_name_that_is_none_is_refused_by_gitlab(tmp_path: Path, name: str) -> None:
    """400, as for any bad name."""
    async with gitlab_rig(tmp_path) as rig:
        await rig.scm.head_of("main")
        branch = await say(rig, "POST", f"{LAB}/repository/branches", {"branch": name, "ref": "main"})
        tag = await say(rig, "POST", f"{LAB}/repository/tags", {"tag_name": name, "ref": "main"})
        assert branch == (400, {"message": "Branch name is invalid"})
        assert tag == (400, {"message": "Tag name invalid"})


@pytest.mark.parametrize("name", ["\0", LONG], ids=["NUL", "long"])
async def test_a_name_that_is_none_is_refused_by_bitbucket(tmp_path: Path, name: str) -> None:
    """400 for a ref; and what is no path of a file is not found."""
    async with bitbucket_rig(tmp_path) as rig:
        sha = (await rig.scm.head_of("main")).sha
        body = {"name": name, "target": {"hash": sha}}
        for kind in ("branches", "tags"):
            status, told = await say(rig, "POST", f"{BUCKET}/refs/{kind}", body)
            assert (status, told["type"]) == (400, "error")
        for path in ("%00", "%2e%2e", "%2F", "a%2F..%2Fb"):
            assert (await say(rig, "GET", f"{BUCKET}/src/{sha}/{path}"))[0] == 404


async def test_a_body_that_is_nested_too_deep_is_no_json_anywhere(tmp_path: Path) -> None:
    """400 in each vendor's form."""
    places = ((github_rig, f"{HUB}/git/refs"), (gitlab_rig, f"{LAB}/repository/branches"))
    for made, path in (*places, (bitbucket_rig, f"{BUCKET}/refs/branches")):
        folder = tmp_path / made.__name__
        folder.mkdir()
        async with made(folder) as rig:
            await rig.scm.head_of("main")
            status, told = await say(rig, "POST", path, DEEP)
            assert (status, isinstance(told, dict)) == (400, True)
    async with jira_rig(Flavour.CLOUD) as site:
        await site.pm.find_ticket(project="MOB", label="rel-1-ios")
        status, told = await say(site, "POST", "/rest/api/2/issue", DEEP)
        assert (status, "errorMessages" in told) == (400, True)


async def test_numbers_that_are_none_are_refused_by_checkmate() -> None:
    """In the words that it has for them."""
    async with checkmate_rig() as rig:
        made = await rig.platform.create_test_suite(
            project="1", name="1.2.0 iOS", release_version="1.2.0", selection=Selection()
        )
        for query in ("runs?projectId=1&page=x", "runs?projectId=1&pageSize=1.5"):
            assert (await say(rig, "GET", f"/api/v1/{query}"))[0] == 400
        state = f"/api/v1/run/state-detail?runId={made.id}&projectId=x"
        assert (await say(rig, "GET", state))[0] == 400
