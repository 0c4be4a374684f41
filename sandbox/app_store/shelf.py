"""What an account has in the App Store: versions with their texts and phased release, and submissions for review.

Time makes things happen here too: reviews begin and end, what was cancelled comes back, a version goes out at its
time, a phased release has days, and a pause ends after thirty of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.app_store.world import App, Build, World

DAY = 86_400.0
DAYS = (1, 2, 5, 10, 20, 50, 100)
LONGEST_PAUSE = 30 * DAY
EDITABLE = frozenset(
    {
        "PREPARE_FOR_SUBMISSION",
        "READY_FOR_REVIEW",
        "REJECTED",
        "METADATA_REJECTED",
        "INVALID_BINARY",
        "DEVELOPER_REJECTED",
    }
)
OUT = frozenset({"READY_FOR_DISTRIBUTION", "REPLACED_WITH_NEW_VERSION", "PROCESSING_FOR_DISTRIBUTION"})
UNFINISHED = frozenset(
    {"READY_FOR_REVIEW", "WAITING_FOR_REVIEW", "IN_REVIEW", "UNRESOLVED_ISSUES", "CANCELING"}
)


@dataclass(kw_only=True)
class Phased:
    """A phased release. `paused` are the seconds of pauses that are over."""

    id: str
    state: str = "INACTIVE"
    started: float | None = None
    paused_at: float | None = None
    paused: float = 0.0

    def pauses(self, now: float) -> float:
        """The seconds of all pauses by now."""
        return self.paused + (now - self.paused_at if self.paused_at is not None else 0.0)

    def day(self, now: float) -> int | None:
        """The day that it is at, None before it began."""
        if self.started is None:
            return None
        return 1 + int((now - self.started - self.pauses(now)) // DAY)

    def pause(self, now: float) -> None:
        """From now on."""
        self.state, self.paused_at = "PAUSED", now

    def go_on(self, now: float) -> None:
        """The pause is over, and its length kept."""
        self.paused = self.pauses(now)
        self.state, self.paused_at = "ACTIVE", None


@dataclass(kw_only=True)
class Words:
    """What a version's page says is new, in one language."""

    id: str
    locale: str
    whats_new: str | None = None


@dataclass(kw_only=True)
class StoreVersion:
    """A version for the App Store."""

    id: str
    app: App
    text: str
    made: float
    platform: str = "IOS"
    state: str = "PREPARE_FOR_SUBMISSION"
    release_type: str = "AFTER_APPROVAL"
    earliest: str | None = None
    build: Build | None = None
    phased: Phased | None = None
    words: list[Words] = field(default_factory=list)
    let_out: float | None = None


@dataclass(kw_only=True)
class Item:
    """Something in a submission; `version` is None for an event, a product page and the like."""

    id: str
    version: StoreVersion | None
    state: str = "READY_FOR_REVIEW"


@dataclass(kw_only=True)
class Review:
    """A submission for review."""

    id: str
    app: App
    platform: str
    state: str = "READY_FOR_REVIEW"
    items: list[Item] = field(default_factory=list)
    since: float = 0.0
    sent: int = 0

    def versions(self) -> list[StoreVersion]:
        """The versions in it."""
        return [item.version for item in self.items if item.version is not None]


@dataclass(kw_only=True)
class ReviewPace:
    """Seconds: until a review begins and until it ends (None: when somebody says so), until a submission is cancelled,
    until an approved version is in the store, and until what was made is listed."""

    waiting: float | None = None
    reviewing: float | None = None
    cancelling: float = 0.0
    distributing: float = 0.0
    lag: float = 0.0


