"""`/metrics`: to anybody on a loopback address, elsewhere only to who shows the token of the settings."""

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import SecretStr

Page = Callable[[], Awaitable[bytes]]
PATH = "/metrics"


class MetricsPage:
    """Serves the page of metrics; `token` None lets everybody read."""

    def __init__(self, page: Page, *, token: SecretStr | None) -> None:
        self._page = page
        self._token = token

    def add_to(self, server: web.Application) -> None:
        """The route."""
        server.router.add_get(PATH, self._serve)

    async def _serve(self, request: web.Request) -> web.Response:
        if not self._may(request.headers.get("Authorization", "")):
            return web.Response(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
        return web.Response(body=await self._page(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def _may(self, shown: str) -> bool:
        if self._token is None:
            return True
        wanted = f"Bearer {self._token.get_secret_value()}"
        return hmac.compare_digest(shown.encode(), wanted.encode())
