"""A channel of a release closes to us, and opens again: told once each time."""

from dataclasses import replace

from orchestration.domain.change import Change
from orchestration.domain.closed_channels import ClosedChannel
from orchestration.domain.events import EventKind
from orchestration.domain.release import Release


def closed_channel(release: Release, channel: str) -> ClosedChannel | None:
    """What is known of a channel that is closed; None where nothing is against it."""
    return next((each for each in release.closed_channels if each.channel == channel), None)


def close_channel(change: Change, channel: str, reason: str, *, posting: bool) -> None:
    """Nothing can be posted there. The first time is told; after that only what it is is kept true."""
    known = closed_channel(change.release, channel)
    found = ClosedChannel(
        channel=channel,
        reason=reason,
        since=known.since if known is not None else change.now,
        posting=posting or (known is not None and known.posting),
    )
    others = tuple(each for each in change.release.closed_channels if each.channel != channel)
    change.release = replace(change.release, closed_channels=(*others, found))
    if known is None:
        change.tell(EventKind.CHANNEL_CLOSED, channel=channel, reason=reason)


def open_channel(change: Change, channel: str) -> None:
    """It takes messages again; nothing where it always did."""
    known = closed_channel(change.release, channel)
    if known is None:
        return
    others = tuple(each for each in change.release.closed_channels if each.channel != channel)
    change.release = replace(change.release, closed_channels=others)
    change.tell(EventKind.CHANNEL_OPENED, channel=channel, since=known.since.isoformat())
