"""The simulated Google Play reviews what is new on production, and lets it out in steps."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.google_play import PACKAGE
from sandbox.google_play.accounts import RELEASE_TO_ALL
from sandbox.kit import CONTROL
from tests.integrations.google_play.google_play_rig import judge
from tests.sandbox.google_play.google_play_caller import EDITS, TRACKS, Caller, google_play_caller

Row = dict[str, Any]


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """An app that is out since 40 and reviewed from now on; 41 is in its library."""
    async with google_play_caller() as made:
        pixel, captain = made.simulator.pixel, made.simulator.captain
        pixel.upload(40, "1.1.0", track="production")
        pixel.upload(41, "1.2.0")
        pixel.reviewing = True
        captain.invited = {PACKAGE: captain.invited[PACKAGE] | {RELEASE_TO_ALL}}
        yield made
        judge([e for e in made.simulator.record if "/edits" in e.path and e.status < 400])


def row(code: int, status: str, **more: Any) -> Row:
    """A release to write."""
    return {"versionCodes": [str(code)], "status": status, **more}


async def committed(caller: Caller, *rows: Row, query: str = "") -> Any:
    """The answer to an edit that puts these releases on production: of the writing where that is refused."""
    edit = f"{EDITS}/{(await caller.ask('POST', EDITS)).json['id']}"
    body = {"track": "production", "releases": list(rows)}
    written = await caller.ask("PUT", f"{edit}/tracks/production", json=body)
    return written if written.status >= 400 else await caller.ask("POST", f"{edit}:commit{query}")


async def lifecycle(caller: Caller) -> str:
    """How far 41 is told to be."""
    found = await caller.ask("GET", f"{TRACKS}/production/releases")
    ours = next(r for r in found.json["releases"] if r["activeArtifacts"][0]["versionCode"] == 41)
    return str(ours["releaseLifecycleState"]).removeprefix("RELEASE_LIFECYCLE_STATE_")


STAGED = (row(41, "inProgress", userFraction=0.1), row(40, "completed"))


async def test_what_is_new_is_reviewed_and_what_was_is_not(caller: Caller) -> None:
    """In review until somebody decides; raising it afterwards needs no review."""
    assert (await committed(caller, *STAGED)).status == 200
    assert (await lifecycle(caller), caller.simulator.pixel.share(41)) == ("IN_REVIEW", 0)
    assert (await caller.ask("POST", f"{CONTROL}/review", json={"approved": True})).status == 204
    assert (await lifecycle(caller), caller.simulator.pixel.share(41)) == ("PUBLISHED", 10)
    more = (row(41, "inProgress", userFraction=0.5), row(40, "completed"))
    assert (await committed(caller, *more)).status == 200
    assert (await lifecycle(caller), caller.simulator.pixel.share(41)) == ("PUBLISHED", 50)


async def test_after_a_rejection_a_person_sends(caller: Caller) -> None:
    """Changes are taken unsent only; sent by a person they are in review, and held where publishing is managed."""
    await committed(caller, *STAGED)
    await caller.ask("POST", f"{CONTROL}/review", json={"approved": False})
    assert await lifecycle(caller) == "NOT_APPROVED"
    assert (await committed(caller, *STAGED)).status == 400
    assert (await committed(caller, *STAGED, query="?changesNotSentForReview=true")).status == 200
    assert await lifecycle(caller) == "NOT_SENT_FOR_REVIEW"
    await caller.ask("POST", f"{CONTROL}/app", json={"managed": True})
    seen = []
    for order in ("send", "review", "publish"):
        await caller.ask("POST", f"{CONTROL}/{order}", json={"approved": True})
        seen.append(await lifecycle(caller))
    assert seen == ["IN_REVIEW", "APPROVED_NOT_PUBLISHED", "PUBLISHED"]
    assert (await caller.ask("POST", f"{CONTROL}/review", json={"approved": "yes"})).status == 400


@pytest.mark.parametrize(
    "wrong",
    [
        (row(41, "inProgress", userFraction=0.05), row(40, "completed")),
        (row(41, "inProgress", userFraction=0.1, inAppUpdatePriority=5), row(40, "completed")),
        (row(41, "inProgress"), row(40, "completed")),
        (row(41, "completed", userFraction=0.1),),
        (row(41, "completed"), row(40, "completed")),
        (row(40, "halted", userFraction=0.1),),
    ],
)
async def test_steps_have_rules(caller: Caller, wrong: tuple[Row, ...]) -> None:
    """A share does not fall, the priority stays, a fraction belongs to what is staged, one is completed, and only what
    is offered to some can be halted."""
    await committed(caller, *STAGED)
    caller.simulator.pixel.decide(approved=True)
    assert (await committed(caller, *wrong)).status == 400
    assert caller.simulator.pixel.share(41) == 10
