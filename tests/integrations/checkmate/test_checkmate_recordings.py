"""Recordings of a real Checkmate, replayed against both sides.

The simulator must answer each recorded request as the server did, and the adapter must understand each answer.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from integrations.answers import Answer
from integrations.checkmate.answers import CreatedRun, ResetRun, RunPage, RunRow, RunState, RunStatus
from integrations.checkmate.errors import data_of, parsed
from integrations.checkmate.settings import CheckmateSecrets, CheckmateSettings
from integrations.checkmate.test_platform import CheckmateTestPlatform
from orchestration.ports.errors import Refused, TryLater
from orchestration.ports.test_platform import Tally
from sandbox.checkmate import Case, CheckmateSimulator
from sandbox.checkmate.world import Filter, User
from tests.integrations.checkmate.checkmate_rig import Clock, client, judge
from tests.support.contracts import recordings

FOLDER = "checkmate-recorded"
OWNER = User(id=1, name="Seed Admin", role="admin")

# In an order in which each request finds what it found on the real server. `+lock` was not kept as a recording.
ORDER = [
    "orgs",
    "org_detail",
    "user_details",
    "projects",
    "projects_unknown_org",
    "project_detail",
    "sections",
    "squads",
    "labels",
    "platform",
    "priority",
    "runs",
    "run_create_name_too_short",
    "run_create",
    "run_detail",
    "run_detail_unknown",
    "run_state_detail",
    "run_state_detail_bad_group",
    "run_tests",
    "run_update_test_status",
    "run_test_status",
    "run_state_detail_after",
    "run_reset",
    "run_edit",
    "run_lock_unknown",
    "+lock",
    "run_lock_again",
    "run_delete",
    "run_delete_again",
    "run_state_detail_deleted",
]


def shape(value: Any) -> Any:
    """Names and types without the values; of a list its first item."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return type(value).__name__


@pytest.fixture
async def server() -> AsyncIterator[CheckmateSimulator]:
    """A simulator with what the real server was seeded with, as far as the recordings see it."""
    simulator = CheckmateSimulator(clock=Clock())
    world = simulator.world
    world.users["dummy1"] = OWNER
    world.cases.clear()
    for number in (495, 500, 501):
        world.cases[number] = Case(
            id=number, project=1, title=f"Case {number}", squad=1, section=1, platform=2, labels=(1,)
        )
    for name in ("First run", "Second run", "Third run"):
        world.create_run(project=1, name=name, description=None, chosen=Filter(), user=OWNER)
    world.next_run = 5
    await simulator.start()
    yield simulator
    await simulator.stop()


async def test_the_simulator_answers_as_the_server_did(server: CheckmateSimulator) -> None:
    """Status, content type, shape and error words of every recording are those of the simulator."""
    recorded = recordings(FOLDER)
    assert set(recorded) == set(ORDER) - {"+lock"}
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer dummy1"}) as session:
        for name in ORDER:
            if name == "+lock":
                body = {"runId": 5, "projectId": 1}
                async with session.put(f"{server.url}/api/v1/run/lock", json=body) as answer:
                    assert (await answer.json())["data"]["success"] is True
                continue
            request, wanted = recorded[name]["request"], recorded[name]["response"]
            data = None if request["body"] is None else json.dumps(request["body"]).encode()
            headers = {"Content-Type": request["content_type"]} if request["content_type"] else {}
            url = server.url + request["path"]
            async with session.request(request["method"], url, data=data, headers=headers) as answer:
                got = await answer.json()
                assert (name, answer.status) == (name, wanted["status"])
                assert answer.headers["Content-Type"] == wanted["content_type"]
            assert (name, shape(got)) == (name, shape(wanted["body"]))
            assert (name, got["error"]) == (name, wanted["body"]["error"])
    short = next(e for e in server.record if b'"abc"' in e.request_body)
    assert judge([e for e in server.record if e is not short]) == len(ORDER) - 1


def answer_of(name: str) -> Answer:
    """A recorded answer, as the edge would give it."""
    kept = recordings(FOLDER)[name]
    return Answer(
        status=kept["response"]["status"],
        headers={"Content-Type": kept["response"]["content_type"]},
        body=json.dumps(kept["response"]["body"]).encode(),
        provider="Checkmate",
        making=kept["request"]["method"] != "GET",
    )


