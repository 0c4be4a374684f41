"""Lists that are read in pages: which releases, and what happened to one."""

from dataclasses import dataclass

from orchestration.domain.events import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseFilter:
    """Which releases are meant; None: whatever it is. `captain` leaves those of others out."""

    ended: bool | None = None
    configuration: str | None = None
    version: str | None = None
    captain: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An event with its number in the tenant's chain."""

    seq: int
    event: Event
