"""Callbacks from CI: verified by the vendor's own scheme, stored, then answered; worked on afterwards."""

import asyncio

import structlog
from aiohttp import web

from bot.api.v1.reading import named
from bot.connections import ConnectionBook
from orchestration.ports.errors import Refused
from orchestration.ports.runtime import Inbox, Incoming

log = structlog.get_logger(__name__)


class Callbacks:
    """Receives webhooks at /hooks/<tenant>/<integration>."""

    def __init__(self, *, book: ConnectionBook, inbox: Inbox, wake: asyncio.Event) -> None:
        self._book = book
        self._inbox = inbox
        self._wake = wake

    async def receive(self, request: web.Request) -> web.Response:
        """202 when stored or known already, 401 when not signed, 204 for news that we do not need.

        An unknown address is answered like a bad signature, so that nothing can be found out by trying.
        """
        tenant_id, integration = request.match_info["tenant"], request.match_info["integration"]
        body = await request.read()
        if not (named(tenant_id) and named(integration)):
            return _refused(request)
        connection = await self._book.find(tenant_id, integration)
        hook = connection.provider.hook if connection is not None else None
        if connection is None or hook is None:
            return _refused(request)
        try:
            news = hook(connection.settings, connection.secrets, request.headers, body)
        except Refused as error:
            return _refused(request, tenant=tenant_id, integration=integration, why=error.reason)
        if news is None:
            return web.Response(status=204)
        await self._inbox.receive(
            Incoming(
                key=f"callback:{tenant_id}:{integration}:{news.delivery}",
                tenant_id=tenant_id,
                kind="callback",
                payload={
                    "run_id": news.run_id,
                    "texts": list(news.texts),
                    "about": news.about.value,
                    "integration": integration,
                },
            )
        )
        self._wake.set()
        return web.json_response({"status": "accepted"}, status=202)


def _refused(request: web.Request, **known: str) -> web.Response:
    """Whoever asks learns nothing; the log says of a connection that is `known` what was wrong."""
    log.warning("A callback was refused", action="callback_refused", peer=request.remote, **known)
    return web.json_response({"error": "invalid signature"}, status=401)
