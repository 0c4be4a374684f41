"""What is known to go wrong with App Store Connect: builds that come late, numbers, apps, pages."""

import json
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta

import pytest

from integrations.app_store.answers import BetaDetail, BuildRow
from integrations.app_store.builds import state_of
from orchestration.ports.app_store import StoreBuildState
from orchestration.ports.errors import Refused
from tests.integrations.app_store.app_store_rig import AppStoreRig, app_store_rig

HOUR = 3600.0


@pytest.fixture
async def rig() -> AsyncIterator[AppStoreRig]:
    """An account; at the end all that was said is held against the description."""
    async with app_store_rig() as made:
        yield made


def _find(rig: AppStoreRig) -> Awaitable[object]:
    return rig.store.find_build(version="1.2.0", number="41", not_before=None)


async def test_a_build_shows_late_and_is_processed_for_a_while(rig: AppStoreRig) -> None:
    """Minutes to hours: it is not there, then PROCESSING, then READY; and for so long the settings let us wait."""
    rig.simulator.world.pace.shows, rig.simulator.world.pace.processing = 20 * 60, HOUR
    rig.upload("1.2.0", "41")
    assert await _find(rig) is None
    rig.pass_time(timedelta(minutes=20))
    build = await rig.found()
    assert (build.state, build.detail) == (StoreBuildState.PROCESSING, "Apple is processing it")
    rig.pass_time(timedelta(hours=1))
    assert (await rig.found()).state is StoreBuildState.READY
    assert rig.store.processing_lag == timedelta(hours=2)
    assert rig.another(build_delay=5).processing_lag == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("VALID", StoreBuildState.READY),
        ("PROCESSING", StoreBuildState.PROCESSING),
        ("FAILED", StoreBuildState.REJECTED),
        ("INVALID", StoreBuildState.REJECTED),
    ],
)
async def test_every_processing_state_is_asked_for_and_understood(
    rig: AppStoreRig, outcome: str, state: StoreBuildState
) -> None:
    """What failed is shown as failed, with where the reason is to be found, and does not look like a late upload."""
    rig.upload("1.2.0", "41", outcome=outcome)
    build = await rig.found()
    assert build.state is state
    assert (outcome in str(build.detail)) is (state is StoreBuildState.REJECTED)
    assert "PROCESSING%2CFAILED%2CINVALID%2CVALID" in rig.simulator.record[-1].query.replace(",", "%2C")


@pytest.mark.parametrize("state", ["PONDERING", ""])
def test_a_processing_state_that_is_new_to_us_is_no_success(state: str) -> None:
    """What is not known to be usable waits for its deadline."""
    attributes = {"version": "41", "uploadedDate": "2026-09-21T07:00:00-07:00", "processingState": state}
    row = BuildRow.model_validate({"id": "1", "attributes": attributes})
    assert state_of(row, BetaDetail(internalBuildState="NEW", externalBuildState=None)) is (
        StoreBuildState.PROCESSING
    )


async def test_a_build_expires_after_ninety_days(rig: AppStoreRig) -> None:
    """It stays in the list for ever, and is of no use any more."""
    rig.upload("1.2.0", "41")
    rig.pass_time(timedelta(days=90))
    build = await rig.found()
    assert build.state is StoreBuildState.EXPIRED
    assert "90 days" in str(build.detail)


async def test_numbers_are_strings(rig: AppStoreRig) -> None:
    """A number may have dots and leading zeros, and is never counted with: the newest upload is the newest build."""
    for number in ("10", "9", "9.1", "041"):
        rig.upload("1.2.0", number)
        rig.pass_time(timedelta(minutes=1))
    for number in ("9", "9.1", "041"):
        assert (await rig.found(number)).number == number
    assert await rig.store.find_build(version="1.2.0", number="41", not_before=None) is None
    newest = await rig.store.find_build(version="1.2.0", number=None, not_before=None)
    assert newest is not None
    assert newest.number == "041"


async def test_a_number_may_come_again_with_another_version_or_platform(rig: AppStoreRig) -> None:
    """Numbers are unique within a version of a platform only, and ours is iOS."""
    first = rig.upload("1.2.0", "41")
    rig.upload("1.3.0", "41")
    rig.upload("1.2.0", "41", platform="TV_OS")
    rig.upload("1.2.0", "42", platform="MAC_OS")
    assert (await rig.found()).id == first.id
    assert await rig.store.find_build(version="1.2.0", number="42", not_before=None) is None


async def test_builds_of_another_app_are_none_of_ours(rig: AppStoreRig) -> None:
    """An account has many apps; the filter by bundle ID finds those that only start with ours, too."""
    world = rig.simulator.world
    beta = world.add_app("com.example.pixel.beta", "A Pixel")
    world.upload(beta, "1.2.0", "41")
    assert await _find(rig) is None
    ours = rig.upload("1.2.0", "41")
    build = await rig.found()
    assert build.id == ours.id
    assert build.url == (f"{rig.simulator.url}/apps/{rig.simulator.app_record.id}/testflight/ios/{ours.id}")


async def test_people_are_sent_to_apples_pages(rig: AppStoreRig) -> None:
    """The API's host is not that of the pages."""
    settings = rig.settings(base_url="https://api.appstoreconnect.apple.com")
    assert settings.web_url == "https://appstoreconnect.apple.com"


async def test_an_app_is_looked_up_once(rig: AppStoreRig) -> None:
    """A bundle ID belongs to one app for ever, and requests are counted."""
    rig.upload("1.2.0", "41")
    for _ in range(3):
        await rig.found()
    paths = rig.sent("GET")
    assert (paths.count("/v1/apps"), paths.count("/v1/builds")) == (1, 3)


async def test_an_app_that_the_key_does_not_show_is_refused(rig: AppStoreRig) -> None:
    """Waiting does not help: the bundle ID is wrong, or the key does not reach the app."""
    rig.upload("1.2.0", "41")
    rig.simulator.team_key.sees = frozenset({"com.example.other"})
    with pytest.raises(Refused) as caught:
        await _find(rig)
    assert "com.example.pixel" in caught.value.reason


async def test_the_next_page_is_asked_for_at_our_own_address(rig: AppStoreRig) -> None:
    """Of `links.next` the cursor is taken: whatever host it names, the token does not go there."""
    foreign = {
        "data": [],
        "links": {"self": "x", "next": "https://elsewhere.invalid/v1/apps?cursor=ZnJvbSAw"},
    }
    headers = {"Content-Type": "application/json"}
    rig.simulator.fault(path="/v1/apps", status=200, headers=headers, body=json.dumps(foreign))
    rig.upload("1.2.0", "41")
    await rig.found()
    assert [exchange.path for exchange in rig.simulator.record] == ["/v1/apps", "/v1/apps", "/v1/builds"]
    assert "cursor=ZnJvbSAw" in rig.simulator.record[1].query


async def test_an_app_is_found_on_a_late_page(rig: AppStoreRig) -> None:
    """A company may have more apps of one beginning than a page holds."""
    world = rig.simulator.world
    world.apps.clear()
    for number in range(450):
        world.add_app(f"com.example.pixel.{number}", f"Pixel {number}")
    world.apps.append(rig.simulator.app_record)
    rig.upload("1.2.0", "41")
    await rig.found()
    assert rig.sent("GET").count("/v1/apps") == 3


async def test_an_individual_key_does_as_well(rig: AppStoreRig) -> None:
    """It has no issuer; what it may do is what its user may."""
    rig.upload("1.2.0", "41")
    store = rig.another(key=rig.simulator.individual_key)
    assert await store.find_build(version="1.2.0", number="41", not_before=None) is not None
