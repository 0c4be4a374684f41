"""The GitHub simulator's Actions: dispatches by version, runs by clock and by command, lists, webhooks, orders."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from integrations.github.hooks import run_event, signed
from orchestration.ports.cicd import RunState
from tests.sandbox.github.github_caller import Caller, calling

DISPATCH = "/actions/workflows/build.yml/dispatches"
NEW = "2026-03-10"


async def test_the_answer_of_a_dispatch_depends_on_version_and_wish(tmp_path: Path) -> None:
    """2022-11-28: 204, or 200 with the run on wish. 2026-03-10: always 200, and the wish is not known."""
    async with calling(tmp_path) as github:
        assert (await github.call("POST", DISPATCH, {"ref": "main"})).status == 204
        told = await github.call("POST", DISPATCH, {"ref": "main", "return_run_details": True})
        assert (told.status, told.body["workflow_run_id"]) == (200, github.rig.hosted.runs.runs[1].id)
        assert (await github.call("POST", DISPATCH, {"ref": "main"}, version=NEW)).status == 200
        body = {"ref": "main", "return_run_details": True}
        refused = await github.call("POST", DISPATCH, body, version=NEW)
        assert refused.status == 422
        assert "not a permitted key" in refused.body["message"]
        assert len(github.rig.hosted.runs.runs) == 3


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        (DISPATCH, {}, 422, '"ref" wasn\'t supplied'),
        (DISPATCH, {"ref": "none"}, 422, "No ref found for: none"),
        (DISPATCH, {"ref": "main", "inputs": {"x": "1"}}, 422, 'Unexpected inputs provided: ["x"]'),
        (DISPATCH, {"ref": "main", "inputs": {f"i{n}": "" for n in range(26)}}, 422, "No more than 25"),
        (DISPATCH, {"ref": "main", "inputs": []}, 422, "is not an object"),
        (DISPATCH.replace("build", "push"), {"ref": "main"}, 422, "workflow_dispatch"),
        (DISPATCH.replace("build", "none"), {"ref": "main"}, 404, "Not Found"),
    ],
)
async def test_dispatches_that_cannot_be_are_refused(
    tmp_path: Path, path: str, body: dict[str, Any], status: int, words: str
) -> None:
    """With GitHub's words, and nothing runs."""
    async with calling(tmp_path, judged=False) as github:
        told = await github.call("POST", path, body)
        assert told.status == status
        assert words in told.body["message"]
        assert not github.rig.hosted.runs.runs


async def test_a_run_appears_in_lists_after_its_lag(tmp_path: Path) -> None:
    """By its id it is known at once."""
    async with calling(tmp_path) as github:
        await github.order("plan", {"workflow": "build.yml", "lag": 5})
        await github.call("POST", DISPATCH, {"ref": "main"})
        number = github.rig.hosted.runs.runs[0].id
        assert (await github.call("GET", "/actions/runs")).body["total_count"] == 0
        assert (await github.call("GET", f"/actions/runs/{number}")).body["status"] == "queued"
        github.rig.clock.now += 5
        assert (await github.call("GET", "/actions/runs")).body["total_count"] == 1


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 2),
        ({"branch": "main"}, 1),
        ({"branch": "side", "event": "workflow_dispatch"}, 1),
        ({"event": "push"}, 0),
        ({"created": ">=2026-09-21T14:13:20Z"}, 2),
        ({"created": ">2026-09-21T14:13:20Z"}, 1),
        ({"created": "<=2026-09-21T14:13:20Z"}, 1),
        ({"created": "2026-09-21T14:13:20Z..2026-09-21T14:14:00Z"}, 1),
        ({"created": "*..2026-09-21T14:13:19Z"}, 0),
        ({"created": "2026-09-21"}, 2),
        ({"status": "queued"}, 1),
        ({"status": "success"}, 1),
        ({"head_sha": "0" * 40}, 0),
    ],
)
async def test_runs_are_filtered(tmp_path: Path, query: dict[str, str], count: int) -> None:
    """By branch, event, time, status and commit."""
    async with calling(tmp_path, judged=False) as github:
        await github.rig.scm.fork_out_branch("side", "main")
        await github.call("POST", DISPATCH, {"ref": "main"})
        github.rig.clock.now += 100
        await github.call("POST", DISPATCH, {"ref": "side"})
        found = await github.call("GET", "/actions/workflows/build.yml/runs", query=query)
        assert found.body["total_count"] == count


