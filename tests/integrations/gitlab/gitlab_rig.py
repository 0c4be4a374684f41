"""The GitLab adapters against their simulator over TCP, with clocks in the test's hand."""

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

from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.gitlab import GitlabCicd, GitlabScm, GitlabSecrets, GitlabSettings
from integrations.http import Http
from integrations.threads import Threads
from orchestration.ports.cicd import BuildRequest
from sandbox.gitgrowth import add_files, grow
from sandbox.gitlab import GitlabSimulator
from sandbox.gitlab.hosting import Hosted
from sandbox.gitlab.server import TOKEN
from sandbox.gitrepo import GitRepo

START = 1_790_000_000.0
PROJECT = "acme/mobile/app"
CI_FILE = """\
workflow:
  name: 'Build $version'
  rules:
    - if: $STATIONMASTER_WORKFLOW
build-output:
  script: [make]
  rules:
    - if: $STATIONMASTER_WORKFLOW == "build.yml"
"""
NAMED = CI_FILE.replace("$version", "$version $STATIONMASTER_CORRELATION_ID")


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(kw_only=True)
class GitlabRig:
    """The adapters of one connection and the GitLab that they talk to."""

    simulator: GitlabSimulator
    hosted: Hosted
    edge: Edge
    clock: Clock
    resting: Clock
    changes: Mapping[str, Any] = field(default_factory=dict)
    opened: list[GitlabScm | GitlabCicd] = field(default_factory=list)

    @property
    def scm(self) -> GitlabScm:
        """A new adapter with the usual settings."""
        return self.open_scm()

    @property
    def cicd(self) -> GitlabCicd:
        """A new adapter with the usual settings."""
        return self.open_cicd()

    def settings(self, **changes: Any) -> GitlabSettings:
        """The usual settings with changes."""
        usual = {"base_url": self.simulator.url, "project": PROJECT, "run_delay": 6.0}
        return GitlabSettings(**{**usual, **self.changes, **changes})

    def open_scm(self, token: str = TOKEN, **changes: Any) -> GitlabScm:
        """A source control adapter."""
        made = GitlabScm(self.settings(**changes), secrets(token), self.edge)
        self.opened.append(made)
        return made

    def open_cicd(self, token: str = TOKEN, **changes: Any) -> GitlabCicd:
        """A CI adapter."""
        made = GitlabCicd(self.settings(**changes), secrets(token), self.edge)
        self.opened.append(made)
        return made

    def grow(self, branch: str, titles: Sequence[str], *, file: str = "history.txt") -> str:
        """Commit to a branch behind the adapter's back."""
        return grow(self.hosted.git, branch, titles, file=file)

    def made(self, kind: str, key: str) -> int:
        """How often a thing was made."""
        return self.hosted.made[kind, key]

    def hasty(self, timeout: float) -> "GitlabRig":
        """The same GitLab, with adapters that wait this many seconds for an answer."""
        return replace(self, changes={"timeout": timeout})

    async def worked_off(self) -> None:
        """Wait until GitLab has done with the spoiled request, for which nobody waits any more."""
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


def secrets(token: str) -> GitlabSecrets:
    """The secrets of a connection with this token."""
    return GitlabSecrets.model_validate({"token": token})


@asynccontextmanager
async def gitlab_rig(
    folder: Path,
    *,
    titles: Sequence[str] = ("Begin", "feat: go on (#7)", "fix: mend"),
    named: bool = False,
) -> AsyncIterator[GitlabRig]:
    """A project `acme/mobile/app` with these commits, and an edge to reach it.

    `named`: whether its .gitlab-ci.yml shows our id in the names of pipelines.
    """
    clock, resting = Clock(), Clock(0.0)
    simulator = GitlabSimulator(clock=clock)
    shutil.copytree(_template(tuple(titles), NAMED if named else CI_FILE), folder / "app.git")
    hosted = simulator.host(PROJECT, GitRepo(folder / "app.git"))
    await simulator.start()
    egress, breakers = Egress(["127.0.0.1"]), Breakers(clock=resting)
    edge = Edge(
        tenant="T1",
        http=Http(egress=egress, breakers=breakers),
        threads=Threads(size=4, egress=egress, breakers=breakers),
    )
    rig = GitlabRig(simulator=simulator, hosted=hosted, edge=edge, clock=clock, resting=resting)
    try:
        yield rig
    finally:
        await edge.threads.close()
        for adapter in rig.opened:
            adapter._client.session.close()
        await edge.http.close()
        await simulator.stop()


@cache
def _template(titles: tuple[str, ...], ci_file: str) -> Path:
    """Grown once a process: most of a test's time would go into git otherwise."""
    folder = Path(tempfile.mkdtemp(prefix="stationmaster-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    repo = GitRepo(folder)
    repo.run("init", "--quiet", "--bare", "--initial-branch=main", ".")
    grow(repo, "main", titles)
    add_files(repo, "main", {".gitlab-ci.yml": ci_file}, "Add the pipeline")
    return folder
