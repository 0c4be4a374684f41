"""The simulated App Store Connect keeps Apple's rules on versions, reviews and phased releases, and lets time pass."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.app_store.shelf import Item, Review, Shelf, StoreVersion, Words
from sandbox.kit import CONTROL
from tests.sandbox.app_store.app_store_caller import Caller, Reply, app_store_caller

VERSION = "appStoreVersions"
PHASED = "appStoreVersionPhasedReleases"
REVIEW = "reviewSubmissions"
ITEM = "reviewSubmissionItems"


@dataclass(kw_only=True)
class Desk:
    """A caller, and the app that it writes to."""

    caller: Caller

    @property
    def shelf(self) -> Shelf:
        """Apple's side."""
        return self.caller.simulator.shelf

    async def write(self, method: str, kind: str, of: str | None = None, **data: Any) -> Reply:
        """Write one thing; relations are given as name=(kind, id)."""
        relations = {
            name: {"data": {"type": row[0], "id": row[1]}} for name, row in data.pop("to", {}).items()
        }
        whole: dict[str, Any] = {"type": kind, **data}
        if of is not None:
            whole["id"] = of
        if relations:
            whole["relationships"] = relations
        path = f"/v1/{kind}" + (f"/{of}" if of is not None else "")
        return await self.caller.send(method, path, json={"data": whole})

    def ready(self) -> StoreVersion:
        """A version that lacks nothing."""
        world, app = self.caller.simulator.world, self.caller.simulator.app_record
        build = world.upload(app, "1.2.0", "41")
        version = self.shelf.add(app, "1.2.0", build=build)
        version.words = [Words(id="w", locale="en-US", whats_new="Faster.")]
        return version

    def under_review(self) -> StoreVersion:
        """A version that waits for review."""
        version = self.ready()
        review = Review(id="r", app=version.app, platform="IOS", items=[Item(id="i", version=version)])
        review.state = version.state = "WAITING_FOR_REVIEW"
        review.since = self.shelf.clock()
        self.shelf.reviews.append(review)
        return version


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """An account whose app is out since 1.1.0."""
    async with app_store_caller() as made:
        yield Desk(caller=made)


async def test_there_is_room_for_one_version(desk: Desk) -> None:
    """A second one that is not out, and one of a number that was, are refused."""
    app = ("apps", desk.caller.simulator.app_record.id)
    attributes = {"platform": "IOS", "versionString": "1.1.0"}
    assert (await desk.write("POST", VERSION, attributes=attributes, to={"app": app})).status == 409
    desk.ready()
    attributes = {"platform": "IOS", "versionString": "1.3.0"}
    assert (await desk.write("POST", VERSION, attributes=attributes, to={"app": app})).status == 409


async def test_what_is_under_review_is_not_changed(desk: Desk) -> None:
    """Neither the version nor its texts."""
    version = desk.under_review()
    changed = await desk.write("PATCH", VERSION, version.id, attributes={"releaseType": "MANUAL"})
    texts = await desk.write("PATCH", "appStoreVersionLocalizations", "w", attributes={"whatsNew": "x"})
    assert (changed.status, texts.status) == (409, 409)


async def test_a_version_that_lacks_something_is_not_sent(desk: Desk) -> None:
    """What it lacks stands below `meta`, by the path of the version."""
    version = desk.ready()
    version.build = None
    begun = await desk.write(
        "POST", REVIEW, attributes={"platform": "IOS"}, to={"app": ("apps", version.app.id)}
    )
    review = begun.document["data"]["id"]
    put = await desk.write(
        "POST", ITEM, to={"reviewSubmission": (REVIEW, review), "appStoreVersion": (VERSION, version.id)}
    )
    assert put.status == 409
    causes = put.error["meta"]["associatedErrors"][f"/v1/appStoreVersions/{version.id}"]
    assert [cause["detail"] for cause in causes] == ["You must choose a build."]


async def test_one_draft_is_open_at_a_time(desk: Desk) -> None:
    """A second is refused."""
    to = {"app": ("apps", desk.caller.simulator.app_record.id)}
    first = await desk.write("POST", REVIEW, attributes={"platform": "IOS"}, to=to)
    second = await desk.write("POST", REVIEW, attributes={"platform": "IOS"}, to=to)
    assert (first.status, second.status, second.error["code"]) == (201, 409, "STATE_ERROR")


async def test_a_second_submission_holds_no_version(desk: Desk) -> None:
    """Beside one with a version there is room for a submission of other things."""
    version = desk.under_review()
    other = desk.shelf.add(version.app, "9.9.9", build=version.build)
    to = {"app": ("apps", version.app.id)}
    begun = await desk.write("POST", REVIEW, attributes={"platform": "IOS"}, to=to)
    of = {"reviewSubmission": (REVIEW, begun.document["data"]["id"]), "appStoreVersion": (VERSION, other.id)}
    put = await desk.write("POST", ITEM, to=of)
    assert (begun.status, put.status, put.error["code"]) == (201, 409, "STATE_ERROR")


async def test_reviews_and_days_pass_by_the_clock(desk: Desk) -> None:
    """It waits, is looked at, goes out, and reaches more users day by day."""
    version = desk.under_review()
    phased = await desk.write("POST", PHASED, to={"appStoreVersion": (VERSION, version.id)})
    assert phased.status == 409  # too late: it is under review
    desk.shelf.pace.waiting, desk.shelf.pace.reviewing = 60.0, 60.0
    seen = []
    for seconds in (0, 60, 60):
        desk.caller.clock.now += seconds
        seen.append(desk.shelf.version("1.2.0").state)
    assert seen == ["WAITING_FOR_REVIEW", "IN_REVIEW", "READY_FOR_DISTRIBUTION"]
    assert desk.shelf.version("1.1.0").state == "REPLACED_WITH_NEW_VERSION"


async def test_a_person_plays_apple(desk: Desk) -> None:
    """From the console of the sandbox: what there is, that a review begins, and how it ends."""
    version = desk.under_review()
    seen = []
    for state in ("IN_REVIEW", "REJECTED"):
        path = f"{CONTROL}/versions/{version.id}/review"
        assert (await desk.caller.send("POST", path, json={"state": state})).status == 204
        rows = (await desk.caller.get(f"{CONTROL}/versions")).document["versions"]
        seen.append((rows[-1]["version"], rows[-1]["state"], rows[-1]["percent"]))
    assert seen == [("1.2.0", "IN_REVIEW", 0), ("1.2.0", "REJECTED", 0)]
