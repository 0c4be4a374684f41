"""A channel of a release's own: what it should be, derived from the release; and what has become of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orchestration.domain.pairs import Pair
from orchestration.domain.snapshot import ReleaseChannel, Snapshot
from orchestration.domain.version import Version, version_string

_LONGEST_NAME = 80
_ODD = re.compile(r"[^a-z0-9_]+")


class RoomState(StrEnum):
    """WANTED: it is being made, and what is to be said waits for it. REFUSED: the release lives in a thread."""

    WANTED = "WANTED"
    OPEN = "OPEN"
    REFUSED = "REFUSED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """The channel of a release. `topic`, `invited` and `pinned` are what was brought about, or refused, last.

    `trouble` is why something of it could not be, empty where everything is as it should be.
    """

    name: str
    state: RoomState = RoomState.WANTED
    channel: str | None = None
    opened_at: datetime | None = None
    topic: str = ""
    invited: tuple[str, ...] = ()
    pinned: bool = False
    trouble: str = ""

    @property
    def stands(self) -> bool:
        """Whether there is a channel, open or archived."""
        return self.channel is not None and self.state in {RoomState.OPEN, RoomState.CLOSED}


def room_name(pattern: str, parts: Mapping[str, str]) -> str:
    """The pattern with its parts, as a chat takes it: small letters, digits, `-` and `_`, 80 at most."""
    named = pattern
    for part, value in parts.items():
        named = named.replace(f"{{{part}}}", value)
    return _ODD.sub("-", named.lower()).strip("-")[:_LONGEST_NAME].rstrip("-")


def wanted_room(snapshot: Snapshot, versions: Mapping[Pair, Version]) -> Room | None:
    """The channel that a new release is to have; None where it lives in a thread."""
    if snapshot.release_channel is not ReleaseChannel.OWN:
        return None
    return Room(
        name=room_name(snapshot.channel_pattern, {"app": snapshot.app, "version": version_string(versions)})
    )