async def test_runs_are_steered_by_order(tmp_path: Path) -> None:
    """pass, fail, cancel, hang, or a conclusion by name; a finished run stays as it is."""
    async with calling(tmp_path, judged=False) as github:
        ends = {"pass": "success", "fail": "failure", "timed_out": "timed_out"}
        for order, conclusion in ends.items():
            await github.call("POST", DISPATCH, {"ref": "main"})
            number = github.rig.hosted.runs.runs[-1].id
            assert (await github.order(f"runs/{number}/{order}")).body["conclusion"] == conclusion
            assert (await github.order(f"runs/{number}/cancel")).body["conclusion"] == conclusion
        await github.call("POST", DISPATCH, {"ref": "main"})
        number = github.rig.hosted.runs.runs[-1].id
        await github.order(f"runs/{number}/hang")
        github.rig.clock.now += 10_000
        assert (await github.call("GET", f"/actions/runs/{number}")).body["status"] == "in_progress"
        assert (await github.order(f"runs/{number}/explode")).status == 400
        assert (await github.order("runs/1/pass")).status == 404
        assert (await github.order("plan", {"outcome": "lovely"})).status == 400


async def test_cancelling_is_accepted_once(tmp_path: Path) -> None:
    """202 with an empty object; 409 for a finished run."""
    async with calling(tmp_path) as github:
        await github.call("POST", DISPATCH, {"ref": "main"})
        path = f"/actions/runs/{github.rig.hosted.runs.runs[0].id}/cancel"
        assert ((await github.call("POST", path)).status, (await github.call("POST", path)).status) == (
            202,
            409,
        )


async def test_the_state_tells_how_often_each_thing_was_made(tmp_path: Path) -> None:
    """By natural key: that is how a crash test proves "made once"."""
    async with calling(tmp_path) as github:
        body = {"ref": "main", "inputs": {"correlation_id": "b-1"}}
        await github.call("POST", DISPATCH, body)
        await github.rig.scm.fork_out_branch("release/1", "main")
        state = (await github.call("GET", "//_sandbox/state")).body["acme/app"]
        assert state["made"]["branch release/1"] == 1
        assert state["made"]["dispatch correlation_id=b-1"] == 1
        assert [run["title"] for run in state["runs"]] == ["Build  b-1"]
        assert set(state["branches"]) == {"main", "release/1"}


@pytest.fixture
async def listener(tmp_path: Path) -> AsyncIterator[tuple[Caller, list[tuple[dict[str, str], bytes]]]]:
    """A caller, and what its webhooks brought."""
    heard: list[tuple[dict[str, str], bytes]] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append((dict(request.headers), await request.read()))
        return web.Response(status=202)

    app = web.Application()
    app.router.add_post("/hook", hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with calling(tmp_path, judged=False) as github:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        await github.order("hooks", {"url": url, "secret": "s3cret"})
        yield github, heard
    await runner.cleanup()


async def test_webhooks_tell_every_change_signed_and_in_order(
    listener: tuple[Caller, list[tuple[dict[str, str], bytes]]],
) -> None:
    """The adapter's own check accepts the signature, and reads the states from the bodies."""
    github, heard = listener
    await github.call("POST", DISPATCH, {"ref": "main", "inputs": {"correlation_id": "b-1"}})
    github.rig.clock.now += 60
    await github.call("GET", "/actions/runs")
    await github.rig.simulator.webhooks.idle()
    events = [run_event(headers=headers, body=body) for headers, body in heard]
    assert all(
        signed(secret="s3cret", body=body, header=headers["X-Hub-Signature-256"]) for headers, body in heard
    )
    assert [event.state for event in events if event] == [
        RunState.QUEUED,
        RunState.RUNNING,
        RunState.SUCCEEDED,
    ]
    assert {event.title for event in events if event} == {"Build  b-1"}
    assert [json.loads(body)["action"] for _, body in heard] == ["requested", "in_progress", "completed"]


async def test_a_delivery_can_be_sent_again_with_its_id(
    listener: tuple[Caller, list[tuple[dict[str, str], bytes]]],
) -> None:
    """As by the button on GitHub's page: same id, same body."""
    github, heard = listener
    await github.call("POST", DISPATCH, {"ref": "main"})
    assert (await github.order("deliveries/0")).status == 202
    assert (await github.order("deliveries/9")).status == 404
    await github.rig.simulator.webhooks.idle()
    assert heard[0][0]["X-GitHub-Delivery"] == heard[1][0]["X-GitHub-Delivery"]
    assert heard[0][1] == heard[1][1]
    rows = (await github.call("GET", "//_sandbox/deliveries")).body
    assert [row["status"] for row in rows] == [202]
