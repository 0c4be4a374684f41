"""Google's 400 and 403 hold refusals of many kinds: each says what a person can do, or that it is a delay."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from sandbox.google_play import PACKAGE
from tests.integrations.google_play.google_play_rig import GooglePlayRig, build, judged_rig


@pytest.fixture
async def rig() -> AsyncIterator[GooglePlayRig]:
    """An app with a build in its library. At the end, all that was said is judged."""
    async with judged_rig() as made:
        made.app.upload(42, "1.2.0")
        yield made


async def test_an_app_that_was_never_published_is_told(rig: GooglePlayRig) -> None:
    """Its first release is rolled out by hand."""
    rig.app.draft = True
    with pytest.raises(Refused, match="by hand"):
        await rig.store.share_with_testers(build(), group="internal")


async def test_a_rule_that_comes_with_403_is_no_want_of_permission(rig: GooglePlayRig) -> None:
    """Google says so of releases that nobody could upgrade to; connecting again would not help."""
    message = "You cannot rollout this release because it does not allow any existing users to upgrade."
    body = json.dumps({"error": {"code": 403, "message": message, "status": "PERMISSION_DENIED"}})
    rig.simulator.fault(path=":commit", status=403, body=body)
    with pytest.raises(Refused, match="cannot rollout"):
        await rig.store.share_with_testers(build(), group="internal")


async def test_an_account_that_was_not_invited_says_what_to_do(rig: GooglePlayRig) -> None:
    """403 until the service account is invited in Play Console, for viewing as for releasing."""
    rig.simulator.captain.invited[PACKAGE] = frozenset({"view"})
    with pytest.raises(NeedsCredentials) as caught:
        await rig.store.share_with_testers(build(), group="internal")
    assert "invite the service account" in caught.value.reason
    assert caught.value.link == "https://play.google.com/console/users-and-permissions"
    rig.simulator.captain.invited.clear()
    with pytest.raises(NeedsCredentials, match="invite the service account"):
        await rig.store.find_build(version="1.2.0", number=None, not_before=None)


async def test_the_quota_is_waited_for(rig: GooglePlayRig) -> None:
    """3,000 queries a minute: the next minute has new ones. Nothing was done, whatever was asked."""
    rig.simulator.per_minute = 3
    with pytest.raises(TryLater) as caught:
        await rig.store.share_with_testers(build(), group="internal")
    assert (caught.value.after, caught.value.maybe_done) == (timedelta(minutes=1), False)
    rig.clock.now += 60
    rig.simulator.per_minute = 3000
    await rig.store.share_with_testers(build(), group="internal")
    assert rig.tellings() == 1


@pytest.mark.parametrize(
    "reason", ["quotaExceeded", "rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded"]
)
async def test_a_quota_may_be_told_with_403(rig: GooglePlayRig, reason: str) -> None:
    """As it was before; it is a delay and no want of permission."""
    body = json.dumps({"error": {"code": 403, "message": "Quota exceeded", "errors": [{"reason": reason}]}})
    rig.simulator.fault(status=403, body=body, path="/releases")
    with pytest.raises(TryLater) as caught:
        await rig.store.find_build(version="1.2.0", number=None, not_before=None)
    assert caught.value.after == timedelta(minutes=1)


async def test_an_api_that_is_off_says_where_to_turn_it_on(rig: GooglePlayRig) -> None:
    """It is a 403 too, but inviting somebody would not help."""
    rig.simulator.api_enabled = False
    with pytest.raises(NeedsCredentials, match="enable the Google Play Android Developer API"):
        await rig.store.find_build(version="1.2.0", number=None, not_before=None)
