"""Sentry as a member of a world."""

from collections.abc import Mapping, Sequence

from sandbox.gauge import Gauge
from sandbox.roles import Clock
from sandbox.sentry.simulator import TOKEN, SentrySimulator
from sandbox.values import Connection, Given


class SentryMember(Gauge):
    """An organization; the Android app's project is the one that people use."""

    key, title = "sentry", "Sentry"
    simulator: SentrySimulator
    package, project = "com.acme.pixel", "4501"

    def __init__(self, _given: Given) -> None:
        self.simulator = SentrySimulator()

    def connection(self) -> Connection:
        """The token of an internal integration."""
        return Connection(
            settings={"base_url": self.simulator.url, "organization": self.simulator.world.slug},
            secrets={"token": TOKEN},
        )

    def follow(self, clock: Clock) -> None:
        """Sessions are dated by the time of releases."""
        self.simulator.world.clock = clock

    def use(self, version: str, build: str, *, sessions: int, crashed: int) -> None:
        """As its SDK would tell."""
        self.simulator.tell(
            f"{self.package}@{version}+{build}",
            sessions=sessions,
            crashed=crashed,
            project=int(self.project),
        )

    def used(self) -> Sequence[Mapping[str, str | int]]:
        """By release, in the order in which they came."""
        told = self.simulator.world.told
        return [
            {
                "release": release,
                "sessions": sum(each.sessions for each in told if each.release == release),
                "crashed": sum(each.crashed for each in told if each.release == release),
            }
            for release in dict.fromkeys(each.release for each in told)
        ]
