"""The contract of AppStore on its way to everybody, over App Store Connect, Google Play and the twin as either."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace

import pytest

from orchestration.ports.app_store import (
    AppStore,
    Rollout,
    StoreBuild,
    StoreOrder,
    StoreState,
    StoreStatus,
)
from orchestration.ports.errors import AlreadyDifferent, Refused
from tests.contracts.release_rigs import RIGS
from tests.contracts.store_release_rig import ReleaseRig

VERSION, NUMBER = "1.2.0", "41"
MOVING = {Rollout.PHASED: StoreState.LIVE, Rollout.STAGED: StoreState.IN_PROGRESS}
STOPPED = {Rollout.PHASED: StoreState.PAUSED, Rollout.STAGED: StoreState.HALTED}
FIRST = {Rollout.PHASED: 1.0, Rollout.STAGED: 5.0}

Verb = Callable[[AppStore], Awaitable[StoreStatus]]
AFTERWARDS: Mapping[str, Verb] = {
    "set_rollout": lambda store: store.set_rollout(version=VERSION, number=NUMBER, percent=50),
    "pause": lambda store: store.pause(version=VERSION, number=NUMBER),
    "halt": lambda store: store.halt(version=VERSION, number=NUMBER),
    "resume": lambda store: store.resume(version=VERSION, number=NUMBER),
    "complete": lambda store: store.complete(version=VERSION, number=NUMBER),
}
EVERY_VERB: Mapping[str, Verb] = {
    **AFTERWARDS,
    "release": lambda store: store.release(version=VERSION, number=NUMBER),
    "withdraw": lambda store: store.withdraw(version=VERSION, number=NUMBER),
}


@pytest.fixture(params=RIGS)
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[ReleaseRig]:
    """One rig per implementation. Over TCP, every exchange is held against the vendor's own description."""
    async with RIGS[request.param]() as made:
        yield made


async def uploaded(rig: ReleaseRig, number: str = NUMBER, version: str = VERSION) -> StoreBuild:
    """A build that has just come."""
    rig.upload(version, number)
    build = await rig.store.find_build(version=version, number=number, not_before=None)
    assert build is not None
    return build


async def submitted(rig: ReleaseRig) -> StoreOrder:
    """A version before review, and what was ordered."""
    order = rig.order(await uploaded(rig))
    await rig.store.submit(order)
    return order


async def moving(rig: ReleaseRig) -> StoreOrder:
    """A version that some users are offered, and what was ordered."""
    order = await submitted(rig)
    rig.review(VERSION, NUMBER, StoreState.APPROVED)
    assert (await now(rig)).state is MOVING[rig.store.rollout]
    return order


async def sent_again(rig: ReleaseRig, told: StoreStatus) -> None:
    """It waits for review, or for a person to send it, who is told so."""
    if told.state is StoreState.PENDING:
        assert told.todo
        rig.send()
    assert (await now(rig, str(told.number))).state is StoreState.SUBMITTED


async def now(rig: ReleaseRig, number: str = NUMBER) -> StoreStatus:
    """How far the version is."""
    found = await rig.store.status(version=VERSION, number=number)
    assert found is not None
    return found


async def test_what_was_never_submitted_has_no_status(rig: ReleaseRig) -> None:
    """None and no error, with a build that is there and without; what is out already is another version."""
    assert await rig.store.status(version=VERSION, number=NUMBER) is None
    await uploaded(rig)
    assert await rig.store.status(version=VERSION, number=NUMBER) is None


async def test_a_submitted_version_waits_for_review(rig: ReleaseRig) -> None:
    """It is told as submitted and nobody has it: submitted, approved and live are different words (B-69)."""
    order = rig.order(await uploaded(rig))
    told = await rig.store.submit(order)
    assert (told.version, told.number, told.state) == (VERSION, NUMBER, StoreState.SUBMITTED)
    assert told.url.startswith(("https://", "http://"))
    assert told == await now(rig)
    assert (told.percent, rig.given(VERSION, NUMBER), rig.reviews()) == (0.0, 0.0, 1)


async def test_submitting_twice_is_one_review(rig: ReleaseRig) -> None:
    """App and version are the natural key: who asks again, after a crash too, finds what was made."""
    order = await submitted(rig)
    assert (await rig.store.submit(order)).state is StoreState.SUBMITTED
    rig.review(VERSION, NUMBER, StoreState.APPROVED)
    assert (await rig.store.submit(order)).state is MOVING[rig.store.rollout]
    assert rig.reviews() == 1


