"""Giving builds to testers: export compliance, beta review, groups, and servers that do not agree for a moment."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from orchestration.ports.app_store import StoreBuild
from orchestration.ports.errors import Refused, TryLater
from sandbox.app_store.world import Build, Submission
from sandbox.kit import Moment
from tests.integrations.app_store.app_store_rig import AppStoreRig, app_store_rig, errors

SUBMIT = "/v1/betaAppReviewSubmissions"
GIVE = "/relationships/builds$"
WAITING = "testers outside the team get it when Apple's beta review has passed it"


@pytest.fixture
async def rig() -> AsyncIterator[AppStoreRig]:
    """An account; at the end all that was said is held against the description."""
    async with app_store_rig() as made:
        yield made


async def give(rig: AppStoreRig, group: str, number: str = "41") -> StoreBuild:
    """Find a build and give it to a group."""
    return await rig.store.share_with_testers(await rig.found(number), group=group)


def submit(rig: AppStoreRig, build: Build, state: str) -> None:
    """A build before beta review, by somebody else's hand."""
    build.submission = Submission(id=build.id, state=state, at=rig.clock.now)


@pytest.mark.parametrize("group", ["Team", "Friends"])
async def test_missing_export_compliance_stops_before_anything_is_sent(rig: AppStoreRig, group: str) -> None:
    """Its question is for a person to answer. Already the look says so, and nothing is posted."""
    rig.upload("1.2.0", "41", encrypted=None)
    build = await rig.found()
    assert "export compliance is missing" in str(build.detail)
    with pytest.raises(Refused) as caught:
        await give(rig, group)
    assert "ITSAppUsesNonExemptEncryption" in caught.value.reason
    assert caught.value.link == build.url
    assert rig.sent() == []


async def test_export_compliance_under_review_is_refused_too(rig: AppStoreRig) -> None:
    """Apple takes days for it, which no retry outlasts."""
    rig.upload("1.2.0", "41", encrypted=True)
    with pytest.raises(Refused) as caught:
        await give(rig, "Team")
    assert "wait for Apple's answer" in caught.value.reason


async def test_outside_testers_need_a_beta_review_first(rig: AppStoreRig) -> None:
    """The build is submitted, then given. Testers get it when it passed; their public link comes back."""
    rig.upload("1.2.0", "41")
    shared = await give(rig, "Friends")
    assert rig.sent() == [SUBMIT, f"/v1/betaGroups/{rig.simulator.friends.id}/relationships/builds"]
    assert shared.testers_url == "https://testflight.apple.com/join/Ab12Cd34"
    assert shared.detail == WAITING
    assert await give(rig, "Friends") == shared
    rig.simulator.review(rig.simulator.build("1.2.0", "41"), "APPROVED")
    assert (await give(rig, "Friends")).detail is None
    assert len(rig.sent()) == 2


async def test_testers_of_the_team_need_no_review(rig: AppStoreRig) -> None:
    """An internal group has the build at once."""
    rig.upload("1.2.0", "41")
    shared = await give(rig, "Team")
    assert SUBMIT not in rig.sent()
    assert (shared.testers_url, shared.detail) == (None, None)


@pytest.mark.parametrize("state", ["WAITING_FOR_REVIEW", "IN_REVIEW", "APPROVED"])
async def test_what_is_before_review_is_not_submitted_again(rig: AppStoreRig, state: str) -> None:
    """Whoever submitted it: the group is given the build, and that is all."""
    submit(rig, rig.upload("1.2.0", "41"), state)
    shared = await give(rig, "Friends")
    assert SUBMIT not in rig.sent()
    assert shared.detail == (None if state == "APPROVED" else WAITING)
    assert rig.groups_of("1.2.0", "41") == ["Friends"]


async def test_missing_test_information_is_guessed_from_a_500(rig: AppStoreRig) -> None:
    """Apple answers 500 and no reason where an app's test information has gaps: the delay says where to look."""
    rig.upload("1.2.0", "41")
    rig.simulator.fault(method="POST", path=SUBMIT, status=500)
    with pytest.raises(TryLater, match="Test Information") as caught:
        await give(rig, "Friends")
    assert caught.value.maybe_done
    await give(rig, "Friends")
    assert rig.groups_of("1.2.0", "41") == ["Friends"]


