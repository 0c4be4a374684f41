"""`/releases/…`: a link of a release leads to its card in Slack, which asks who is there."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.slack.homes import permalink
from bot.slack.identity import Known
from orchestration.domain.release_links import ROOM, linked_release
from orchestration.ports.errors import PortError
from orchestration.ports.runtime import NoSuchRelease
from orchestration.services.engine import Engine

log = structlog.get_logger(__name__)


class ReleaseLinks:
    """The one route. It tells who has a link no more than in which channel of Slack the card stands."""

    def __init__(self, *, engine: Engine, who: Callable[[], Awaitable[Known]]) -> None:
        self._engine = engine
        self._who = who

    def add_to(self, server: web.Application) -> None:
        """Add the route."""
        server.router.add_get(f"{ROOM}/{{tenant}}/{{release}}", self._lead)

    async def _lead(self, request: web.Request) -> web.Response:
        """Go on to the card; to its channel while it is not posted."""
        tenant = request.match_info["tenant"]
        release_id = linked_release("http://here", tenant, f"http://here{request.path}")
        try:
            known = await self._who()
        except PortError as error:
            log.warning("A link could not be followed", action="link_unknown", reason=error.reason)
            return web.Response(status=503, text="Slack does not answer. Try again in a moment.")
        if release_id is None or tenant not in {known.team_id, known.enterprise_id}:
            raise web.HTTPNotFound
        async with self._engine.look() as work:
            try:
                release = await work.releases.get(tenant, release_id)
            except NoSuchRelease:
                raise web.HTTPNotFound from None
            card = (await work.places.cards(tenant, [release_id])).get(release_id)
        there = permalink(known.url, card) if card else f"{known.url.rstrip('/')}/archives/{release.home}"
        raise web.HTTPFound(there)
