"""What is known to go wrong on the way through App Review and the phased release."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.ports.app_store import GoLive, StoreState
from orchestration.ports.errors import AlreadyDifferent, Refused, TryLater
from sandbox.app_store.shelf import Item, Review, StoreVersion
from tests.integrations.app_store.app_store_release_rig import (
    KEY,
    NUMBER,
    VERSION,
    AppStoreReleaseRig,
    release_rig,
)

DAY = timedelta(days=1)


@pytest.fixture
async def rig() -> AsyncIterator[AppStoreReleaseRig]:
    """An account; at the end all that was said is held against the description."""
    async with release_rig() as made:
        yield made


def prepared(
    rig: AppStoreReleaseRig, text: str = VERSION, state: str = "PREPARE_FOR_SUBMISSION"
) -> StoreVersion:
    """A version that a person began in App Store Connect."""
    return rig.shelf.add(rig.base.simulator.app_record, text, state=state)


async def test_reviews_take_their_time(rig: AppStoreReleaseRig) -> None:
    """Submitted, in review, approved and live are told apart, each when Apple says so (B-69)."""
    rig.shelf.pace.waiting, rig.shelf.pace.reviewing, rig.shelf.pace.distributing = 3600.0, 7200.0, 600.0
    await rig.submitted()
    seen = []
    for wait in (0, 60, 120, 10):
        rig.base.pass_time(timedelta(minutes=wait))
        seen.append((await rig.now()).state)
    assert seen == [StoreState.SUBMITTED, StoreState.IN_REVIEW, StoreState.APPROVED, StoreState.LIVE]


@pytest.mark.parametrize("state", ["REJECTED", "METADATA_REJECTED", "INVALID_BINARY"])
async def test_every_rejection_says_where_its_reason_is(rig: AppStoreReleaseRig, state: str) -> None:
    """Apple's API tells no reason: nothing is made up, and the way to it is said."""
    await rig.submitted()
    rig.shelf.decide(rig.shelf.version(VERSION), state)
    told = await rig.now()
    assert told.state is StoreState.REJECTED
    assert "Apple" in str(told.detail)
    assert (told.todo is None) is (state == "INVALID_BINARY")


async def test_a_rejected_submission_is_sent_again_itself(rig: AppStoreReleaseRig) -> None:
    """Apple keeps it open (UNRESOLVED_ISSUES) with the version in it: no other is begun and nothing is put in twice."""
    order = await rig.submitted()
    rig.shelf.decide(rig.shelf.version(VERSION), "REJECTED")
    build = await rig.built("42")
    assert (await rig.store.submit(replace(order, build=build))).number == "42"
    assert [(review.state, review.sent) for review in rig.shelf.reviews] == [("WAITING_FOR_REVIEW", 2)]
    assert rig.base.sent().count("/v1/reviewSubmissionItems") == 1


async def test_a_version_begun_by_a_person_is_taken_over(rig: AppStoreReleaseRig) -> None:
    """Found, not made again: it gets the build, the texts and the manner of the order."""
    found = prepared(rig)
    await rig.submitted(go_live=GoLive.MANUAL)
    assert "/v1/appStoreVersions" not in rig.base.sent()
    assert (found.release_type, found.words[0].whats_new) == ("MANUAL", "Faster.")
    assert found.build is not None
    assert found.phased is not None


async def test_another_version_in_the_way_is_named(rig: AppStoreReleaseRig) -> None:
    """Apple has room for one at a time; whether it may be deleted or renamed is a person's to say."""
    prepared(rig, "1.1.9")
    with pytest.raises(Refused) as caught:
        await rig.submitted()
    assert "1.1.9 is pending" in caught.value.reason
    assert rig.reviews() == 0


async def test_a_version_that_is_not_listed_yet_is_not_made_twice(rig: AppStoreReleaseRig) -> None:
    """POST, then GET shows nothing for a while: what Apple refuses as a second one is the first."""
    rig.base.pass_time(DAY)
    rig.shelf.pace.lag = 60.0
    order = rig.order(await rig.built())
    rig.base.simulator.fault(method="POST", path="^/v1/reviewSubmissions$", status=500, body="")
    with pytest.raises(TryLater):
        await rig.store.submit(order)
    with pytest.raises(TryLater, match="does not show yet"):
        await rig.store.submit(order)
    rig.base.pass_time(timedelta(hours=1))
    await rig.store.submit(order)
    assert [version.text for version in rig.shelf.versions] == ["1.1.0", VERSION]