async def test_what_is_under_way_with_other_texts_is_told(rig: ReleaseRig) -> None:
    """It is not ours to change under the reviewers' eyes, and it is not what was ordered: both are said."""
    order = await submitted(rig)
    with pytest.raises(AlreadyDifferent) as caught:
        await rig.store.submit(replace(order, notes={"en-US": "Slower."}))
    assert "Faster." in caught.value.found
    assert "Slower." in caught.value.expected
    assert rig.reviews() == 1


async def test_a_rejected_version_says_why(rig: ReleaseRig) -> None:
    """The state is REJECTED, and something is said for people to go on with."""
    await submitted(rig)
    rig.review(VERSION, NUMBER, StoreState.REJECTED, why="Guideline 2.1: it crashed")
    told = await now(rig)
    assert told.state is StoreState.REJECTED
    assert told.detail


async def test_a_rejected_version_is_sent_again_with_another_build(rig: ReleaseRig) -> None:
    """The build is swapped, and the review begins anew; nothing of the old one is left in the way (B-72)."""
    await submitted(rig)
    rig.review(VERSION, NUMBER, StoreState.REJECTED, why="Guideline 2.1: it crashed")
    again = await rig.store.submit(rig.order(await uploaded(rig, "42"), **rig.after_rejection))
    assert (again.number, again == await now(rig, "42")) == ("42", True)
    await sent_again(rig, again)
    assert rig.reviews() == 2
    rig.review(VERSION, "42", StoreState.APPROVED)
    assert (await now(rig, "42")).state is MOVING[rig.store.rollout]


async def test_a_rejected_version_is_sent_again_with_the_same_build(rig: ReleaseRig) -> None:
    """What was rejected for its texts alone needs no other build."""
    order = await submitted(rig)
    rig.review(VERSION, NUMBER, StoreState.REJECTED, why="Metadata")
    anew = replace(order, notes={"en-US": "Better words."}, **rig.after_rejection)
    again = await rig.store.submit(anew)
    assert again.number == NUMBER
    await sent_again(rig, again)
    assert rig.reviews() == 2


async def test_an_approved_version_goes_out_by_the_first_step(rig: ReleaseRig) -> None:
    """It is live for as many as ordered, and not for everybody."""
    await moving(rig)
    told = await now(rig)
    assert told.percent == FIRST[rig.store.rollout] == rig.given(VERSION, NUMBER)
    assert told.phased is (rig.store.rollout is Rollout.PHASED)


async def test_a_version_for_everybody_is_complete_at_once(rig: ReleaseRig) -> None:
    """Where no steps were ordered, approved is live for all, and that is COMPLETE (B-73)."""
    order = replace(rig.order(await uploaded(rig)), phased=False, percent=100.0)
    await rig.store.submit(order)
    rig.review(VERSION, NUMBER, StoreState.APPROVED)
    assert (await now(rig)).state is StoreState.COMPLETE
    assert rig.given(VERSION, NUMBER) == 100


@pytest.mark.parametrize("verb", ["pause", "halt"])
async def test_stopping_gives_it_to_nobody_else(rig: ReleaseRig, verb: str) -> None:
    """Whichever word is used, the store's own way of stopping is taken, once, and the share is remembered."""
    await moving(rig)
    share = (await now(rig)).percent
    for _ in range(2):
        told = await AFTERWARDS[verb](rig.store)
        assert (told.state, told.percent) == (STOPPED[rig.store.rollout], share)
    assert (await now(rig)) == told
    assert rig.given(VERSION, NUMBER) == 0


async def test_resuming_goes_on_where_it_was_stopped(rig: ReleaseRig) -> None:
    """With the share that it had; a second time changes nothing."""
    await moving(rig)
    before = await now(rig)
    await rig.store.halt(version=VERSION, number=NUMBER)
    for _ in range(2):
        told = await rig.store.resume(version=VERSION, number=NUMBER)
        assert (told.state, told.percent) == (before.state, before.percent)
    assert rig.given(VERSION, NUMBER) == before.percent


