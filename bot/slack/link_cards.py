"""What links get in Slack: the card of a release; and the addresses of releases and messages, for others to link."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from bot.slack.answering import Connect, Limited
from bot.slack.fitting import NotYet, fitted, wait_for_card
from bot.slack.homes import permalink
from bot.slack.identity import Known
from bot.slack.limiter import Family
from bot.views.link_card import link_card
from bot.views.quiet import DigestLine
from orchestration.domain.release_links import release_link
from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import Letter, Mailbox
from orchestration.services.engine import Engine


class Unfurls(Protocol):
    """How links are shown."""

    async def chat_unfurl(self, place: Mapping[str, str], cards: Mapping[str, Mapping[str, object]]) -> None:
        """Put a card under links of a message; once more replaces them."""


class LinkCards:
    """Sends the letters of links."""

    def __init__(
        self,
        *,
        engine: Engine,
        mailbox: Mailbox,
        unfurls: Unfurls,
        who: Callable[[], Awaitable[Known]],
        connect: Connect,
        limited: Limited,
    ) -> None:
        self._engine = engine
        self._mailbox = mailbox
        self._unfurls = unfurls
        self._who = who
        self._connect = connect
        self._limited = limited

    async def show(self, letter: Letter) -> Mapping[str, MessageRef]:
        """Each link's release, as it is now."""
        await self._connect(letter.tenant_id)
        place = dict(letter.outgoing.payload)
        links: Mapping[str, str] = json.loads(place.pop("links"))
        now, cards = self._engine.clock.now(), {}
        async with self._engine.look() as work:
            for url, release_id in links.items():
                release = await work.releases.get(letter.tenant_id, release_id)
                _text, blocks = fitted(link_card(release, now=now))
                cards[url] = {"blocks": list(blocks)}
        async with self._limited(Family.EDIT, letter.tenant_id, ts=letter.outgoing.key):
            await self._unfurls.chat_unfurl(place, cards)
        return {}

    async def of_lines(self, tenant_id: str, lines: Sequence[DigestLine]) -> Sequence[DigestLine]:
        """Each with where it can be read: the message itself, else the card of its release, where one was posted."""
        found = []
        for line in lines:
            url = await self.of_message(tenant_id, line.key, f"card:{line.release}")
            found.append(replace(line, link=url) if url is not None else line)
        return found

    async def of_message(self, tenant_id: str, *keys: str) -> str | None:
        """Where people find the first of these messages that was posted."""
        for key in keys:
            if (ref := await self._mailbox.ref(tenant_id, key)) is not None:
                return permalink((await self._who()).url, ref)
        return None

    async def address(self, letter: Letter, release_id: str) -> str:
        """Where people find a release: by our own web server, else its card in Slack, once that is posted."""
        ours = release_link(self._engine.web_url, letter.tenant_id, release_id)
        if ours is not None:
            return ours
        card = await self._mailbox.ref(letter.tenant_id, f"card:{release_id}")
        if card is None:
            raise NotYet(wait_for_card(letter.attempts), "The card of the release comes first")
        return permalink((await self._who()).url, card)
