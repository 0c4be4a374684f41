"""TestFlight in the simulated App Store Connect: time, states, review, groups, and bodies of a wrong form."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.app_store.world import Build
from tests.sandbox.app_store.app_store_caller import Caller, app_store_caller

GIVE = "/v1/betaGroups/{}/relationships/builds"


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """An account."""
    async with app_store_caller() as made:
        yield made


async def states(caller: Caller, build: Build) -> tuple[str, str, str]:
    """A build's processing state, and TestFlight's two."""
    reply = await caller.get("/v1/builds", filter__id=build.id, include="buildBetaDetail")
    (row,) = reply.document["data"]
    (beta,) = reply.document["included"]
    told = beta["attributes"]
    return row["attributes"]["processingState"], told["internalBuildState"], told["externalBuildState"]


async def test_time_makes_a_build_of_an_upload(caller: Caller) -> None:
    """It shows, is processed, is ready, and expires."""
    pace = caller.simulator.world.pace
    pace.shows, pace.processing = 600, 300
    build = caller.upload()
    assert (await caller.get("/v1/builds")).ids == []
    caller.clock.now += 600
    assert await states(caller, build) == ("PROCESSING",) * 3
    caller.clock.now += 300
    assert await states(caller, build) == ("VALID", "READY_FOR_BETA_TESTING", "READY_FOR_BETA_SUBMISSION")
    caller.clock.now += 90 * 86_400
    assert await states(caller, build) == ("VALID", "EXPIRED", "EXPIRED")


@pytest.mark.parametrize(
    ("options", "inside", "outside"),
    [
        ({"outcome": "INVALID"}, "PROCESSING_EXCEPTION", "PROCESSING_EXCEPTION"),
        ({"encrypted": None}, "MISSING_EXPORT_COMPLIANCE", "MISSING_EXPORT_COMPLIANCE"),
        ({"encrypted": True}, "IN_EXPORT_COMPLIANCE_REVIEW", "IN_EXPORT_COMPLIANCE_REVIEW"),
        ({"audience": "INTERNAL_ONLY"}, "READY_FOR_BETA_TESTING", "NOT_APPLICABLE"),
    ],
)
async def test_states_say_what_is_wrong(
    caller: Caller, options: dict[str, Any], inside: str, outside: str
) -> None:
    """And outside testers can't be given such a build, nor can it be submitted."""
    build = caller.upload(**options)
    assert (await states(caller, build))[1:] == (inside, outside)
    assert (await caller.submit(build)).status == 422
    assert (await caller.give(build, caller.simulator.friends)).status == 422


async def test_a_review_goes_its_way(caller: Caller) -> None:
    """Submitted, waiting, in review, approved; testers have it when the group has it too."""
    build = caller.upload()
    reply = await caller.submit(build)
    assert (reply.status, reply.document["data"]["attributes"]["betaReviewState"]) == (
        201,
        "WAITING_FOR_REVIEW",
    )
    assert (await states(caller, build))[2] == "WAITING_FOR_BETA_REVIEW"
    for state, shown in (
        ("IN_REVIEW", "IN_BETA_REVIEW"),
        ("APPROVED", "BETA_APPROVED"),
        ("REJECTED", "BETA_REJECTED"),
    ):
        caller.simulator.review(build, state)
        assert (await states(caller, build))[2] == shown
    caller.simulator.review(build, "APPROVED")
    await caller.give(build, caller.simulator.friends)
    assert (await states(caller, build))[2] == "IN_BETA_TESTING"


async def test_a_build_is_submitted_once_and_one_of_a_version_at_a_time(caller: Caller) -> None:
    """The second is refused, until the first has been judged."""
    first, second = caller.upload("41"), caller.upload("42")
    await caller.submit(first)
    assert (await caller.submit(first)).status == 409
    refused = await caller.submit(second)
    assert (refused.status, refused.error["title"]) == (422, "Another build is in review.")
    caller.simulator.review(first, "APPROVED")
    assert (await caller.submit(second)).status == 201
    with pytest.raises(ValueError, match="not before beta review"):
        caller.simulator.review(caller.upload("43"), "APPROVED")


async def test_a_group_has_what_it_was_given(caller: Caller) -> None:
    """It is found by the filter, and each time that it was given is counted."""
    build = caller.upload()
    team = caller.simulator.team
    assert (await caller.get("/v1/builds", filter__betaGroups=team.id)).ids == []
    assert (await caller.give(build, team)).status == 204
    assert (await caller.get("/v1/builds", filter__betaGroups=team.id)).ids == [build.id]
    assert (await states(caller, build))[1] == "IN_BETA_TESTING"
    await caller.give(build, team)
    assert len(build.groups) == 2


