"""The page for secrets at /connect/<token>: one link, one browser, one use.

No script runs on it and nothing comes from elsewhere. What was entered is in no answer, no log and no address.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl

import structlog
from aiohttp import web

from bot.accounts.drafting import NoLink
from bot.accounts.entering import Entered, SecretsDesk, SecretsForm
from bot.api.secrets_html import broken_page, entered_page, form_page, refused_page
from bot.api.secrets_style import STYLE
from bot.api.token_page import TokenPage
from bot.errors import place_of
from orchestration.ports.runtime import Chance

log = structlog.get_logger(__name__)

MOST_BYTES = 64 * 1024
"""Of a body: the largest secret is a service account's JSON, of about 3 kB."""
_FIELDS = 20
_COOKIE = "stationmaster_connect"
_AGAIN = "again"
_FORM = "application/x-www-form-urlencoded"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


Serve = Callable[[web.Request], Awaitable[tuple[str, int]]]
"""Gives a page and its status."""


class TooLarge(Exception):
    """The body is larger than any secret."""


class SecretsPage:
    """Serves the page. `secure`: the address is https, so that the cookie never leaves TLS."""

    def __init__(self, *, desk: SecretsDesk, chance: Chance, secure: bool) -> None:
        self._desk = desk
        self._chance = chance
        self._secure = secure

    def add_to(self, server: web.Application) -> None:
        """The routes. HEAD is not served: whoever only looks ahead must not bind a link."""
        server.router.add_get("/connect/{token}", self.show, allow_head=False)
        server.router.add_post("/connect/{token}", self.take)
        server.router.add_get("/static/secrets.css", self.style)
        tokens = TokenPage(self._desk.tokens)
        server.router.add_get("/tokens/{link}", self._guarded(tokens.show), allow_head=False)
        server.router.add_post("/tokens/{link}", self._guarded(tokens.make))

    def _guarded(self, serve: Serve) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def served(request: web.Request) -> web.Response:
            try:
                text, status = await serve(request)
            except Exception as error:  # noqa: BLE001 - whatever broke, its text may not reach the page; it is logged
                return self._broken(error)
            return _page(text, status=status)

        return served

    async def style(self, _request: web.Request) -> web.Response:
        """The stylesheet."""
        headers = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}
        return web.Response(text=STYLE, content_type="text/css", headers=headers)

    async def show(self, request: web.Request) -> web.Response:
        """The form. Nothing is consumed by looking at it."""
        try:
            form = await self._desk.open(request.match_info["token"], request.cookies.get(_COOKIE))
        except NoLink:
            return self._refused(request)
        except Exception as error:  # noqa: BLE001 - whatever broke, its text may not reach the page; it is logged
            return self._broken(error)
        return self._form(request, form, status=200)

    async def take(self, request: web.Request) -> web.Response:
        """Take what was entered."""
        try:
            given = await _given(request)
        except TooLarge:
            return _page(broken_page("Too large", "No secret is that large. Nothing was saved."), status=413)
        except (ValueError, UnicodeDecodeError):
            return _page(
                broken_page("Not understood", "This was not sent by the form. Nothing was saved."), status=400
            )
        try:
            # A browser that goes away must not end a try half-way.
            done = await asyncio.shield(
                self._desk.enter(
                    request.match_info["token"],
                    request.cookies.get(_COOKIE),
                    given.get("csrf", ""),
                    {name: value for name, value in given.items() if name != "csrf"},
                )
            )
        except NoLink:
            return self._refused(request)
        except Exception as error:  # noqa: BLE001 - see above
            return self._broken(error)
        if isinstance(done, Entered):
            response = _page(entered_page(done), status=200)
            response.del_cookie(_COOKIE, path=request.path, samesite="Strict", httponly=True)
            return response
        return self._form(request, done, status=422)

    def _form(self, request: web.Request, form: SecretsForm, *, status: int) -> web.Response:
        response = _page(form_page(form), status=status)
        response.set_cookie(
            _COOKIE,
            form.browser,
            path=request.path,
            max_age=1200,
            httponly=True,
            samesite="Strict",
            secure=self._secure,
        )
        return response

    def _refused(self, request: web.Request) -> web.Response:
        """The same answer whatever the reason.

        A browser keeps a strict cookie to itself when the link was clicked elsewhere, so the page asks once more.
        """
        log.warning("A link for secrets was refused", action="secrets_link_refused", method=request.method)
        response = _page(refused_page(), status=404)
        if request.method == "GET" and _AGAIN not in request.query and _COOKIE not in request.cookies:
            response.headers["Refresh"] = f"0; url=?{_AGAIN}=1"
        return response

    def _broken(self, error: Exception) -> web.Response:
        reference = self._chance.code(6)
        log.error(
            "The page for secrets failed by a fault of ours",
            action="secrets_page_fault",
            error=type(error).__name__,
            at=place_of(error),
            ref=reference,
        )
        says = f"This was not done, and nothing was saved. Please try again. (Reference {reference})"
        return _page(broken_page("Something broke", says), status=500)


def _page(text: str, *, status: int) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", headers=_HEADERS)


async def _given(request: web.Request) -> Mapping[str, str]:
    """The fields of the form. TooLarge; ValueError where it is none of ours."""
    if request.content_type != _FORM:
        raise ValueError("no form")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise ValueError("sent by another site")
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge
    body = bytearray()
    async for chunk in request.content.iter_chunked(8192):
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLarge
    pairs = parse_qsl(
        body.decode("ascii"),
        keep_blank_values=True,
        strict_parsing=bool(body),
        encoding="utf-8",
        errors="strict",
        max_num_fields=_FIELDS,
    )
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a field is doubled")
    return dict(pairs)
