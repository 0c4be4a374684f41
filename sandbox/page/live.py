"""The page's WebSocket: every change that a person sees, in order, from the state that the page has on."""

import asyncio

from aiohttp import web

from sandbox.page.panels import Panel
from sandbox.page.sight import Sight
from sandbox.slack.values import Change, Json
from sandbox.slack.world import World

# The page knows a number that this world has not reached: it was talking to an earlier sandbox.
START_OVER = 4000


class Live:
    """Streams changes to open pages."""

    def __init__(self, world: World, sight: Sight, panels: dict[str, Panel]) -> None:
        self._world = world
        self._sight = sight
        self._panels = panels
        self._sockets: set[web.WebSocketResponse] = set()

    @property
    def watched(self) -> bool:
        """Whether anybody is there."""
        return bool(self._sockets)

    async def serve(self, request: web.Request, me: str, after: int) -> web.WebSocketResponse:
        """Stream until the page goes away."""
        socket = web.WebSocketResponse(heartbeat=10)
        await socket.prepare(request)
        if after > len(self._world.changes):
            await socket.close(code=START_OVER)
            return socket
        self._sockets.add(socket)
        sender = asyncio.create_task(self._send(socket, me, after))
        try:
            async for _ in socket:
                continue
        finally:
            self._sockets.discard(socket)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        return socket

    async def close(self) -> None:
        """Say goodbye to all pages; they come back when there is a sandbox again."""
        for socket in tuple(self._sockets):
            await socket.close(code=1001)

    async def _send(self, socket: web.WebSocketResponse, me: str, after: int) -> None:
        while not socket.closed:
            changes = self._world.changes[after:]
            if not changes:
                await self._world.next_change()
                continue
            after = changes[-1].number
            shown = [item for c in changes if (item := self._shape(c, me)) is not None]
            try:
                await socket.send_json({"number": after, "changes": shown})
            except ConnectionError:  # the page went away just now; it asks again when it is back
                return

    def _shape(self, change: Change, me: str) -> Json | None:
        if change.kind == "read":
            who, _, channel = change.key.partition("/")
            read = self._sight.read_up_to.get((who, channel), "")
            return {"kind": "read", "key": channel, "item": read} if who == me else None
        if change.kind == "panel":
            panel = self._panels.get(change.key)
            return {"kind": "panel", "key": change.key, "item": panel.state()} if panel else None
        return self._sight.change(change, me)
