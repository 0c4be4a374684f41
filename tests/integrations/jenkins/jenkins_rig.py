"""The Jenkins adapter against its simulator over TCP, with the clocks in the test's hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.jenkins import JenkinsCicd, JenkinsSecrets, JenkinsSettings
from integrations.threads import Threads
from orchestration.ports.cicd import CICD, BuildRequest
from sandbox.jenkins import API_TOKEN, USER, JenkinsSimulator, Plan
from sandbox.jenkins.control import steer
from sandbox.jenkins.world import Build, Item
from sandbox.kit import Exchange
from tests.support.oracle import Oracle, oracle

START = 1_790_000_000.0
JOB = "mobile/build"
MADE = "/buildWithParameters"


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(kw_only=True)
class JenkinsRig:
    """One adapter and the server that it talks to. Nothing there begins or ends unless it is told to."""

    simulator: JenkinsSimulator
    edge: Edge
    clock: Clock
    resting: Clock
    slept: list[float] = field(default_factory=list)
    adapter: JenkinsCicd | None = None

    @property
    def cicd(self) -> CICD:
        """The adapter with the usual settings, as the port."""
        if self.adapter is None:
            self.adapter = self.another()
        return self.adapter

    def settings(self, **changes: Any) -> JenkinsSettings:
        """The usual settings with changes."""
        usual = {"base_url": self.simulator.url, "username": USER, "run_delay": 6.0}
        return JenkinsSettings(**{**usual, **changes})

    def another(self, token: str = API_TOKEN, **changes: Any) -> JenkinsCicd:
        """A further adapter, as after a restart of ours: it remembers nothing. Its waiting takes no time here."""

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            self.clock.now += seconds

        return JenkinsCicd(self.settings(**changes), secrets(token), self.edge, sleep=sleep)

    def request(self, correlation_id: str = "b-1", **changes: Any) -> BuildRequest:
        """A build to ask for."""
        usual: dict[str, Any] = {
            "correlation_id": correlation_id,
            "release_id": "REL-1",
            "platform": "ANDROID",
            "target": "PLAY_STORE",
            "version": "1.2.0",
            "ref": "release/1.0",
            "workflow": JOB,
            "not_before": datetime.fromtimestamp(self.clock.now, UTC) - timedelta(seconds=1),
            "inputs": {"version": "1.2.0"},
        }
        return BuildRequest(**{**usual, **changes})

    def item(self, run_id: str) -> Item:
        """The queue item of a run."""
        return self.simulator.world.items[int(run_id.split(":")[1])]

    def order(self, run_id: str, order: str) -> Build | None:
        """As a person or an executor does: start, hang, cancel, or a result."""
        return steer(self.simulator.world, self.item(run_id), order)

    def builds(self, job: str = JOB) -> list[Build]:
        """The builds of a job, newest first."""
        return self.simulator.world.jobs[job].builds

    def made(self) -> int:
        """How many queue items there ever were."""
        return self.simulator.world.last_item

    def asked(self, part: str, method: str = ".") -> int:
        """How many requests had this in their path."""
        return sum(part in e.path and method in (".", e.method) for e in self.simulator.record)

    def rest(self) -> None:
        """Let pauses and open breakers be over."""
        self.resting.now += 10_000

    async def worked_off(self) -> None:
        """Wait until Jenkins has done with the spoiled request, for which nobody waits any more."""
        while not any(exchange.spoiled for exchange in self.simulator.record):  # noqa: ASYNC110 - the record tells nobody
            await asyncio.sleep(0.01)


def secrets(token: str = API_TOKEN, **more: str) -> JenkinsSecrets:
    """The secrets of a connection."""
    return JenkinsSecrets.model_validate({"token": token, **more})


@asynccontextmanager
async def jenkins_rig() -> AsyncIterator[JenkinsRig]:
    """A server of its own, and an edge to reach it that does not wait between repeats."""
    clock, resting = Clock(), Clock(0.0)
    simulator = JenkinsSimulator(clock=clock)
    simulator.world.plan = Plan(wait=None, seconds=None)
    await simulator.start()
    egress, breakers = Egress(["127.0.0.1"]), Breakers(clock=resting)

    async def at_once(_seconds: float) -> None:
        await asyncio.sleep(0)

    edge = Edge(
        tenant="T1",
        http=Http(egress=egress, breakers=breakers, sleep=at_once, clock=clock),
        threads=Threads(size=1, egress=egress, breakers=breakers),
    )
    try:
        yield JenkinsRig(simulator=simulator, edge=edge, clock=clock, resting=resting)
    finally:
        await edge.threads.close()
        await edge.http.close()
        await simulator.stop()


@cache
def _described() -> Oracle:
    # It knows neither `tree` nor several error answers, nor the two harder ways to stop a pipeline.
    return oracle(
        "jenkins.yaml", extra_query=("tree",), undescribed=(400, 404, 405, 409, 422), skip=(r"/(term|kill)$",)
    )


def judge(exchanges: Sequence[Exchange]) -> int:
    """Hold exchanges against the description, and return how many."""
    return _described().check_all([_as_described(exchange) for exchange in exchanges])


def _as_described(exchange: Exchange) -> Exchange:
    """Three places where the description says less than Jenkins does (contracts/SOURCES.md: it is no vendor's file).

    A folder is "reached by repeating /job/<segment>": the whole name becomes its one parameter. It knows no null,
    such as the result of a build that goes on. And HEAD is to files what GET is (RFC 9110, 9.3.2).
    """
    first, job, rest = exchange.path.partition("/job/")
    path = first + job + rest.replace("/job/", "%2F")
    head, files, file = path.partition("/artifact/")
    method, body = exchange.method, exchange.response_body
    if files:
        path, method, body = head + files + file.replace("/", "%2F"), method.replace("HEAD", "GET"), b""
    if body.startswith(b"{") and not exchange.spoiled:
        body = json.dumps(_without_null(json.loads(body))).encode()
    return replace(exchange, path=path, method=method, response_body=body)


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_null(inner) for name, inner in value.items() if inner is not None}
    return [_without_null(inner) for inner in value] if isinstance(value, list) else value
