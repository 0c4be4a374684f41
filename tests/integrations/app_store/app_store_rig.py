"""The App Store Connect adapter against its simulator over TCP, with the clocks in the test's hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from integrations.app_store import AppStoreConnect, AppStoreSecrets, AppStoreSettings
from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.threads import Threads
from orchestration.ports.app_store import StoreBuild, StoreBuildState
from sandbox.app_store import BUNDLE, ApiKey, AppStoreSimulator
from sandbox.app_store.world import Build, Group
from sandbox.kit import Exchange
from tests.support.oracle import oracle

START = 1_790_000_000.0
NEVER = 10.0**10


class Clock:
    """Seconds since 1970 that pass only when told to."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(kw_only=True)
class OurClock:
    """A clock that is `ahead` of Apple's by some seconds."""

    apple: Clock
    ahead: float = 0.0

    def __call__(self) -> float:
        """What our machine takes for the time."""
        return self.apple.now + self.ahead


@dataclass(kw_only=True)
class AppStoreRig:
    """One adapter and the account that it talks to. `clock` is Apple's, `ours` that of the adapter."""

    simulator: AppStoreSimulator
    clock: Clock
    ours: OurClock
    http: Http
    threads: Threads
    adapter: AppStoreConnect | None = None
    group: str = "Team"
    other_group: str = "Friends"
    states: tuple[StoreBuildState, ...] = tuple(StoreBuildState)
    dated: bool = True

    @property
    def store(self) -> AppStoreConnect:
        """The adapter, made at its first use."""
        if self.adapter is None:
            self.adapter = self.another()
        return self.adapter

    def settings(self, key: ApiKey | None = None, **changes: Any) -> AppStoreSettings:
        """Settings for the simulator."""
        key = key or self.simulator.team_key
        usual = {
            "base_url": f"{self.simulator.url}/",
            "issuer_id": key.issuer or "",
            "key_id": key.id,
            "app": BUNDLE,
        }
        return AppStoreSettings(**{**usual, **changes})

    def secrets(self, key: ApiKey | None = None) -> AppStoreSecrets:
        """A connection's secret part."""
        return AppStoreSecrets.model_validate({"private_key": (key or self.simulator.team_key).pem})

    def another(
        self, *, key: ApiKey | None = None, http: Http | None = None, **changes: Any
    ) -> AppStoreConnect:
        """A further adapter for the same account."""
        return AppStoreConnect(
            self.settings(key, **changes), self.secrets(key), self.edge(http), clock=self.ours
        )

    def edge(self, http: Http | None = None) -> Edge:
        """What a provider gets."""
        return Edge(tenant="T1", http=http or self.http, threads=self.threads)

    def now(self) -> datetime:
        """Apple's time."""
        return datetime.fromtimestamp(self.clock.now, UTC)

    def pass_time(self, wait: timedelta) -> None:
        """Let time go by for both."""
        self.clock.now += wait.total_seconds()

    def upload(
        self, version: str, number: str, state: StoreBuildState = StoreBuildState.READY, **options: Any
    ) -> Build:
        """A build arrives; see sandbox.app_store.world.Build for the options."""
        by_state: dict[StoreBuildState, dict[str, Any]] = {
            StoreBuildState.REJECTED: {"outcome": "INVALID"},
            StoreBuildState.EXPIRED: {"expired": True},
        }
        given = {**by_state.get(state, {}), **options}
        build = self.simulator.world.upload(self.simulator.app_record, version, number, **given)
        if state is StoreBuildState.PROCESSING:
            build.done = NEVER
        return build

    def groups_of(self, version: str, number: str) -> list[str]:
        """The groups that have a build."""
        build = self.simulator.build(version, number)
        return sorted({group.name for group, _ in build.groups})

    def tellings(self) -> int:
        """Each time that a group was given a build."""
        return sum(len(build.groups) for build in self.simulator.world.builds)

    def add_group(self, name: str, **options: Any) -> Group:
        """A further group; see sandbox.app_store.world.Group for the options."""
        return self.simulator.world.add_group(self.simulator.app_record, name, **options)

    async def found(self, number: str = "41", version: str = "1.2.0") -> StoreBuild:
        """A build that is surely there."""
        build = await self.store.find_build(version=version, number=number, not_before=None)
        assert build is not None
        return build

    def sent(self, method: str = "POST") -> list[str]:
        """The paths of the requests of a method so far."""
        return [exchange.path for exchange in self.simulator.record if exchange.method == method]


def client(clock: OurClock) -> Http:
    """An edge that may reach loopback and does not wait between repeats."""

    async def at_once(_seconds: float) -> None:
        await asyncio.sleep(0)

    return Http(egress=Egress(["127.0.0.1"]), breakers=Breakers(clock=clock), sleep=at_once, clock=clock)


@asynccontextmanager
async def app_store_rig() -> AsyncIterator[AppStoreRig]:
    """An account of its own, and an adapter for it. At the end, what was said is held against the description."""
    clock = Clock()
    ours = OurClock(apple=clock)
    simulator = AppStoreSimulator(clock=clock)
    await simulator.start()
    threads = Threads(size=1, egress=Egress(["127.0.0.1"]))
    rig = AppStoreRig(simulator=simulator, clock=clock, ours=ours, threads=threads, http=client(ours))
    try:
        yield rig
        if simulator.record:
            judge(simulator.record)
    finally:
        await threads.close()
        await rig.http.close()
        await simulator.stop()


def judge(exchanges: Sequence[Exchange]) -> int:
    """Hold exchanges against the description, which does not know the cursor of its own links, and return how many."""
    return oracle("appstoreconnect.json", extra_query=("cursor",)).check_all(exchanges)


def errors(status: int, code: str, **more: Any) -> dict[str, Any]:
    """The options of a fault that answers with one error of App Store Connect's."""
    error = {"status": str(status), "code": code, "title": f"Title of {code}", **more}
    headers = {"Content-Type": "application/json"}
    return {"status": status, "headers": headers, "body": json.dumps({"errors": [error]})}