async def test_completing_gives_it_to_everybody(rig: ReleaseRig) -> None:
    """COMPLETE with 100 %; a second time changes nothing (B-73)."""
    await moving(rig)
    for _ in range(2):
        told = await rig.store.complete(version=VERSION, number=NUMBER)
        assert (told.state, told.percent) == (StoreState.COMPLETE, 100)
    assert (await now(rig)).state is StoreState.COMPLETE
    assert rig.given(VERSION, NUMBER) == 100


@pytest.mark.parametrize("verb", sorted(set(AFTERWARDS) - {"complete"}))
async def test_there_is_no_way_back_from_everybody(rig: ReleaseRig, verb: str) -> None:
    """A complete version can't be stopped nor lessened, and the refusal says so."""
    await moving(rig)
    await rig.store.complete(version=VERSION, number=NUMBER)
    with pytest.raises(Refused):
        await AFTERWARDS[verb](rig.store)
    assert rig.given(VERSION, NUMBER) == 100


async def test_a_stopped_version_is_not_completed(rig: ReleaseRig) -> None:
    """It was stopped for a reason: who goes on says so first."""
    await moving(rig)
    await rig.store.halt(version=VERSION, number=NUMBER)
    with pytest.raises(Refused):
        await rig.store.complete(version=VERSION, number=NUMBER)
    assert (await now(rig)).state is STOPPED[rig.store.rollout]
    assert rig.given(VERSION, NUMBER) == 0


async def test_a_share_only_grows(rig: ReleaseRig) -> None:
    """20 after 5 is given, 20 again changes nothing, 10 is refused; a store with days of its own refuses all."""
    await moving(rig)
    if rig.store.rollout is Rollout.PHASED:
        with pytest.raises(Refused):
            await rig.store.set_rollout(version=VERSION, number=NUMBER, percent=20)
        return
    for _ in range(2):
        told = await rig.store.set_rollout(version=VERSION, number=NUMBER, percent=20)
        assert (told.state, told.percent) == (StoreState.IN_PROGRESS, 20)
    for share in (10, 0, 100, 120):
        with pytest.raises(Refused):
            await rig.store.set_rollout(version=VERSION, number=NUMBER, percent=share)
    assert rig.given(VERSION, NUMBER) == 20


async def test_a_stopped_version_is_not_given_to_more(rig: ReleaseRig) -> None:
    """It is resumed first."""
    await moving(rig)
    await rig.store.halt(version=VERSION, number=NUMBER)
    with pytest.raises(Refused):
        await rig.store.set_rollout(version=VERSION, number=NUMBER, percent=20)
    assert rig.given(VERSION, NUMBER) == 0


@pytest.mark.parametrize("verb", sorted(AFTERWARDS))
async def test_nothing_is_rolled_out_before_it_is_live(rig: ReleaseRig, verb: str) -> None:
    """While it waits for review there is nothing to stop and nothing to raise."""
    await submitted(rig)
    with pytest.raises(Refused):
        await AFTERWARDS[verb](rig.store)
    assert (await now(rig)).state is StoreState.SUBMITTED


@pytest.mark.parametrize("verb", sorted(EVERY_VERB))
async def test_what_is_not_there_is_refused(rig: ReleaseRig, verb: str) -> None:
    """No verb makes a version by the way."""
    await uploaded(rig)
    with pytest.raises(Refused) as caught:
        await EVERY_VERB[verb](rig.store)
    assert VERSION in caught.value.reason
    assert await rig.store.status(version=VERSION, number=NUMBER) is None


async def test_a_review_is_broken_off(rig: ReleaseRig) -> None:
    """It is CANCELLED, also when asked twice, and can be sent again; where only people can, nothing is done."""
    order = await submitted(rig)
    if not rig.withdraws:
        with pytest.raises(Refused) as caught:
            await rig.store.withdraw(version=VERSION, number=NUMBER)
        assert "console" in caught.value.reason.lower()
        assert (await now(rig)).state is StoreState.SUBMITTED
        return
    for _ in range(2):
        told = await rig.store.withdraw(version=VERSION, number=NUMBER)
        assert told.state is StoreState.CANCELLED
    assert (await rig.store.submit(order)).state is StoreState.SUBMITTED
    assert rig.reviews() == 2


async def test_what_users_have_is_not_withdrawn(rig: ReleaseRig) -> None:
    """It can be stopped, which the store calls by another name."""
    await moving(rig)
    with pytest.raises(Refused):
        await rig.store.withdraw(version=VERSION, number=NUMBER)
    assert (await now(rig)).state is MOVING[rig.store.rollout]
