"""Speaks to the simulated GitLab as a bare client does."""

import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from sandbox.gitgrowth import add_files, grow
from sandbox.gitlab import GitlabSimulator
from sandbox.gitlab.hosting import Hosted
from sandbox.gitlab.server import TOKEN
from sandbox.gitrepo import GitRepo

PROJECT = "/api/v4/projects/acme%2Fapp"
CI_FILE = """\
stages: [build]
variables: {CHANNEL: beta}
workflow:
  name: 'Build ${VERSION}'
  rules:
    - if: $WORKFLOW == "none"
      when: never
    - if: $WORKFLOW
.hidden: {script: [x]}
build:
  script: [make]
nightly:
  script: [make nightly]
  rules:
    - if: $WORKFLOW == "nightly" && $VERSION
"""


class Caller:
    """The simulator, its clock in the test's hand, and requests to it."""

    def __init__(self, simulator: GitlabSimulator, hosted: Hosted, session: aiohttp.ClientSession) -> None:
        self.simulator = simulator
        self.hosted = hosted
        self._session = session

    async def ask(
        self, method: str, path: str, body: Any = None, *, token: str = TOKEN, root: str = PROJECT
    ) -> tuple[int, Any, dict[str, str]]:
        """Status, body (JSON where it is) and headers of one request."""
        async with self._session.request(
            method,
            URL(f"{self.simulator.url}{root}{path}", encoded=True),
            json=body,
            headers={"PRIVATE-TOKEN": token},
        ) as answer:
            data = await answer.json() if answer.content_type == "application/json" else await answer.text()
            return answer.status, data, dict(answer.headers)


class Clock:
    """Seconds that pass only when told to."""

    now = 1_790_000_000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@asynccontextmanager
async def caller(folder: Path) -> AsyncIterator[tuple[Caller, Clock]]:
    """A project `acme/app` with three commits and a .gitlab-ci.yml."""
    clock = Clock()
    simulator = GitlabSimulator(clock=clock)
    shutil.copytree(_template(), folder / "app.git")
    hosted = simulator.host("acme/app", GitRepo(folder / "app.git"))
    await simulator.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Caller(simulator, hosted, session), clock
    finally:
        await simulator.stop()


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="stationmaster-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    repo = GitRepo(folder)
    repo.run("init", "--quiet", "--bare", "--initial-branch=main", ".")
    grow(repo, "main", ["Begin", "Go on"])
    add_files(repo, "main", {".gitlab-ci.yml": CI_FILE}, "Add the pipeline")
    return folder
