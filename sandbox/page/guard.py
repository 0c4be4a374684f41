"""Who may use the page: only a browser that got the page from here.

Loopback is shared by every program and every web page on the machine. A name that an attacker points at 127.0.0.1
fails at `Host`; a page on another port fails at `Origin`; a program that never loaded the page has no key.
"""

import secrets
from collections.abc import Awaitable, Callable
from typing import ClassVar

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_OPEN = frozenset({"/", "/page/gallery", "/page/gallery.json"})
_STATIC = "/page/static/"
# Pictures may come from the simulators, which listen on other ports of loopback. Nothing else leaves the page.
_SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: http://127.0.0.1:*",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
POLICY = "; ".join(f"{name} {sources}" for name, sources in _SOURCES.items())
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


class Guard:
    """Checks every request to one page; `port` is known once the page listens. A page outlives its sandbox."""

    NOT_KEPT: ClassVar[frozenset[str]] = frozenset({"port"})

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(32)
        self.port = 0

    @property
    def cookie(self) -> str:
        """The cookie's name; browsers keep cookies by host alone, so it carries the port."""
        return f"workspace_page_{self.port}"

    def hand_out(self, response: web.StreamResponse) -> None:
        """Give the key to the browser that loads the page."""
        response.set_cookie(self.cookie, self.key, httponly=True, samesite="Strict", path="/")

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse who may not; give every answer the page's headers."""
        refusal = self._refusal(request)
        if refusal:
            return web.json_response({"error": refusal}, status=403, headers=_HEADERS)
        try:
            response = await handler(request)
        except web.HTTPException as error:
            response = web.json_response({"error": error.reason}, status=error.status)
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    def _refusal(self, request: web.Request) -> str:
        names = {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}
        if request.host not in names:
            return "This page answers to 127.0.0.1 only."
        if request.path in _OPEN or request.path.startswith(_STATIC):
            return ""
        origin = request.headers.get("Origin")
        acts = request.method != "GET" or request.headers.get("Upgrade", "").lower() == "websocket"
        if (acts and origin is None) or (origin is not None and origin != f"http://{request.host}"):
            return "Another page may not act here."
        if not secrets.compare_digest(request.cookies.get(self.cookie, "").encode(), self.key.encode()):
            return "The page was loaded from an earlier sandbox. Load it again."
        return ""
