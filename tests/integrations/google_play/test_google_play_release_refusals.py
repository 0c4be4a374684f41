"""What Google Play, or the adapter before it, does not let be released."""

from collections.abc import AsyncIterator

import pytest

from orchestration.ports.errors import NeedsCredentials, Refused
from sandbox.google_play import PACKAGE
from sandbox.google_play.accounts import PERMISSIONS
from tests.integrations.google_play.google_play_release_rig import (
    VERSION,
    GooglePlayReleaseRig,
    release_rig,
)


@pytest.fixture
async def rig() -> AsyncIterator[GooglePlayReleaseRig]:
    """An app that has been out since 1.1.0."""
    async with release_rig() as made:
        yield made


async def test_an_account_without_the_permission_is_told_so(rig: GooglePlayReleaseRig) -> None:
    """Testing tracks are another permission than production."""
    order = rig.order(await rig.built())
    rig.base.simulator.captain.invited = {PACKAGE: PERMISSIONS}
    with pytest.raises(NeedsCredentials, match="to production"):
        await rig.store.submit(order)


async def test_an_app_that_was_never_published_starts_by_hand(rig: GooglePlayReleaseRig) -> None:
    """Google takes drafts only, until a person has rolled the first release out."""
    rig.app.draft = True
    with pytest.raises(Refused, match="by hand"):
        await rig.submitted()


@pytest.mark.parametrize("number", ["", "0", "forty", "99999999999"])
async def test_what_is_no_version_code_is_refused(rig: GooglePlayReleaseRig, number: str) -> None:
    """Without asking anybody."""
    with pytest.raises(Refused, match="version code"):
        await rig.store.halt(version=VERSION, number=number)
    assert not rig.base.simulator.record
