"""The proxy itself, and a small storm on every way, each time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.storms.fleet import Size
from tests.storms.network import storm
from tests.support.proxy import Proxy, Weather

pytestmark = pytest.mark.slow
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def until(true: Callable[[], bool]) -> None:
    """Return once it is so; TimeoutError."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - what changes it is the loop's own business
            await asyncio.sleep(0.01)


@asynccontextmanager
async def echo() -> AsyncIterator[tuple[Proxy, Callable[[], int]]]:
    """A server that says again what it hears, behind a proxy; and how many it talks to."""
    talking: set[asyncio.StreamWriter] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talking.add(writer)
        with suppress(OSError):
            while piece := await reader.read(100):
                writer.write(piece)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        talking.discard(writer)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    proxy = Proxy(lambda: asyncio.open_connection("127.0.0.1", port), late=0.05)
    await proxy.start()
    try:
        yield proxy, lambda: len(talking)
    finally:
        await proxy.stop()
        server.close()
        await until(lambda: not talking)


@asynccontextmanager
async def reached(proxy: Proxy) -> AsyncIterator[Stream]:
    """A connection through the proxy."""
    stream = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        yield stream
    finally:
        stream[1].close()
        with suppress(OSError):
            await stream[1].wait_closed()


async def _said(stream: Stream, words: bytes) -> bytes:
    stream[1].write(words)
    async with asyncio.timeout(5):
        return await stream[0].read(100)


async def test_in_fine_weather_everything_passes() -> None:
    """There and back, and through slow weather too."""
    async with echo() as (proxy, _talking), reached(proxy) as stream:
        assert await _said(stream, b"one") == b"one"
        await proxy.turn(Weather.SLOW)
        assert await _said(stream, b"two") == b"two"


async def test_cut_ends_connections_and_refuses_new_ones() -> None:
    """Until the weather is fine again, on the same port."""
    async with echo() as (proxy, _talking), reached(proxy) as stream:
        assert await _said(stream, b"one") == b"one"
        await proxy.turn(Weather.CUT)
        assert await asyncio.wait_for(stream[0].read(100), 5) == b""
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", proxy.port)
        await proxy.turn(Weather.FINE)
        async with reached(proxy) as again:
            assert await _said(again, b"three") == b"three"


async def test_a_reset_is_one() -> None:
    """The near side is told by RST, and so is who comes meanwhile."""
    async with echo() as (proxy, _talking), reached(proxy) as stream:
        assert await _said(stream, b"one") == b"one"
        await proxy.turn(Weather.RESET)
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(stream[0].read(100), 5)


async def test_a_black_hole_gives_back_what_it_took() -> None:
    """Nothing arrives while it is there, and everything afterwards."""
    async with echo() as (proxy, _talking), reached(proxy) as stream:
        assert await _said(stream, b"one") == b"one"
        await proxy.turn(Weather.BLACK_HOLE)
        stream[1].write(b"two")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(reading := asyncio.create_task(stream[0].read(100))), 0.2)
        await proxy.turn(Weather.FINE)
        assert await asyncio.wait_for(reading, 5) == b"two"


async def test_half_open_is_silence_for_ever() -> None:
    """The far side is told that it is over; the near side hears nothing, also when the weather is fine again."""
    async with echo() as (proxy, talking), reached(proxy) as stream:
        assert await _said(stream, b"one") == b"one"
        await proxy.turn(Weather.HALF_OPEN)
        await until(lambda: not talking())
        await proxy.turn(Weather.FINE)
        stream[1].write(b"two")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stream[0].read(100), 0.2)


async def test_bad_ways_end_every_release_as_undisturbed(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """R1, R2, R6, R7: the ways to Slack, to each provider and to the database are cut, slow, silent, reset or half
    open in turn; nothing is lost, nothing made or said twice, and everything goes on by itself."""
    tale = await storm(tmp_path, Size(releases=4, seconds=30))
    record_property("storm", tale.lines("network"))
    assert tale.wrong == []
    assert tale.done.total() > 0
