"""A Slack that costs next to nothing: it answers every method, takes every answer, and delivers commands.

The simulator of the sandbox judges what it is sent, which is work on the same machine; here only time is looked at.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

TEAM, PERSON, CHANNEL = "T0000", "U0BENCH", "C0HOME"
SECRET, BOT_TOKEN, APP_TOKEN = "not-a-secret", "xoxb-bench", "xapp-bench"
_WHO = {"team_id": TEAM, "user_id": "U0BOT", "bot_id": "B0BOT", "team": "bench", "user": "bot"}


class SmallSlack:
    """The server, and the two ways to the app: signed requests, and the app's own WebSocket."""

    def __init__(self) -> None:
        self.url = ""
        self.answers = 0
        self.edited: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        self._socket: web.WebSocketResponse | None = None
        self._connected = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[float]] = {}
        self._number = 0
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator["SmallSlack"]:
        """Serve until the end of the block."""
        app = web.Application()
        app.router.add_post("/api/{method}", self._method)
        app.router.add_post("/respond", self._respond)
        app.router.add_get("/link", self._link)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            self._session = session
            try:
                yield self
            finally:
                if self._socket is not None:
                    await self._socket.close()
                await runner.cleanup()

    async def _method(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "apps.connections.open":
            return web.json_response({"ok": True, "url": f"{self.url.replace('http', 'ws', 1)}/link"})
        if method == "chat.update":
            self.edited.put_nowait({"at": asyncio.get_running_loop().time()})
        answer = {"ok": True, "url": f"{self.url}/", "channel": CHANNEL, "ts": f"{time.time():.6f}", **_WHO}
        return web.json_response(answer)

    async def _respond(self, _request: web.Request) -> web.Response:
        self.answers += 1
        return web.Response(text="ok")

    async def _link(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0"}})
        self._socket = socket
        self._connected.set()
        async for frame in socket:
            answer = json.loads(frame.data)
            waiting = self._waiting.pop(answer.get("envelope_id", ""), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(asyncio.get_running_loop().time())
        return socket

    async def connected(self) -> None:
        """Return once the app's WebSocket is there."""
        await self._connected.wait()

    def command(self, text: str) -> dict[str, str]:
        """The next slash command of the same person."""
        self._number += 1
        return {
            "command": "/release",
            "text": text,
            "team_id": TEAM,
            "team_domain": "bench",
            "channel_id": CHANNEL,
            "channel_name": "releases",
            "user_id": PERSON,
            "user_name": "bench",
            "api_app_id": "A0",
            "trigger_id": f"{self._number}.1.bench",
            "response_url": f"{self.url}/respond",
            "token": "unused",
            "is_enterprise_install": "false",
        }

    async def over_http(self, url: str, fields: Mapping[str, str]) -> float:
        """Send a signed form; when the acknowledgement was here. RuntimeError where it is none."""
        assert self._session is not None
        body, stamp = urlencode(fields).encode(), str(int(time.time()))
        base = b"v0:" + stamp.encode() + b":" + body
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest(),
        }
        async with self._session.post(url, data=body, headers=headers) as answer:
            await answer.read()
            if answer.status != web.HTTPOk.status_code:
                raise RuntimeError(f"the app answered {answer.status}")
        return asyncio.get_running_loop().time()

    async def over_socket(self, kind: str, payload: Mapping[str, Any]) -> float:
        """Send an envelope; when its acknowledgement was here."""
        assert self._socket is not None
        self._number += 1
        name = f"envelope-{self._number}"
        waiting: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting[name] = waiting
        await self._socket.send_json(
            {"type": kind, "envelope_id": name, "payload": payload, "accepts_response_payload": True}
        )
        return await waiting
