"""The Sentry adapter against its simulator over TCP, with the clocks in the test's hand."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Bounds, Http
from integrations.sentry.release_health import SentryReleaseHealth
from integrations.sentry.settings import SentrySecrets, SentrySettings
from integrations.threads import Threads
from orchestration.ports.release_health import ReleaseHealth
from sandbox.kit import Exchange
from sandbox.sentry import TOKEN, SentrySimulator
from tests.integrations.sentry.sentry_description import DESCRIPTION
from tests.support.oracle import Oracle

START = 1_790_000_000.0
APP = "com.acme.pixel"


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(kw_only=True)
class SentryRig:
    """One adapter and the server that it talks to."""

    simulator: SentrySimulator
    clock: Clock
    http: Http
    adapter: SentryReleaseHealth
    project: str = "4501"

    @property
    def health(self) -> ReleaseHealth:
        """The adapter as the port: mypy holds it against the contract here."""
        return self.adapter

    def now(self) -> datetime:
        """The time of both."""
        return datetime.fromtimestamp(self.clock.now, UTC)

    def settings(self, **changes: str) -> SentrySettings:
        """Those of a connection to the rig's server."""
        return SentrySettings.model_validate(
            {"base_url": f"{self.simulator.url}/", "organization": "acme", **changes}
        )

    def another(self, *, token: str = TOKEN, http: Http | None = None, **changes: str) -> SentryReleaseHealth:
        """A further adapter for the same server."""
        return SentryReleaseHealth(
            settings=self.settings(**changes),
            secrets=secrets(token),
            http=http or self.http,
            tenant="T1",
        )

    def count(
        self,
        version: str,
        build: str,
        *,
        sessions: int,
        crashed: int = 0,
        at: datetime | None = None,
        app: str = APP,
    ) -> None:
        """As SDKs tell."""
        moment = None if at is None else at.timestamp()
        self.simulator.tell(f"{app}@{version}+{build}", sessions=sessions, crashed=crashed, at=moment)

    def find_issues(self, version: str, build: str, count: int) -> None:
        """So many issues were first seen in a build."""
        self.simulator.world.issues[int(self.project), f"{APP}@{version}+{build}"] = count

    def edge(self) -> Edge:
        """What a reader and a try are given."""
        return Edge(tenant="T1", http=self.http, threads=Threads(size=1, egress=Egress(["127.0.0.1"])))


def secrets(token: str = TOKEN) -> SentrySecrets:
    """The secrets of a connection."""
    return SentrySecrets.model_validate({"token": token})


def client(clock: Clock, *, total: float = 18.0) -> Http:
    """An edge that may reach loopback and does not wait between repeats."""

    async def at_once(_seconds: float) -> None:
        await asyncio.sleep(0)

    return Http(
        egress=Egress(["127.0.0.1"]),
        breakers=Breakers(clock=clock),
        bounds=Bounds(total=total),
        sleep=at_once,
        clock=clock,
    )


@asynccontextmanager
async def sentry_rig() -> AsyncIterator[SentryRig]:
    """A server of its own, and an adapter for it."""
    clock = Clock()
    simulator = SentrySimulator(clock=clock)
    await simulator.start()
    http = client(clock)
    rig = SentryRig(
        simulator=simulator,
        clock=clock,
        http=http,
        adapter=None,  # type: ignore[arg-type] # made in the next line, by the rig itself
    )
    rig.adapter = rig.another()
    try:
        yield rig
    finally:
        await http.close()
        await simulator.stop()


@cache
def _oracle() -> Oracle:
    return Oracle(DESCRIPTION)


def judge(exchanges: Sequence[Exchange]) -> int:
    """Hold exchanges against our own description of Sentry's API, and return how many."""
    return _oracle().check_all(exchanges)
