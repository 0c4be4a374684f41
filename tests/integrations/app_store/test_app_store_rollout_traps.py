"""What is known to go wrong when an approved version is let out: times, days, pauses, people, newer versions."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orchestration.ports.app_store import GoLive, StoreState
from orchestration.ports.errors import AlreadyDifferent, Refused
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


async def test_a_scheduled_version_goes_out_at_its_time(rig: AppStoreReleaseRig) -> None:
    """Approved until then; `release` does not hurry it, for that is App Store Connect's."""
    at = rig.base.now() + 2 * DAY
    order = await rig.submitted(go_live=GoLive.SCHEDULED, go_live_at=at)
    rig.review(VERSION, NUMBER, StoreState.APPROVED)
    assert (await rig.now()).detail == "it goes out at its time"
    same = replace(order, go_live_at=at.astimezone(UTC))
    assert (await rig.store.submit(same)).state is StoreState.APPROVED
    with pytest.raises(AlreadyDifferent):
        await rig.store.submit(replace(order, go_live_at=datetime(2030, 1, 1, tzinfo=UTC)))
    with pytest.raises(Refused):
        await rig.store.release(**KEY)
    rig.base.pass_time(2 * DAY)
    assert (await rig.now()).state is StoreState.LIVE


async def test_a_release_takes_apple_a_while(rig: AppStoreReleaseRig) -> None:
    """It is not live before it is; asked again meanwhile, nothing is sent."""
    rig.shelf.pace.distributing = 3600.0
    await rig.live(go_live=GoLive.MANUAL)
    for _ in range(2):
        told = await rig.store.release(**KEY)
        assert (told.state, told.percent) == (StoreState.APPROVED, 0)
        assert "bringing it into the store" in str(told.detail)
    assert rig.base.sent().count("/v1/appStoreVersionReleaseRequests") == 1
    rig.base.pass_time(timedelta(hours=1))
    assert (await rig.now()).state is StoreState.LIVE


async def test_a_phased_release_has_seven_days(rig: AppStoreReleaseRig) -> None:
    """1, 2, 5, 10, 20, 50 and 100 percent, by Apple's clock, and then it is complete."""
    await rig.live()
    began = rig.base.now()
    seen = []
    for _ in range(7):
        told = await rig.now()
        seen.append((told.day, told.percent, told.state))
        rig.base.pass_time(DAY)
    shares = (1, 2, 5, 10, 20, 50, 100)
    assert seen == [(day, share, StoreState.LIVE) for day, share in enumerate(shares, start=1)]
    done = await rig.now()
    assert (done.state, done.percent, done.live_since) == (StoreState.COMPLETE, 100, began)


async def test_a_pause_has_a_budget(rig: AppStoreReleaseRig) -> None:
    """Thirty days in all, which are told, over several pauses; the days of the release stand still meanwhile."""
    await rig.live()
    rig.base.pass_time(2 * DAY)
    assert (await rig.store.pause(**KEY)).pause_left == 30 * DAY
    rig.base.pass_time(20 * DAY)
    told = await rig.store.resume(**KEY)
    assert (told.day, told.percent, told.pause_left) == (3, 5, 10 * DAY)
    rig.base.pass_time(DAY)
    await rig.store.pause(**KEY)
    rig.base.pass_time(9 * DAY)
    assert ((await rig.now()).state, (await rig.now()).pause_left) == (StoreState.PAUSED, DAY)


async def test_apple_ends_a_pause_that_is_too_long(rig: AppStoreReleaseRig) -> None:
    """It goes on by itself: that is told as it is, and not taken for our doing."""
    await rig.live()
    await rig.store.pause(**KEY)
    rig.base.pass_time(30 * DAY + timedelta(hours=1))
    told = await rig.now()
    assert (told.state, told.pause_left) == (StoreState.LIVE, timedelta(0))


@pytest.mark.parametrize("verb", ["pause", "resume", "complete", "release"])
async def test_a_replaced_version_is_over(rig: AppStoreReleaseRig, verb: str) -> None:
    """A newer one went out at 1 %: nobody is given the old one any more, it did not reach all, and that is said."""
    await rig.live()
    rig.shelf.version(VERSION).state = "REPLACED_WITH_NEW_VERSION"
    told = await rig.now()
    assert (told.replaced, told.state, told.percent) == (True, StoreState.PAUSED, 1)
    if verb == "release":
        assert (await rig.store.release(**KEY)).replaced
        return
    with pytest.raises(Refused, match="newer version"):
        await getattr(rig.store, verb)(**KEY)


async def test_a_person_who_pauses_first_is_no_failure(rig: AppStoreReleaseRig) -> None:
    """Apple refuses what is so already; one more look finds it as wanted."""
    await rig.live()
    phased = rig.shelf.version(VERSION).phased
    assert phased is not None

    def press() -> None:
        phased.pause(rig.base.clock())

    rig.before("PATCH", f"/v1/appStoreVersionPhasedReleases/{phased.id}", press)
    assert (await rig.store.pause(**KEY)).state is StoreState.PAUSED
