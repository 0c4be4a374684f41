"""A receiver of webhooks on loopback, in whatever mood the test wants; and the worker that sends to it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.webhooks import WebhookSender
from integrations.breaker import Breakers
from integrations.egress import Egress
from integrations.http import Http
from tests.rest.rest_rig import Reply, Rest, rest_on
from tests.support.databases import open_store

LOOPBACK = "127.0.0.1"


@dataclass
class Receiver:
    """What came in, and what is answered: a status; 0 keeps the sender waiting until the end."""

    rest: Rest
    url: str
    sender: WebhookSender
    status: int = 204
    heard: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, request: web.Request) -> web.Response:
        """Hear and answer."""
        self.heard.append((dict(request.headers), await request.read()))
        if self.status == 0:
            await self.over.wait()
        headers = {"Location": f"{self.url}/elsewhere"} if self.status in range(300, 400) else {}
        return web.Response(status=self.status or 500, headers=headers)

    async def subscribe(self, *events: str, **changes: Any) -> Reply:
        """A new webhook to here."""
        body = {"url": self.url, "events": list(events or ("*",)), **changes}
        reply = await self.rest.ask("POST", "/webhooks", body)
        assert reply.status == 201, reply.text
        return reply

    async def work(self, *, after: timedelta = timedelta(0)) -> int:
        """Let time pass, then send until nothing is due; how many tries there were."""
        self.rest.clock.advance(after)
        tries = 0
        while errands := await self.rest.store.webhooks.claim(limit=8):
            for errand in errands:
                await self.sender.handle(errand)
                tries += 1
        return tries

    async def deliveries(self, webhook_id: str) -> list[dict[str, Any]]:
        """All deliveries, newest first."""
        reply = await self.rest.ask("GET", f"/webhooks/{webhook_id}/deliveries?limit=100")
        found: list[dict[str, Any]] = reply.body["items"]
        return found


@asynccontextmanager
async def receiving(url: str) -> AsyncIterator[Receiver]:
    """REST on a database, a receiver that it may reach, and a worker between them."""
    store = open_store(url)
    async with rest_on(store, allow=(LOOPBACK,)) as rest:
        http = Http(egress=Egress((LOOPBACK,)), breakers=Breakers(clock=lambda: rest.clock.now().timestamp()))
        sender = WebhookSender(
            engine=rest.engine, queue=store.webhooks, http=http, vault=rest.book.vault, seconds=0.3
        )
        app = web.Application()
        receiver = Receiver(rest=rest, url="", sender=sender)
        app.router.add_post("/in", receiver.serve)
        app.router.add_route("*", "/in/elsewhere", receiver.serve)
        async with TestServer(app) as server:
            receiver.url = f"http://{LOOPBACK}:{server.port}/in"
            yield receiver
            receiver.over.set()
        await http.close()
    await store.close()
