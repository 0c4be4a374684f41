"""The page at /tokens/<link>: shows what is to be made, makes it when the button is pressed, and shows it once."""

import asyncio

import structlog
from aiohttp import web

from bot.accounts.drafting import NoLink
from bot.accounts.ordering import TokenMaker
from bot.api.secrets_html import broken_page, made_page, order_page, refused_page
from orchestration.domain.errors import NotAllowed

log = structlog.get_logger(__name__)


class TokenPage:
    """Serves the page. Looking at it makes nothing, so a program that follows links ahead does no harm."""

    def __init__(self, maker: TokenMaker) -> None:
        self._maker = maker

    async def show(self, request: web.Request) -> tuple[str, int]:
        """What is to be made, and the button."""
        try:
            return order_page(self._maker.read(request.match_info["link"])), 200
        except NoLink:
            return self._refused(request)

    async def make(self, request: web.Request) -> tuple[str, int]:
        """Make it. Only our own page may ask for it."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            return self._refused(request)
        try:
            # A browser that goes away must not end it between the token and its answer.
            made = await asyncio.shield(self._maker.make(request.match_info["link"]))
        except NoLink:
            return self._refused(request)
        except NotAllowed as error:
            return broken_page("Not made", error.reason), 403
        return made_page(made.token.name, made.text, made.token.expires_at), 200

    def _refused(self, request: web.Request) -> tuple[str, int]:
        log.warning("A link for a token was refused", action="token_link_refused", method=request.method)
        return refused_page(), 404
