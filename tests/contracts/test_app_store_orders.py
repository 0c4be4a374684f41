"""The contract of AppStore on what is ordered: which orders make sense, and which a store refuses."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from orchestration.ports.app_store import (
    GoLive,
    Rollout,
    StoreBuild,
    StoreBuildState,
    StoreOrder,
    StoreState,
)
from orchestration.ports.errors import Refused
from tests.contracts.release_rigs import RIGS
from tests.contracts.store_release_rig import ReleaseRig

VERSION, NUMBER = "1.2.0", "41"


@pytest.fixture(params=RIGS)
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[ReleaseRig]:
    """One rig per implementation."""
    async with RIGS[request.param]() as made:
        yield made


async def uploaded(rig: ReleaseRig) -> StoreBuild:
    """A build that has just come."""
    rig.upload(VERSION, NUMBER)
    build = await rig.store.find_build(version=VERSION, number=NUMBER, not_before=None)
    assert build is not None
    return build


async def refused(rig: ReleaseRig, order: StoreOrder) -> str:
    """Why an order is refused; nothing was sent for review."""
    with pytest.raises(Refused) as caught:
        await rig.store.submit(order)
    assert rig.reviews() == 0
    return caught.value.reason


BUILD = StoreBuild(
    id="b", version=VERSION, number=NUMBER, state=StoreBuildState.READY, url="https://example.invalid"
)


@pytest.mark.parametrize(
    "wrong",
    [
        {"go_live": GoLive.SCHEDULED},
        {"go_live_at": datetime(2026, 9, 21, tzinfo=UTC)},
        {"percent": 0.0},
        {"percent": 100.5},
        {"update_priority": 6},
        {"update_priority": -1},
    ],
)
def test_an_order_that_makes_no_sense_is_none(wrong: dict[str, Any]) -> None:
    """It can't be made, so that no store has to judge it."""
    with pytest.raises(ValueError, match=r"time belongs|first step|update priority"):
        StoreOrder(build=BUILD, **wrong)


async def test_a_text_that_is_too_long_is_refused(rig: ReleaseRig) -> None:
    """Before anything is made, with its language and the number of characters; one that just fits is taken."""
    order = rig.order(await uploaded(rig))
    longest = rig.store.longest_note
    reason = await refused(rig, replace(order, notes={"en-US": "x" * (longest + 1)}))
    assert "en-US" in reason
    assert str(longest) in reason
    assert (await rig.store.submit(replace(order, notes={"en-US": "x" * longest}))).state is (
        StoreState.SUBMITTED
    )


async def test_a_build_that_is_not_ready_is_refused(rig: ReleaseRig) -> None:
    """What was not ready when it was looked at must be looked at again first."""
    build = replace(await uploaded(rig), state=StoreBuildState.PROCESSING)
    assert NUMBER in await refused(rig, rig.order(build))


async def test_a_build_that_the_store_does_not_know_is_refused(rig: ReleaseRig) -> None:
    """There is nothing to review, and the refusal names it."""
    build = replace(await uploaded(rig), id="4711", number="4711")
    assert "4711" in await refused(rig, rig.order(build))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (Rollout.PHASED, {"percent": 5.0}),
        (Rollout.PHASED, {"update_priority": 3}),
        (Rollout.PHASED, {"send_for_review": False}),
        (Rollout.PHASED, {"pull_back": True}),
        (Rollout.STAGED, {"phased": True}),
        (Rollout.STAGED, {"go_live": GoLive.MANUAL}),
        (Rollout.STAGED, {"go_live": GoLive.SCHEDULED, "go_live_at": datetime(2026, 12, 24, tzinfo=UTC)}),
    ],
)
async def test_what_a_store_does_not_have_is_refused(
    rig: ReleaseRig, kind: Rollout, changes: dict[str, Any]
) -> None:
    """It is not left out silently: people would believe in it. The other kind of store takes it."""
    order = replace(rig.order(await uploaded(rig)), **changes)
    if rig.store.rollout is kind:
        await refused(rig, order)
    elif kind is Rollout.STAGED:
        assert (await rig.store.submit(order)).state is StoreState.SUBMITTED


async def test_a_manual_version_waits_for_release(rig: ReleaseRig) -> None:
    """Approved is not live: a person lets it out, and a second click changes nothing (B-69)."""
    order = rig.order(await uploaded(rig), go_live=GoLive.MANUAL)
    if rig.store.rollout is Rollout.STAGED:
        await refused(rig, order)
        return
    await rig.store.submit(order)
    with pytest.raises(Refused):
        await rig.store.release(version=VERSION, number=NUMBER)
    rig.review(VERSION, NUMBER, StoreState.APPROVED)
    found = await rig.store.status(version=VERSION, number=NUMBER)
    assert found is not None
    assert (found.state, found.percent, rig.given(VERSION, NUMBER)) == (StoreState.APPROVED, 0.0, 0.0)
    for _ in range(2):
        told = await rig.store.release(version=VERSION, number=NUMBER)
        assert (told.state, told.percent) == (StoreState.LIVE, 1.0)
    assert rig.given(VERSION, NUMBER) == 1.0


async def test_what_is_not_sent_for_review_waits_for_a_person(rig: ReleaseRig) -> None:
    """It is in the store and PENDING, says what is to be done there, and is SUBMITTED once a person did it."""
    order = rig.order(await uploaded(rig), send_for_review=False)
    if rig.store.rollout is Rollout.PHASED:
        await refused(rig, order)
        return
    rig.want_unsent()
    told = await rig.store.submit(order)
    assert (told.state, told.todo is None, rig.reviews()) == (StoreState.PENDING, False, 0)
    rig.send()
    found = await rig.store.status(version=VERSION, number=NUMBER)
    assert found is not None
    assert (found.state, found.todo, rig.reviews()) == (StoreState.SUBMITTED, None, 1)
