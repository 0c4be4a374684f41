"""A server that does as it is told, and a client that reaches it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from integrations.breaker import Breakers, Limits
from integrations.egress import Egress
from integrations.http import Bounds, Http
from sandbox.kit import Simulator


class Hand:
    """A clock that is moved by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


class Things(Simulator):
    """Counts the things that were made; `answers` changes what a path answers."""

    name = "things"

    def __init__(self) -> None:
        super().__init__()
        self.made = 0
        self.answers: dict[str, web.Response] = {}
        self.app.router.add_route("*", "/{path:.*}", self._any)

    async def _any(self, request: web.Request) -> web.Response:
        if request.method not in {"GET", "HEAD"}:
            self.made += 1
        return self.answers.get(request.path) or web.json_response({"made": self.made})


class Pauses:
    """Pauses that take no time; `seconds` are those that were asked for."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Remember, and let others run."""
        self.seconds.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def hand() -> Hand:
    """The clock of the breakers."""
    return Hand()


@pytest.fixture
def pauses() -> Pauses:
    """The pauses between repeats."""
    return Pauses()


@pytest.fixture
async def things() -> AsyncIterator[Things]:
    """The server, listening."""
    server = Things()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def http(hand: Hand, pauses: Pauses) -> AsyncIterator[Http]:
    """A client that may reach loopback, with small bounds."""
    client = Http(
        egress=Egress(["127.0.0.0/8"]),
        breakers=Breakers(clock=hand, limits=Limits(failures=4, cooldown=10.0, concurrency=2)),
        bounds=Bounds(body=10_000),
        chance=lambda: 0.5,
        sleep=pauses,
        clock=lambda: 1_790_000_000.0,
    )
    yield client
    await client.close()