class Shelf:
    """The versions of an account. `locales` are the languages of every page, `verdict` what reviews end with.

    `heeds_filters`: lists hold only what was asked for. For days it was not so (fastlane/fastlane#26626).
    """

    def __init__(self, world: World, *, clock: Callable[[], float]) -> None:
        self.world = world
        self.clock = clock
        self.pace = ReviewPace()
        self.verdict = "APPROVED"
        self.locales = ["en-US"]
        self.heeds_filters = True
        self.versions: list[StoreVersion] = []
        self.reviews: list[Review] = []

    def add(
        self, app: App, text: str, *, state: str = "PREPARE_FOR_SUBMISSION", **fields: object
    ) -> StoreVersion:
        """A version, as a person makes it in App Store Connect; see `StoreVersion` for the fields."""
        made = StoreVersion(
            id=self.world.new_id(),
            app=app,
            text=text,
            state=state,
            made=self.clock(),
            words=[Words(id=self.world.new_id(), locale=locale) for locale in self.locales],
            **fields,  # type: ignore[arg-type] # passed on
        )
        self.versions.append(made)
        return made

    def version(self, text: str) -> StoreVersion:
        """The version of this text, as it is by now. KeyError where there is none."""
        self.settle()
        for version in self.versions:
            if version.text == text:
                return version
        raise KeyError(text)

    def was_out(self, app: App) -> bool:
        """Whether any version of the app was ever in the store."""
        return any(version.app is app and version.state in OUT for version in self.versions)

    def review_of(self, version: StoreVersion) -> Review | None:
        """The unfinished submission that a version is in."""
        rows = (review for review in self.reviews if review.state in UNFINISHED)
        return next((review for review in rows if version in review.versions()), None)

    def begin(self, version: StoreVersion) -> None:
        """Apple's people begin to look."""
        review = self._under_way(version)
        review.state, review.since = "IN_REVIEW", self.clock()
        for one in review.versions():
            one.state = "IN_REVIEW"

    def decide(self, version: StoreVersion, verdict: str) -> None:
        """What they say: APPROVED, or one of the rejections. ValueError where nothing was submitted."""
        review = self._under_way(version)
        approved = verdict == "APPROVED"
        for item in review.items:
            item.state = "APPROVED" if approved else "REJECTED"
        review.state = "COMPLETE" if approved else "UNRESOLVED_ISSUES"
        for one in review.versions():
            one.state = self._approved(one) if approved else verdict
            if one.state == "PROCESSING_FOR_DISTRIBUTION":
                self.let_out(one)
        self.settle()

    def let_out(self, version: StoreVersion) -> None:
        """It is on its way into the store."""
        version.state, version.let_out = "PROCESSING_FOR_DISTRIBUTION", self.clock()
        self.settle()

    def share(self, version: StoreVersion) -> int:
        """The percentage of users whom the store gives it by itself just now."""
        self.settle()
        if version.state != "READY_FOR_DISTRIBUTION":
            return 0
        phased = version.phased
        if phased is None or phased.state == "COMPLETE":
            return 100
        day = phased.day(self.clock())
        return 0 if phased.state == "PAUSED" or day is None else DAYS[min(day, len(DAYS)) - 1]

    def settle(self) -> None:
        """Let happen what is due by now."""
        now = self.clock()
        for review in self.reviews:
            self._settle_review(review, now)
        for version in self.versions:
            self._settle_version(version, now)

    def _settle_review(self, review: Review, now: float) -> None:
        waiting, reviewing = self.pace.waiting, self.pace.reviewing
        first = next(iter(review.versions()), None)
        if review.state == "CANCELING" and now >= review.since + self.pace.cancelling:
            review.state = "COMPLETE"
            for version in review.versions():
                version.state = "DEVELOPER_REJECTED"
        if first is None:
            return
        if review.state == "WAITING_FOR_REVIEW" and waiting is not None and now >= review.since + waiting:
            began = review.since + waiting
            self.begin(first)
            review.since = began
        if review.state == "IN_REVIEW" and reviewing is not None and now >= review.since + reviewing:
            self.decide(first, self.verdict)

    def _settle_version(self, version: StoreVersion, now: float) -> None:
        if version.state == "PENDING_APPLE_RELEASE" and now >= _seconds(version.earliest):
            version.state, version.let_out = "PROCESSING_FOR_DISTRIBUTION", now
        done = (version.let_out or 0.0) + self.pace.distributing
        if version.state == "PROCESSING_FOR_DISTRIBUTION" and now >= done:
            self._put_out(version, done if version.let_out is not None else now)
        phased = version.phased
        if phased is None:
            return
        if phased.state == "PAUSED" and phased.pauses(now) > LONGEST_PAUSE:
            phased.paused, phased.paused_at, phased.state = LONGEST_PAUSE, None, "ACTIVE"
        if phased.state == "ACTIVE" and (phased.day(now) or 0) > len(DAYS):
            phased.state = "COMPLETE"

    def _put_out(self, version: StoreVersion, now: float) -> None:
        for other in self.versions:
            if other.state == "READY_FOR_DISTRIBUTION" and (other.app, other.platform) == (
                version.app,
                version.platform,
            ):
                other.state = "REPLACED_WITH_NEW_VERSION"
        version.state = "READY_FOR_DISTRIBUTION"
        if version.phased is not None:
            version.phased.state, version.phased.started = "ACTIVE", now

    def _approved(self, version: StoreVersion) -> str:
        waits = {"MANUAL": "PENDING_DEVELOPER_RELEASE", "SCHEDULED": "PENDING_APPLE_RELEASE"}
        return waits.get(version.release_type, "PROCESSING_FOR_DISTRIBUTION")

    def _under_way(self, version: StoreVersion) -> Review:
        review = self.review_of(version)
        if review is None or review.state not in ("WAITING_FOR_REVIEW", "IN_REVIEW"):
            raise ValueError(f"{version.text} is not before review")
        return review


def _seconds(text: str | None) -> float:
    return datetime.fromisoformat(text).timestamp() if text else 0.0
