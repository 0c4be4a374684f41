"""What is known to go wrong on the way to everybody in Google Play, one rule each."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.ports.app_store import StoreState
from orchestration.ports.errors import AlreadyDifferent, Refused, TryLater
from orchestration.ports.making import TooLate, making_while
from sandbox.google_play import Release
from sandbox.google_play.world import PRODUCTION
from tests.integrations.google_play.google_play_release_rig import (
    CODE,
    KEY,
    NUMBER,
    VERSION,
    GooglePlayReleaseRig,
    release_rig,
)
from tests.integrations.google_play.test_google_play_traps import Once

WRITTEN = ["POST", "GET", "PUT", "POST"]


@pytest.fixture
async def rig() -> AsyncIterator[GooglePlayReleaseRig]:
    """An app that has been out since 1.1.0; at the end all that was said is held against Google's description."""
    async with release_rig() as made:
        yield made


def draft(rig: GooglePlayReleaseRig, *, code: int, **body: object) -> None:
    """A draft on production, as a person or CI leaves it."""
    whole = {"name": "next", "versionCodes": [str(code)], "status": "draft", **body}
    rig.app.bundles.setdefault(code, VERSION)
    rig.app.tracks[PRODUCTION].append(Release(body=whole, lifecycle="DRAFT"))


async def test_the_edit_is_opened_late_and_committed_soon(rig: GooglePlayReleaseRig) -> None:
    """Looked for without one; then four requests in a row; what was out stays out beside the first step."""
    order = rig.order(await rig.built())
    rig.base.simulator.record.clear()
    await rig.store.submit(order)
    assert [e.method for e in rig.base.simulator.record if "/edits" in e.path] == WRITTEN
    assert rig.production() == [("41", "inProgress", 0.05), ("40", "completed", None)]


async def test_a_second_submission_commits_nothing(rig: GooglePlayReleaseRig) -> None:
    """It is read within an edit, which is thrown away."""
    order = await rig.submitted()
    await rig.store.submit(order)
    assert (rig.app.commits, rig.reviews()) == (1, 1)
    assert all(edit.ended for edit in rig.app.edits.values())


async def test_texts_priority_and_share_are_as_ordered(rig: GooglePlayReleaseRig) -> None:
    """Per language; the fallback is for the language that others fall back to."""
    rig.app.language = "fr-FR"
    notes = {"en-US": "Faster.", "de-DE": "Schneller."}
    order = await rig.live(notes=notes, fallback="Plus vite.", update_priority=4, percent=0.5)
    body = rig.base.bodies(PRODUCTION)[0]
    said = {note["language"]: note["text"] for note in body["releaseNotes"]}
    assert said == {**notes, "fr-FR": "Plus vite."}
    assert (body["inAppUpdatePriority"], body["userFraction"]) == (4, 0.005)
    assert (await rig.store.submit(order)).percent == 0.5
    with pytest.raises(AlreadyDifferent, match="priority"):
        await rig.store.submit(replace(order, update_priority=0))


async def test_a_draft_of_the_build_becomes_the_release(rig: GooglePlayReleaseRig) -> None:
    """With the texts that somebody wrote there, where the order has none; other drafts and their fields stay."""
    notes = [{"language": "en-US", "text": "By hand."}]
    targeting = {"countries": ["FR"], "includeRestOfWorld": False}
    draft(rig, code=CODE, releaseNotes=notes)
    draft(rig, code=39, countryTargeting=targeting)
    await rig.live(notes={})
    assert rig.production() == [("41", "inProgress", 0.05), ("40", "completed", None), ("39", "draft", None)]
    assert rig.base.bodies(PRODUCTION)[0]["releaseNotes"] == notes
    assert rig.base.bodies(PRODUCTION)[2]["countryTargeting"] == targeting


async def test_a_hotfix_takes_the_place_of_the_halted_release(rig: GooglePlayReleaseRig) -> None:
    """Halted at 50 %, then a newer build: the old staged release makes room, the completed one stays."""
    await rig.live()
    await rig.store.set_rollout(**KEY, percent=50)
    await rig.store.halt(**KEY)
    rig.upload("1.2.1", "42")
    fix = await rig.store.find_build(version="1.2.1", number="42", not_before=None)
    assert fix is not None
    await rig.store.submit(rig.order(fix, percent=20.0))
    rig.app.decide(approved=True)
    assert rig.production() == [("42", "inProgress", 0.2), ("40", "completed", None)]
    assert await rig.store.status(**KEY) is None


