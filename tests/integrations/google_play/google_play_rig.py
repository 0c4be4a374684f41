"""The Google Play adapter against its simulator over TCP, with the clocks in the test's hand."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.google_play.app_store import GooglePlayStore
from integrations.google_play.settings import GooglePlaySecrets, GooglePlaySettings
from integrations.http import Http
from integrations.threads import Threads
from orchestration.ports.app_store import AppStore, StoreBuild, StoreBuildState
from sandbox.google_play import PACKAGE, Account, App, GooglePlaySimulator
from sandbox.kit import Exchange
from tests.support.oracle import Oracle, oracle

START = 1_790_000_000.0
LIFECYCLES = {StoreBuildState.READY: "PUBLISHED", StoreBuildState.REJECTED: "NOT_APPROVED"}


class Clock:
    """Seconds since 1970 that pass only when told to."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(kw_only=True)
class GooglePlayRig:
    """One adapter and the Google Play that it talks to. `group` and `other_group` are its testing tracks."""

    simulator: GooglePlaySimulator
    http: Http
    threads: Threads
    clock: Clock
    resting: Clock
    slept: list[float] = field(default_factory=list)
    adapter: GooglePlayStore | None = None
    lines: dict[str, str] = field(default_factory=dict)
    group: str = "internal"
    other_group: str = "alpha"
    states: Sequence[StoreBuildState] = tuple(LIFECYCLES)
    dated: bool = False

    @property
    def app(self) -> App:
        """The app."""
        return self.simulator.pixel

    @property
    def store(self) -> AppStore:
        """The adapter with the usual settings, as the port."""
        if self.adapter is None:
            self.adapter = self.another()
        return self.adapter

    def settings(self, **changes: Any) -> GooglePlaySettings:
        """Settings for the simulator."""
        usual = {"base_url": f"{self.simulator.url}/", "package_name": PACKAGE}
        return GooglePlaySettings(**{**usual, **changes})

    def secrets(self, account: Account | None = None) -> GooglePlaySecrets:
        """The key of an account."""
        key = (account or self.simulator.captain).key_file(self.simulator.token_uri)
        return GooglePlaySecrets.model_validate({"service_account": json.dumps(key)})

    def another(
        self,
        *,
        http: Http | None = None,
        secrets: GooglePlaySecrets | None = None,
        **settings: Any,
    ) -> GooglePlayStore:
        """A further adapter, as in a second process: it shares no lock, and its waiting takes no time here."""

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            await asyncio.sleep(0)

        return GooglePlayStore(
            settings=self.settings(**settings),
            secrets=secrets or self.secrets(),
            http=http or self.http,
            tenant="T1",
            clock=self.clock,
            sleep=sleep,
            chance=lambda: 0.5,
        )

    def edge(self) -> Edge:
        """What a provider's `verify` and its readers get. They have the machine's clock, so the sign-in has it too."""
        self.simulator.sign_in.clock = time.time
        return Edge(tenant="T1", http=self.http, threads=self.threads)

    def now(self) -> datetime:
        """The time of Google Play and of the adapter."""
        return datetime.fromtimestamp(self.clock.now, UTC)

    def pass_time(self, wait: timedelta) -> None:
        """Let time go by."""
        self.clock.now += wait.total_seconds()

    def rest(self) -> None:
        """Let pauses and open breakers be over."""
        self.resting.now += 10_000

    def upload(self, version: str, number: str, state: StoreBuildState = StoreBuildState.READY) -> None:
        """CI releases a build, on a track that no test gives builds to; each version has one of its own."""
        free = [track for track in ("beta", "production") if track not in self.lines.values()]
        track = self.lines[version] if version in self.lines else free[0]
        self.lines[version] = track
        self.app.upload(int(number), version, track=track, lifecycle=LIFECYCLES[state])

    def groups_of(self, version: str, number: str) -> list[str]:
        """The testing tracks that have a build."""
        assert self.app.bundles[int(number)] == version
        return sorted(track for track in (self.group, self.other_group) if int(number) in self.on(track))

    def tellings(self) -> int:
        """How often a build began to reach testers by our doing."""
        return sum(track in (self.group, self.other_group) for track, _code in self.app.rollouts)

    def on(self, track: str) -> list[int]:
        """The version codes that reach somebody through a track."""
        return [code for release in self.app.tracks[track] if release.live for code in release.codes]

    def bodies(self, track: str) -> list[dict[str, Any]]:
        """A track's releases as the API tells them."""
        return [release.body for release in self.app.tracks[track]]

    def asked(self, part: str, method: str = "") -> list[Exchange]:
        """The requests that had this in their path or query."""
        return [
            e for e in self.simulator.record if part in f"{e.path}?{e.query}" and method in ("", e.method)
        ]

    async def worked_off(self) -> None:
        """Wait until the simulator has done with the spoiled request, for which nobody waits any more."""
        while not any(exchange.spoiled for exchange in self.simulator.record):  # noqa: ASYNC110 - the record tells nobody
            await asyncio.sleep(0.01)


def build(number: str = "42", version: str = "1.2.0", **changes: Any) -> StoreBuild:
    """A build as it was found before."""
    usual: dict[str, Any] = {
        "id": number,
        "version": version,
        "number": number,
        "state": StoreBuildState.READY,
        "url": "https://play.google.com/console",
    }
    return StoreBuild(**{**usual, **changes})


@asynccontextmanager
async def google_play_rig() -> AsyncIterator[GooglePlayRig]:
    """A Google Play of its own, and an edge to reach it that does not wait between repeats."""
    clock, resting = Clock(), Clock(0.0)
    simulator = GooglePlaySimulator(clock=clock)
    await simulator.start()
    egress, breakers = Egress(["127.0.0.1"]), Breakers(clock=resting)

    async def at_once(_seconds: float) -> None:
        await asyncio.sleep(0)

    http = Http(egress=egress, breakers=breakers, sleep=at_once, clock=clock)
    threads = Threads(size=1, egress=egress, breakers=breakers)
    try:
        yield GooglePlayRig(simulator=simulator, http=http, threads=threads, clock=clock, resting=resting)
    finally:
        await threads.close()
        await http.close()
        await simulator.stop()


@asynccontextmanager
async def judged_rig() -> AsyncIterator[GooglePlayRig]:
    """The same, and at its end all that was said is held against Google's description."""
    async with google_play_rig() as rig:
        yield rig
        if rig.asked("/androidpublisher/"):  # what can't be is told so without asking
            judge(rig.simulator.record)


@cache
def _described() -> Oracle:
    # The sign-in is OAuth's and stands in no description of Google Play.
    return oracle("googleplay.json", skip=("^/token$",))


def judge(exchanges: Sequence[Exchange]) -> int:
    """Hold exchanges against Google's description, and return how many."""
    return _described().check_all(exchanges)
