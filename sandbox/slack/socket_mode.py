"""Socket Mode: WebSocket connections of the app, envelopes over them, acks by `envelope_id`.

Source: docs.slack.dev/apis/events-api/using-socket-mode. Up to ten connections; each envelope goes to one of
them, in turn. A URL is good for one connection.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, ClassVar

from aiohttp import WSMsgType, web

from sandbox.slack.envelopes import Ack, Envelope, EnvelopeKind, Outcome
from sandbox.slack.workspace import Workspace

MOST_CONNECTIONS = 10


@dataclass(kw_only=True, slots=True, eq=False)
class Connection:
    """One WebSocket of the app and the envelopes sent over it that wait for their ack."""

    id: str
    socket: web.WebSocketResponse
    request: web.Request
    leaving: bool = False
    pending: dict[str, asyncio.Future[Ack]] = field(default_factory=dict)

    def abort(self) -> None:
        """Break the TCP connection without a word."""
        if self.request.transport is not None:
            self.request.transport.abort()


class SocketMode:
    """The hub of the app's WebSockets."""

    NOT_KEPT: ClassVar[frozenset[str]] = frozenset({"connections", "_tickets"})

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tickets: set[str] = set()
        self.connections: list[Connection] = []

    def new_url(self) -> str:
        """Return a WebSocket URL with a ticket that is good for one connection."""
        ticket = self._workspace.world.new_id("ticket-")
        self._tickets.add(ticket)
        base = self._workspace.base_url.replace("http://", "ws://", 1)
        return f"{base}/link/?ticket={ticket}&app_id={self._workspace.app.id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one WebSocket until it closes."""
        ticket = request.query.get("ticket", "")
        if self._workspace.settings.down:
            return web.Response(status=503)
        if ticket not in self._tickets:
            return web.Response(status=408, text="invalid ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        connection = Connection(id=ticket, socket=socket, request=request)
        await self._greet(connection)
        try:
            await self._listen(connection)
        finally:
            self._forget(connection)
        return socket

    async def _greet(self, connection: Connection) -> None:
        self.connections.append(connection)
        await connection.socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
                "connection_info": {"app_id": self._workspace.app.id},
            }
        )
        self._workspace.world.changed("connected", connection.id)

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        for future in connection.pending.values():
            if not future.done():
                future.set_result(Ack(outcome=Outcome.UNREACHABLE, detail="the socket closed"))
        connection.pending.clear()
        self._workspace.world.changed("disconnected", connection.id)

    async def _listen(self, connection: Connection) -> None:
        async for frame in connection.socket:
            if frame.type is WSMsgType.TEXT:
                self._take_ack(connection, frame.data)

    def _take_ack(self, connection: Connection, text: str) -> None:
        try:
            answer = json.loads(text)
            envelope_id = answer["envelope_id"]
        except (ValueError, KeyError, TypeError):
            self._workspace.world.violation("ack_body", "socket", text)
            return
        future = connection.pending.pop(envelope_id, None)
        if future is None:
            self._workspace.world.violation("unknown_envelope", "socket", str(envelope_id))
        elif not future.done():
            future.set_result(Ack(outcome=Outcome.OK, body=answer.get("payload")))

    def _next(self) -> Connection | None:
        free = [c for c in self.connections if not c.leaving and not c.socket.closed]
        if not free:
            return None
        chosen = free[0]
        self.connections.remove(chosen)
        self.connections.append(chosen)
        return chosen

    async def send(self, envelope: Envelope) -> Ack:
        """Send to one connection and return its ack; without a connection the app is unreachable."""
        connection = self._next()
        if connection is None:
            return Ack(outcome=Outcome.UNREACHABLE, detail="no socket is connected")
        future: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        connection.pending[envelope.id] = future
        try:
            await connection.socket.send_json(_frame(envelope))
            async with asyncio.timeout(self._workspace.settings.ack_seconds):
                return await future
        except TimeoutError:
            return Ack(outcome=Outcome.TIMEOUT, detail="no ack in time")
        except ConnectionError as error:
            return Ack(outcome=Outcome.UNREACHABLE, detail=str(error))

    async def send_and_drop(self, envelope: Envelope) -> None:
        """Send, and break the connection once the app has answered but before the answer is heeded."""
        connection = self._next()
        if connection is None:
            return
        future: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        connection.pending[envelope.id] = future
        await connection.socket.send_json(_frame(envelope))
        try:
            async with asyncio.timeout(self._workspace.settings.ack_seconds):
                await future
        except TimeoutError:
            pass
        connection.abort()

    async def say_disconnect(self, reason: str, *, close: bool) -> None:
        """Send every connection a `disconnect` (`warning`, `refresh_requested`, `link_disabled`)."""
        for connection in list(self.connections):
            connection.leaving = reason != "warning"
            await connection.socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
            )
            if close:
                await connection.socket.close()

    def abort(self) -> None:
        """Break all connections without a word."""
        for connection in list(self.connections):
            connection.abort()

    async def close(self) -> None:
        """Close all connections in good order."""
        for connection in list(self.connections):
            await connection.socket.close()


def _frame(envelope: Envelope) -> dict[str, Any]:
    frame: dict[str, Any] = {
        "type": envelope.kind,
        "envelope_id": envelope.id,
        "payload": envelope.payload,
        "accepts_response_payload": envelope.accepts_response,
    }
    if envelope.kind is EnvelopeKind.EVENT:
        frame["retry_attempt"] = envelope.retry_attempt
        frame["retry_reason"] = envelope.retry_reason
    return frame
