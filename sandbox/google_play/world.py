"""Apps, their tracks and bundles, and edits: each is a copy of the app that is thrown away or put in its place.

Source: https://developers.google.com/android-publisher/edits. One edit per account and app is open; a commit, and a
change that a person makes in Play Console, end all edits of the app.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from sandbox.google_play.answers import PRECONDITION, Refusal

HOUR = 3600.0
SHOWN = 20
PUBLISHED, DRAFT, IN_REVIEW, NOT_SENT, NOT_APPROVED, APPROVED = (
    "PUBLISHED",
    "DRAFT",
    "IN_REVIEW",
    "NOT_SENT_FOR_REVIEW",
    "NOT_APPROVED",
    "APPROVED_NOT_PUBLISHED",
)
PRODUCTION = "production"
ENDED = {
    "deleted": ("", "This Edit has been deleted."),
    "expired": (PRECONDITION, "This edit has expired, please create a new Edit."),
    "committed": (
        PRECONDITION,
        "This edit has already been successfully committed, please create a new Edit.",
    ),
    "outside": (
        PRECONDITION,
        "A change was made to the application outside of this Edit, please create a new edit.",
    ),
}


@dataclass(kw_only=True)
class Release:
    """A release as the API tells it, and how far it is."""

    body: dict[str, Any]
    lifecycle: str

    @property
    def codes(self) -> list[int]:
        """Its version codes."""
        return [int(code) for code in self.body.get("versionCodes", [])]

    @property
    def known(self) -> bool:
        """Whether Google's people have nothing against it: it is no draft, and was not refused."""
        return self.body["status"] != "draft" and self.lifecycle != NOT_APPROVED

    @property
    def live(self) -> bool:
        """Whether anybody gets it."""
        return self.body["status"] in {"completed", "inProgress"}


@dataclass(kw_only=True)
class Edit:
    """An edit. `ended` is None while it is open; `changed` are the tracks that it will replace."""

    id: str
    owner: str
    expires: float
    tracks: dict[str, list[Release]]
    ended: str | None = None
    changed: set[str] = field(default_factory=set)