async def test_an_older_build_never_goes_out(rig: GooglePlayReleaseRig) -> None:
    """Devices do not go back: it is refused before the commit, with what to do."""
    rig.app.upload(50, "1.3.0", track=PRODUCTION)
    with pytest.raises(Refused, match="greater version code"):
        await rig.submitted()
    assert rig.app.commits == 0


async def test_completing_drops_what_was(rig: GooglePlayReleaseRig) -> None:
    """A track has one completed release: with two, Google refuses, or halts the new one; a fraction must be gone."""
    await rig.live()
    draft(rig, code=39)
    await rig.store.complete(**KEY)
    assert rig.production() == [("41", "completed", None), ("39", "draft", None)]


async def test_a_halt_keeps_the_share(rig: GooglePlayReleaseRig) -> None:
    """Google wants it to stay, and it is what is resumed with."""
    await rig.live()
    await rig.store.halt(**KEY)
    assert rig.production()[0] == ("41", "halted", 0.05)
    await rig.store.resume(**KEY)
    assert rig.production()[0] == ("41", "inProgress", 0.05)


async def test_what_a_person_halted_at_everybody_is_resumed_for_everybody(rig: GooglePlayReleaseRig) -> None:
    """Play Console can halt what was rolled out fully; it has no fraction then, and inProgress takes none without."""
    await rig.live()
    (own, *others) = rig.app.tracks[PRODUCTION]
    body = {**own.body, "status": "halted"}
    del body["userFraction"]
    rig.app.tracks[PRODUCTION] = [replace(own, body=body), *others]
    told = await rig.now()
    assert (told.state, told.percent) == (StoreState.HALTED, 100.0)
    assert (await rig.store.resume(**KEY)).state is StoreState.COMPLETE
    assert rig.production() == [("41", "completed", None)]


async def test_a_halt_does_not_wait_for_a_review(rig: GooglePlayReleaseRig) -> None:
    """Something else of the app is in review: it is pulled back, sent again with the halt, and that is told."""
    await rig.live()
    rig.app.in_review = True
    told = await rig.store.halt(**KEY)
    assert (told.state, "pulled back" in str(told.detail)) == (StoreState.HALTED, True)
    assert rig.app.pulled_back == 1
    asked = [e.query for e in rig.base.asked(":commit")][-2:]
    assert ["ERROR_IF_IN_REVIEW" in asked[0], "CANCEL_IN_REVIEW_AND_SUBMIT" in asked[1]] == [True, True]


@pytest.mark.parametrize("verb", ["submit", "set_rollout", "complete", "resume"])
async def test_nothing_else_pulls_a_review_back(rig: GooglePlayReleaseRig, verb: str) -> None:
    """Google's own default would: it is refused, with the choice that people have."""
    if verb == "submit":
        order = rig.order(await rig.built())
    else:
        order = await rig.live()
    if verb == "resume":
        await rig.store.halt(**KEY)
    rig.app.in_review = True
    acts = {
        "submit": lambda: rig.store.submit(order),
        "set_rollout": lambda: rig.store.set_rollout(**KEY, percent=20),
        "complete": lambda: rig.store.complete(**KEY),
        "resume": lambda: rig.store.resume(**KEY),
    }
    with pytest.raises(Refused, match="in review"):
        await acts[verb]()
    assert rig.app.pulled_back == 0


async def test_a_halt_in_the_middle_of_a_review_of_its_own_change_is_googles_to_judge(
    rig: GooglePlayReleaseRig,
) -> None:
    """A live release may be told as in review, for a change to it: the halt is tried, and nothing is pulled back."""
    await rig.live()
    rig.app.tracks[PRODUCTION][0].lifecycle = "IN_REVIEW"
    with pytest.raises(Refused):
        await rig.store.halt(**KEY)
    assert len(rig.base.asked(":commit")) == 2
    assert rig.app.pulled_back == 0


async def test_managed_publishing_waits_for_a_person(rig: GooglePlayReleaseRig) -> None:
    """Approved is not live, and only Play Console lets it out."""
    rig.app.managed = True
    await rig.live()
    told = await rig.now()
    assert (told.state, told.percent, "publish" in str(told.todo)) == (StoreState.APPROVED, 0, True)
    with pytest.raises(Refused, match="Play Console"):
        await rig.store.release(**KEY)
    rig.app.publish()
    assert (await rig.store.release(**KEY)).percent == 5


