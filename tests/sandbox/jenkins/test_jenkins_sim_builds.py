"""The simulated Jenkins queues, builds and forgets as Jenkins does."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.integrations.jenkins.jenkins_rig import judge
from tests.sandbox.jenkins.jenkins_caller import Caller, jenkins_caller

BUILD = "/job/mobile/job/build"
BUTTON = f"{BUILD}/buildWithParameters"


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """A simulator and somebody who asks it; all that was said is held against the description."""
    async with jenkins_caller() as made:
        yield made
        # The description wants a form of /build that no client sends for a job without parameters.
        judge([e for e in made.simulator.record if not e.path.endswith("/build")])


async def start(caller: Caller, **values: str) -> int:
    """Ask for a build; the number of its queue item."""
    answer = await caller.ask("POST", BUTTON, data=values or None)
    assert (answer.status, answer.text) == (201, "")
    return int(answer.headers["Location"].rstrip("/").rpartition("/")[2])


async def item(caller: Caller, number: int) -> dict[str, Any]:
    """A queue item."""
    found = (await caller.ask("GET", f"/queue/item/{number}/api/json")).json
    assert isinstance(found, dict)
    return found


async def test_a_build_waits_twice_before_it_has_a_number(caller: Caller) -> None:
    """For its quiet period, then for an executor; then the item names the build, and ends after five minutes."""
    order = {"quiet": 5, "wait": 10, "seconds": 60}
    assert (await caller.ask("POST", "/_sandbox/plan", json=order)).status == 204
    number = await start(caller, correlation_id="b-1")
    waiting = await item(caller, number)
    assert (waiting["_class"], waiting["why"]) == (
        "hudson.model.Queue$WaitingItem",
        "In the quiet period. Expires in 5 sec",
    )
    assert "executable" not in waiting
    caller.now += 5
    assert (await item(caller, number))["_class"] == "hudson.model.Queue$BuildableItem"
    caller.now += 10
    left = await item(caller, number)
    assert (left["cancelled"], left["executable"]["number"], left["why"]) == (False, 1, None)
    building = (await caller.ask("GET", f"{BUILD}/1/api/json")).json
    assert (building["building"], building["result"], building["queueId"]) == (True, None, number)
    caller.now += 300
    assert (await caller.ask("GET", f"/queue/item/{number}/api/json")).status == 404
    ended = (await caller.ask("GET", f"{BUILD}/1/api/json")).json
    assert (ended["building"], ended["result"]) == (False, "SUCCESS")


async def test_equal_items_that_wait_are_one(caller: Caller) -> None:
    """The second asker gets the first one's item; with another value, or once it runs, there is a second."""
    first = await start(caller, version="1")
    assert await start(caller, version="1") == first
    assert await start(caller, version="2") == first + 1
    caller.order(first, "start")
    assert await start(caller, version="1") == first + 2


async def test_values_are_those_of_declared_parameters(caller: Caller) -> None:
    """Others are dropped without a word, missing ones have their default, and a choice is one of its own."""
    number = await start(caller, version="1", unknown="x")
    actions = (await item(caller, number))["actions"]
    values = {p["name"]: p["value"] for action in actions for p in action.get("parameters", ())}
    assert values == {"correlation_id": "", "ref": "main", "version": "1", "flavour": "release"}
    wrong = await caller.ask("POST", BUTTON, data={"flavour": "spicy"})
    assert (wrong.status, "Illegal choice for parameter flavour: spicy" in wrong.text) == (500, True)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"{BUILD}/build", 400, "Nothing is submitted"),
        ("/job/plain/buildWithParameters", 400, "plain is not parameterized"),
        ("/job/plain/build", 201, ""),
        ("/job/mobile/job/off/buildWithParameters", 409, "mobile/off is not buildable!"),
    ],
)
async def test_the_two_buttons_are_not_the_same(caller: Caller, path: str, status: int, words: str) -> None:
    """A job with parameters is not built by /build, and one without not by the other."""
    answer = await caller.ask("POST", path)
    assert answer.status == status
    assert words in answer.text
    waiting = (await caller.ask("GET", "/queue/api/json")).json["items"]
    assert len(waiting) == (status == 201)


async def test_an_item_is_cancelled_while_it_waits(caller: Caller) -> None:
    """Afterwards it is too late, which is a server error; what was cancelled has no build."""
    first, second = await start(caller, version="1"), await start(caller, version="2")
    assert (await caller.ask("POST", f"/queue/cancelItem?id={first}")).status == 204
    left = await item(caller, first)
    assert (left["cancelled"], left["executable"]) == (True, None)
    caller.order(second, "start")
    late = await caller.ask("POST", f"/queue/cancelItem?id={second}")
    assert (late.status, f"Could not cancel run for id ({second})" in late.text) == (500, True)
    listed = (await caller.ask("GET", "/queue/api/json")).json
    assert listed["items"] == []


async def test_stopping_redirects_to_the_build(caller: Caller) -> None:
    """302, and once more for a build that has ended; Jenkins' own address is its own business."""
    await caller.ask("POST", "/_sandbox/server", json={"root": "https://ci.internal"})
    number = await start(caller)
    caller.order(number, "start")
    for _ in range(2):
        answer = await caller.ask("POST", f"{BUILD}/1/stop")
        assert answer.status == 302
        assert answer.headers["Location"] == "https://ci.internal/job/mobile/job/build/1/"
    ended = (await caller.ask("GET", f"{BUILD}/1/api/json")).json
    assert (ended["result"], ended["url"]) == ("ABORTED", answer.headers["Location"])


