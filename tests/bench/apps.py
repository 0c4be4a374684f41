"""The bot and Bolt as processes in front of a small Slack, and an open loop of commands to either."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from orchestration.store.database import open_engine
from orchestration.store.migrate import upgrade
from sandbox.free_port import free_port
from tests.bench.own.stock import Stock, fill
from tests.bench.plan import Absent, Place
from tests.bench.processes import PEERS, ROOT
from tests.bench.small_slack import APP_TOKEN, BOT_TOKEN, PERSON, SECRET, SmallSlack

_READY_SECONDS = 60.0
_RUNS = "Stationmaster runs."
Send = Callable[[Mapping[str, str]], Awaitable[float]]
"""Sends a command; when it was acknowledged, by the loop's clock."""


class NotReady(Exception):
    """The process ended or said nothing; the message has what it complained of."""


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


@asynccontextmanager
async def _process(words: list[str], said: str, log: Path) -> AsyncIterator[None]:
    """A process from the line by which it says that it is ready to the end of the block, where it is ended."""
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *words, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=errors
        )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(_READY_SECONDS):
            while said not in (line := (await process.stdout.readline()).decode()):
                if not line:
                    raise NotReady(_end_of(log))
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        # Whatever it still says must not fill the pipe while it ends.
        await process.communicate(b"")


def _environment(slack: SmallSlack, data: Path, url: str, port: int, transport: str) -> dict[str, str]:
    ways = {"SLACK_APP_TOKEN": APP_TOKEN} if transport == "socket" else {}
    return {
        "DATABASE_URL": url,
        "STATIONMASTER_DATA": str(data),
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "STATIONMASTER_SLACK_API_URL": f"{slack.url}/api/",
        "STATIONMASTER_HTTP_PORT": str(port),
        "STATIONMASTER_EGRESS_ALLOW": '["127.0.0.1"]',
        "STATIONMASTER_LOG_LEVEL": "ERROR",
        "STATIONMASTER_SLACK_PACE": "0",
        **ways,
    }


@asynccontextmanager
async def our_bot(
    place: Place, slack: SmallSlack, *, kind: str, releases: int, transport: str
) -> AsyncIterator[Send]:
    """The unmodified bot on a durable database with so many running releases."""
    url, port = await place.database(kind), free_port()
    await upgrade(url)
    engine = open_engine(url)
    await fill(engine, Stock(releases=releases, active=releases, tenants=1, waiting=0), person=PERSON)
    await engine.dispose()
    words = _bot(_environment(slack, place.folder / "data", url, port, transport))
    async with _process(words, _RUNS, place.folder / "bot.log"):
        yield _sender(slack, port, transport)


def _bot(environment: Mapping[str, str]) -> list[str]:
    words = (f"{name}={value}" for name, value in environment.items())
    return ["env", *words, sys.executable, "-m", "bot", "run"]


async def started(place: Place, slack: SmallSlack, *, url: str, port: int) -> float:
    """Seconds from the start of the bot's process until it says that it runs.

    Modules are compiled by the first start and kept, as an installation has them, wherever this runs.
    """
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(place.folder / "compiled")}
    clock = asyncio.get_running_loop().time
    begun = clock()
    words = _bot({**_environment(slack, place.folder / "data", url, port, "http"), **compiled})
    async with _process(words, _RUNS, place.folder / "bot.log"):
        return clock() - begun


@asynccontextmanager
async def bolt(place: Place, slack: SmallSlack, *, transport: str) -> AsyncIterator[Send]:
    """Bolt's own default, with handlers that do nothing."""
    if place.peer_python is None:
        raise Absent("the peers are not installed")
    port = free_port()
    given = {
        "port": port,
        "api": f"{slack.url}/api/",
        "token": BOT_TOKEN,
        "app_token": APP_TOKEN,
        "secret": SECRET,
        "transport": transport,
    }
    words = [str(place.peer_python), str(PEERS / "bolt_peer.py"), json.dumps(given)]
    async with _process(words, "ready", place.folder / "bolt.log"):
        yield _sender(slack, port, transport)


def _sender(slack: SmallSlack, port: int, transport: str) -> Send:
    url = f"http://127.0.0.1:{port}/slack/events"

    async def over_http(fields: Mapping[str, str]) -> float:
        return await slack.over_http(url, fields)

    async def over_socket(fields: Mapping[str, str]) -> float:
        await slack.connected()
        return await slack.over_socket("slash_commands", fields)

    return over_socket if transport == "socket" else over_http


async def open_loop(send: Send, slack: SmallSlack, *, per_second: float, count: int) -> list[float]:
    """Seconds from the moment at which each command was due to be sent to its acknowledgement.

    Commands are sent by the clock, however long the ones before take: a slow answer is not hidden by waiting for it.
    """
    clock = asyncio.get_running_loop().time
    # The first few open connections and compile statements.
    for _ in range(5):
        await send(slack.command("status"))
    begun = clock() + 0.1

    async def one(number: int) -> float:
        due = begun + number / per_second
        await asyncio.sleep(max(0.0, due - clock()))
        return await send(slack.command(f"status REL-{number % 10:08d}")) - due

    return list(await asyncio.gather(*(one(number) for number in range(count))))
