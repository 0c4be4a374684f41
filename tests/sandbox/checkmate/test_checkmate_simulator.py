"""The Checkmate simulator refuses what the server refuses, in its own words."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.checkmate import READER_TOKEN, TOKEN, CheckmateSimulator
from tests.integrations.checkmate.checkmate_rig import Clock, judge

RUN = {"projectId": 1, "runName": "Release 1.2.0"}


class Caller:
    """Asks the simulator; remembers nothing."""

    def __init__(self, session: aiohttp.ClientSession, simulator: CheckmateSimulator) -> None:
        self._session = session
        self.simulator = simulator

    async def ask(self, method: str, path: str, body: object = None, **options: Any) -> tuple[int, Any]:
        """Status and body of an answer; `kind` is the content type sent, `token` whose."""
        token = options.get("token", TOKEN)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        data = options.get("raw", None if body is None else json.dumps(body))
        if data is not None:
            headers["Content-Type"] = options.get("kind", "application/json")
        url = f"{self.simulator.url}/api/v1/{path}"
        async with self._session.request(method, url, data=data, headers=headers) as answer:
            text = await answer.text()
            is_json = answer.content_type == "application/json"
            return answer.status, json.loads(text) if is_json else text


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """A simulator and somebody who asks it."""
    simulator = CheckmateSimulator(clock=Clock())
    await simulator.start()
    async with aiohttp.ClientSession() as session:
        yield Caller(session, simulator)
    await simulator.stop()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"runName": "Release"}, "projectId: Required"),
        ({"projectId": "1", "runName": "Release"}, "projectId: Expected number, received string"),
        ({"projectId": 0, "runName": "Release"}, "projectId: Number must be greater than 0"),
        ({"projectId": 1}, "runName: Required"),
        ({"projectId": 1, "runName": "abcd"}, "runName: Run name must be at least 5 characters"),
        ({"projectId": 1, "runName": "x" * 51}, "runName: Run name must be at most 50 characters"),
        ({"projectId": 1, "runName": None}, "runName: Expected string, received null"),
        ({**RUN, "squadIds": ["1"]}, "squadIds.0: Expected number, received string"),
        ({**RUN, "squadIds": 1}, "squadIds: Expected array, received number"),
        ({**RUN, "squadIds": []}, "Empty squadIds provided"),
        ({**RUN, "filterType": "xor"}, "Invalid enum value. Expected 'and' | 'or', received 'xor'"),
        ({}, "projectId: Required, runName: Required"),
        ([], "Expected object, received array"),
    ],
)
async def test_bodies_are_checked(caller: Caller, body: object, says: str) -> None:
    """Every wrong field is told in the words of the server's validation, and no run is made."""
    status, answer = await caller.ask("POST", "run/create", body)
    assert (status, answer["data"]) == (400, None)
    assert says in answer["error"]
    assert not caller.simulator.world.runs


async def test_bodies_that_are_none(caller: Caller) -> None:
    """No body is 400, a body that is no JSON a server error."""
    assert await caller.ask("POST", "run/create", raw="") == (
        400,
        {"error": "Request body is missing", "status": 400},
    )
    status, answer = await caller.ask("POST", "run/create", raw="{")
    assert (status, answer["status"]) == (500, 500)


async def test_unknown_fields_are_dropped_silently(caller: Caller) -> None:
    """`testIds` is accepted and has no meaning: all tests are added."""
    status, answer = await caller.ask("POST", "run/create", {**RUN, "testIds": [1]})
    assert (status, answer["data"]["testsAdded"]) == (200, 14)


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "run/lock"), ("DELETE", "run/delete"), ("PUT", "run/update-test-status")]
)
async def test_three_routes_want_the_content_type_exactly(caller: Caller, method: str, path: str) -> None:
    """A charset is one character too many there, and nowhere else."""
    await caller.ask("POST", "run/create", RUN, kind="application/json; charset=utf-8")
    body = {"runId": 1, "projectId": 1, "testIdStatusArray": [{"testId": 1, "status": "Passed"}]}
    status, answer = await caller.ask(method, path, body, kind="application/json; charset=utf-8")
    assert (status, answer["error"]) == (400, "Invalid content type")
    assert (await caller.ask(method, path, body))[0] == 200


async def test_no_tests_is_a_server_error_that_uses_up_an_id(caller: Caller) -> None:
    """A filter that fits nothing is 500; the rolled back run leaves a gap in the ids."""
    status, answer = await caller.ask("POST", "run/create", {**RUN, "squadIds": [99]})
    assert (status, answer["error"]) == (500, "No tests found for the given filter")
    _, made = await caller.ask("POST", "run/create", RUN)
    assert made["data"]["runId"] == 2


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"squadIds": [1], "labelIds": [1], "filterType": "or"}, 8),
        ({"squadIds": [1], "labelIds": [1]}, 2),
        ({"squadIds": [0]}, 2),
        ({"squadIds": [1], "sectionIds": [1], "filterType": "or"}, 2),
    ],
)
async def test_filters_join_as_the_server_joins_them(
    caller: Caller, more: dict[str, Any], count: int
) -> None:
    """Sections always narrow; labels, squads and platforms join by `and`, or by `or`; squad 0 is none."""
    _, answer = await caller.ask("POST", "run/create", {**RUN, **more})
    assert answer["data"]["testsAdded"] == count


