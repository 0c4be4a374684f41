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
    kind, pair, group = "aab", "ANDROID-PLAY_STORE", "internal"

    def __init__(self, _given: Given) -> None:
        self._simulator = GooglePlaySimulator()

    @property
    def simulator(self) -> GooglePlaySimulator:
        """Google Play."""
        return self._simulator

    def connection(self) -> Connection:
        """The key of an account that was invited."""
        key = self._simulator.captain.key_file(self._simulator.token_uri)
        return Connection(
            settings={"base_url": self._simulator.url, "package_name": PACKAGE, "track": self.group},
            secrets={"service_account": json.dumps(key)},
        )

    def upload(self, version: str, number: int) -> None:
        """To open testing."""
        self._simulator.pixel.upload(number, version, track=CI_TRACK)

    def builds(self) -> Sequence[StoreBuild]:
        """The bundles, with the tracks of testers on which they began to reach anybody."""
        app = self._simulator.pixel
        return [
            StoreBuild(
                version=version,
                number=str(code),
                testers=tuple(track for track, given in app.rollouts if given == code),
            )
            for code, version in app.bundles.items()
        ]
