"""The Checkmate adapter against its simulator over TCP, with the clocks in the test's hand."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from integrations.breaker import Breakers
from integrations.checkmate.settings import CheckmateSecrets, CheckmateSettings
from integrations.checkmate.test_platform import CheckmateTestPlatform
from integrations.egress import Egress
from integrations.http import Bounds, Http
from orchestration.ports.test_platform import TestPlatform
from sandbox.checkmate import TOKEN, CaseStatus, CheckmateSimulator
from sandbox.kit import Exchange
from tests.support.oracle import oracle

START = 1_790_000_000.0

WORDS = {
    "passed": CaseStatus.PASSED,
    "failed": CaseStatus.FAILED,
    "blocked": CaseStatus.BLOCKED,
    "in progress": CaseStatus.IN_PROGRESS,
    "skipped": CaseStatus.SKIPPED,
}


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(kw_only=True)
class CheckmateRig:
    """One adapter and the server that it talks to."""

    simulator: CheckmateSimulator
    clock: Clock
    http: Http
    adapter: CheckmateTestPlatform
    project: str = "1"

    @property
    def platform(self) -> TestPlatform:
        """The adapter as the port: mypy holds it against the contract here."""
        return self.adapter

    def another(self, *, token: str = TOKEN, http: Http | None = None) -> CheckmateTestPlatform:
        """A further adapter for the same server."""
        return CheckmateTestPlatform(
            settings=CheckmateSettings(base_url=f"{self.simulator.url}/"),
            secrets=CheckmateSecrets.model_validate({"token": token}),
            http=http or self.http,
            tenant="T1",
        )

    def fill(self, suite: str, state: str, *, squad: str | None = None) -> None:
        """As testers do."""
        self.simulator.fill(int(suite), WORDS[state], squad=squad)

    def made(self, name: str) -> int:
        """How many runs have the name."""
        return len(self.simulator.runs_named(name))

    def cases(self, suite: str) -> int:
        """How many cases a run has."""
        return len(self.simulator.world.runs[int(suite)].cases)

    def writes(self) -> int:
        """How many requests that change something have been sent."""
        return sum(e.method != "GET" for e in self.simulator.record)


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
async def checkmate_rig() -> AsyncIterator[CheckmateRig]:
    """A server of its own, and an adapter for it."""
    clock = Clock()
    simulator = CheckmateSimulator(clock=clock)
    await simulator.start()
    http = client(clock)
    rig = CheckmateRig(
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


def judge(exchanges: Sequence[Exchange]) -> int:
    """Hold exchanges against the corrected description, and return how many.

    The description lacks two parameters of state-detail that the server reads (seen in its source).
    """
    return oracle("checkmate.yaml", extra_query=("projectId", "groupBy")).check_all(exchanges)