async def test_a_build_that_a_person_gave_is_submitted_still(rig: AppStoreRig) -> None:
    """To be in the group is not enough: without a submission it would wait there for ever."""
    build = rig.upload("1.2.0", "41")
    build.groups.append((rig.simulator.friends, rig.clock.now))
    await give(rig, "Friends")
    assert rig.sent() == [SUBMIT]
    assert rig.tellings() == 1


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda rig, build: submit(rig, build, "REJECTED"), "rejected"),
        (lambda _rig, build: setattr(build, "audience", "INTERNAL_ONLY"), "internal testing only"),
    ],
)
async def test_what_outside_testers_can_never_get_is_refused(
    rig: AppStoreRig, change: Callable[[AppStoreRig, Build], None], word: str
) -> None:
    """The reason says what to do; the team itself may have the build."""
    change(rig, rig.upload("1.2.0", "41"))
    with pytest.raises(Refused) as caught:
        await give(rig, "Friends")
    assert word in caught.value.reason
    assert rig.sent() == []
    await give(rig, "Team")
    assert rig.groups_of("1.2.0", "41") == ["Team"]


async def test_one_build_of_a_version_is_in_review_at_a_time(rig: AppStoreRig) -> None:
    """Apple refuses the second in its own words, which are said; nothing was given."""
    rig.upload("1.2.0", "41")
    rig.upload("1.2.0", "42")
    await give(rig, "Friends", "41")
    with pytest.raises(Refused) as caught:
        await give(rig, "Friends", "42")
    assert "same train is already in beta review" in caught.value.reason
    assert rig.groups_of("1.2.0", "42") == []


async def test_a_group_that_gets_every_build_needs_no_request(rig: AppStoreRig) -> None:
    """Apple refuses to add a build there, because it is there."""
    rig.add_group("Everybody", internal=True, gets_all=True)
    rig.upload("1.2.0", "41")
    await give(rig, "Everybody")
    assert rig.sent() == []


async def test_a_name_with_a_comma_is_one_name(rig: AppStoreRig) -> None:
    """A filter would take it for two; and a name is compared whole."""
    rig.add_group("QA, Berlin", internal=True)
    rig.add_group("QA", internal=True)
    rig.upload("1.2.0", "41")
    await give(rig, "QA, Berlin")
    assert rig.groups_of("1.2.0", "41") == ["QA, Berlin"]


async def test_a_group_is_found_on_a_late_page(rig: AppStoreRig) -> None:
    """An app may have more groups than a page holds."""
    for number in range(450):
        rig.add_group(f"Group {number:03}", internal=True)
    rig.upload("1.2.0", "41")
    await give(rig, "Team")
    assert rig.sent("GET").count("/v1/betaGroups") == 3
    assert rig.groups_of("1.2.0", "41") == ["Team"]


async def test_groups_of_one_name_are_refused(rig: AppStoreRig) -> None:
    """We do not guess who is to get a build."""
    rig.add_group("Friends", internal=True)
    rig.upload("1.2.0", "41")
    with pytest.raises(Refused) as caught:
        await give(rig, "Friends")
    assert "2 groups called Friends" in caught.value.reason
    assert rig.sent() == []


async def test_groups_of_another_app_do_not_count(rig: AppStoreRig) -> None:
    """The same name is common; those that there are get named."""
    other = rig.simulator.world.add_app("com.example.other", "Other")
    rig.simulator.world.add_group(other, "Crew")
    rig.upload("1.2.0", "41")
    with pytest.raises(Refused) as caught:
        await give(rig, "Crew")
    assert "Friends, Team" in caught.value.reason


async def test_a_build_that_changed_since_is_looked_at_again(rig: AppStoreRig) -> None:
    """What was READY then may have expired; what is processed after all is a delay."""
    build = rig.upload("1.2.0", "41")
    known = await rig.found()
    build.done = rig.clock.now + 60
    with pytest.raises(TryLater):
        await rig.store.share_with_testers(known, group="Team")
    build.done, build.expired = 0, True
    with pytest.raises(Refused) as caught:
        await rig.store.share_with_testers(known, group="Team")
    assert "expired" in caught.value.reason
    assert rig.sent() == []


