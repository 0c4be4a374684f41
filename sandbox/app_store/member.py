"""App Store Connect as a member of a world."""

from collections.abc import Sequence

from sandbox.app_store.simulator import BUNDLE, AppStoreSimulator
from sandbox.roles import Shop
from sandbox.values import Connection, Given, StoreBuild


class AppStoreMember(Shop):
    """An account with one app. A build is processed for as long as CI took for it; then the team's group gets it."""

    key, title = "app_store", "App Store Connect"
    simulator: AppStoreSimulator
    kind, pair, group = "test-flight", "IOS-APP_STORE", "Team"

    def __init__(self, given: Given) -> None:
        self.simulator = AppStoreSimulator()
        self.simulator.world.pace.processing = given.pace.build

    def connection(self) -> Connection:
        """A team's key."""
        key = self.simulator.team_key
        settings = {
            "base_url": self.simulator.url,
            "issuer_id": key.issuer or "",
            "key_id": key.id,
            "app": BUNDLE,
        }
        return Connection(settings=settings, secrets={"private_key": key.pem})

    def upload(self, version: str, number: int) -> None:
        """To be processed."""
        self.simulator.world.upload(self.simulator.app_record, version, str(number))

    def builds(self) -> Sequence[StoreBuild]:
        """The builds with the groups that were given them."""
        return [
            StoreBuild(
                version=build.version.text,
                number=build.number,
                testers=tuple(group.name for group, _at in build.groups),
            )
            for build in self.simulator.world.builds
        ]
