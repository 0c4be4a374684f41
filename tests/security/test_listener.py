"""Strangers at the listener: slow, many, packed, or speaking no HTTP. None of them is told or remembered anything."""

import asyncio
import gzip
import socket
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.api.callbacks import Callbacks
from bot.api.listener import SAFE, Listener
from bot.api.server import MAX_BODY, build_server
from bot.occupying import Occupied
from tests.support.office import office

CANARY = b"canary-4711"
HOOK = b"POST /hooks/T1/github HTTP/1.1\r\nHost: bot\r\n"


class _Book:
    """No connection is known; counts the looks."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def find(self, tenant_id: str, integration: str) -> None:
        """Not there."""
        self.asked.append((tenant_id, integration))


@dataclass(frozen=True, kw_only=True)
class Door:
    """A listener that runs."""

    port: int
    book: _Book

    async def says(self, *pieces: bytes) -> bytes:
        """What comes back until the connection ends; nothing where it is ended at once."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            return await asyncio.wait_for(reader.read(), 20)
        except ConnectionError:
            return b""
        finally:
            writer.close()


@asynccontextmanager
async def door(*, head_seconds: float = 20, body_seconds: float = 20, most: int = 50) -> AsyncIterator[Door]:
    """The bot's listener with the routes of callbacks and health."""

    async def health() -> dict[str, object]:
        return {"ready": True}

    book = _Book()
    server = build_server(
        app=None,
        signing_secret=None,
        callbacks=Callbacks(book=book, inbox=None, wake=asyncio.Event()),  # type: ignore[arg-type]  # never reached
        health=health,
        body_seconds=body_seconds,
    )
    runner = Listener(server, head_seconds=head_seconds, most=most, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield Door(port=runner.addresses[0][1], book=book)
    finally:
        await runner.cleanup()


NO_HTTP = [
    b"GET /connect/" + CANARY + b" HTTP/9.9\r\n\r\n",
    CANARY + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nAuthorization " + CANARY + b"\r\n\r\n",
    HOOK + b"X-Gitlab-Token: " + CANARY + b"\x01\r\n\r\n",
    HOOK + b"X-Gitlab-Token: " + CANARY * 1000 + b"\r\n\r\n",
    HOOK + b"".join(b"X-%d: " % number + CANARY + b"\r\n" for number in range(200)) + b"\r\n",
    HOOK + b"Content-Length: " + CANARY + b"\r\n\r\n",
    HOOK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n" + CANARY,
    HOOK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + CANARY,
    HOOK + b"Transfer-Encoding: chunked\r\n\r\n" + CANARY + b"\r\n",
    b"\x16\x03\x01\x02\x00" + CANARY,
]


@pytest.mark.parametrize("sent", NO_HTTP, ids=range(len(NO_HTTP)))
async def test_what_is_no_http_is_refused_without_a_word_of_it(sent: bytes) -> None:
    """400 with our headers; neither the answer nor the log repeats it, and no version is named."""
    with capture_logs() as logs:
        async with door() as d:
            said = await d.says(sent)
    assert said.split(b"\r\n")[0].endswith(b"400 Bad Request")
    for name, value in SAFE.items():
        assert f"{name}: {value}".encode() in said
    assert CANARY not in said
    assert b"aiohttp" not in said
    assert b"Python" not in said
    assert CANARY.decode() not in str(logs)
    assert [entry["action"] for entry in logs] in (["http_ended"], ["http_ended"] * 2)


@pytest.mark.parametrize(
    "pieces",
    [(), (b"G",), (HOOK,), (HOOK, b"X-A: 1\r\n", b"X-B: 2\r\n")],
    ids=["none", "one", "some", "more"],
)
async def test_a_head_that_does_not_end_ends_the_connection(pieces: tuple[bytes, ...]) -> None:
    """Whoever sends a line now and then holds a connection for the time of a head, and gets no answer."""
    async with door(head_seconds=0.2) as d:
        assert await d.says(*pieces) == b""


@pytest.mark.parametrize("before", [b"", b"GET / HTTP/1.1\r\nHost: bot\r\n\r\n"], ids=["first", "second"])
async def test_a_head_that_drips_has_no_more_time(before: bytes) -> None:
    """A line now and then lengthens nothing, in the first request of a connection and in one after it."""
    async with door(head_seconds=0.3) as d, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", d.port)
        if before:
            writer.write(before)
            assert (await reader.read(2**16)).startswith(b"HTTP/1.1 404 ")
        ended = asyncio.create_task(reader.read())
        writer.write(HOOK)
        while not (await asyncio.wait([ended], timeout=0.05))[0]:
            writer.write(b"X-A: 1\r\n")
        assert ended.result() == b""
        writer.close()


async def test_a_body_that_drips_is_given_up() -> None:
    """408 when its time is over, whatever was announced; the listener serves others meanwhile."""
    async with door(body_seconds=0.3) as d:
        slow = asyncio.create_task(d.says(HOOK + b"Content-Length: 1000\r\n\r\n", b"a"))
        chunked = asyncio.create_task(d.says(HOOK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"))
        alive = await d.says(b"GET /healthz HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n")
        assert b'"alive"' in alive
        assert (await slow).startswith(b"HTTP/1.1 408 ")
        assert (await chunked).startswith(b"HTTP/1.1 408 ")
    assert d.book.asked == []


async def test_a_body_without_an_end_is_read_to_the_limit() -> None:
    """Chunks that go on and on: 413 at two megabytes, and the connection ends."""
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    async with door() as d:
        said = await d.says(
            HOOK + b"Transfer-Encoding: chunked\r\n\r\n", *[piece] * (MAX_BODY // 0x10000 + 1)
        )
    assert said.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, bytes], ids=["gzip", "deflate", "neither"])
async def test_packed_bodies_are_refused_unopened(pack: Callable[[bytes], bytes]) -> None:
    """A bomb of 64 megabytes in 64 kilobytes, or what only says that it is packed: 415, never 500."""
    body = pack(b"\0" * 2**16 if pack is bytes else b"\0" * 2**26)
    encoding = b"deflate" if pack is zlib.compress else b"gzip"
    head = b"Content-Encoding: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % (encoding, len(body))
    with capture_logs() as logs:
        async with door() as d:
            said = await d.says(HOOK + head + body)
    assert said.startswith(b"HTTP/1.1 415 ")
    assert d.book.asked == []
    assert not [entry for entry in logs if entry["log_level"] == "error"]


async def test_an_odd_expectation_is_refused_like_all_else() -> None:
    """417 comes before every handler, and still bears our headers and no version of a library."""
    async with door() as d:
        said = await d.says(HOOK + b"Expect: 200-ok\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    assert said.startswith(b"HTTP/1.1 417 ")
    for name, value in SAFE.items():
        assert f"{name}: {value}\r\n".encode() in said
    assert b"aiohttp" not in said.lower()


async def test_there_are_no_more_connections_than_allowed() -> None:
    """The ones behind the limit are ended at once; when others go, there is room again."""
    async with door(most=3) as d:
        held = [await asyncio.open_connection("127.0.0.1", d.port) for _ in range(3)]
        for _reader, writer in held:
            writer.write(b"GET /healthz HTTP/1.1\r\n")
            await writer.drain()
        assert await d.says(b"GET /healthz HTTP/1.1\r\n\r\n") == b""
        first = held[0][1]
        first.close()
        await first.wait_closed()
        said = b""
        while not said:
            said = await d.says(b"GET /healthz HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n")
        assert b"200 OK" in said
        for _reader, writer in held[1:]:
            writer.close()


@pytest.mark.parametrize("place", ["%00", "a%00b", "%01", "%7F", "x" * 201])
async def test_a_callback_to_a_name_that_nothing_has_asks_no_database(place: str) -> None:
    """A zero character would make PostgreSQL fail: 401 like every other unknown address."""
    async with door() as d:
        for path in (f"/hooks/{place}/github", f"/hooks/T1/{place}"):
            said = await d.says(f"POST {path} HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n".encode())
            assert said.startswith(b"HTTP/1.1 401 ")
    assert d.book.asked == []


async def test_the_bot_listens_like_this(tmp_path: Path) -> None:
    """The running bot itself: what is no HTTP gets the short answer."""
    async with office(tmp_path, transport="http") as o:
        port = int(o.bot.url.rpartition(":")[2])
        said = await Door(port=port, book=_Book()).says(NO_HTTP[0])
    assert b"Server: Stationmaster" in said
    assert CANARY not in said


@pytest.mark.parametrize(
    ("place", "why"),
    [
        (("127.0.0.1", None), "Address already in use"),
        (("203.0.113.1", 1), "Cannot assign requested address"),
    ],
)
async def test_a_place_that_can_not_be_had_is_told(place: tuple[str, int | None], why: str) -> None:
    """With the address, the system's words, and the settings that say where to listen."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        host, port = place[0], place[1] or other.getsockname()[1]
        runner = Listener(web.Application())
        await runner.setup()
        try:
            with pytest.raises(Occupied, match=f"{host}:{port} .{why}.*STATIONMASTER_HTTP_PORT") as caught:
                await runner.listen(host, port)
        finally:
            await runner.cleanup()
    assert isinstance(caught.value.__cause__, OSError)


async def test_by_socket_mode_alone_nothing_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody names a port the bot is heard by Slack and opens none."""

    async def opens(*_args: object, **_more: object) -> None:
        raise AssertionError("a port was opened")

    async with office(tmp_path, "asking", started=False, transport="socket", http_port=None) as o:
        monkeypatch.setattr(asyncio.get_running_loop(), "create_server", opens)
        await o.open()
        assert "1 release is running" in await o.says(o.ann, "/release list")
