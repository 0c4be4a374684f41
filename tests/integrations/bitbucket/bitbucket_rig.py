"""The Bitbucket adapters against their simulator over TCP, with clocks in the test's hand."""

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from integrations.bitbucket import BitbucketCicd, BitbucketScm, BitbucketSecrets, BitbucketSettings
from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.threads import Threads
from orchestration.ports.cicd import BuildRequest
from sandbox.bitbucket import BitbucketSimulator
from sandbox.bitbucket.hosting import Hosted
from sandbox.bitbucket.pipelines import Pipeline
from sandbox.bitbucket.server import TOKEN
from sandbox.gitgrowth import add_files, grow
from sandbox.gitrepo import GitRepo

START = 1_790_000_000.0
WORKSPACE, SLUG = "acme", "app"
PIPELINES = """\
pipelines:
  default:
    - step: {script: [make test]}
  custom:
    build.yml:
      - variables:
          - name: version
          - name: STATIONMASTER_CORRELATION_ID
      - step: {script: [make]}
    automation:
      - step: {script: [make automation]}
"""


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(kw_only=True)
class BitbucketRig:
    """The adapters of one connection and the Bitbucket that they talk to."""

    simulator: BitbucketSimulator
    hosted: Hosted
    edge: Edge
    clock: Clock
    resting: Clock
    changes: Mapping[str, Any] = field(default_factory=dict)
    kept: list[BitbucketCicd] = field(default_factory=list)

    @property
    def scm(self) -> BitbucketScm:
        """An adapter with the usual settings."""
        return self.open_scm()

    @property
    def cicd(self) -> BitbucketCicd:
        """The same adapter each time: it remembers what it started."""
        if not self.kept:
            self.kept.append(self.open_cicd())
        return self.kept[0]

    def settings(self, **changes: Any) -> BitbucketSettings:
        """The usual settings with changes."""
        usual = {
            "base_url": self.simulator.url,
            "workspace": WORKSPACE,
            "repository": SLUG,
            "run_delay": 6.0,
        }
        return BitbucketSettings(**{**usual, **self.changes, **changes})

    def open_scm(self, token: str = TOKEN, **changes: Any) -> BitbucketScm:
        """A source control adapter."""
        return BitbucketScm(self.settings(**changes), secrets(token), self.edge)

    def open_cicd(self, token: str = TOKEN, **changes: Any) -> BitbucketCicd:
        """A CI adapter, as after a restart of ours: it remembers nothing."""
        return BitbucketCicd(self.settings(**changes), secrets(token), self.edge)

    def grow(self, branch: str, titles: Sequence[str], *, file: str = "history.txt") -> str:
        """Commit to a branch behind the adapter's back."""
        return grow(self.hosted.git, branch, titles, file=file)

    def made(self, kind: str, key: str) -> int:
        """How often a thing was made; a release is a file in the Downloads."""
        return self.hosted.made[("download", f"{key}.md") if kind == "release" else (kind, key)]

    def pipeline(self, run_id: str) -> Pipeline:
        """The pipeline of a run."""
        found = self.hosted.book.find(run_id)
        assert found is not None
        return found

    def order(self, run_id: str, order: str) -> None:
        """As a person or a runner does: start, hang, cancel, or a stage or result."""
        self.hosted.book.steer(self.pipeline(run_id), order, self.clock.now)

    def hasty(self, timeout: float) -> "BitbucketRig":
        """The same Bitbucket, with adapters that wait this many seconds for an answer."""
        return replace(self, changes={"timeout": timeout}, kept=[])

    def asked(self, method: str, part: str) -> list[Any]:
        """The requests that had this in their path."""
        return [e for e in self.simulator.record if e.method == method and part in e.path]

    async def worked_off(self) -> None:
        """Wait until Bitbucket has done with the spoiled request, for which nobody waits any more."""
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


def secrets(token: str = TOKEN, **more: str) -> BitbucketSecrets:
    """The secrets of a connection with this token."""
    return BitbucketSecrets.model_validate({"token": token, **more})


@asynccontextmanager
async def bitbucket_rig(
    folder: Path, *, titles: Sequence[str] = ("Begin", "feat: go on (#7)", "fix: mend")
) -> AsyncIterator[BitbucketRig]:
    """A repository `acme/app` with these commits, and an edge to reach it that does not wait between repeats."""
    clock, resting = Clock(), Clock(0.0)
    simulator = BitbucketSimulator(clock=clock)
    shutil.copytree(_template(tuple(titles)), folder / "app.git")
    hosted = simulator.host(WORKSPACE, SLUG, GitRepo(folder / "app.git"))
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
        yield BitbucketRig(simulator=simulator, hosted=hosted, edge=edge, clock=clock, resting=resting)
    finally:
        await edge.threads.close()
        await edge.http.close()
        await simulator.stop()


@cache
def _template(titles: tuple[str, ...]) -> Path:
    """Grown once a process: most of a test's time would go into git otherwise."""
    folder = Path(tempfile.mkdtemp(prefix="stationmaster-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    repo = GitRepo(folder)
    repo.run("init", "--quiet", "--bare", "--initial-branch=main", ".")
    grow(repo, "main", titles)
    add_files(repo, "main", {"bitbucket-pipelines.yml": PIPELINES}, "Add the pipelines")
    return folder