@dataclass(kw_only=True)
class App:
    """An app. `bundles` are version names by version code.

    `draft`: it was never published. `in_review`: changes are. `rejected`: the last ones were not approved, so that
    nothing is sent for review without a person. `pulled_back` counts reviews that a commit broke off, `rollouts` are
    the (track, version code) that began to reach anybody.

    `reviewing`: what is new on production is reviewed, and by itself after `review_takes` seconds (None: when somebody
    says so); `managed`: what passed waits for a person to publish it. `language` is the default one of its page.
    """

    package: str
    clock: Callable[[], float]
    bundles: dict[int, str] = field(default_factory=dict)
    tracks: dict[str, list[Release]] = field(default_factory=dict)
    edits: dict[str, Edit] = field(default_factory=dict)
    draft: bool = False
    in_review: bool = False
    rejected: bool = False
    pulled_back: int = 0
    commits: int = 0
    rollouts: list[tuple[str, int]] = field(default_factory=list)
    reviewing: bool = False
    review_takes: float | None = None
    managed: bool = False
    language: str = "en-US"
    sent: int = 0
    sent_at: float = 0.0

    def open_edit(self, owner: str) -> Edit:
        """A new edit, which ends the one that this account had open."""
        for other in self.edits.values():
            if other.owner == owner and other.ended is None:
                other.ended = "deleted"
        number = f"{len(self.edits) + 1:020d}"
        edit = Edit(id=number, owner=owner, expires=self.clock() + HOUR, tracks=deepcopy(self.tracks))
        self.edits[edit.id] = edit
        return edit

    def edit(self, number: str, owner: str) -> Edit:
        """An open edit of this account. 400 where it is no more, 404 where it never was."""
        edit = self.edits.get(number)
        if edit is None or edit.owner != owner:
            raise Refusal(404, "Edit not found.", reason="editNotFound")
        if edit.ended is None and edit.expires <= self.clock():
            edit.ended = "expired"
        if edit.ended is not None:
            state, message = ENDED[edit.ended]
            raise Refusal(400, message, state=state)
        return edit

    def commit(self, edit: Edit, *, not_sent: bool, keep_reviews: bool) -> None:
        """Put the edit's tracks in the place of the app's."""
        self._check_review(not_sent=not_sent, keep_reviews=keep_reviews)
        for track in edit.changed:
            self._check_rollout(track, edit.tracks[track])
        if self.in_review:
            self.pulled_back += 1
        for track in edit.changed:
            before = {code for release in self.tracks[track] if release.live for code in release.codes}
            known = {code for release in self.tracks[track] if release.known for code in release.codes}
            self.tracks[track] = edit.tracks[track]
            for release in self.tracks[track]:
                fresh = [code for code in release.codes if release.live and code not in before]
                self.rollouts += [(track, code) for code in fresh]
                if fresh or (release.live and not known.issuperset(release.codes)):
                    release.lifecycle = self._begun(track, release, known, not_sent=not_sent)
        self.commits += 1
        edit.ended = "committed"
        self.end_edits("outside")

    def send(self) -> None:
        """A person sends what was not sent for review."""
        self.rejected = False
        for release in self.tracks[PRODUCTION]:
            if release.lifecycle == NOT_SENT:
                release.lifecycle = IN_REVIEW
                self._sent()
        self.end_edits()

    def decide(self, *, approved: bool) -> None:
        """What Google's people say of what is in review."""
        self.in_review = False
        self.rejected = self.rejected or not approved
        for release in self.tracks[PRODUCTION]:
            if release.lifecycle == IN_REVIEW:
                passed = APPROVED if self.managed else PUBLISHED
                release.lifecycle = passed if approved else NOT_APPROVED
        self.end_edits()

    def publish(self) -> None:
        """A person publishes what managed publishing holds."""
        for release in self.tracks[PRODUCTION]:
            if release.lifecycle == APPROVED:
                release.lifecycle = PUBLISHED
        self.end_edits()

    def settle(self) -> None:
        """Let a review end that is due by now."""
        if (
            self.in_review
            and self.review_takes is not None
            and self.clock() >= self.sent_at + self.review_takes
        ):
            self.decide(approved=True)

    def share(self, code: int) -> float:
        """The percentage of users whom production offers a build just now."""
        for release in self.tracks[PRODUCTION]:
            if code in release.codes and release.live and release.lifecycle == PUBLISHED:
                return float(release.body.get("userFraction", 1.0)) * 100
        return 0.0

    def _begun(self, track: str, release: Release, known: set[int], *, not_sent: bool) -> str:
        """How far a release is that was just let out; one that was out before is not reviewed again."""
        if not_sent:
            return NOT_SENT
        if self.reviewing and track == PRODUCTION and not known.issuperset(release.codes):
            self._sent()
            return IN_REVIEW
        return PUBLISHED

    def _sent(self) -> None:
        self.in_review, self.sent_at = True, self.clock()
        self.sent += 1

    def end_edits(self, why: str = "outside") -> None:
        """As when a person saves something in Play Console."""
        for edit in self.edits.values():
            edit.ended = edit.ended or why

    def upload(self, code: int, version: str, *, track: str | None = None, **body: Any) -> None:
        """As CI does it: a bundle for the library, and a release of it on a track; it commits an edit of its own.

        `body` are fields of the release and `lifecycle`; a completed release takes the place of the one before.
        """
        self.bundles[code] = version
        if track is not None:
            lifecycle = body.pop("lifecycle", None)
            whole = {
                "name": f"{code} ({version})",
                "versionCodes": [str(code)],
                "status": "completed",
                **body,
            }
            kept = [r for r in self.tracks[track] if not (r.body["status"] == whole["status"] == "completed")]
            far = lifecycle or (DRAFT if whole["status"] == "draft" else PUBLISHED)
            self.tracks[track] = [*kept, Release(body=whole, lifecycle=far)]
        self.end_edits()

    def _check_review(self, *, not_sent: bool, keep_reviews: bool) -> None:
        if self.rejected and not not_sent:
            raise Refusal(
                400,
                "Changes cannot be sent for review automatically. Please set the query parameter "
                "changesNotSentForReview to true. Once committed, the changes in this edit can be sent for review "
                "from the Google Play Console UI.",
            )
        if not_sent and not self.rejected:
            raise Refusal(
                400,
                "Changes are sent for review automatically. The query parameter changesNotSentForReview must not be "
                "set.",
            )
        if self.in_review and keep_reviews:
            message = "Changes are already in review. Committing this edit would cancel the existing review."
            raise Refusal(400, message, state=PRECONDITION, info="CHANGES_ALREADY_IN_REVIEW")

    def _check_rollout(self, track: str, releases: list[Release]) -> None:
        if self.draft and any(release.body["status"] != "draft" for release in releases):
            raise Refusal(400, "Only releases with status draft may be created on draft app.")
        live = max((code for r in self.tracks[track] if r.live for code in r.codes), default=0)
        self._check_steps(track, releases)
        for release in releases:
            kept = any(r.codes == release.codes and r.live for r in self.tracks[track])
            if release.body["status"] == "completed" and not kept and max(release.codes) < live:
                raise Refusal(
                    403,
                    "You cannot rollout this release because it does not allow any existing users to upgrade to the "
                    "newly added APKs.",
                    reason="ReleaseValidationErrorKeyApkNoUpgradePaths",
                )

    def _check_steps(self, track: str, releases: list[Release]) -> None:
        """A share does not fall, and only what is offered to some can be halted."""
        before = {tuple(r.codes): r for r in self.tracks[track]}
        for release in releases:
            old = before.get(tuple(release.codes))
            offered = (
                old is not None
                and old.lifecycle == PUBLISHED
                and old.body["status"] in ("inProgress", "halted")
            )
            if release.body["status"] == "halted" and not offered:
                raise Refusal(
                    400,
                    "Cannot halt release, no matching in progress release found.",
                    reason="releaseToHaltNotFound",
                )
            if old is None or not offered or release.body["status"] == "completed":
                continue
            if release.body["userFraction"] < old.body["userFraction"]:
                raise Refusal(400, "The user fraction of a staged rollout can not be decreased.")
            if release.body.get("inAppUpdatePriority", 0) != old.body.get("inAppUpdatePriority", 0):
                raise Refusal(400, "The in-app update priority can not be changed once it is rolled out.")
