"""The dead man's switch: held only while all is well, and quiet about its address."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import structlog
from aiohttp import web

from bot.deadman import DeadMan
from integrations.breaker import Breakers
from integrations.egress import Egress
from integrations.http import Http


class Listener:
    """A server that is pinged, and what it answers."""

    def __init__(self) -> None:
        self.pings = 0
        self.status = 200

    async def serve(self, _request: web.Request) -> web.Response:
        """Count the ping."""
        self.pings += 1
        return web.Response(status=self.status)


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    """Our own client, which may reach loopback."""
    client = Http(egress=Egress(("127.0.0.1",)), breakers=Breakers(clock=asyncio.get_running_loop().time))
    yield client
    await client.close()


async def _listening(listener: Listener) -> tuple[web.AppRunner, str]:
    server = web.Application()
    server.router.add_get("/secret-path", listener.serve)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/secret-path"


async def test_it_is_held_only_while_all_is_well(http: Http) -> None:
    """Not well: no ping, so that the other side raises the alarm."""
    listener, well = Listener(), True
    runner, url = await _listening(listener)

    async def ask() -> bool:
        return well

    switch = DeadMan(http=http, url=url, seconds=1, well=ask)
    assert await switch.once() is True
    well = False
    assert await switch.once() is False
    assert listener.pings == 1
    await runner.cleanup()


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_an_answer_that_is_no_yes_is_logged_without_the_address(http: Http, status: int) -> None:
    """The address may hold a secret."""
    listener = Listener()
    listener.status = status
    runner, url = await _listening(listener)

    async def ask() -> bool:
        return True

    with structlog.testing.capture_logs() as logs:
        assert await DeadMan(http=http, url=url, seconds=1, well=ask).once() is False
    assert [entry["action"] for entry in logs if "action" in entry] == ["ping_failed"]
    warned = [entry for entry in logs if entry.get("action")]
    assert "secret-path" not in str(warned)
    await runner.cleanup()


async def test_it_goes_on_after_a_failure(http: Http) -> None:
    """Nobody listens: it is tried again in the next round, for as long as the bot lives."""
    rounds: list[float] = []

    async def sleep(seconds: float) -> None:
        rounds.append(seconds)
        if len(rounds) == 3:
            raise asyncio.CancelledError

    async def ask() -> bool:
        return True

    switch = DeadMan(http=http, url="http://127.0.0.1:9/", seconds=60, well=ask, sleep=sleep)
    with pytest.raises(asyncio.CancelledError):
        await switch.run()
    assert rounds == [60, 60, 60]