async def test_a_person_who_submits_meanwhile_is_no_failure(rig: AppStoreReleaseRig) -> None:
    """We prepared it, they pressed the button: the answer is what is under way, and it was sent once."""
    order = rig.order(await rig.built())

    def press() -> None:
        version = rig.shelf.version(VERSION)
        review = Review(id="by-hand", app=version.app, platform="IOS", items=[Item(id="i", version=version)])
        review.state, review.sent, version.state = "WAITING_FOR_REVIEW", 1, "WAITING_FOR_REVIEW"
        rig.shelf.reviews.append(review)

    rig.before("POST", "/v1/reviewSubmissions", press)
    assert (await rig.store.submit(order)).state is StoreState.SUBMITTED
    assert rig.reviews() == 1


async def test_another_build_under_way_is_told_and_not_touched(rig: AppStoreReleaseRig) -> None:
    """What the reviewers look at is not swapped under their eyes: withdraw it first."""
    order = await rig.submitted()
    with pytest.raises(AlreadyDifferent) as caught:
        await rig.store.submit(replace(order, build=await rig.built("42")))
    assert (caught.value.expected, caught.value.found) == ("42", NUMBER)
    with pytest.raises(AlreadyDifferent, match="MANUAL, phased"):
        await rig.store.submit(replace(order, go_live=GoLive.MANUAL))


async def test_a_build_is_swapped_after_a_withdrawal(rig: AppStoreReleaseRig) -> None:
    """CANCELLED is where everything may be changed again."""
    order = await rig.submitted()
    await rig.store.withdraw(**KEY)
    again = await rig.store.submit(replace(order, build=await rig.built("42"), phased=False))
    assert (again.number, again.state, again.phased) == ("42", StoreState.SUBMITTED, False)


async def test_a_withdrawal_takes_a_while(rig: AppStoreReleaseRig) -> None:
    """Until Apple is done the old state is told, it is asked once, and a new submission waits."""
    rig.shelf.pace.cancelling = 300.0
    order = await rig.submitted()
    for _ in range(2):
        assert (await rig.store.withdraw(**KEY)).state is StoreState.SUBMITTED
    assert len(rig.base.sent("PATCH")) == 3  # the text, submitted, canceled
    rig.base.pass_time(timedelta(minutes=5))
    assert (await rig.now()).state is StoreState.CANCELLED
    assert (await rig.store.submit(order)).state is StoreState.SUBMITTED


async def test_what_else_lies_in_the_draft_is_not_sent_along(rig: AppStoreReleaseRig) -> None:
    """An event or a product page that somebody put there would go to review with the version."""
    app = rig.base.simulator.app_record
    rig.shelf.reviews.append(Review(id="draft", app=app, platform="IOS", items=[Item(id="i", version=None)]))
    with pytest.raises(Refused, match="other things"):
        await rig.submitted()
    assert rig.reviews() == 0


@pytest.mark.parametrize("state", ["WAITING_FOR_REVIEW", "IN_REVIEW", "UNRESOLVED_ISSUES"])
async def test_another_submission_with_a_version_is_in_the_way(rig: AppStoreReleaseRig, state: str) -> None:
    """Apple takes one of those at a time: a person has to finish it or take it back."""
    app, old = rig.base.simulator.app_record, rig.shelf.version("1.1.0")
    items = [Item(id="i", version=old)]
    rig.shelf.reviews.append(Review(id="other", app=app, platform="IOS", state=state, items=items))
    with pytest.raises(Refused, match="one version at a time"):
        await rig.submitted()
    assert rig.reviews() == 0


@pytest.mark.parametrize("state", ["WAITING_FOR_REVIEW", "IN_REVIEW", "UNRESOLVED_ISSUES"])
async def test_a_submission_without_a_version_is_not_in_the_way(rig: AppStoreReleaseRig, state: str) -> None:
    """An event or a product page under review leaves room for one submission more, with a version in it."""
    app = rig.base.simulator.app_record
    items = [Item(id="i", version=None)]
    rig.shelf.reviews.append(Review(id="other", app=app, platform="IOS", state=state, items=items))
    await rig.submitted()
    assert [(r.state, r.sent) for r in rig.shelf.reviews] == [(state, 0), ("WAITING_FOR_REVIEW", 1)]


async def test_a_third_submission_is_refused_in_apples_words(rig: AppStoreReleaseRig) -> None:
    """Two are under way, neither with a version: Apple has no room for one more."""
    app = rig.base.simulator.app_record
    rig.shelf.reviews += [Review(id=i, app=app, platform="IOS", state="IN_REVIEW") for i in ("a", "b")]
    with pytest.raises(Refused, match="another reviewSubmission in progress"):
        await rig.submitted()
    assert rig.reviews() == 0