def test_recorded_runs_are_understood() -> None:
    """Lists, details and creation give ids, names and states."""
    page = parsed(RunPage, answer_of("runs"))
    assert [(run.id, run.name, run.status) for run in page.rows] == [
        (2, "Release 1.2.3", RunStatus.ACTIVE),
        (3, "By openapi", RunStatus.ACTIVE),
    ]
    assert page.total == 3
    run = parsed(RunRow, answer_of("run_detail"))
    assert (run.id, run.project, run.name, run.status) == (5, 1, "Release 9.9.9", RunStatus.ACTIVE)
    assert data_of(answer_of("run_detail_unknown")) is None
    assert parsed(CreatedRun, answer_of("run_create")).id == 5
    assert parsed(ResetRun, answer_of("run_reset")).count == 1


@pytest.mark.parametrize(
    ("name", "tally"),
    [
        ("run_state_detail", Tally(total=83, untested=83)),
        ("run_state_detail_after", Tally(total=83, passed=1, untested=81, in_progress=1)),
        ("run_state_detail_deleted", Tally(total=83, untested=82, in_progress=1)),
    ],
)
def test_recorded_figures_are_understood(name: str, tally: Tally) -> None:
    """`inprogress` is counted, and what waits for a retest is untested."""
    assert parsed(RunState, answer_of(name)).tally() == tally


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("run_create_name_too_short", "at least 5 characters"),
        ("run_lock_unknown", "no such run"),
        ("run_lock_again", "already locked"),
    ],
)
def test_recorded_refusals_are_understood(name: str, words: str) -> None:
    """A refusal is one, also inside a success."""
    with pytest.raises(Refused, match=words):
        data_of(answer_of(name))


def test_a_recorded_server_error_is_tried_again() -> None:
    """A server error whose words are not in the table is no refusal."""
    with pytest.raises(TryLater, match="groupBy"):
        data_of(answer_of("run_state_detail_bad_group"))


@pytest.mark.parametrize(
    "name",
    ["org_detail", "orgs", "labels", "squads", "sections", "platform", "priority", "projects", "run_edit"],
)
def test_other_recorded_answers_have_data(name: str) -> None:
    """The envelope is the same everywhere."""
    assert data_of(answer_of(name))


async def test_the_adapter_reads_a_recorded_run() -> None:
    """Every verb, against the recorded answers themselves."""
    assert answer_of("run_state_detail").ok  # read here, where a missing folder can still skip the test
    player, asked = await start_player()
    http = client(Clock())
    platform = CheckmateTestPlatform(
        settings=CheckmateSettings(base_url=f"http://127.0.0.1:{player.addresses[0][1]}"),
        secrets=CheckmateSecrets.model_validate({"token": "dummy1"}),
        http=http,
        tenant="T1",
    )
    try:
        status = await platform.get_test_suite_status(project="1", suite="5")
        assert (status.tally, status.locked) == (Tally(total=83, passed=1, untested=81, in_progress=1), False)
        found = await platform.find_suite(project="1", name="By openapi")
        assert found is not None
        assert found.id == "3"
        await platform.reset_test_suite(project="1", suite="5")
        await platform.lock(project="1", suite="5")
    finally:
        await http.close()
        await player.cleanup()
    assert asked[-3:] == ["/api/v1/run/reset", "/api/v1/run/detail", "/api/v1/run/lock"]


async def start_player() -> tuple[web.AppRunner, list[str]]:
    """A server that plays recorded answers by path, and the paths it was asked for."""
    playlist = {
        "run/detail": "run_detail",
        "run/state-detail": "run_state_detail_after",
        "runs": "runs",
        "run/reset": "run_reset",
        "run/lock": "run_lock_again",
    }
    asked: list[str] = []

    async def play(request: web.Request) -> web.Response:
        asked.append(request.path)
        kept = recordings(FOLDER)[playlist[request.match_info["path"]]]["response"]
        return web.json_response(kept["body"], status=kept["status"])

    app = web.Application()
    app.router.add_route("*", "/api/v1/{path:.*}", play)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, asked
