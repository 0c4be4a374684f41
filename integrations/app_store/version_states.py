"""A version of App Store Connect in our words. Pure.

Source: https://developer.apple.com/documentation/appstoreconnectapi/appversionstate
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from integrations.app_store.version_answers import PhasedRow, Version
from orchestration.ports.app_store import GoLive, StoreOrder, StoreState, StoreStatus
from orchestration.ports.errors import AlreadyDifferent, TryLater

DAYS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""What share of the users with automatic updates has a phased release, by its day."""
EVERYBODY: Final = 100.0
BUDGET: Final = timedelta(days=30)
UNKNOWN_AFTER: Final = timedelta(minutes=15)

RELEASED: Final = "READY_FOR_DISTRIBUTION"
REPLACED: Final = "REPLACED_WITH_NEW_VERSION"
BY_STATE: Final[Mapping[str, StoreState]] = {
    "PREPARE_FOR_SUBMISSION": StoreState.PENDING,
    "READY_FOR_REVIEW": StoreState.PENDING,
    "WAITING_FOR_EXPORT_COMPLIANCE": StoreState.SUBMITTED,
    "WAITING_FOR_REVIEW": StoreState.SUBMITTED,
    "IN_REVIEW": StoreState.IN_REVIEW,
    "ACCEPTED": StoreState.APPROVED,
    "PENDING_DEVELOPER_RELEASE": StoreState.APPROVED,
    "PENDING_APPLE_RELEASE": StoreState.APPROVED,
    "PROCESSING_FOR_DISTRIBUTION": StoreState.APPROVED,
    "REJECTED": StoreState.REJECTED,
    "METADATA_REJECTED": StoreState.REJECTED,
    "INVALID_BINARY": StoreState.REJECTED,
    "DEVELOPER_REJECTED": StoreState.CANCELLED,
}
BY_PHASE: Final[Mapping[str, StoreState]] = {
    "INACTIVE": StoreState.LIVE,
    "ACTIVE": StoreState.LIVE,
    "PAUSED": StoreState.PAUSED,
    "COMPLETE": StoreState.COMPLETE,
}
EDITABLE: Final = frozenset({StoreState.PENDING, StoreState.REJECTED, StoreState.CANCELLED})
OUT: Final = frozenset({StoreState.LIVE, StoreState.PAUSED, StoreState.COMPLETE})

DETAILS: Final[Mapping[str, str]] = {
    "READY_FOR_REVIEW": "it lies in a submission that was not sent",
    "WAITING_FOR_EXPORT_COMPLIANCE": "Apple waits for its export compliance",
    "ACCEPTED": "it passed; Apple still looks at what was submitted with it",
    "PENDING_APPLE_RELEASE": "it goes out at its time",
    "PROCESSING_FOR_DISTRIBUTION": "Apple is bringing it into the store, which may take a day",
    "REJECTED": "App Review rejected it; why, Apple tells in App Store Connect only, under App Review",
    "METADATA_REJECTED": (
        "App Review rejected its texts or pictures, not the build; why, Apple tells in App Store Connect only"
    ),
    "INVALID_BINARY": "Apple found the build invalid; its e-mail to the team says why: take another build",
    "DEVELOPER_REJECTED": "it was taken back",
    REPLACED: "a newer version has taken its place",
}
TODO: Final[Mapping[str, str]] = {
    "WAITING_FOR_EXPORT_COMPLIANCE": "answer the questions on export compliance in App Store Connect",
    "REJECTED": "read Apple's reason in App Store Connect, and answer there or send another build",
    "METADATA_REJECTED": "read Apple's reason in App Store Connect, and put it right there",
}
AT_ONCE: Final = "AFTER_APPROVAL"
BY_GO_LIVE: Final[Mapping[GoLive, str]] = {
    GoLive.AUTOMATIC: AT_ONCE,
    GoLive.MANUAL: "MANUAL",
    GoLive.SCHEDULED: "SCHEDULED",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Way:
    """How far a phased release is."""

    percent: float
    day: int | None = None
    pause_left: timedelta | None = None


def state_of(version: Version) -> StoreState:
    """The state. A word that is new to us is no state: TryLater, and nothing is concluded from it."""
    phased = version.phased
    if version.state not in (RELEASED, REPLACED):
        found = BY_STATE.get(version.state)
    elif phased is None:
        found = StoreState.COMPLETE
    else:
        found = BY_PHASE.get(phased.attributes.state or "")
        if version.state == REPLACED and found is StoreState.LIVE:
            found = StoreState.PAUSED  # nobody is given it any more, and not everybody was
    if found is None:
        phase = "" if phased is None else f", {phased.attributes.state}"
        raise TryLater(
            f"App Store Connect says that {version.text} is {version.state}{phase}, which Stationmaster"
            " does not know: look there",
            after=UNKNOWN_AFTER,
        )
    return found


def status_of(version: Version, *, page: str) -> StoreStatus:
    """A version for the engine; `page` is its address for people."""
    state = state_of(version)
    phased = version.phased
    way = _way(phased, state) if state in OUT else _Way(percent=0.0)
    return StoreStatus(
        version=version.text,
        number=version.number,
        state=state,
        url=page,
        percent=way.percent,
        phased=phased is not None,
        day=way.day,
        pause_left=way.pause_left,
        live_since=None if phased is None else phased.attributes.started,
        detail=DETAILS.get(version.state),
        todo=TODO.get(version.state),
        replaced=version.state == REPLACED,
    )


def _way(phased: PhasedRow | None, state: StoreState) -> _Way:
    if phased is None or state is StoreState.COMPLETE:
        return _Way(percent=EVERYBODY)
    day = phased.attributes.day
    left = max(BUDGET - timedelta(days=phased.attributes.paused_days or 0), timedelta(0))
    if not day:
        return _Way(percent=0.0, pause_left=left)
    return _Way(percent=DAYS[min(day, len(DAYS)) - 1], day=day, pause_left=left)


def check_same(order: StoreOrder, version: Version) -> None:
    """AlreadyDifferent where the version that is under way has another build, or goes out in another manner."""
    what = f"Version {version.text} with another"
    if version.build != order.build.id:
        raise AlreadyDifferent(f"{what} build", expected=order.build.number, found=version.number or "none")
    asked, found = manner_asked(order), manner_found(version)
    if asked != found:
        raise AlreadyDifferent(f"{what} manner of release", expected=asked, found=found)


def manner_asked(order: StoreOrder) -> str:
    """How an order lets a version out, in Apple's words."""
    return _manner(BY_GO_LIVE[order.go_live], order.go_live_at, phased=order.phased)


def manner_found(version: Version) -> str:
    """How a version goes out."""
    asked = version.row.attributes
    scheduled = BY_GO_LIVE[GoLive.SCHEDULED]
    at = asked.earliest if asked.release_type == scheduled else None
    return _manner(asked.release_type or AT_ONCE, at, phased=version.phased is not None)


def _manner(kind: str, at: datetime | None, *, phased: bool) -> str:
    when = "" if at is None else f" at {at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return f"{kind}{when}{', phased' if phased else ''}"
