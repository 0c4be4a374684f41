"""The command line as a process at its most talkative: no secret on either output, in no file, whatever happens."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from sandbox.checkmate import TOKEN, CheckmateSimulator
from sandbox.github.hosting import Account as GithubAccount
from sandbox.jira import JiraSimulator
from sandbox.kit import Simulator
from tests.integrations.github.github_rig import github_rig

CANARY = "canary-4711-0815"
ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow
Server = tuple[Simulator, dict[str, str]]


@asynccontextmanager
async def github(folder: Path, *, known: bool) -> AsyncIterator[Server]:
    """A GitHub, and the settings of a connection to it."""
    async with github_rig(folder) as rig:
        if known:
            rig.simulator.accounts[CANARY] = GithubAccount()
        yield rig.simulator, {"base_url": rig.simulator.url, "owner": "acme", "repository": "app"}


@asynccontextmanager
async def jira(_folder: Path, *, known: bool) -> AsyncIterator[Server]:
    """A Jira, and the settings of a connection to it."""
    simulator = JiraSimulator()
    if known:
        simulator.account.token = CANARY
    await simulator.start()
    yield simulator, {"base_url": simulator.url, "email": simulator.account.email}
    await simulator.stop()


@asynccontextmanager
async def checkmate(_folder: Path, *, known: bool) -> AsyncIterator[Server]:
    """A Checkmate, and the settings of a connection to it."""
    simulator = CheckmateSimulator()
    if known:
        simulator.world.users[CANARY] = simulator.world.users[TOKEN]
    await simulator.start()
    yield simulator, {"base_url": simulator.url}
    await simulator.stop()


async def stationmaster(data: Path, *words: str, stdin: str = "", **variables: str) -> tuple[int | None, str]:
    """Run the command line; its exit status and all that it wrote."""
    environment: Mapping[str, str] = {
        "STATIONMASTER_DATA": str(data),
        "STATIONMASTER_EGRESS_ALLOW": '["127.0.0.1"]',
        "STATIONMASTER_LOG_LEVEL": "DEBUG",
        **variables,
    }
    process = await asyncio.create_subprocess_exec(
        "env",
        *(f"{name}={value}" for name, value in environment.items()),
        sys.executable,
        "-m",
        "bot",
        *words,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate(stdin.encode())
    return process.returncode, out.decode()


def connect(provider: str, settings: dict[str, str]) -> tuple[str, ...]:
    """The words."""
    return ("connect", provider, "--tenant", "T1", "--id", provider, "--settings", json.dumps(settings))


def clean(data: Path) -> bool:
    """Whether no file below holds the canary."""
    return all(CANARY.encode() not in path.read_bytes() for path in data.rglob("*") if path.is_file())


@pytest.mark.parametrize("vendor", [github, jira, checkmate])
async def test_a_secret_that_is_accepted_shows_nowhere(vendor: Callable[..., Any], tmp_path: Path) -> None:
    """Connected, listed, tried again and sealed anew, with every logger at DEBUG: neither told nor in a file."""
    data = tmp_path / "data"
    async with vendor(tmp_path, known=True) as (_, settings):
        stdin = json.dumps({"token": CANARY})
        given = connect(vendor.__name__, settings)
        later = (("connections", "--tenant", "T1"), ("verify", "--tenant", "T1"), ("rotate-keys",))
        runs = [await stationmaster(data, *words, stdin=stdin) for words in (given, *later)]
    assert [status for status, _ in runs] == [0, 0, 0, 0], runs
    assert all(CANARY not in told for _, told in runs)
    assert "verified" in runs[1][1]
    assert clean(data)


@pytest.mark.parametrize("vendor", [github, jira, checkmate])
async def test_a_secret_that_is_refused_shows_nowhere(vendor: Callable[..., Any], tmp_path: Path) -> None:
    """Neither where the provider refuses it, nor where it breaks and repeats it. Nothing is saved."""
    data = tmp_path / "data"
    stdin = json.dumps({"token": CANARY})
    async with vendor(tmp_path, known=False) as (simulator, settings):
        refused = await stationmaster(data, *connect(vendor.__name__, settings), stdin=stdin)
        said = f"no {CANARY}"
        body = json.dumps({"message": said, "error": said, "errorMessages": [said]})
        headers = {"Content-Type": "application/json", "Set-Cookie": f"a={CANARY}"}
        simulator.fault(path=".*", status=400, body=body, headers=headers, times=99)
        broken = await stationmaster(data, *connect(vendor.__name__, settings), stdin=stdin)
    for status, told in (refused, broken):
        assert status == 1, told
        assert CANARY not in told
        assert "nothing is saved" in told
    assert "[hidden]" in broken[1]
    assert not list(data.rglob("*.db"))
