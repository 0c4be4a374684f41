"""The listener: how long a stranger may take, how many may come at once, and what is said to what is no HTTP.

Left alone, aiohttp repeats what it could not read, in its answer and in the log, where a token may stand in it; it
names the versions of what it runs on, and waits an hour for the first head of a connection.
"""

import asyncio
import os
from typing import Any

import structlog
from aiohttp import web

from bot.errors import place_of
from bot.occupying import Occupied

log = structlog.get_logger(__name__)

HEAD_SECONDS = 75.0
"""For the head of a request, and between two of one connection: longer than a proxy in front keeps one open."""
MOST_CONNECTIONS = 1000
_FAULT = 500
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Server": "Stationmaster",  # else it would name the versions of what it runs on
}


class _Handler(web.RequestHandler):
    """Speaks HTTP with one connection."""

    __slots__ = ()

    def log_exception(self, *args: Any, **kw: Any) -> None:  # noqa: ANN401 - the signature of aiohttp
        """The kind of error and its place. Its words may repeat the request."""
        error = kw.get("exc_info")
        log.warning(
            "A connection was ended",
            action="http_ended",
            error=type(error).__name__ if isinstance(error, Exception) else str(args[0]),
            at=place_of(error) if isinstance(error, Exception) else None,
            peer=self.peername[0] if isinstance(self.peername, tuple) else None,
        )

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = _FAULT,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - repeats what came
    ) -> web.StreamResponse:
        """The status and no more; the connection ends."""
        self.log_exception("Error handling request", exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("A part of the answer was sent already")
        text = "Something broke inside" if status == _FAULT else "This is no request that can be read"
        answer = web.Response(status=status, text=f"{text}\n", headers=SAFE)
        answer.force_close()
        return answer


class _Server(web.Server):
    """Gives each connection its handler, and no more connections than there may be."""

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:  # noqa: ANN401 - the signature of aiohttp
        super().__init__(*args, **kwargs)
        self._most = most

    def __call__(self) -> web.RequestHandler:
        return _Handler(self, loop=self._loop, **self._kwargs)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Count it; what is too much is ended at once, before a byte of it is read."""
        super().connection_made(handler, transport)
        if len(self.connections) > self._most:
            log.warning("Too many connections", action="http_crowded", most=self._most)
            transport.abort()


class Listener(web.AppRunner):
    """Runs the web server. Bodies are taken as they are sent: nobody who calls us compresses them."""

    __slots__ = ("_most",)

    def __init__(
        self,
        app: web.Application,
        *,
        head_seconds: float = HEAD_SECONDS,
        most: int = MOST_CONNECTIONS,
        shutdown_timeout: float = 5,
    ) -> None:
        super().__init__(
            app,
            access_log=None,
            shutdown_timeout=shutdown_timeout,
            keepalive_timeout=head_seconds,
            auto_decompress=False,
        )
        self._most = most

    async def listen(self, host: str, port: int) -> None:
        """Begin to take connections there. Occupied where somebody else does, or where the system does not let us."""
        try:
            await web.TCPSite(self, host, port).start()
        except OSError as error:
            # Loops put an address and a pair of words around the system's own; a host that has none has no number.
            number = error.errno or 0
            why = os.strerror(number) if number > 0 else error.strerror
            raise Occupied(
                f"The bot can't listen at {host}:{port} ({why}). Look whether another bot runs there, or set "
                "STATIONMASTER_HTTP_HOST and STATIONMASTER_HTTP_PORT to a place that is free."
            ) from error

    async def _make_server(self) -> web.Server:
        """Start the application, and serve it by handlers of ours."""
        await super()._make_server()
        return _Server(
            self.app._handle,  # noqa: SLF001 - as aiohttp's own runner does it; there is no public way
            request_factory=self.app._make_request,  # noqa: SLF001 - see above
            loop=asyncio.get_running_loop(),
            most=self._most,
            **self._kwargs,
        )