async def test_the_harder_buttons_are_those_of_pipelines(caller: Caller) -> None:
    """A freestyle build has no /term, a stubborn pipeline needs it."""
    assert (await caller.ask("POST", "/_sandbox/plan", json={"stubborn": 1})).status == 204
    await start(caller)
    caller.order(1, "start")
    assert (await caller.ask("POST", f"{BUILD}/1/term")).status == 404
    await caller.ask("POST", "/job/app/job/main/buildWithParameters")
    caller.order(2, "hang")
    states = []
    for button in ("stop", "term"):
        await caller.ask("POST", f"/job/app/job/main/1/{button}")
        states.append((await caller.ask("GET", "/job/app/job/main/1/api/json")).json["building"])
    assert states == [True, False]


async def test_a_branch_with_a_slash_is_escaped_twice(caller: Caller) -> None:
    """Once for the name of its job, and once more for the address; a folder lists what is in it."""
    found = await caller.ask("GET", "/job/app/job/release%252F1.0/api/json")
    assert (found.status, found.json["name"]) == (200, "release%2F1.0")
    assert found.json["url"].endswith("/job/app/job/release%252F1.0/")
    for path in ("/job/app/job/release%2F1.0/api/json", "/job/app/job/release/job/1.0/api/json"):
        assert (await caller.ask("GET", path)).status == 404
    folder = (await caller.ask("GET", "/job/app/api/json")).json
    assert [job["name"] for job in folder["jobs"]] == ["main", "release%2F1.0"]
    assert "builds" not in folder


async def test_a_tree_prunes_and_ranges(caller: Caller) -> None:
    """What is not named is left out, except the class; without a tree builds are numbers and addresses only."""
    for version in ("1", "2", "3"):
        caller.order(await start(caller, version=version), "SUCCESS")
    path = f"{BUILD}/api/json"
    tree = "allBuilds[number,actions[parameters[name]]]{1,3},property[parameterDefinitions[name]]"
    found = (await caller.ask("GET", f"{path}?tree={tree}")).json
    assert set(found) == {"_class", "allBuilds", "property"}
    assert [set(build) for build in found["allBuilds"]] == [{"_class", "number", "actions"}] * 2
    assert [build["number"] for build in found["allBuilds"]] == [2, 1]
    whole = (await caller.ask("GET", path)).json
    assert "allBuilds" not in whole
    assert set(whole["builds"][0]) == {"_class", "number", "url"}
    for tree in ("a[", "a]", "[a]", "a,,b", "a{x}", "a b", ""):
        assert (await caller.ask("GET", f"{path}?tree={tree}")).status == 400


async def test_files_are_there_when_the_build_was_good(caller: Caller) -> None:
    """With their length, for HEAD as for GET."""
    order = {"artifacts": [["out/app.aab", 7]], "wait": None, "seconds": None}
    await caller.ask("POST", "/_sandbox/plan", json=order)
    caller.order(await start(caller, version="1"), "SUCCESS")
    caller.order(await start(caller, version="2"), "FAILURE")
    head = await caller.ask("HEAD", f"{BUILD}/1/artifact/out/app.aab")
    assert (head.status, head.headers["Content-Length"], head.text) == (200, "7", "")
    assert len((await caller.ask("GET", f"{BUILD}/1/artifact/out/app.aab")).text) == 7
    assert (await caller.ask("GET", f"{BUILD}/1/artifact/app.aab")).status == 404
    assert (await caller.ask("GET", f"{BUILD}/2/api/json")).json["artifacts"] == []


async def test_a_server_that_quiets_down_starts_nothing(caller: Caller) -> None:
    """It queues, and goes on when it is told to."""
    await caller.ask("POST", "/_sandbox/plan", json={"wait": 1})
    await caller.ask("POST", "/_sandbox/server", json={"quieting": True})
    number = await start(caller)
    caller.now += 60
    assert "executable" not in await item(caller, number)
    assert (await caller.ask("GET", "/api/json")).json["quietingDown"] is True
    await caller.ask("POST", "/_sandbox/server", json={"quieting": False})
    assert (await item(caller, number))["executable"]["number"] == 1


async def test_orders_are_given_over_http(caller: Caller) -> None:
    """By a person at a rehearsal: what waits is started and ended, and the state is shown; a wrong order is 400."""
    number = await start(caller, correlation_id="b-1")
    ended = await caller.ask("POST", f"/_sandbox/items/{number}/UNSTABLE")
    assert (ended.json["building"], ended.json["result"]) == (False, "UNSTABLE")
    state = (await caller.ask("GET", "/_sandbox/state")).json
    assert [build["item"] for build in state["builds"]["mobile/build"]] == [number]
    assert state["items"] == [{"id": number, "job": "mobile/build", "cancelled": False, "build": 1}]
    assert (await caller.ask("POST", f"/_sandbox/items/{number}/explode")).status == 400
    assert (await caller.ask("POST", "/_sandbox/items/99/start")).status == 404
    for wrong in ({"job": "none"}, {"speed": 1}):
        assert (await caller.ask("POST", "/_sandbox/plan", json=wrong)).status == 400
    assert (await caller.ask("POST", "/_sandbox/plan", json={"job": "plain", "wait": 2.0})).status == 204
