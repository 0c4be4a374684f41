"""What the simulated Bitbucket does: commits by upload, downloads, pull requests, merges and pipelines."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.integrations.bitbucket.bitbucket_judge import judge
from tests.sandbox.bitbucket.bitbucket_caller import Caller, caller


def _written(boundary: str, *parts: str) -> bytes:
    return "".join(f"--{boundary}\r\n{part}\r\n" for part in parts).encode() + f"--{boundary}--\r\n".encode()


async def _upload(bitbucket: Caller, *parts: str) -> tuple[int, Any, dict[str, str]]:
    body = _written("b0undary", *parts)
    return await bitbucket.ask("POST", "/src", form=body, kind="multipart/form-data; boundary=b0undary")


def _field(name: str, text: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}'


def _file(path: str, text: str, more: str = "") -> str:
    return f'Content-Disposition: form-data; name="{path}"; filename="x"{more}\r\n\r\n{text}'


async def test_an_upload_is_one_commit_on_top_of_the_head(tmp_path: Path) -> None:
    """Files are written, others removed, the rest stays; its address stands in a header, and nothing in the body."""
    async with caller(tmp_path) as bitbucket:
        tip = bitbucket.hosted.branch("main") or ""
        status, body, headers = await _upload(
            bitbucket,
            _field("message", "Mend"),
            _field("author", "Ada <ada@example.com>"),
            _field("branch", "main"),
            _field("parents", tip),
            _field("files", "/history.txt"),
            _file("/deep/new.sh", "#!/bin/sh\n", '; x-attributes="executable"'),
        )
        assert (status, body) == (201, b"")
        made = bitbucket.hosted.git.commit(bitbucket.hosted.branch("main") or "")
        assert headers["Location"].endswith(f"/commit/{made.sha}")
        assert (made.parents, made.author.name, made.message) == ((tip,), "Ada", "Mend")
        assert bitbucket.hosted.git.file(made.sha, "history.txt") is None
        assert bitbucket.hosted.git.file(made.sha, "bitbucket-pipelines.yml") is not None
        _, meta, _ = await bitbucket.ask("GET", f"/src/{made.sha}/deep/new.sh?format=meta")
        assert (meta["type"], meta["attributes"], meta["size"]) == ("commit_file", ["executable"], 10)
        assert (await bitbucket.ask("GET", f"/src/{made.sha}/deep/new.sh"))[1] == b"#!/bin/sh\n"
        _, folder, _ = await bitbucket.ask("GET", f"/src/{made.sha}/deep?format=meta")
        assert folder["type"] == "commit_directory"
        assert (await bitbucket.ask("GET", f"/src/{made.sha}/none"))[0] == 404


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([_field("branch", "main"), _field("parents", "0" * 40)], 409),
        ([_field("branch", "new"), _field("parents", "0" * 40)], 400),
        ([_field("parents", "a,b")], 400),
        ([_field("author", "nobody"), _file("/a", "a")], 400),
        ([_field("files", "/none")], 400),
        ([_field("rename", "x")], 400),
        ([_file("/a", "a", '; x-attributes="odd"')], 400),
        (["Content-Disposition: form-data\r\n\r\nx"], 400),
    ],
)
async def test_an_upload_that_makes_no_sense_changes_nothing(
    tmp_path: Path, parts: list[str], status: int
) -> None:
    """Another parent than the head, two parents, an odd author, a file that is not there, an unknown field."""
    async with caller(tmp_path) as bitbucket:
        before = bitbucket.hosted.branch("main")
        assert (await _upload(bitbucket, *parts))[0] == status
        assert bitbucket.hosted.branch("main") == before
        assert (await bitbucket.ask("POST", "/src", {"message": "x"}))[0] == 406
        assert (await bitbucket.ask("POST", "/src", form=b"x", kind="multipart/form-data; boundary=b"))[
            0
        ] == 400


async def test_a_download_lies_elsewhere_and_is_replaced_in_silence(tmp_path: Path) -> None:
    """The address is its own key: with a token beside it the store refuses."""
    async with caller(tmp_path) as bitbucket:
        for content in (b"one", b"two"):
            form = aiohttp.FormData()
            form.add_field("files", content, filename="v1.md")
            assert (await bitbucket.ask("POST", "/downloads", form=form))[0] == 201
        status, _, headers = await bitbucket.ask("GET", "/downloads/v1.md")
        place = headers["Location"].removeprefix(bitbucket.simulator.url)
        assert status == 302
        assert (await bitbucket.ask("GET", place, root="", auth=None))[:2] == (200, b"two")
        assert (await bitbucket.ask("GET", place, root=""))[0] == 400
        assert (await bitbucket.ask("GET", place.partition("?")[0], root="", auth=None))[0] == 403
        assert (await bitbucket.ask("GET", "/downloads/none"))[0] == 404
        _, listed, _ = await bitbucket.ask("GET", "/downloads")
        assert [(row["name"], row["size"]) for row in listed["values"]] == [("v1.md", 3)]
        named = _written("b", _field("files", "x"))
        kind = "multipart/form-data; boundary=b"
        assert (await bitbucket.ask("POST", "/downloads", form=named, kind=kind))[0] == 400
        assert (await bitbucket.ask("POST", "/downloads", {"files": "x"}))[0] == 406


async def _pull(bitbucket: Caller, title: str = "Back") -> tuple[int, Any]:
    body = {
        "type": "pullrequest",
        "title": title,
        "source": {"branch": {"name": "side"}},
        "destination": {"branch": {"name": "main"}},
    }
    return (await bitbucket.ask("POST", "/pullrequests", body))[:2]


async def test_a_second_pull_request_is_the_first_with_new_words(tmp_path: Path) -> None:
    """For the same branches Bitbucket answers the open one; without commits, or a branch, it refuses."""
    async with caller(tmp_path) as bitbucket:
        assert (await _pull(bitbucket))[0] == 400
        await bitbucket.ask("POST", "/refs/branches", {"name": "side", "target": {"hash": "main"}})
        status, body = await _pull(bitbucket)
        assert (status, body["error"]["message"]) == (400, "There are no changes to be pulled")
        bitbucket.grow("side", ["Mend"])
        first, second = (await _pull(bitbucket))[1], (await _pull(bitbucket, "Other"))[1]
        assert (first["id"], second["id"], second["title"]) == (1, 1, "Other")
        assert bitbucket.hosted.made["pull", "side:main"] == 1
        assert (await bitbucket.ask("GET", "/pullrequests/2"))[0] == 404
        assert judge(bitbucket.simulator.record) > 4


async def test_a_merge_may_be_accepted_and_done_later(tmp_path: Path) -> None:
    """202 with the address of a task, which is pending until it is not; a conflict is refused."""
    async with caller(tmp_path) as bitbucket:
        bitbucket.hosted.merge_seconds = 20.0
        await bitbucket.ask("POST", "/refs/branches", {"name": "side", "target": {"hash": "main"}})
        bitbucket.grow("side", ["Mend"], file="side.txt")
        await _pull(bitbucket)
        merge = "/pullrequests/1/merge"
        status, _, headers = await bitbucket.ask("POST", f"{merge}?async=true", {"type": "x"})
        task = headers["Location"].removeprefix(f"{bitbucket.simulator.url}/2.0/repositories/acme/app")
        assert status == 202
        assert (await bitbucket.ask("GET", task))[1]["task_status"] == "PENDING"
        bitbucket.clock.now += 21
        assert (await bitbucket.ask("GET", task))[1]["task_status"] == "SUCCESS"
        _, pull, _ = await bitbucket.ask("GET", "/pullrequests/1")
        assert (pull["state"], pull["merge_commit"]["hash"]) == ("MERGED", bitbucket.hosted.branch("main"))
        assert (await bitbucket.ask("POST", merge, {"type": "x"}))[0] == 400
        bitbucket.grow("side", ["Ours"], file="shared.txt")
        bitbucket.grow("main", ["Theirs"], file="shared.txt")
        await _pull(bitbucket)
        assert (await bitbucket.ask("POST", "/pullrequests/2/merge", {"type": "x"}))[0] == 400


def _run(**changes: Any) -> dict[str, Any]:
    target = {
        "type": "pipeline_ref_target",
        "ref_type": "branch",
        "ref_name": "main",
        "selector": {"type": "custom", "pattern": "build.yml"},
    }
    return {"type": "pipeline", "target": {**target, **changes}, "variables": [{"key": "A", "value": "1"}]}


async def test_a_pipeline_goes_its_way_by_the_clock(tmp_path: Path) -> None:
    """Pending, running, completed, with its files; it is missing from lists at first, and cannot be stopped at last."""
    async with caller(tmp_path) as bitbucket:
        bitbucket.hosted.book.set_plan(lag=5.0, queue=10.0, seconds=60.0)
        _, made, _ = await bitbucket.ask("POST", "/pipelines", _run())
        path = f"/pipelines/{made['uuid'].replace('{', '%7B').replace('}', '%7D')}"
        assert (made["state"]["name"], made["variables"][0]["value"]) == ("PENDING", "1")
        assert (await bitbucket.ask("GET", "/pipelines"))[1]["values"] == []
        bitbucket.clock.now += 11
        assert (await bitbucket.ask("GET", path))[1]["state"]["stage"]["name"] == "RUNNING"
        assert len((await bitbucket.ask("GET", "/pipelines"))[1]["values"]) == 1
        bitbucket.clock.now += 60
        _, ended, _ = await bitbucket.ask("GET", path)
        assert ended["state"]["result"]["name"] == "SUCCESSFUL"
        assert "build-output--1" in bitbucket.hosted.downloads
        assert (await bitbucket.ask("POST", f"{path}/stopPipeline"))[0] == 400
        assert (await bitbucket.ask("GET", "/pipelines/%7Bnone%7D"))[0] == 404
        assert judge(bitbucket.simulator.record) == 7


@pytest.mark.parametrize(
    "body",
    [
        _run(ref_name="nowhere"),
        _run(ref_type="tag"),
        _run(selector={"type": "custom", "pattern": "none"}),
        _run(selector={"type": "branches", "pattern": "main"}),
        _run(commit={"hash": "x"}),
        {**_run(), "variables": [{"key": "a b", "value": ""}]},
        {**_run(), "variables": [{"key": "A", "value": 1}]},
        {**_run(), "variables": [{"key": "A", "value": "1"}, {"key": "A", "value": "2"}]},
        {**_run(), "other": 1},
        {},
    ],
)
async def test_a_pipeline_that_cannot_be_is_refused(tmp_path: Path, body: dict[str, Any]) -> None:
    """An unknown ref or definition, odd variables, and what the simulator does not know."""
    async with caller(tmp_path) as bitbucket:
        assert (await bitbucket.ask("POST", "/pipelines", body))[0] == 400
        assert not bitbucket.hosted.book.pipelines


async def test_people_steer_and_look_by_the_control_routes(tmp_path: Path) -> None:
    """Orders by number, plans, limits, commits and hooks; a wrong one says why."""
    async with caller(tmp_path) as bitbucket:

        async def order(method: str, path: str, body: Any = None) -> tuple[int, Any]:
            return (await bitbucket.ask(method, path, body, root="/_sandbox", auth=None))[:2]

        assert (await order("POST", "/plan", {"queue": 100.0}))[0] == 204
        assert (await order("POST", "/plan", {"outcome": "odd"}))[0] == 400
        await bitbucket.ask("POST", "/pipelines", _run())
        assert (await order("POST", "/pipelines/1/HALTED"))[0] == 204
        assert (await order("POST", "/pipelines/1/dance"))[0] == 400
        assert (await order("POST", "/pipelines/9/pass"))[0] == 404
        assert (await order("POST", "/commits", {"branch": "main", "titles": ["One"]}))[0] == 200
        assert (await order("POST", "/limits", {"an_hour": 7}))[0] == 204
        assert (await order("POST", "/hooks", {"url": "http://127.0.0.1:9", "secret": "s"}))[0] == 204
        _, state = await order("GET", "/state")
        assert state["acme/app"]["pipelines"][0]["state"] == "HALTED"
        assert state["acme/app"]["branches"]["main"] == bitbucket.hosted.branch("main")
        assert bitbucket.simulator.limits.an_hour == 7
