"""Whether a submission is sent for review, and what becomes of other changes in review: as ordered, or not at all."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from orchestration.ports.app_store import StoreState
from orchestration.ports.errors import Refused
from tests.integrations.google_play.google_play_release_rig import KEY, GooglePlayReleaseRig, release_rig


@pytest.fixture
async def rig() -> AsyncIterator[GooglePlayReleaseRig]:
    """An app that has been out since 1.1.0; at the end all that was said is held against Google's description."""
    async with release_rig() as made:
        yield made


async def test_after_a_rejection_a_person_sends(rig: GooglePlayReleaseRig) -> None:
    """Google takes it with changesNotSentForReview only: ordered so, it is PENDING, and says what is to be done."""
    order = await rig.submitted()
    rig.app.decide(approved=False)
    told = await rig.store.submit(replace(order, send_for_review=False))
    assert (told.state, "Publishing overview" in str(told.todo)) == (StoreState.PENDING, True)
    assert (await rig.store.withdraw(**KEY)).state is StoreState.PENDING
    assert [("changesNotSentForReview=true" in e.query) for e in rig.base.asked(":commit")] == [False, True]
    rig.app.send()
    assert (await rig.now()).state is StoreState.SUBMITTED


@pytest.mark.parametrize("sent", [True, False])
async def test_a_submission_goes_as_ordered_or_not_at_all(rig: GooglePlayReleaseRig, sent: bool) -> None:
    """Google wants it the other way: nothing is committed, and people read what they can do."""
    order = rig.order(await rig.built(), send_for_review=sent)
    rig.app.rejected = sent
    with pytest.raises(Refused) as caught:
        await rig.store.submit(order)
    assert ("Submit it unsent" if sent else "submit it to be sent") in caught.value.reason
    assert ("Publishing overview" in caught.value.reason) is sent
    assert [("changesNotSentForReview=true" in e.query) for e in rig.base.asked(":commit")] == [not sent]
    assert rig.app.commits == 0
    assert all(edit.ended for edit in rig.app.edits.values())
    rig.app.rejected = False
    assert (await rig.store.submit(replace(order, send_for_review=True))).state is StoreState.SUBMITTED


@pytest.mark.parametrize("busy", [True, False])
async def test_a_submission_pulls_a_review_back_where_that_was_ordered(
    rig: GooglePlayReleaseRig, busy: bool
) -> None:
    """Only where one is in the way, and that is told; the same order pulls nothing back otherwise."""
    order = rig.order(await rig.built(), pull_back=True)
    rig.app.in_review = busy
    told = await rig.store.submit(order)
    assert (told.state, rig.app.pulled_back) == (StoreState.SUBMITTED, int(busy))
    assert ("pulled back" in str(told.detail)) is busy
    behaviours = ["CANCEL_IN_REVIEW_AND_SUBMIT" in e.query for e in rig.base.asked(":commit")]
    assert behaviours == ([False, True] if busy else [False])
