"""The processes of the demo: the sandbox and the bot, started, watched and ended by their pids."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.settings import Settings

_START_SECONDS = 60.0
_END_SECONDS = 15.0


class StageError(Exception):
    """A process of the demo did not start, or died."""


def bot_environment(addresses: Mapping[str, Any], data: Path, *, port: int) -> dict[str, str]:
    """The environment of a bot that lives in the sandbox: the same variables as in a real workspace."""
    slack = addresses["slack"]
    page = {"STATIONMASTER_WEB_URL": f"http://127.0.0.1:{port}"} if port else {}
    return {
        **page,
        "STATIONMASTER_DATA": str(data),
        "SLACK_BOT_TOKEN": slack["bot_token"],
        "SLACK_APP_TOKEN": slack["app_token"],
        "SLACK_SIGNING_SECRET": slack["signing_secret"],
        "STATIONMASTER_SLACK_API_URL": slack["api_url"],
        "STATIONMASTER_EGRESS_ALLOW": '["127.0.0.1"]',
        "STATIONMASTER_HTTP_PORT": str(port),
        "STATIONMASTER_CARD_SECONDS": "0.5",
        "STATIONMASTER_SLACK_PACE": "0",
        "STATIONMASTER_LOG_LEVEL": "WARNING",
    }


def bot_settings(environment: Mapping[str, str]) -> Settings:
    """The same settings, for what the demo does in the administrator's place."""
    names = {
        "STATIONMASTER_DATA": "data",
        "DATABASE_URL": "database_url",
        "STATIONMASTER_EGRESS_ALLOW": "egress_allow",
    }
    given: dict[str, Any] = {names[key]: value for key, value in environment.items() if key in names}
    if "egress_allow" in given:
        given["egress_allow"] = tuple(json.loads(given["egress_allow"]))
    return Settings(**given)


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """A process that began well; `line` is the first that it printed."""

    line: str
    name: str
    process: asyncio.subprocess.Process

    async def ended(self) -> str:
        """Its name, once it has ended by itself."""
        await self.process.wait()
        return self.name


@asynccontextmanager
async def process(
    *words: str, first_line: str | None = None, log: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[str]:
    """Run `python -m words…` until the block ends; gives the first line that it prints."""
    async with running(*words, first_line=first_line, log=log, environment=environment) as found:
        yield found.line


@asynccontextmanager
async def running(
    *words: str, first_line: str | None = None, log: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Running]:
    """As `process`, with the process itself. Ctrl-C in the terminal reaches only who started it, and ends it so."""
    with log.open("ab") as errors:
        # `env` adds to the environment and becomes the process that it starts: the pid is the bot's own.
        started = await asyncio.create_subprocess_exec(
            "env",
            *(f"{key}={value}" for key, value in (environment or {}).items()),
            sys.executable,
            "-m",
            *words,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    try:
        line = await _first_line(started, words, log, wanted=first_line)
        yield Running(line=line, name=words[0], process=started)
    finally:
        await _end(started)


async def _first_line(
    started: asyncio.subprocess.Process, words: tuple[str, ...], log: Path, *, wanted: str | None
) -> str:
    if started.stdout is None:
        raise StageError(f"{words[0]} has no output")
    async with asyncio.timeout(_START_SECONDS):
        line = (await started.stdout.readline()).decode().strip()
    if not line or (wanted is not None and line != wanted):
        said = await asyncio.to_thread(log.read_text)
        raise StageError(f"`python -m {' '.join(words)}` did not start; its log:\n{said[-3000:]}")
    return line


async def _end(started: asyncio.subprocess.Process) -> None:
    if started.returncode is not None:
        return
    started.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(_END_SECONDS):
            await started.wait()
    except TimeoutError:
        started.kill()
        await started.wait()
