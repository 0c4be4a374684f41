"""Google Play as a member of a world."""

import json
from collections.abc import Mapping, Sequence

from sandbox.google_play.accounts import PERMISSIONS, RELEASE_TO_ALL
from sandbox.google_play.office import PlayOffice
from sandbox.google_play.simulator import PACKAGE, GooglePlaySimulator
from sandbox.google_play.world import PRODUCTION
from sandbox.roles import Shop
from sandbox.values import Connection, Given, StoreBuild

CI_TRACK = "beta"


class GooglePlayMember(Shop):
    """An app. CI releases its builds on open testing; the internal testers are given them."""

    key, title = "google_play", "Google Play"
    simulator: GooglePlaySimulator
    kind, pair, group = "aab", "ANDROID-PLAY_STORE", "internal"

    def __init__(self, _given: Given) -> None:
        self.simulator = GooglePlaySimulator()
        self.simulator.pixel.reviewing = True
        # The captain was let to release to everybody too, which a team decides knowingly.
        self.simulator.captain.invited[PACKAGE] = PERMISSIONS | {RELEASE_TO_ALL}

    def connection(self) -> Connection:
        """The key of an account that was invited."""
        key = self.simulator.captain.key_file(self.simulator.token_uri)
        return Connection(
            settings={"base_url": self.simulator.url, "package_name": PACKAGE, "track": self.group},
            secrets={"service_account": json.dumps(key)},
        )

    def upload(self, version: str, number: int) -> None:
        """To open testing."""
        self.simulator.pixel.upload(number, version, track=CI_TRACK)

    def shelf(self) -> Sequence[Mapping[str, str]]:
        """With the tracks that a bundle is on."""
        app = self.simulator.pixel
        return [
            {
                "number": str(code),
                "version": version,
                "state": ", ".join(
                    f"{track}: {release.body['status']}"
                    for track, releases in app.tracks.items()
                    for release in releases
                    if code in release.codes
                ),
                "testers": ", ".join(
                    track for track, given in app.rollouts if given == code and track != PRODUCTION
                ),
            }
            for code, version in app.bundles.items()
        ]

    def orders_for(self, number: str) -> Mapping[str, str]:
        """Play's review is of the app, not of a build: the newest one has the orders."""
        app = self.simulator.pixel
        if not app.bundles or int(number) != max(app.bundles):
            return {}
        review = {"reviewed": "End the review"} if app.in_review else {"review": "Take changes into review"}
        return {
            **review,
            **({"accept": "Accept changes again"} if app.rejected else {"reject": "Reject changes"}),
        }

    def order(self, number: str, name: str) -> None:
        """As Google does it."""
        app = self.simulator.pixel
        if name not in self.orders_for(number):
            raise ValueError("That is not to be decided now")
        if name in {"review", "reviewed"}:
            app.in_review = name == "review"
        else:
            app.rejected, app.in_review = name == "reject", False
        app.end_edits()

    def office(self) -> PlayOffice:
        """The console of this store."""
        return PlayOffice(self.simulator.pixel)

    def builds(self) -> Sequence[StoreBuild]:
        """The bundles, with the tracks of testers on which they began to reach anybody."""
        app = self.simulator.pixel
        return [
            StoreBuild(
                version=version,
                number=str(code),
                testers=tuple(
                    track for track, given in app.rollouts if given == code and track != PRODUCTION
                ),
            )
            for code, version in app.bundles.items()
        ]
