"""The feed: every change of the workspace in order, over a WebSocket or by long poll.

A subscriber names the last change it knows (`after`) and misses nothing. Each change carries the thing as it
is now, or null when it is gone by then.
"""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from sandbox.slack.shapes import (
    channel_json,
    group_json,
    kept_message_json,
    kept_view_json,
    user_json,
)
from sandbox.slack.values import Change, Json
from sandbox.slack.workspace import Workspace


class Feed:
    """Serves the changes of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Stream changes over a WebSocket, or answer a long poll as soon as there is one."""
        after = int(request.query.get("after", "0"))
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._stream(request, after)
        changes = self._since(after)
        if not changes:
            try:
                async with asyncio.timeout(float(request.query.get("wait", "10"))):
                    await self._workspace.world.next_change()
            except TimeoutError:
                pass
            changes = self._since(after)
        return web.json_response({"changes": changes, "last": len(self._workspace.world.changes)})

    async def _stream(self, request: web.Request, after: int) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        sender = asyncio.create_task(self._send_changes(socket, after))
        try:
            async for _ in socket:
                continue
        finally:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        return socket

    async def _send_changes(self, socket: web.WebSocketResponse, after: int) -> None:
        world = self._workspace.world
        while not socket.closed:
            for change in world.changes[after:]:
                await socket.send_json(self._shape(change))
                after = change.number
            if after == len(world.changes):
                await world.next_change()

    def _since(self, after: int) -> list[Json]:
        return [self._shape(c) for c in self._workspace.world.changes[after:]]

    def _shape(self, change: Change) -> Json:
        return {**asdict(change), "item": self._item(change)}

    def _item(self, change: Change) -> Any:
        world, app = self._workspace.world, self._workspace.app
        channel, _, ts = change.key.partition("/")
        message = world.message(channel, ts)
        shapes: dict[str, Callable[[], Any]] = {
            "message": lambda: kept_message_json(world, app, message) if message else None,
            "view": lambda: kept_view_json(world, app, world.views[change.key]),
            "user": lambda: user_json(world, world.users[change.key], app=app, email=True),
            "usergroup": lambda: group_json(world, world.groups[change.key], users=True),
            "channel": lambda: channel_json(world.channels[change.key], me="", num_members=True),
            "stack": lambda: world.stacks.get(change.key, []),
            "notice": lambda: [asdict(n) for n in world.notices if n.user == change.key][-1],
        }
        try:
            return shapes.get(change.kind, lambda: None)()
        except KeyError:
            return None