async def test_a_group_with_everything_takes_nothing(caller: Caller) -> None:
    """It has each build by itself."""
    everybody = caller.simulator.world.add_group(
        caller.simulator.app_record, "Everybody", internal=True, gets_all=True
    )
    build = caller.upload()
    assert (await caller.get("/v1/builds", filter__betaGroups=everybody.id)).ids == [build.id]
    assert (await caller.give(build, everybody)).status == 422


async def test_what_was_written_is_read_later(caller: Caller) -> None:
    """Where the world lags: neither the submission nor the group shows at once."""
    caller.simulator.world.pace.lag = 30
    build = caller.upload()
    await caller.submit(build)
    await caller.give(build, caller.simulator.friends)
    assert (await states(caller, build))[2] == "READY_FOR_BETA_SUBMISSION"
    assert (await caller.get("/v1/builds", filter__betaGroups=caller.simulator.friends.id)).ids == []
    caller.clock.now += 30
    assert (await states(caller, build))[2] == "WAITING_FOR_BETA_REVIEW"
    assert (await caller.get("/v1/builds", filter__betaGroups=caller.simulator.friends.id)).ids == [build.id]


KEY = {"type": "builds", "id": "nothing"}
SUBMISSION = {"type": "betaAppReviewSubmissions", "relationships": {"build": {"data": KEY}}}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ([], 422),
        ({"data": []}, 422),
        ({"data": {**SUBMISSION, "type": "builds"}}, 422),
        ({"data": {**SUBMISSION, "attributes": {}}}, 422),
        ({"data": {**SUBMISSION, "relationships": {}}}, 422),
        ({"data": {**SUBMISSION, "relationships": {"build": {"data": {**KEY, "type": "apps"}}}}}, 422),
        ({"data": SUBMISSION}, 409),
    ],
)
async def test_a_submission_of_a_wrong_form_is_refused(caller: Caller, body: Any, status: int) -> None:
    """With the place where it is wrong."""
    reply = await caller.post("/v1/betaAppReviewSubmissions", body)
    assert reply.status == status
    assert reply.error["source"]["pointer"].startswith("/")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"data": []}, 422),
        ({"data": KEY}, 422),
        ({"data": [{"id": "1"}]}, 422),
        ({"data": [KEY]}, 409),
    ],
)
async def test_a_gift_of_a_wrong_form_is_refused(caller: Caller, body: Any, status: int) -> None:
    """A list of builds that there are, and nothing else."""
    assert (await caller.post(GIVE.format(caller.simulator.team.id), body)).status == status


async def test_a_gift_across_apps_is_refused(caller: Caller) -> None:
    """Groups are an app's own; and a group that is not there is 404."""
    other = caller.simulator.world.add_app("com.example.other", "Other")
    build = caller.simulator.world.upload(other, "1.0", "1")
    assert (await caller.give(build, caller.simulator.team)).status == 409
    assert (await caller.post(GIVE.format("nothing"), {"data": [KEY]})).status == 404


@pytest.mark.parametrize(
    ("text", "kind", "status"), [("{", "application/json", 422), ("{}", "text/plain", 415)]
)
async def test_only_json_is_taken(caller: Caller, text: str, kind: str, status: int) -> None:
    """By its content type and by its form."""
    reply = await caller.send("POST", "/v1/betaAppReviewSubmissions", data=text, kind=kind)
    assert reply.status == status


async def test_people_may_play_apple(caller: Caller) -> None:
    """Uploads and verdicts over HTTP, and how things stand."""
    control = f"{caller.simulator.url}/_sandbox"
    made = await caller.send("POST", f"{control}/builds", json={"version": "1.2.0", "number": "41"})
    build = caller.simulator.build("1.2.0", "41")
    assert (made.status, made.document) == (201, {"id": build.id})
    await caller.submit(build)
    await caller.give(build, caller.simulator.friends)
    judged = await caller.send("POST", f"{control}/builds/{build.id}/review", json={"state": "APPROVED"})
    assert judged.status == 204
    (row,) = (await caller.send("GET", f"{control}/state")).document["builds"]
    assert row == {
        "id": build.id,
        "version": "1.2.0",
        "number": "41",
        "processing": "VALID",
        "internal": "READY_FOR_BETA_TESTING",
        "external": "IN_BETA_TESTING",
        "groups": ["Friends"],
    }
    with pytest.raises(KeyError):
        caller.simulator.build("1.2.0", "42")
