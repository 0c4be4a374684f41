"""Google Play as a member of a world."""

import json
from collections.abc import Sequence

from sandbox.google_play.simulator import PACKAGE, GooglePlaySimulator
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

    def builds(self) -> Sequence[StoreBuild]:
        """The bundles, with the tracks of testers on which they began to reach anybody."""
        app = self.simulator.pixel
        return [
            StoreBuild(
                version=version,
                number=str(code),
                testers=tuple(track for track, given in app.rollouts if given == code),
            )
            for code, version in app.bundles.items()
        ]
