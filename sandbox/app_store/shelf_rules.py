"""What is written about versions: made, changed, phased, put into a submission, sent, let out.

The words of most refusals are our own. That one submission with a version may be open and one more without,
Apple's help says (https://developer.apple.com/help/app-store-connect/manage-submissions-to-app-review/submit-for-review);
that a first version takes no what's-new and no phased release, and that a version's own errors come as
`associatedErrors`, others saw on the real API.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from sandbox.app_store.answers import (
    Refusal,
    bad_entity,
    bad_relationship,
    not_found,
    state_error,
)
from sandbox.app_store.shelf import EDITABLE, OUT, UNFINISHED, Item, Phased, Review, Shelf, StoreVersion
from sandbox.app_store.world import App, Build

LONGEST = 4000
RELEASE_TYPES = frozenset({"MANUAL", "AFTER_APPROVAL", "SCHEDULED"})
SENDABLE = frozenset({"READY_FOR_REVIEW", "UNRESOLVED_ISSUES"})
CANCELABLE = frozenset({"WAITING_FOR_REVIEW", "IN_REVIEW", "UNRESOLVED_ISSUES"})
TURNS = {
    ("ACTIVE", "PAUSED"),
    ("PAUSED", "ACTIVE"),
    ("ACTIVE", "COMPLETE"),
    ("PAUSED", "COMPLETE"),
}

T = TypeVar("T")


class Rules:
    """Writes to a shelf, for one who sees these bundles."""

    def __init__(self, shelf: Shelf, sees: Collection[str]) -> None:
        self._shelf = shelf
        self._sees = sees

    def app(self, of: str) -> App:
        """An app by its id."""
        for app in self._shelf.world.apps:
            if app.id == of and app.bundle in self._sees:
                return app
        raise not_found("apps", of)

    def version(self, of: str) -> StoreVersion:
        """A version by its id, as soon as it is listed."""
        for version in self._shelf.versions:
            if version.id == of and version.app.bundle in self._sees:
                return version
        raise not_found("appStoreVersions", of)

    def review(self, of: str) -> Review:
        """A submission by its id."""
        for review in self._shelf.reviews:
            if review.id == of and review.app.bundle in self._sees:
                return review
        raise not_found("reviewSubmissions", of)

    def make_version(self, body: Any) -> StoreVersion:
        """POST /v1/appStoreVersions."""
        data = _data(body, "appStoreVersions")
        attributes = data["attributes"]
        app = self._related(data, "app", self.app)
        text, platform = attributes["versionString"], attributes["platform"]
        for other in self._shelf.versions:
            if (
                other.app is app
                and other.platform == platform
                and (other.state not in OUT or other.text == text)
            ):
                raise bad_relationship(
                    "/data/relationships/app",
                    "You cannot create a new version of the App in the current state.",
                )
        return self._shelf.add(app, text, platform=platform, **self._changes(data, app, text))

    def change_version(self, of: str, body: Any) -> StoreVersion:
        """PATCH /v1/appStoreVersions/{id}."""
        version = self.version(of)
        _editable(version)
        data = _data(body, "appStoreVersions", of)
        for name, value in self._changes(data, version.app, version.text).items():
            setattr(version, name, value)
        return version

    def change_words(self, of: str, body: Any) -> tuple[StoreVersion, int]:
        """PATCH /v1/appStoreVersionLocalizations/{id}: the version, and which of its texts."""
        found = [(v, at) for v in self._shelf.versions for at, words in enumerate(v.words) if words.id == of]
        if not found or found[0][0].app.bundle not in self._sees:
            raise not_found("appStoreVersionLocalizations", of)
        version, at = found[0]
        text = _data(body, "appStoreVersionLocalizations", of)["attributes"]["whatsNew"]
        _editable(version)
        if not self._shelf.was_out(version.app):
            raise state_error("Attribute 'whatsNew' cannot be edited at this time")
        if len(text) > LONGEST:
            raise bad_entity("/data/attributes/whatsNew", f"The text is longer than {LONGEST} characters")
        version.words[at].whats_new = text
        return version, at

    def phase(self, body: Any) -> Phased:
        """POST /v1/appStoreVersionPhasedReleases."""
        version = self._related(_data(body, "appStoreVersionPhasedReleases"), "appStoreVersion", self.version)
        if version.phased is not None:
            raise state_error("The version has a phased release already")
        if not self._shelf.was_out(version.app):
            raise state_error("Phased release is available for updates only")
        _editable(version)
        version.phased = Phased(id=self._shelf.world.new_id())
        return version.phased

    def turn(self, of: str, body: Any) -> Phased:
        """PATCH /v1/appStoreVersionPhasedReleases/{id}."""
        version, phased = self._phased(of)
        wanted = _data(body, "appStoreVersionPhasedReleases", of)["attributes"]["phasedReleaseState"]
        if (phased.state, wanted) not in TURNS or version.state != "READY_FOR_DISTRIBUTION":
            raise state_error(f"The phased release can't go from {phased.state} to {wanted}")
        now = self._shelf.clock()
        if wanted == "PAUSED":
            phased.pause(now)
        else:
            phased.go_on(now)
            phased.state = wanted
        return phased

    def unphase(self, of: str) -> None:
        """DELETE /v1/appStoreVersionPhasedReleases/{id}."""
        version, phased = self._phased(of)
        if phased.state != "INACTIVE":
            raise state_error("A phased release that has begun can't be deleted")
        version.phased = None

    def begin_review(self, body: Any) -> Review:
        """POST /v1/reviewSubmissions."""
        data = _data(body, "reviewSubmissions")
        app = self._related(data, "app", self.app)
        platform = data["attributes"]["platform"]
        others = self._unfinished(app, platform)
        if len(others) > 1 or any(other.state == "READY_FOR_REVIEW" for other in others):
            raise state_error("There is already another reviewSubmission in progress")
        review = Review(id=self._shelf.world.new_id(), app=app, platform=platform)
        self._shelf.reviews.append(review)
        return review

    def _unfinished(self, app: App, platform: str) -> list[Review]:
        rows = (r for r in self._shelf.reviews if (r.app, r.platform) == (app, platform))
        return [review for review in rows if review.state in UNFINISHED]

    def put_in(self, body: Any) -> Item:
        """POST /v1/reviewSubmissionItems."""
        data = _data(body, "reviewSubmissionItems")
        review = self._related(data, "reviewSubmission", self.review)
        version = self._related(data, "appStoreVersion", self.version)
        if review.state != "READY_FOR_REVIEW":
            raise state_error(f"The submission is {review.state}")
        if self._shelf.review_of(version) is not None:
            raise state_error("The version is in a submission already")
        if any(other.versions() for other in self._unfinished(review.app, review.platform)):
            raise state_error("There is already another reviewSubmission with a version in progress")
        _editable(version)
        self._complete(version)
        version.state = "READY_FOR_REVIEW"
        item = Item(id=self._shelf.world.new_id(), version=version)
        review.items.append(item)
        return item

    def change_review(self, of: str, body: Any) -> Review:
        """PATCH /v1/reviewSubmissions/{id}: submitted or canceled."""
        review = self.review(of)
        wanted = _data(body, "reviewSubmissions", of)["attributes"]
        before = SENDABLE if wanted.get("submitted") else CANCELABLE
        if review.state not in before:
            raise state_error(f"The submission is {review.state}")
        if wanted.get("submitted"):
            for version in review.versions():
                self._complete(version)
                version.state = "WAITING_FOR_REVIEW"
            review.state = "WAITING_FOR_REVIEW"
            review.sent += 1
        else:
            review.state = "CANCELING"
        review.since = self._shelf.clock()
        return review

    def let_out(self, body: Any) -> StoreVersion:
        """POST /v1/appStoreVersionReleaseRequests."""
        version = self._related(
            _data(body, "appStoreVersionReleaseRequests"), "appStoreVersion", self.version
        )
        if version.state != "PENDING_DEVELOPER_RELEASE":
            raise state_error(f"The version is {version.state}")
        self._shelf.let_out(version)
        return version

    def _phased(self, of: str) -> tuple[StoreVersion, Phased]:
        for version in self._shelf.versions:
            if version.phased is not None and version.phased.id == of and version.app.bundle in self._sees:
                return version, version.phased
        raise not_found("appStoreVersionPhasedReleases", of)

    def _changes(self, data: Mapping[str, Any], app: App, text: str) -> dict[str, Any]:
        attributes = data.get("attributes", {})
        changes: dict[str, Any] = {}
        if "releaseType" in attributes:
            if attributes["releaseType"] not in RELEASE_TYPES:
                raise bad_entity("/data/attributes/releaseType", "There is no such release type")
            changes["release_type"] = attributes["releaseType"]
        if "earliestReleaseDate" in attributes:
            changes["earliest"] = attributes["earliestReleaseDate"]
        if "build" in data.get("relationships", {}):
            build = self._related(data, "build", self._build)
            if build.version.app is not app or build.version.text != text:
                raise bad_relationship("/data/relationships/build", "The build is of another version")
            changes["build"] = build
        return changes

    def _build(self, of: str) -> Build:
        for build in self._shelf.world.shown():
            if build.id == of and build.version.app.bundle in self._sees:
                return build
        raise not_found("builds", of)

    def _complete(self, version: StoreVersion) -> None:
        """409 with what the version lacks."""
        lacks = []
        if version.build is None:
            lacks.append("You must choose a build.")
        elif self._shelf.world.processing(version.build) != "VALID":
            lacks.append("The build is not valid.")
        if self._shelf.was_out(version.app):
            lacks += [f"What's New is missing ({w.locale})." for w in version.words if not w.whats_new]
        if lacks:
            raise state_error(
                "The item is not ready to be submitted for review",
                {f"/v1/appStoreVersions/{version.id}": lacks},
            )

    def _related(self, data: Mapping[str, Any], name: str, find: Callable[[str], T]) -> T:
        try:
            of = data["relationships"][name]["data"]["id"]
        except (KeyError, TypeError) as error:
            raise bad_entity(f"/data/relationships/{name}", "The relationship is missing") from error
        try:
            return find(of)
        except Refusal as error:
            raise bad_relationship(
                f"/data/relationships/{name}", f"There is no resource with id '{of}'"
            ) from error


def _editable(version: StoreVersion) -> None:
    if version.state not in EDITABLE:
        raise state_error(f"The version can't be changed while it is {version.state}")


def _data(body: Any, kind: str, of: str | None = None) -> Mapping[str, Any]:
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict) or data.get("type") != kind or data.get("id") != of:
        raise bad_entity("/data", f"There must be one of {kind}")
    return data
