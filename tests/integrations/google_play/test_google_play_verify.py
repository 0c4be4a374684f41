"""A connection to Google Play is tried by reading, before it is saved."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from integrations.google_play.verify import verify
from integrations.registry import Check
from sandbox.google_play import PACKAGE
from tests.integrations.google_play.google_play_rig import GooglePlayRig, google_play_rig, judge

TITLES = ["The key is accepted", "The app can be seen", "The testing track is there"]


@pytest.fixture
async def rig() -> AsyncIterator[GooglePlayRig]:
    """An app whose testers have a build."""
    async with google_play_rig() as made:
        made.app.upload(42, "1.2.0", track="internal")
        yield made


async def tried(rig: GooglePlayRig, **settings: Any) -> Sequence[Check]:
    """Try a connection to the rig's app."""
    return await verify(rig.settings(**settings), rig.secrets(), rig.edge())


async def test_a_good_key_passes_every_check(rig: GooglePlayRig) -> None:
    """Whose it is, the app and the track are told line by line; only readings are sent, and no edit is opened."""
    checks = await tried(rig)
    assert [(check.what, check.ok) for check in checks] == [(title, True) for title in TITLES]
    assert checks[0].says == f"it belongs to {rig.simulator.captain.email}"
    assert checks[1].says == f"{PACKAGE}, production: no release"
    assert checks[2].says.startswith("internal: 42 (1.2.0); whether the account may release there")
    assert judge(rig.simulator.record) == 2
    assert {e.method for e in rig.asked("/androidpublisher/")} == {"GET"}
    assert rig.app.edits == {}


async def test_a_key_that_was_deleted_fails_first(rig: GooglePlayRig) -> None:
    """It is no delay, and nothing of the key is shown."""
    rig.simulator.captain.deleted = True
    (check,) = await tried(rig)
    assert (check.what, check.ok, check.later) == (TITLES[0], False, False)
    assert "PRIVATE" not in repr(check)


async def test_an_account_that_was_not_invited_is_told_what_to_do(rig: GooglePlayRig) -> None:
    """The key is good, the app is not to be seen: the account must be invited in Play Console."""
    rig.simulator.captain.invited.clear()
    checks = await tried(rig)
    assert [check.ok for check in checks] == [True, False]
    assert "invite the service account" in checks[1].says


async def test_another_package_name_fails(rig: GooglePlayRig) -> None:
    """A name that is mistyped is told with Google's words."""
    checks = await tried(rig, package_name="com.acme.pixle")
    assert (checks[-1].what, checks[-1].ok, checks[-1].later) == (TITLES[1], False, False)
    assert "com.acme.pixle" in checks[-1].says


async def test_a_track_that_is_not_there_fails(rig: GooglePlayRig) -> None:
    """The app is seen, its testing track is not."""
    checks = await tried(rig, track="qa")
    assert [check.ok for check in checks] == [True, True, False]
    assert "no track qa" in checks[-1].says


@pytest.mark.parametrize("path", ["/token", "/releases"])
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_trouble_on_the_way_says_nothing_of_the_key(rig: GooglePlayRig, path: str, status: int) -> None:
    """It is a delay, at the sign-in as behind it."""
    rig.simulator.fault(path=path, status=status, times=9)
    last = (await tried(rig))[-1]
    assert (last.ok, last.later) == (False, True)


async def test_an_address_that_is_not_allowed_fails(rig: GooglePlayRig) -> None:
    """The guard's refusal is a check like any other."""
    checks = await tried(rig, base_url="https://10.0.0.1")
    assert [check.ok for check in checks] == [True, False]
