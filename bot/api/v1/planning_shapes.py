"""The shapes of what is planned ahead: freezes, captains, the calendar; and of where a change is."""

from datetime import date, datetime

from bot.api.v1.shapes import Shape
from orchestration.domain.agenda import EntryKind
from orchestration.domain.whereabouts import Place


class ExceptionShape(Shape):
    """An exception for one release; it lasts from the grant on, or from the begin of the freeze."""

    release: str
    reason: str
    asked_by: str
    asked_at: datetime
    granted_by: str | None
    until: datetime | None


class FreezeShape(Shape):
    """A window in which nothing of its scope is released; no configuration: all of it."""

    id: str
    reason: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    by: str
    configuration: str | None
    removed_at: datetime | None
    exceptions: tuple[ExceptionShape, ...]


class RotationShape(Shape):
    """Whose turn it is, first to last."""

    scope: str
    name: str
    people: tuple[str, ...]
    group: str | None


class AbsenceShape(Shape):
    """Somebody is away, the last day included."""

    person: str
    from_on: date
    until_on: date


class CaptainShape(Shape):
    """Who leads a running release."""

    release: str
    captain: str


class CaptainsShape(Shape):
    """Everything about captains."""

    running: tuple[CaptainShape, ...]
    rotations: tuple[RotationShape, ...]
    absences: tuple[AbsenceShape, ...]


class EntryShape(Shape):
    """One line of the calendar."""

    at: datetime
    kind: EntryKind
    what: str
    about: str
    who: str | None
    until: datetime | None
    frozen: str | None


class CalendarShape(Shape):
    """What is ahead, in the order of time."""

    items: tuple[EntryShape, ...]


class HeldShape(Shape):
    """A release that has a change; `tag` is its first candidate with it."""

    release: str
    title: str
    tag: str | None
    picked: bool
    builds: tuple[str, ...]


class DepartureShape(Shape):
    """The next release that will be made of a branch."""

    what: str
    cut_at: datetime
    target_at: datetime | None
    release_id: str | None


class LocatedShape(Shape):
    """One change and where it is."""

    name: str
    title: str
    author: str
    url: str
    apps: tuple[str, ...]
    place: Place
    held: tuple[HeldShape, ...]
    next: DepartureShape | None
    note: str | None


class WhereShape(Shape):
    """All that fits; `troubles` say which repository could not be asked."""

    ambiguous: bool
    located: tuple[LocatedShape, ...]
    troubles: tuple[str, ...]
