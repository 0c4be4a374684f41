"""The GitHub adapters against their simulator over TCP, with clocks in the test's hand."""

import asyncio
import atexit
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.github import GithubCicd, GithubScm, GithubSecrets, GithubSettings
from integrations.http import Http
from integrations.threads import Threads
from orchestration.ports.cicd import BuildRequest
from sandbox.github import GithubSimulator, grow_bare
from sandbox.github.clone import grow
from sandbox.github.hosting import Hosted
from sandbox.github.server import TOKEN
from sandbox.gitrepo import GitRepo
from sandbox.kit import Exchange
from tests.support.oracle import Oracle, oracle

START = 1_790_000_000.0
WORKFLOW = """\
name: Build
run-name: Build ${{ inputs.version }} ${{ inputs.correlation_id }}
on:
  workflow_dispatch:
    inputs:
      correlation_id: {required: false, type: string}
      version: {required: false, type: string}
jobs: {}
"""
MUTE_WORKFLOW = "name: Mute\non: [push, workflow_dispatch]\njobs: {}\n"
PUSH_WORKFLOW = "name: Push\non: push\njobs: {}\n"
WORKFLOWS = {"build.yml": WORKFLOW, "mute.yml": MUTE_WORKFLOW, "push.yml": PUSH_WORKFLOW}


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(kw_only=True)
class GithubRig:
    """The adapters of one connection and the GitHub that they talk to."""

    simulator: GithubSimulator
    hosted: Hosted
    edge: Edge
    clock: Clock
    resting: Clock
    slept: list[float] = field(default_factory=list)
    changes: Mapping[str, Any] = field(default_factory=dict)
    opened: list[GithubScm | GithubCicd] = field(default_factory=list)

    @property
    def scm(self) -> GithubScm:
        """A new adapter with the usual settings."""
        return self.open_scm()

    @property
    def cicd(self) -> GithubCicd:
        """A new adapter with the usual settings."""
        return self.open_cicd()

    def settings(self, **changes: Any) -> GithubSettings:
        """The usual settings with changes."""
        usual = {"base_url": self.simulator.url, "owner": "acme", "repository": "app", "run_delay": 6.0}
        return GithubSettings(**{**usual, **self.changes, **changes})

    def open_scm(self, token: str = TOKEN, **changes: Any) -> GithubScm:
        """A source control adapter."""
        made = GithubScm(self.settings(**changes), _secrets(token), self.edge)
        self.opened.append(made)
        return made

    def open_cicd(self, token: str = TOKEN, **changes: Any) -> GithubCicd:
        """A CI adapter whose waiting takes no time here, but the simulator's time goes on."""

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            self.clock.now += seconds

        made = GithubCicd(self.settings(**changes), _secrets(token), self.edge, sleep=sleep)
        self.opened.append(made)
        return made

    def grow(self, branch: str, titles: Sequence[str], *, file: str = "history.txt") -> str:
        """Commit to a branch behind the adapter's back."""
        return grow(self.hosted.git, branch, titles, file=file)

    def made(self, kind: str, key: str) -> int:
        """How often a thing was made."""
        return self.hosted.made[kind, key]

    def hasty(self, timeout: float) -> "GithubRig":
        """The same GitHub, with adapters that wait this many seconds for an answer."""
        return replace(self, changes={"timeout": timeout})

    async def worked_off(self) -> None:
        """Wait until GitHub has done with the spoiled request, for which nobody waits any more."""
        while not any(exchange.spoiled for exchange in self.simulator.record):  # noqa: ASYNC110 - the record tells nobody
            await asyncio.sleep(0.01)

    def rest(self) -> None:
        """Let pauses and open breakers be over."""
        self.resting.now += 10_000

    def request(self, correlation_id: str = "b-1", **changes: Any) -> BuildRequest:
        """A build to ask for."""
        usual: dict[str, Any] = {
            "correlation_id": correlation_id,
            "release_id": "REL-1",
            "platform": "ANDROID",
            "target": "PLAY_STORE",
            "version": "1.2.0",
            "ref": "main",
            "workflow": "build.yml",
            "not_before": datetime.fromtimestamp(self.clock.now, UTC) - timedelta(seconds=1),
            "inputs": {"version": "1.2.0"},
        }
        return BuildRequest(**{**usual, **changes})


def _secrets(token: str) -> GithubSecrets:
    return GithubSecrets.model_validate({"token": token})


@asynccontextmanager
async def github_rig(
    folder: Path, *, titles: Sequence[str] = ("Begin", "feat: go on (#7)", "fix: mend")
) -> AsyncIterator[GithubRig]:
    """A repository `acme/app` with these commits and the workflows above, and an edge to reach it."""
    clock, resting = Clock(), Clock(0.0)
    simulator = GithubSimulator(clock=clock)
    shutil.copytree(_template(tuple(titles)), folder / "app.git")
    hosted = simulator.host("acme", "app", GitRepo(folder / "app.git"))
    await simulator.start()
    egress, breakers = Egress(["127.0.0.1"]), Breakers(clock=resting)
    edge = Edge(
        tenant="T1",
        http=Http(egress=egress, breakers=breakers),
        threads=Threads(size=4, egress=egress, breakers=breakers),
    )
    rig = GithubRig(simulator=simulator, hosted=hosted, edge=edge, clock=clock, resting=resting)
    try:
        yield rig
    finally:
        await edge.threads.close()
        for adapter in rig.opened:
            adapter._client.requester.close()
        await edge.http.close()
        await simulator.stop()


@cache
def _template(titles: tuple[str, ...]) -> Path:
    """Grown once a process: most of a test's time would go into git otherwise."""
    folder = Path(tempfile.mkdtemp(prefix="stationmaster-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return grow_bare(folder / "app.git", titles=titles, workflows=WORKFLOWS).path


@cache
def _described(name: str) -> Oracle:
    # GitHub describes fewer error answers than it gives: an unknown ref or input of a dispatch is 422.
    return oracle(
        name, undescribed=(400, 403, 404, 405, 409, 422), fold=("branch", "ref", "basehead", "path", "tag")
    )


def judge(exchanges: Sequence[Exchange]) -> int:
    """Hold exchanges against GitHub's own description of the version that they name, and return how many."""
    for exchange in exchanges:
        headers = {name.lower(): text for name, text in exchange.request_headers.items()}
        new = headers.get("x-github-api-version") == "2026-03-10"
        _described("github-2026-03-10.json" if new else "github.json").check(_as_described(exchange))
    return len(exchanges)


def _as_described(exchange: Exchange) -> Exchange:
    """Three places where GitHub's schemas say something else than its own text.

    An author whom GitHub does not know is null: `nullable` stands beside `anyOf` there, where OpenAPI 3.0 gives
    it no effect; an empty object is described for the same case. And `created` is a range in the syntax of
    GitHub's search, though its format is `date-time`. In the list of installations an account would have to be a
    user and an enterprise at once.
    """
    body = exchange.response_body
    if exchange.path == "/app/installations" and exchange.status == HTTPStatus.OK:
        enterprise = {"name": "-", "slug": "-", "created_at": None, "updated_at": None}
        rows = json.loads(body)
        body = json.dumps([{**row, "account": {**enterprise, **row["account"]}} for row in rows]).encode()
    for name in (b"author", b"committer"):
        body = body.replace(b'"%s": null' % name, b'"%s": {}' % name)
    query = exchange.query.replace("created=%3E%3D", "created=")
    return replace(exchange, response_body=body, query=query)
