"""Channels that close to us and open again, as a release knows them."""

from datetime import timedelta

from orchestration.domain.change import Change
from orchestration.domain.closed_channels import ClosedChannel
from orchestration.domain.closing import close_channel, closed_channel, open_channel
from orchestration.domain.events import EventKind
from orchestration.domain.explain import explain
from orchestration.domain.release import Release
from tests.support.release_parts import NOW
from tests.support.releases import Journey

HERE, THERE = "C0HERE", "C0THERE"
SOON = NOW + timedelta(minutes=5)


def _closed(release: Release, channel: str, reason: str, *, posting: bool = True) -> Change:
    change = Change(release, now=NOW)
    close_channel(change, channel, reason, posting=posting)
    return change


def test_it_is_told_once_and_kept_true() -> None:
    """A second refusal is no news: the time of the first stays, the reason is the newest."""
    first = _closed(Journey().release, HERE, "Archived")
    assert [event.kind for event in first.events] == [EventKind.CHANNEL_CLOSED]
    again = Change(first.release, now=SOON)
    close_channel(again, HERE, "Gone", posting=False)
    assert not again.events
    assert closed_channel(again.release, HERE) == ClosedChannel(
        channel=HERE, reason="Gone", since=NOW, posting=True
    )


def test_each_channel_opens_by_itself() -> None:
    """What opens one says nothing of another; the event tells since when nothing could be posted."""
    both = _closed(_closed(Journey().release, HERE, "Archived").release, THERE, "Archived").release
    change = Change(both, now=SOON)
    open_channel(change, HERE)
    assert [each.channel for each in change.release.closed_channels] == [THERE]
    assert [(e.kind, e.data["since"]) for e in change.events] == [(EventKind.CHANNEL_OPENED, NOW.isoformat())]


def test_one_that_is_open_is_no_news() -> None:
    """Nothing changes and nothing is told."""
    change = Change(Journey().release, now=NOW)
    open_channel(change, HERE)
    assert (change.events, change.release) == ([], change.before)


def test_it_stands_in_the_way_with_its_reason_and_owner() -> None:
    """The captain is to see to it; where the release lives, the rest comes by itself."""
    release = Journey().release
    closed = _closed(release, release.home, "Archived").release
    (found,) = [o for o in explain(closed, now=SOON).obstacles if o.matter == f"channel:{release.home}"]
    assert (found.owner, found.since) == (release.captain, NOW)
    assert found.what == f"Nothing can be posted in <#{release.home}>: Archived"
    assert "by itself" in found.remedy
    (other,) = explain(_closed(release, THERE, "Archived").release, now=SOON).obstacles
    assert "/release edit" in other.remedy
