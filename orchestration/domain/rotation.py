"""Captain rotation: a queue of people, from which the next release takes the first who is there.

Who has had a turn goes to the end. Who is passed over, because they are away, stays in front and is next.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from orchestration.domain.acts import require_alive
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.release import Release

TRAIN_SCOPE, CONFIGURATION_SCOPE = "train", "config"


def train_scope(train_id: str) -> str:
    """The scope of a train's rotation."""
    return f"{TRAIN_SCOPE}:{train_id}"


def configuration_scope(config_id: str) -> str:
    """The scope of a configuration's rotation; trains without their own use it too."""
    return f"{CONFIGURATION_SCOPE}:{config_id}"


def scopes_of(release: Release) -> tuple[str, ...]:
    """Where a release's rotation is looked for, the nearest first."""
    nearest = (train_scope(release.train),) if release.train is not None else ()
    return (*nearest, configuration_scope(release.snapshot.config_id))


@dataclass(frozen=True, kw_only=True, slots=True)
class Rotation:
    """Whose turn it is, first to last. `group` is the chat's user group that is kept by it.

    `trouble` is why the group could not be kept, so that it is told once.
    """

    tenant_id: str
    scope: str
    queue: tuple[str, ...]
    group: str | None = None
    trouble: str | None = None
    revision: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """Somebody is away on these days, the last one included."""

    tenant_id: str
    person: str
    from_on: date
    until_on: date

    def on(self, day: date) -> bool:
        """Whether they are away on a day."""
        return self.from_on <= day <= self.until_on


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What a rotation may be for: a train or a configuration, by what people call it."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaptainsView:
    """Everything about captains: of the releases that run, the rotations, and who is away."""

    running: tuple[Release, ...]
    rotations: tuple[tuple[Scope, Rotation], ...]
    absences: tuple[Absence, ...]


def away(person: str, absences: Iterable[Absence], day: date) -> bool:
    """Whether a person is away on a day."""
    return any(each.person == person and each.on(day) for each in absences)


def next_captain(rotation: Rotation, absences: Collection[Absence], day: date) -> str | None:
    """The first in the queue who is there on that day; None where nobody is."""
    return next((who for who in rotation.queue if not away(who, absences, day)), None)


def took_turn(rotation: Rotation, person: str) -> Rotation:
    """The queue after somebody's turn; who is not in it changes nothing."""
    if person not in rotation.queue:
        return rotation
    others = tuple(who for who in rotation.queue if who != person)
    return replace(rotation, queue=(*others, person))


def swapped(rotation: Rotation, one: str, other: str) -> Rotation:
    """Two people change places."""
    missing = [who for who in (one, other) if who not in rotation.queue]
    if missing:
        raise NotNow(f"{' and '.join(f'<@{who}>' for who in missing)} is not in this rotation.")
    if one == other:
        raise NotNow("Name two different people to swap.")
    places = {one: other, other: one}
    return replace(rotation, queue=tuple(places.get(who, who) for who in rotation.queue))


def group_members(
    rotation: Rotation, captains: Sequence[str], absences: Collection[Absence], day: date
) -> tuple[str, ...]:
    """Who belongs into the rotation's user group: the `captains` of what runs, else who is next."""
    following = next_captain(rotation, absences, day)
    return tuple(dict.fromkeys(captains)) or ((following,) if following is not None else ())


def hand_over(change: Change, person: str) -> None:
    """Make somebody else the captain of a release."""
    require_alive(change)
    old = change.release.captain
    if person == old:
        raise NotNow(f"<@{person}> is the captain of {change.release.title} already.", settled=True)
    change.release = replace(change.release, captain=person)
    change.tell(EventKind.CAPTAIN_CHANGED, old=old, new=person)