async def test_lists_that_hold_more_than_was_asked_for_mislead_nobody(rig: AppStoreReleaseRig) -> None:
    """Apple's filters did nothing for days: another platform's version and old submissions are not ours."""
    app = rig.base.simulator.app_record
    rig.shelf.heeds_filters = False
    mac = rig.shelf.add(app, VERSION, platform="MAC_OS", state="WAITING_FOR_REVIEW")
    old = [Item(id="i", version=rig.shelf.version("1.1.0"))]
    rig.shelf.reviews += [
        Review(id="mac", app=app, platform="MAC_OS", state="IN_REVIEW", items=[Item(id="m", version=mac)]),
        Review(id="old", app=app, platform="IOS", state="COMPLETE", items=old),
    ]
    await rig.submitted()
    assert [(r.id, r.sent) for r in rig.shelf.reviews][:2] == [("mac", 0), ("old", 0)]
    assert (mac.state, mac.build) == ("WAITING_FOR_REVIEW", None)
    assert (rig.reviews(), (await rig.now()).state) == (1, StoreState.SUBMITTED)


async def test_a_first_version_is_known_without_the_filter(rig: AppStoreReleaseRig) -> None:
    """What was never out makes none that was."""
    rig.shelf.heeds_filters = False
    rig.shelf.versions.clear()
    prepared(rig)
    order = rig.order(await rig.built(), phased=False)
    assert "first version" in str((await rig.store.submit(order)).detail)


async def test_an_empty_draft_is_used(rig: AppStoreReleaseRig) -> None:
    """A second one would be refused."""
    app = rig.base.simulator.app_record
    rig.shelf.reviews.append(Review(id="draft", app=app, platform="IOS"))
    await rig.submitted()
    assert [review.id for review in rig.shelf.reviews] == ["draft"]


async def test_a_text_is_wanted_in_every_language(rig: AppStoreReleaseRig) -> None:
    """Missing ones are named; `fallback` stands in for them; a language that the page lacks is named too."""
    rig.shelf.locales = ["en-US", "de-DE", "fr-FR"]
    order = rig.order(await rig.built())
    with pytest.raises(Refused, match="de-DE, fr-FR missing"):
        await rig.store.submit(order)
    with pytest.raises(Refused, match="no ja"):
        await rig.store.submit(replace(order, notes={"ja": "Faster."}, fallback="Faster."))
    await rig.store.submit(replace(order, notes={"de-DE": "Schneller."}, fallback="Faster."))
    said = {words.locale: words.whats_new for words in rig.shelf.version(VERSION).words}
    assert said == {"en-US": "Faster.", "de-DE": "Schneller.", "fr-FR": "Faster."}
    assert (await rig.store.submit(replace(order, notes={"de-DE": "Schneller."}, fallback="Faster."))).number


async def test_the_first_version_has_neither_text_nor_phases(rig: AppStoreReleaseRig) -> None:
    """Apple refuses both: the phases are refused before anything is made, the text is left out and that is said."""
    rig.shelf.versions.clear()
    order = rig.order(await rig.built())
    with pytest.raises(Refused, match="first version"):
        await rig.store.submit(order)
    assert not rig.shelf.versions
    told = await rig.store.submit(replace(order, phased=False))
    assert (told.state, "first version" in str(told.detail)) == (StoreState.SUBMITTED, True)
    assert (await rig.store.submit(replace(order, phased=False))).state is StoreState.SUBMITTED


async def test_a_state_that_is_new_to_us_is_none_of_ours(rig: AppStoreReleaseRig) -> None:
    """It is neither submitted nor anything else: it is said in Apple's word, and asked again later (B-70)."""
    await rig.submitted()
    rig.shelf.version(VERSION).state = "PENDING_APPLE_PICNIC"
    rig.base.simulator.record.clear()
    with pytest.raises(TryLater, match="PENDING_APPLE_PICNIC"):
        await rig.store.status(**KEY)
    rig.base.simulator.record.clear()  # the description does not know it either


async def test_export_compliance_waits_for_a_person(rig: AppStoreReleaseRig) -> None:
    """It is submitted, and stands still until somebody answers."""
    await rig.submitted()
    rig.shelf.version(VERSION).state = "WAITING_FOR_EXPORT_COMPLIANCE"
    told = await rig.now()
    assert (told.state, "export compliance" in str(told.todo)) == (StoreState.SUBMITTED, True)


async def test_what_a_version_lacks_is_said_in_apples_words(rig: AppStoreReleaseRig) -> None:
    """A STATE_ERROR names its causes under `meta`: they are what a person can do something about."""
    order = rig.order(await rig.built())

    def invalidate() -> None:
        rig.base.simulator.build(VERSION, NUMBER).outcome = "INVALID"

    rig.before("POST", "/v1/reviewSubmissionItems", invalidate)
    with pytest.raises(Refused, match="The build is not valid"):
        await rig.store.submit(order)
