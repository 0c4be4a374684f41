"""What is ahead: dates of trains, releases with their kick-off, slots and target, and freezes, in the order of time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from orchestration.domain.freezes import Freeze
from orchestration.domain.release import Release
from orchestration.domain.stages import Stage, StageState


class EntryKind(StrEnum):
    """What happens."""

    TRAIN = "TRAIN"
    SKIPPED = "SKIPPED"
    KICK_OFF = "KICK_OFF"
    SLOT = "SLOT"
    TARGET = "TARGET"
    FREEZE = "FREEZE"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the calendar. `until` where it lasts; `who` leads it; `frozen` is the freeze that it falls into."""

    at: datetime
    kind: EntryKind
    what: str
    about: str = ""
    who: str | None = None
    until: datetime | None = None
    frozen: str | None = None


def release_entries(release: Release, *, now: datetime) -> Iterator[Entry]:
    """What is ahead of a release."""
    what, about = release.title, release.id
    if release.in_state(Stage.KICKOFF, StageState.PENDING):
        at = max(release.kick_off_at, now)
        yield Entry(at=at, kind=EntryKind.KICK_OFF, what=what, about=about, who=release.captain)
    for slot in release.planned_slots:
        yield Entry(at=slot.at, kind=EntryKind.SLOT, what=what, about=about)
    if not release.in_state(Stage.PRE_RELEASE, StageState.COMPLETED):
        yield Entry(at=release.target_at, kind=EntryKind.TARGET, what=what, about=about)


def freeze_entry(freeze: Freeze, scope: str) -> Entry:
    """A freeze that is on or ahead."""
    return Entry(
        at=freeze.starts_at,
        kind=EntryKind.FREEZE,
        what=f"{freeze.reason} ({scope})",
        about=freeze.id,
        until=freeze.over_at,
    )


def in_order(
    entries: Iterable[Entry],
    freezes: Sequence[tuple[Freeze, frozenset[str]]],
    *,
    now: datetime,
    until: datetime,
) -> tuple[Entry, ...]:
    """The entries between two instants by time, what lasts included; each with the freeze that it falls into.

    `freezes` are told with the names of what they cover: ids of releases and names of trains.
    """
    inside = [e for e in entries if (e.until or e.at) >= now and e.at <= until]
    marked = [_marked(entry, freezes) for entry in inside]
    return tuple(sorted(marked, key=lambda e: (e.at, e.kind, e.what)))


def _marked(entry: Entry, freezes: Sequence[tuple[Freeze, frozenset[str]]]) -> Entry:
    if entry.kind in {EntryKind.FREEZE, EntryKind.SKIPPED, EntryKind.TARGET}:
        return entry
    for freeze, covered in freezes:
        if freeze.on(entry.at) and entry.about in covered:
            return replace(entry, frozen=freeze.id)
    return entry
