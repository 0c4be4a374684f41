"""A TCP proxy on loopback that can be cut, swallow, slow down, reset, and forget one half of a connection."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from sandbox.free_port import free_port

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_CHUNK = 65536
# Off, with no time to send what is left: the kernel sends RST instead of FIN.
_RESETTING = struct.pack("ii", 1, 0)


class Weather(StrEnum):
    """What becomes of what is sent.

    `CUT`: connections are ended and new ones refused. `RESET`: the same with RST, and new ones are taken and reset.
    `BLACK_HOLE`: nothing arrives until it is over, and then all of it does. `SLOW`: each piece is late.
    `HALF_OPEN`: the far side is told that it is over, the near side never hears anything again, also afterwards.
    """

    FINE = "fine"
    CUT = "cut"
    RESET = "reset"
    BLACK_HOLE = "black hole"
    SLOW = "slow"
    HALF_OPEN = "half open"


class Proxy:
    """Stands between a bot and what `reach` connects to."""

    def __init__(self, reach: Callable[[], Awaitable[Stream]], *, late: float = 0.3) -> None:
        self._reach = reach
        self._late = late
        self._server: asyncio.Server | None = None
        self._near: set[asyncio.StreamWriter] = set()
        self._far: set[asyncio.StreamWriter] = set()
        self._deserted: set[asyncio.StreamWriter] = set()
        self._meetings: set[asyncio.Task[None]] = set()
        self._clear = asyncio.Event()
        self._clear.set()
        self.weather = Weather.FINE
        self.port = free_port()
        self.connections = 0

    async def start(self) -> None:
        """Listen; on the same port each time."""
        self._server = await asyncio.start_server(self._met, "127.0.0.1", self.port)

    async def stop(self) -> None:
        """Close the port and all connections."""
        await self._shut()
        for task in tuple(self._meetings):
            task.cancel()
        await asyncio.gather(*self._meetings, return_exceptions=True)

    async def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def turn(self, weather: Weather) -> None:
        """Change the weather."""
        before, self.weather = self.weather, weather
        (self._clear.clear if weather is Weather.BLACK_HOLE else self._clear.set)()
        if weather is Weather.CUT:
            await self._shut()
            _end(self._near | self._far)
        elif weather is Weather.RESET:
            _reset(self._near | self._far)
        elif weather is Weather.HALF_OPEN:
            self._deserted |= self._near
            _end(self._far)
        if before is Weather.CUT and weather is not Weather.CUT:
            await self.start()

    def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self._meetings.add(task)
        task.add_done_callback(self._meetings.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._near.add(writer)
        self.connections += 1
        try:
            with suppress(OSError):
                await self._between(reader, writer)
        finally:
            self._near.discard(writer)
            self._deserted.discard(writer)
            await _closed(writer)

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is(Weather.RESET):
            _reset({writer})
            return
        await self._clear.wait()
        if self._is(Weather.HALF_OPEN):
            await _swallow(reader)
            return
        far_reader, far_writer = await self._reach()
        self._far.add(far_writer)
        try:
            async with asyncio.TaskGroup() as both:
                there = both.create_task(self._hand_on(reader, far_writer))
                back = both.create_task(self._hand_on(far_reader, writer))
                await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
                if writer in self._deserted:
                    there.cancel()
                    await asyncio.wait({there})
                    await _swallow(reader)
                there.cancel()
                back.cancel()
        finally:
            self._far.discard(far_writer)
            await _closed(far_writer)

    def _is(self, weather: Weather) -> bool:
        """It may have changed since it was asked last."""
        return self.weather is weather

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(_CHUNK):
                await self._clear.wait()
                if self.weather is Weather.SLOW:
                    await asyncio.sleep(self._late)
                writer.write(piece)
                await writer.drain()


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _swallow(reader: asyncio.StreamReader) -> None:
    """Until the near side has had enough."""
    while await reader.read(_CHUNK):
        pass


def _end(writers: set[asyncio.StreamWriter]) -> None:
    for writer in tuple(writers):
        writer.close()


def _reset(writers: set[asyncio.StreamWriter]) -> None:
    for writer in tuple(writers):
        open_socket = writer.get_extra_info("socket")
        if open_socket is not None and open_socket.fileno() >= 0:
            with suppress(OSError):
                open_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESETTING)
        writer.transport.abort()


def before_url(url: str) -> Proxy:
    """A proxy before a simulator."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    return Proxy(lambda: asyncio.open_connection(host, port))


def before_postgres(url: str) -> tuple[Proxy, Callable[[], str]]:
    """A proxy before a server on a Unix socket, and the database's URL through it once it has started."""
    parts = urlsplit(url)
    folder = parse_qs(parts.query)["host"][0]
    proxy = Proxy(lambda: asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432"))
    return proxy, lambda: f"postgresql://postgres@127.0.0.1:{proxy.port}{parts.path}"