async def test_who_may_do_what(caller: Caller) -> None:
    """No token and an unknown one are 403, a reader's write 401, and an unknown path is a page for anybody."""
    assert (await caller.ask("GET", "orgs", token=""))[0] == 403
    assert (await caller.ask("GET", "orgs", token="nobody"))[0] == 403
    assert (await caller.ask("POST", "run/create", RUN, token=READER_TOKEN))[0] == 401
    assert (await caller.ask("GET", "orgs", token=READER_TOKEN))[0] == 200
    status, page = await caller.ask("GET", "run/nothing", token="")
    assert status == 404
    assert page.startswith("<!DOCTYPE html>")


async def test_a_locked_run_does_not_move(caller: Caller) -> None:
    """Reset, edit and results are 423, locking again a success with an error in it, deleting is allowed."""
    await caller.ask("POST", "run/create", RUN)
    one = {"runId": 1, "projectId": 1}
    assert (await caller.ask("PUT", "run/lock", one))[1]["data"]["success"] is True
    again = await caller.ask("PUT", "run/lock", one)
    assert (again[0], again[1]["error"]) == (200, "Run is already locked")
    assert (await caller.ask("PUT", "run/reset", {"runId": 1}))[0] == 423
    assert (await caller.ask("PUT", "run/edit", {**one, "runName": "Another"}))[0] == 423
    assert (await caller.ask("DELETE", "run/delete", one))[0] == 200


async def test_lists_are_searched_and_paged(caller: Caller) -> None:
    """Search takes any case and wildcards, pages hold what is asked, newest come first."""
    for name in ("Alpha one", "Beta two", "alpha two"):
        await caller.ask("POST", "run/create", {**RUN, "runName": name})
    _, found = await caller.ask("GET", "runs?projectId=1&textSearch=ALPHA")
    inner = found["data"]["runsData"]
    assert ([r["runId"] for r in inner["runsData"]], inner["runsCount"]) == ([1, 3], [{"count": 2}])
    _, wild = await caller.ask("GET", "runs?projectId=1&textSearch=t_o&page=2&pageSize=1")
    assert [r["runName"] for r in wild["data"]["runsData"]["runsData"]] == ["alpha two"]
    await caller.ask("DELETE", "run/delete", {"runId": 1, "projectId": 1})
    _, active = await caller.ask("GET", "runs?projectId=1&runStatus=Active")
    assert active["data"]["runsData"]["runsCount"] == [{"count": 2}]
    assert (await caller.ask("GET", "runs"))[0] == 400


async def test_testers_are_played_from_outside(caller: Caller) -> None:
    """Control fills results by squad and shows the runs, for scripts in other processes."""
    await caller.ask("POST", "run/create", RUN)
    fill = {"name": RUN["runName"], "status": "Passed", "squad": "Core"}
    base = f"{caller.simulator.url}/_sandbox"
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{base}/fill", json=fill) as filled,
        session.get(f"{base}/runs") as runs,
    ):
        assert await filled.json() == {"changed": 4}
        (run,) = await runs.json()
    assert (run["name"], run["state"]["passed"], run["state"]["total"]) == (RUN["runName"], 4, 14)


async def test_good_answers_fit_the_description(caller: Caller) -> None:
    """Every route that the description knows is answered as it says."""
    await caller.ask("POST", "run/create", RUN)
    results = {"runId": 1, "projectId": 1, "testIdStatusArray": [{"testId": 1, "status": "Passed"}]}
    one = {"runId": 1, "projectId": 1}
    asked = [
        ("GET", "orgs", None),
        ("GET", "org/detail?orgId=1", None),
        ("GET", "user/details", None),
        ("GET", "projects?orgId=1&page=1&pageSize=5", None),
        ("GET", "project/detail?projectId=1", None),
        ("GET", "project/sections?projectId=1", None),
        ("GET", "project/squads?projectId=1", None),
        ("GET", "labels?projectId=1", None),
        ("GET", "platform?orgId=1", None),
        ("GET", "priority?orgId=1", None),
        ("GET", "runs?projectId=1", None),
        ("GET", "run/detail?runId=1", None),
        ("GET", "run/detail?runId=9", None),
        ("GET", "run/state-detail?runId=1&projectId=1&groupBy=squads", None),
        ("GET", "run/tests?runId=1&page=1&pageSize=5", None),
        ("GET", "run/test-status?runId=1&testId=1&projectId=1", None),
        ("PUT", "run/update-test-status", results),
        ("PUT", "run/reset", {"runId": 1}),
        ("PUT", "run/edit", {**one, "runName": "Another name"}),
        ("PUT", "run/lock", one),
        ("PUT", "run/lock", one),
        ("DELETE", "run/delete", one),
    ]
    for method, path, body in asked:
        assert (await caller.ask(method, path, body))[0] in (200, 201)
    assert judge(caller.simulator.record) == len(asked) + 1
