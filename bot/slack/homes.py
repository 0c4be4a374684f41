"""Publishing people's App Homes: rendered from the state of now, only where that says something else."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import structlog

from bot.slack.answering import Connect, Limited
from bot.slack.blocks import validate
from bot.slack.identity import Known
from bot.slack.limiter import Family
from bot.views.home import ROWS, Page, Published, home_page
from bot.views.home_settings import Mine
from orchestration.ports.homes import Shown
from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import Letter
from orchestration.services.engine import Engine
from orchestration.services.homes import Home, read_home
from orchestration.services.renewing import renew_each

log = structlog.get_logger(__name__)

_EVERYBODY = "homes"


class Publishes(Protocol):
    """How a home is shown."""

    async def views_publish(
        self, *, user: str, view: Mapping[str, object], view_hash: str | None = None
    ) -> str | None:
        """Replace a person's home; its new hash. None where it is not in the state of `view_hash` any more."""


class Homes:
    """Sends the letters of homes."""

    def __init__(
        self,
        *,
        engine: Engine,
        screens: Publishes,
        who: Callable[[], Awaitable[Known]],
        connect: Connect,
        limited: Limited,
    ) -> None:
        self._engine = engine
        self._screens = screens
        self._who = who
        self._connect = connect
        self._limited = limited

    async def renew_all(self, letter: Letter) -> Mapping[str, MessageRef]:
        """Order the homes that people look at, at most once in the time that lies between two edits of a card."""
        async with self._limited(Family.VIEW, letter.tenant_id, ts=_EVERYBODY):
            await renew_each(self._engine, letter.tenant_id)
        return {}

    async def publish(self, letter: Letter) -> Mapping[str, MessageRef]:
        """Publish one person's home, unless it says the same already.

        A home that somebody else published meanwhile is rendered once more: what we read may be older than that.
        """
        tenant_id, person = letter.tenant_id, letter.outgoing.payload["person"]
        await self._connect(tenant_id)
        async with self._engine.look() as work:
            seen = await work.homes.shown(tenant_id, person)
        if seen is None:
            return {}
        page = await self._rendered(tenant_id, person)
        if page.digest == seen.digest:
            return {}
        async with self._limited(Family.VIEW, f"{tenant_id}:{person}", ts=_EVERYBODY):
            view_hash = await self._put(person, page, seen.hash or None)
            if view_hash is None:
                page = await self._rendered(tenant_id, person)
                view_hash = await self._put(person, page, None)
        async with self._engine.work() as work:
            await work.homes.published(tenant_id, person, Shown(hash=view_hash or "", digest=page.digest))
            await work.commit()
        return {}

    async def _put(self, person: str, page: Published, view_hash: str | None) -> str | None:
        problems = validate(page.view, "home")
        if problems:
            log.error(
                "A home has blocks that Slack refuses",
                action="home_invalid",
                problems=[f"{p.pointer}: {p.message}" for p in problems][:5],
            )
        return await self._screens.views_publish(user=person, view=page.view, view_hash=view_hash)

    async def _rendered(self, tenant_id: str, person: str) -> Published:
        found = await read_home(self._engine, tenant_id, person, listed=ROWS)
        known = await self._who()
        return home_page(page_of(found, known.url), now=self._engine.clock.now())


def page_of(found: Home, url: str) -> Page:
    """The page of what was read; `url` is the workspace's."""
    return Page(
        mine=Mine(person=found.person, me=found.me, asked=found.asked),
        matters=tuple((each.release, each.waiting) for each in found.matters),
        rights={
            each.waiting.gate.id: each.rights
            for each in found.matters
            if each.waiting.gate is not None and each.rights is not None
        },
        active=found.active,
        recent=found.recent,
        allowed=found.allowed,
        configured=found.configured,
        ownerless=found.ownerless,
        links={release: permalink(url, ref) for release, ref in found.cards.items()},
    )


def permalink(url: str, ref: MessageRef) -> str:
    """Where people find a message. Source: docs.slack.dev/reference/methods/chat.getPermalink."""
    return f"{url.rstrip('/')}/archives/{ref.channel}/p{ref.ts.replace('.', '')}"
