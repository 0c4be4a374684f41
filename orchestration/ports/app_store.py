"""The contract of an app store: is the build there, can testers have it, and how does it get to everybody?

A release in a store has the natural key app + version. Its build is named beside the version, because Google Play
knows releases by version codes only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from orchestration.domain.store_states import GoLive, Rollout, StoreState

__all__ = (
    "AppStore",
    "GoLive",
    "Rollout",
    "StoreBuild",
    "StoreBuildState",
    "StoreOrder",
    "StoreState",
    "StoreStatus",
)


class StoreBuildState(StrEnum):
    """What the store makes of an uploaded build. REJECTED: it will never be usable, another must be uploaded."""

    PROCESSING = "PROCESSING"
    READY = "READY"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreBuild:
    """A build that the store knows.

    `id` is the store's own, `number` its build number or version code, as text. `url` is the page for our people,
    `testers_url` where testers get it, None where the store gives no such address. `detail` a few words for people.
    """

    id: str
    version: str
    number: str
    state: StoreBuildState
    url: str
    testers_url: str | None = None
    uploaded_at: datetime | None = None
    detail: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreOrder:
    """What a store is to review and to let out.

    `notes` says what is new, by the store's language tags ("en-US"); `fallback` stands in for the languages of the
    app's page that `notes` lacks. An empty `fallback` means that none may be missing where the store wants them all.
    `go_live_at` belongs to SCHEDULED. `phased` is for PHASED stores; `percent` (the first step, more than 0, 100 for
    everybody), `update_priority` (0 to 5, how urgently the app itself asks its users to update) and the last two for
    STAGED ones: `send_for_review` (else a person sends what was submitted, in the store's console) and `pull_back`
    (other changes of the app that are in review are pulled back and sent again with this; else they stand in the way).
    A store refuses what it does not have, rather than leave it out silently.
    """

    build: StoreBuild
    notes: Mapping[str, str] = field(default_factory=dict)
    fallback: str = ""
    go_live: GoLive = GoLive.AUTOMATIC
    go_live_at: datetime | None = None
    phased: bool = False
    percent: float = 100.0
    update_priority: int = 0
    send_for_review: bool = True
    pull_back: bool = False

    def __post_init__(self) -> None:
        if (self.go_live is GoLive.SCHEDULED) != (self.go_live_at is not None):
            raise ValueError("a time belongs to SCHEDULED, and to nothing else")
        if not 0 < self.percent <= 100:  # noqa: PLR2004 - percent
            raise ValueError("the first step is more than 0 and at most 100 percent")
        if not 0 <= self.update_priority <= 5:  # noqa: PLR2004 - Google Play's greatest
            raise ValueError("an update priority is from 0 to 5")


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreStatus:
    """What a store says of a version at this moment.

    `number` is its build's, None where none is chosen. `percent` of the users are given it by the store itself: 0
    before it is live, and still that of the last step while it is paused or halted. `day` is the day of a phased
    release, `pause_left` how long one may still be paused in all. `detail` are the store's words or few of our own.
    `todo` is what only a person can do now, in the store's own console, None where nothing waits for one.
    `live_since` is when users first had it, None where the store does not tell. `replaced`: a newer version has taken
    its place, and nothing more happens to it, whatever its state was.
    """

    version: str
    number: str | None
    state: StoreState
    url: str
    percent: float = 0.0
    phased: bool = False
    day: int | None = None
    pause_left: timedelta | None = None
    live_since: datetime | None = None
    detail: str | None = None
    todo: str | None = None
    replaced: bool = False


class AppStore(Protocol):
    """One app in one store. Raises the errors of `orchestration.ports.errors` and nothing else."""

    @property
    def processing_lag(self) -> timedelta:
        """How long an uploaded build may stay unknown to `find_build`."""

    async def find_build(
        self, *, version: str, number: str | None, not_before: datetime | None
    ) -> StoreBuild | None:
        """The build of this version and number, None while the store does not show it. Reads only.

        Without a number: the newest build of the version that was uploaded at or after `not_before`. A store that
        tells no upload time gives the greatest number of the version.
        """

    async def share_with_testers(self, build: StoreBuild, *, group: str) -> StoreBuild:
        """Give a READY build to a group of testers (App Store: a beta group; Google Play: a testing track).

        Idempotent by build and group: a build that the group has already is left as it is, and nobody is told
        twice. Refused where the group does not exist or the build is not READY.
        """

    @property
    def rollout(self) -> Rollout:
        """How this store lets a version out in steps."""

    @property
    def longest_note(self) -> int:
        """How many characters the text on what is new may have, per language."""

    async def status(self, *, version: str, number: str) -> StoreStatus | None:
        """How far a version is. Reads only. None where the store has no such release, or dropped it for a newer one.

        Where the store tells releases apart by version, another build may stand in the answer than was asked for.
        """

    async def submit(self, order: StoreOrder) -> StoreStatus:
        """Prepare the version and send it for review.

        Natural key: app + version. One that is under way, approved or live with the same build, texts and manner
        is left as it is, and its status returned; AlreadyDifferent where one of these differs. One that is PENDING,
        REJECTED or CANCELLED is brought to what the order says, its build swapped, and sent (again); without
        `send_for_review` it stays PENDING, with what a person does in `todo`.
        Refused where the build is not READY or not there, where a text is too long or missing, where another version
        is in the way, where the store does not have what is asked for, and where it wants it sent the other way.
        """

    async def withdraw(self, *, version: str, number: str) -> StoreStatus:
        """Take a version back that is SUBMITTED or IN_REVIEW; CANCELLED in the end.

        What is PENDING or CANCELLED is left as it is. Refused in every other state, and where the store lets only
        people do it, with where they do. A store may take a while: until then the answer is the state before.
        """

    async def release(self, *, version: str, number: str) -> StoreStatus:
        """Let an APPROVED version out. What is out already is left as it is; else Refused."""

    async def set_rollout(self, *, version: str, number: str, percent: float) -> StoreStatus:
        """Offer an IN_PROGRESS version to so many percent, more than 0 and less than 100.

        The percentage that it has is left as it is; Refused for a lesser one, in other states, and where the store
        has days of its own. All is for `complete`, because there is no way back.
        """

    async def pause(self, *, version: str, number: str) -> StoreStatus:
        """Give the version to no further users by itself, by what the store has for it: a STAGED one is halted.

        Idempotent. Refused where there is nothing to stop: nobody has it yet, or everybody is offered it.
        """

    async def halt(self, *, version: str, number: str) -> StoreStatus:
        """Stop as hard as the store can: a PHASED release can only be paused. Else as `pause`."""

    async def resume(self, *, version: str, number: str) -> StoreStatus:
        """Go on where it was stopped, with the same percentage. Idempotent; Refused where nothing is stopped."""

    async def complete(self, *, version: str, number: str) -> StoreStatus:
        """Offer a LIVE or IN_PROGRESS version to everybody, which can't be undone.

        Idempotent. Refused where it is stopped (resume it first) and before it is live.
        """
