"""App Store Connect as a member of a world."""

from collections.abc import Mapping, Sequence

from sandbox.app_store.office import AppleOffice
from sandbox.app_store.simulator import BUNDLE, AppStoreSimulator
from sandbox.app_store.world import Build
from sandbox.roles import Clock, Shop
from sandbox.values import Connection, Given, StoreBuild


class AppStoreMember(Shop):
    """An account with one app. A build is processed for as long as CI took for it; then the team's group gets it."""

    key, title = "app_store", "App Store Connect"
    simulator: AppStoreSimulator
    kind, pair, group = "test-flight", "IOS-APP_STORE", "Team"

    def __init__(self, given: Given) -> None:
        self.simulator = AppStoreSimulator()
        self.simulator.world.pace.processing = given.pace.build

    def follow(self, clock: Clock) -> None:
        """Builds, their processing, reviews and the days of phased releases."""
        self.simulator.world.clock = self.simulator.shelf.clock = clock

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

    def shelf(self) -> Sequence[Mapping[str, str]]:
        """With TestFlight's word for each."""
        world = self.simulator.world
        return [
            {
                "number": build.number,
                "version": build.version.text,
                "state": world.external_state(build),
                "testers": ", ".join(group.name for group, _at in build.groups),
            }
            for build in world.builds
        ]

    def orders_for(self, number: str) -> Mapping[str, str]:
        """Processing ends well or badly; what waits for review is decided."""
        build = self._build(number)
        if self.simulator.world.processing(build) == "PROCESSING":
            return {"process": "Finish processing", "invalid": "Fail processing"}
        if build.submission is not None and build.submission.state in {"WAITING_FOR_REVIEW", "IN_REVIEW"}:
            return {"approve": "Approve for testers", "reject": "Reject"}
        return {}

    def order(self, number: str, name: str) -> None:
        """As Apple does it."""
        build = self._build(number)
        if name not in self.orders_for(number):
            raise ValueError("That is not to be decided now")
        if name in {"process", "invalid"}:
            build.done = self.simulator.world.clock()
            build.outcome = "VALID" if name == "process" else "INVALID"
        elif build.submission is not None:
            build.submission.state = "APPROVED" if name == "approve" else "REJECTED"

    def _build(self, number: str) -> Build:
        found = next((b for b in self.simulator.world.builds if b.number == number), None)
        if found is None:
            raise ValueError(f"There is no build {number}")
        return found

    def office(self) -> AppleOffice:
        """The console of this store."""
        return AppleOffice(self.simulator)

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
