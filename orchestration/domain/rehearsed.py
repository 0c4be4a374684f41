"""What a rehearsal showed: the release as it ended, what happened when, and what people had to do."""

from dataclasses import dataclass
from datetime import datetime

from orchestration.domain.events import Event
from orchestration.domain.release import Release


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """What a person would have to do, and when. `who` is a user id or an area."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsed:
    """A whole release on simulated providers. `events` are oldest first.

    `stopped` says why it did not come to its end; None where it did.
    """

    release: Release
    events: tuple[Event, ...]
    deeds: tuple[Deed, ...]
    stopped: str | None = None
