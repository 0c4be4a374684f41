"""What an account holds: apps, builds with their versions, groups of testers, and submissions for beta review.

Time makes things happen: a build shows after a while, is processed for another, and what was just written may not
be read yet.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

KEPT = 90 * 86_400.0  # a build's life in TestFlight


@dataclass(kw_only=True)
class App:
    """An app."""

    id: str
    name: str
    bundle: str


@dataclass(kw_only=True)
class Version:
    """A version of an app on a platform, which builds are of."""

    id: str
    app: App
    text: str
    platform: str


@dataclass(kw_only=True)
class Group:
    """A group of testers."""

    id: str
    app: App
    name: str
    internal: bool = False
    gets_all: bool = False
    link: str | None = None
    made: float = 0.0


@dataclass(kw_only=True)
class Submission:
    """A build before beta review."""

    id: str
    state: str
    at: float


@dataclass(kw_only=True)
class Build:
    """A build. `outcome` is the processing state that it comes to; `encrypted` the answer on non-exempt encryption.

    `groups` has an entry for each time that a group was given the build, with when that was.
    """

    id: str
    version: Version
    number: str
    uploaded: float
    shows: float
    done: float
    outcome: str = "VALID"
    audience: str = "APP_STORE_ELIGIBLE"
    encrypted: bool | None = False
    expired: bool = False
    beta_known: bool = True
    submission: Submission | None = None
    groups: list[tuple[Group, float]] = field(default_factory=list)


@dataclass(kw_only=True)
class Pace:
    """Seconds: until an uploaded build shows, for how long it is processed, until what was written is read."""

    shows: float = 0.0
    processing: float = 0.0
    lag: float = 0.0


class World:
    """One account. `clock` gives unix seconds."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.pace = Pace()
        self.apps: list[App] = []
        self.versions: list[Version] = []
        self.builds: list[Build] = []
        self.groups: list[Group] = []
        self._made = 0

    def new_id(self) -> str:
        """A new id, the same in every run."""
        self._made += 1
        return str(uuid.UUID(int=self._made << 64 | self._made, version=4))

    def add_app(self, bundle: str, name: str) -> App:
        """An app; its id is a number, as Apple's are."""
        app = App(id=str(6_700_000_000 + len(self.apps)), name=name, bundle=bundle)
        self.apps.append(app)
        return app

    def add_group(self, app: App, name: str, **options: object) -> Group:
        """A group of testers; see `Group` for the options."""
        group = Group(id=self.new_id(), app=app, name=name, made=self.clock(), **options)  # type: ignore[arg-type] # passed on
        self.groups.append(group)
        return group

    def upload(
        self, app: App, version: str, number: str, *, platform: str = "IOS", **options: object
    ) -> Build:
        """A build arrives, and goes its way at the world's pace; see `Build` for the options."""
        now = self.clock()
        of = self._version(app, version, platform)
        shows = now + self.pace.shows
        build = Build(
            id=self.new_id(),
            version=of,
            number=number,
            uploaded=now,
            shows=shows,
            done=shows + self.pace.processing,
            **options,  # type: ignore[arg-type] # passed on
        )
        self.builds.append(build)
        return build

    def shown(self) -> list[Build]:
        """The builds that can be seen by now, oldest first."""
        return [build for build in self.builds if build.shows <= self.clock()]

    def processing(self, build: Build) -> str:
        """A build's processing state."""
        return build.outcome if build.done <= self.clock() else "PROCESSING"

    def expired(self, build: Build) -> bool:
        """Whether a build's time is over."""
        return build.expired or build.uploaded + KEPT <= self.clock()

    def groups_of(self, build: Build) -> list[Group]:
        """The groups that have a build, as far as a reader may know by now."""
        given = [group for group, at in build.groups if at + self.pace.lag <= self.clock()]
        everything = [g for g in self.groups if g.gets_all and g.app is build.version.app]
        return [*given, *(group for group in everything if group not in given)]

    def internal_state(self, build: Build) -> str:
        """What TestFlight makes of a build for testers within the team."""
        processing = self.processing(build)
        if self.expired(build):
            return "EXPIRED"
        if processing != "VALID":
            return "PROCESSING" if processing == "PROCESSING" else "PROCESSING_EXCEPTION"
        if build.encrypted is None:
            return "MISSING_EXPORT_COMPLIANCE"
        if build.encrypted:
            return "IN_EXPORT_COMPLIANCE_REVIEW"
        inside = any(group.internal for group in self.groups_of(build))
        return "IN_BETA_TESTING" if inside else "READY_FOR_BETA_TESTING"

    def external_state(self, build: Build) -> str:
        """The same for testers outside."""
        internal = self.internal_state(build)
        if internal not in ("IN_BETA_TESTING", "READY_FOR_BETA_TESTING"):
            return internal
        if build.audience == "INTERNAL_ONLY":
            return "NOT_APPLICABLE"
        submission = build.submission
        if submission is None or submission.at + self.pace.lag > self.clock():
            return "READY_FOR_BETA_SUBMISSION"
        if submission.state == "APPROVED":
            outside = any(not group.internal for group in self.groups_of(build))
            return "IN_BETA_TESTING" if outside else "BETA_APPROVED"
        return {
            "WAITING_FOR_REVIEW": "WAITING_FOR_BETA_REVIEW",
            "IN_REVIEW": "IN_BETA_REVIEW",
            "REJECTED": "BETA_REJECTED",
        }[submission.state]

    def written(self, seconds: float) -> str:
        """An instant as Apple writes it: with an offset that is not UTC's."""
        at = datetime.fromtimestamp(seconds, UTC).astimezone(PACIFIC)
        return at.isoformat(timespec="milliseconds")

    def _version(self, app: App, text: str, platform: str) -> Version:
        wanted = (app, text, platform)
        for version in self.versions:
            if (version.app, version.text, version.platform) == wanted:
                return version
        made = Version(id=self.new_id(), app=app, text=text, platform=platform)
        self.versions.append(made)
        return made


PACIFIC = timezone(timedelta(hours=-7))
"""Cupertino's offset in summer."""