@pytest.mark.parametrize("group", ["Team", "Friends"])
async def test_a_build_is_processed_before_testflight_knows_it(rig: AppStoreRig, group: str) -> None:
    """For a while after VALID there are no TestFlight states: that is a delay, and nothing is sent."""
    build = rig.upload("1.2.0", "41", beta_known=False)
    known = await rig.found()
    with pytest.raises(TryLater) as caught:
        await give(rig, group)
    assert not caught.value.maybe_done
    assert rig.sent() == []
    build.beta_known = True
    await rig.store.share_with_testers(known, group=group)


async def test_apples_own_parts_may_not_know_that_it_is_processed(rig: AppStoreRig) -> None:
    """VALID here, "not in a valid processing state" there: it passes, so that it is no refusal."""
    rig.upload("1.2.0", "41")
    detail = "The build is not in a valid processing state for this operation."
    rig.simulator.fault(path=SUBMIT, **errors(422, "ENTITY_UNPROCESSABLE", detail=detail))
    with pytest.raises(TryLater) as caught:
        await give(rig, "Friends")
    assert caught.value.after is not None
    await give(rig, "Friends")
    assert rig.tellings() == 1


@pytest.mark.parametrize(("status", "code"), [(404, "NOT_FOUND"), (409, "STATE_ERROR")])
async def test_what_was_just_written_may_not_be_there_yet(rig: AppStoreRig, status: int, code: str) -> None:
    """A POST right after another's success may be 404 or 409: a delay. The repeat submits nothing again."""
    rig.upload("1.2.0", "41")
    rig.simulator.fault(method="POST", path=GIVE, **errors(status, code))
    with pytest.raises(TryLater) as caught:
        await give(rig, "Friends")
    assert caught.value.after is not None
    await give(rig, "Friends")
    assert rig.sent().count(SUBMIT) == 1
    assert rig.tellings() == 1


@pytest.mark.parametrize(("status", "code"), [(404, "NOT_FOUND"), (409, "STATE_ERROR")])
async def test_a_refusal_of_nothing_new_is_one(rig: AppStoreRig, status: int, code: str) -> None:
    """Where we wrote nothing just before, 404 and 409 mean what they say."""
    rig.upload("1.2.0", "41")
    rig.simulator.fault(method="POST", path=GIVE, **errors(status, code, detail="Not so."))
    with pytest.raises(Refused) as caught:
        await give(rig, "Team")
    assert "Not so" in caught.value.reason


def before(rig: AppStoreRig, path: str, act: Callable[[], object]) -> None:
    """Do something just before the next request to a path is answered."""

    async def hook(moment: Moment, asked: web.Request) -> None:
        if moment is Moment.ARRIVED and asked.method == "POST" and asked.path.endswith(path):
            rig.simulator.hooks.clear()
            act()

    rig.simulator.hooks.append(hook)


async def test_a_submission_that_lands_behind_our_look_is_no_failure(rig: AppStoreRig) -> None:
    """A person was faster: Apple refuses ours, one more look finds theirs, and the group is given the build."""
    build = rig.upload("1.2.0", "41")
    before(rig, SUBMIT, lambda: submit(rig, build, "WAITING_FOR_REVIEW"))
    await give(rig, "Friends")
    assert rig.groups_of("1.2.0", "41") == ["Friends"]


async def test_a_gift_that_lands_behind_our_look_is_no_failure(rig: AppStoreRig) -> None:
    """The same for the group: a refusal counts only where the group has not got it."""
    build = rig.upload("1.2.0", "41")
    rig.simulator.fault(method="POST", path=GIVE, **errors(409, "ENTITY_ERROR.RELATIONSHIP.INVALID"))
    before(rig, "/relationships/builds", lambda: build.groups.append((rig.simulator.team, rig.clock.now)))
    await give(rig, "Team")
    assert rig.tellings() == 1


async def test_a_look_may_lag_behind_what_was_written(rig: AppStoreRig) -> None:
    """After a lost answer the repeat must wait, as the error says; then it finds both and makes neither again."""
    rig.simulator.world.pace.lag = 20.0
    rig.upload("1.2.0", "41")
    fault: dict[str, Any] = {"method": "POST", "path": GIVE, **errors(404, "NOT_FOUND")}
    rig.simulator.fault(**fault)
    with pytest.raises(TryLater) as caught:
        await give(rig, "Friends")
    assert caught.value.after is not None
    rig.pass_time(caught.value.after)
    await give(rig, "Friends")
    assert rig.sent().count(SUBMIT) == 1
    assert rig.tellings() == 1
