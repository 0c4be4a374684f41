"""What the channel of a release should be, derived from the release, and when it is to be looked at."""

from datetime import datetime, timedelta

from orchestration.domain.phase import PHASE_TITLES, phase
from orchestration.domain.release import Release
from orchestration.domain.rooms import RoomState
from orchestration.domain.stages import Stage

_SOON, _AFTER_THE_END = timedelta(seconds=1), timedelta(hours=1)
_LONGEST_TOPIC = 250
_KEPT = frozenset({RoomState.WANTED, RoomState.OPEN})


def topic_of(release: Release) -> str:
    """What stands over the channel: where the release stands and who leads it."""
    stands = PHASE_TITLES[phase(release)]
    return f"{release.title} · {stands} · Captain <@{release.captain}> · {release.id}"[:_LONGEST_TOPIC]


def invited_to(release: Release) -> tuple[str, ...]:
    """Captain, approvers by name, and whom the configuration names; people and user groups."""
    snapshot = release.snapshot
    approvers = [person for wanted in snapshot.gate.sign_offs for person in wanted.people]
    return tuple(dict.fromkeys((release.captain, *approvers, *snapshot.channel_invites)))


def wants_look(before: Release, after: Release) -> bool:
    """Whether a change of the release asks for a change of its channel."""
    if after.room is None or after.room.state not in _KEPT:
        return False
    return (
        before.room is None or topic_of(before) != topic_of(after) or invited_to(before) != invited_to(after)
    )


def closes_at(release: Release) -> datetime | None:
    """When the channel is archived, some time after the last word; None where that is not to come."""
    if not release.snapshot.archive_channel:
        return None
    given_up = release.archived.at if release.archived is not None else None
    over = given_up or release.stage(Stage.DISTRIBUTION).completed_at
    return over + _AFTER_THE_END if over is not None and release.ended else None


def next_look(release: Release, *, now: datetime) -> datetime | None:
    """When the channel is to be looked at again; None while nothing is to be done."""
    room = release.room
    if room is None or room.state is not RoomState.OPEN:
        return None
    missing = any(each not in room.invited for each in invited_to(release))
    if missing or topic_of(release) != room.topic:
        return now
    if not room.pinned:  # its card is on its way; seldom asked for where it does not come
        return now + min(max(_SOON, (now - (room.opened_at or now)) / 2), _AFTER_THE_END)
    return closes_at(release)