async def test_a_review_takes_its_time(rig: GooglePlayReleaseRig) -> None:
    """Submitted until Google is done, though the edit says inProgress all the while (B-73)."""
    rig.app.review_takes = 3 * 86_400.0
    await rig.submitted()
    seen = []
    for hours in (0, 71, 1):
        rig.base.pass_time(timedelta(hours=hours))
        told = await rig.now()
        seen.append((told.state, told.percent))
    assert seen == [(StoreState.SUBMITTED, 0), (StoreState.SUBMITTED, 0), (StoreState.IN_PROGRESS, 5)]


async def test_a_review_is_looked_at_without_an_edit(rig: GooglePlayReleaseRig) -> None:
    """Polls must not end the edit in which CI is uploading; only what is published is read within one."""
    await rig.submitted()
    before = len(rig.app.edits)
    await rig.now()
    assert len(rig.app.edits) == before


@pytest.mark.parametrize("times", [1, 2])
async def test_a_change_in_the_console_redoes_the_edit(rig: GooglePlayReleaseRig, times: int) -> None:
    """Lost in mid-commit: it is done again from its start, on what the person has left."""
    await rig.live()

    def meddle() -> None:
        draft(rig, code=39)
        rig.app.end_edits()

    rig.base.simulator.hooks.append(Once(ending=":commit", act=meddle, times=times))
    told = await rig.store.set_rollout(**KEY, percent=20)
    assert told.percent == 20
    assert rig.production()[0] == ("41", "inProgress", 0.2)
    assert [row for row in rig.production() if row[1] == "draft"] == [("39", "draft", None)] * times


async def test_a_person_who_raised_it_further_is_not_undone(rig: GooglePlayReleaseRig) -> None:
    """The edit is redone on what they left: 50 by hand is more than our 20, and stays."""
    await rig.live()

    def raise_it() -> None:
        rig.app.tracks[PRODUCTION][0].body["userFraction"] = 0.5
        rig.app.end_edits()

    rig.base.simulator.hooks.append(Once(ending=":commit", act=raise_it))
    with pytest.raises(Refused, match="only grows"):
        await rig.store.set_rollout(**KEY, percent=20)
    assert rig.given(VERSION, NUMBER) == 50


async def test_a_person_who_halts_first_is_no_failure(rig: GooglePlayReleaseRig) -> None:
    """It is as wanted, and nothing is committed on top."""
    await rig.live()

    def halt() -> None:
        rig.app.tracks[PRODUCTION][0].body["status"] = "halted"
        rig.app.end_edits()

    rig.base.simulator.hooks.append(Once(ending="/tracks/production", act=halt, method="PUT"))
    assert (await rig.store.halt(**KEY)).state is StoreState.HALTED
    assert rig.app.commits == 1


async def test_an_app_that_keeps_changing_is_come_back_to(rig: GooglePlayReleaseRig) -> None:
    """Three times, then a minute later; nothing of ours was done."""
    await rig.live()
    rig.base.simulator.hooks.append(Once(ending=":commit", act=rig.app.end_edits, times=99))
    with pytest.raises(TryLater) as caught:
        await rig.store.halt(**KEY)
    assert (caught.value.after, caught.value.maybe_done) == (timedelta(minutes=1), False)
    assert rig.given(VERSION, NUMBER) == 5


@pytest.mark.parametrize("lifecycle", ["PONDERING", "UNSPECIFIED"])
async def test_a_state_that_is_new_to_us_is_none_of_ours(rig: GooglePlayReleaseRig, lifecycle: str) -> None:
    """It is neither live nor rejected: it is asked again later (B-70)."""
    await rig.live()
    rig.app.tracks[PRODUCTION][0].lifecycle = lifecycle
    with pytest.raises(TryLater, match="does not know"):
        await rig.store.status(**KEY)
    rig.base.simulator.record.clear()  # the description does not know the first one either


async def test_who_was_asleep_changes_nothing(rig: GooglePlayReleaseRig) -> None:
    """A worker whose work was taken over meanwhile opens no edit: it would end the other's."""
    await rig.live()
    before = len(rig.app.edits)
    with making_while(lambda: False), pytest.raises(TooLate):
        await rig.store.halt(**KEY)
    assert len(rig.app.edits) == before
