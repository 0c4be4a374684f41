"""A connection to App Store Connect is tried by reading, before it is saved."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from integrations.app_store.verify import verify
from integrations.registry import Check
from sandbox.app_store import BUNDLE, ApiKey
from tests.integrations.app_store.app_store_rig import AppStoreRig, app_store_rig, judge

TITLES = [
    "The key is accepted",
    "The app can be seen",
    "Builds can be read",
    "Groups of testers can be read",
]


@pytest.fixture
async def rig() -> AsyncIterator[AppStoreRig]:
    """An account."""
    async with app_store_rig() as made:
        yield made


async def tried(rig: AppStoreRig, key: ApiKey | None = None, **settings: Any) -> Sequence[Check]:
    """Try a connection to the rig's account."""
    return await verify(rig.settings(key, **settings), rig.secrets(key), rig.edge(), clock=rig.ours)


async def test_a_good_key_of_a_team_passes_every_check(rig: AppStoreRig) -> None:
    """Kind of key and what is left of the hour, app, newest build, groups: line by line; only readings are sent."""
    rig.upload("1.2.0", "41")
    checks = await tried(rig)
    assert [check.what for check in checks] == TITLES
    assert all(check.ok for check in checks)
    assert checks[0].says == "a team key; 3499 of 3500 requests are left for this hour"
    assert checks[1].says == f"Pixel ({BUNDLE})"
    assert "41" in checks[2].says
    assert checks[3].says == "Friends (external), Team (internal)"
    assert all(check.expires is None for check in checks)
    assert judge(rig.simulator.record) == 4
    assert rig.sent() == []


async def test_a_good_individual_key_passes_too(rig: AppStoreRig) -> None:
    """It is told which kind it is: it may do what its user may."""
    checks = await tried(rig, rig.simulator.individual_key)
    assert all(check.ok for check in checks)
    assert checks[0].says.startswith("an individual key")
    assert checks[2].says == "there is none yet"


async def test_many_groups_are_told_in_short(rig: AppStoreRig) -> None:
    """The first few by name, and how many more there are."""
    for number in range(10):
        rig.add_group(f"Group {number}")
    assert (await tried(rig))[3].says.endswith("and 7 more")


async def test_no_group_is_no_failure(rig: AppStoreRig) -> None:
    """Builds can be found without one; it is said where to make it."""
    rig.simulator.world.groups.clear()
    check = (await tried(rig))[3]
    assert check.ok
    assert "TestFlight" in check.says


@pytest.mark.parametrize(
    "change",
    [{"key_id": "UNKNOWN123"}, {"issuer_id": "00000000-0000-0000-0000-000000000000"}, {"issuer_id": ""}],
)
async def test_a_key_that_does_not_fit_fails_and_is_no_delay(
    rig: AppStoreRig, change: dict[str, Any]
) -> None:
    """Key ID, issuer and kind of key must belong together; the first check fails, and it is the last."""
    (check,) = await tried(rig, **change)
    assert (check.what, check.ok, check.later) == (TITLES[0], False, False)
    assert "issuer ID" in check.says


async def test_an_app_out_of_the_keys_reach_fails(rig: AppStoreRig) -> None:
    """The key is good, but of no use: it is named what was looked for."""
    checks = await tried(rig, app="com.example.other")
    assert [check.ok for check in checks] == [True, False]
    assert "com.example.other" in checks[1].says
    assert not checks[1].later


async def test_a_missing_agreement_fails_with_who_can_help(rig: AppStoreRig) -> None:
    """It is no delay: nothing comes of waiting."""
    rig.simulator.agreed = False
    (check,) = await tried(rig)
    assert (check.ok, check.later) == (False, False)
    assert "Account Holder" in check.says


async def test_a_clock_that_is_wrong_is_told_here_too(rig: AppStoreRig) -> None:
    """People who connect are told of the clock, and do not make another key."""
    rig.ours.ahead = 3600.0
    (check,) = await tried(rig)
    assert "clock" in check.says


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_trouble_at_apples_is_a_delay(rig: AppStoreRig, status: int) -> None:
    """It says nothing of the key."""
    rig.simulator.fault(status=status, times=9)
    (check,) = await tried(rig)
    assert (check.ok, check.later) == (False, True)


async def test_trouble_in_the_middle_ends_the_checks(rig: AppStoreRig) -> None:
    """What was read stays; what could not be read is the last line."""
    rig.simulator.fault(path="/v1/betaGroups", status=500, times=9)
    checks = await tried(rig)
    assert [check.ok for check in checks] == [True, True, True, False]
    assert checks[-1].later
