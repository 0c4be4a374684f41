"""What people choose from, read live from a connection: for forms in Slack and for REST.

Answers are kept for a minute per connection, revision, kind, parent, words and page, so that typing does not ask
the provider again for each letter; who asks for what is being read waits for the same answer.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

import structlog
from pydantic import BaseModel

from bot.connections import ConnectionBook
from bot.errors import place_of
from bot.views.offers import Offers, offers
from integrations.choices import Asked, Kind, Page, Reader
from integrations.discretion import Discretion
from integrations.edge import Edge
from integrations.registry import Connection, Provider
from orchestration.domain.errors import DomainError
from orchestration.ports.errors import PortError, Refused
from orchestration.store.integrations import NoSuchIntegration

log = structlog.get_logger(__name__)

KEPT_SECONDS = 60.0
KEPT_PAGES = 512
MOST_PAGES = 20
ANSWER_SECONDS = 2.5
"""Slack waits three seconds for options."""

Edges = Callable[[str], Edge]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """What is read from: a connection, or a draft of one. `name` and `revision` tell it from all others."""

    tenant_id: str
    name: str
    revision: int
    provider: Provider
    settings: BaseModel
    secrets: BaseModel


def source_of(connection: Connection) -> Source:
    """A stored connection to read from."""
    return Source(
        tenant_id=connection.tenant_id,
        name=f"connection:{connection.id}",
        revision=connection.revision,
        provider=connection.provider,
        settings=connection.settings,
        secrets=connection.secrets,
    )


Key = tuple[str, str, int, Kind, Asked]


class Chooser:
    """Reads choices. `clock` is monotonic, in seconds."""

    def __init__(self, *, book: ConnectionBook, edge: Edges, clock: Callable[[], float]) -> None:
        self._book = book
        self._edge = edge
        self._clock = clock
        self._kept: dict[Key, tuple[float, Page]] = {}
        self._reading: dict[Key, asyncio.Task[Page]] = {}

    async def choose(self, tenant_id: str, connection_id: str, kind: Kind, asked: Asked) -> Page:
        """A page of a tenant's connection. NoSuchIntegration; Refused where it has no such choice; port errors."""
        found = await self._book.find(tenant_id, connection_id)
        if found is None:
            raise NoSuchIntegration(connection_id)
        return await self.read(source_of(found), kind, asked)

    async def pages(
        self, tenant_id: str, connection_id: str, kind: Kind, asked: Asked
    ) -> AsyncIterator[Page]:
        """As `choose`, page after page from the first one, MOST_PAGES at most: then the last one has a `next`."""
        for _ in range(MOST_PAGES):
            page = await self.choose(tenant_id, connection_id, kind, asked)
            yield page
            if page.next is None:
                return
            asked = replace(asked, cursor=page.next)

    async def read(self, source: Source, kind: Kind, asked: Asked) -> Page:
        """A page of a source. Refused where it has no such choice; port errors, which are not kept."""
        reader = source.provider.choices.get(kind)
        if reader is None:
            raise Refused(f"{source.provider.title} has no {kind.value.replace('_', ' ')} to choose from")
        key = (source.tenant_id, source.name, source.revision, kind, asked)
        now = self._clock()
        kept = self._kept.get(key)
        if kept is not None and now - kept[0] < KEPT_SECONDS:
            return kept[1]
        reading = self._reading.get(key)
        if reading is None:
            edge = self._edge(source.tenant_id)
            reading = asyncio.create_task(_read(reader, source, edge, asked), name=f"choices-{kind.value}")
            self._reading[key] = reading
            reading.add_done_callback(lambda done: self._keep(key, done))
        # One who gives up waiting does not take the answer from the others, or from the next try.
        return await asyncio.shield(reading)

    def _keep(self, key: Key, done: asyncio.Task[Page]) -> None:
        self._reading.pop(key, None)
        if done.cancelled() or done.exception() is not None:
            return
        self._kept.pop(key, None)
        self._kept[key] = (self._clock(), done.result())
        while len(self._kept) > KEPT_PAGES:
            del self._kept[next(iter(self._kept))]

    async def offered(
        self, tenant_id: str, connection_id: str, kind: str, *, words: str, within: str = ""
    ) -> Offers:
        """As `choose`, for a list in Slack: it comes in time and always says something."""
        return await in_time(
            self.choose(tenant_id, connection_id, Kind(kind), Asked(words=words, within=within)), words=words
        )

    async def close(self) -> None:
        """End what is still being read."""
        under_way = list(self._reading.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _read(reader: Reader, source: Source, edge: Edge, asked: Asked) -> Page:
    try:
        return await reader(source.settings, source.secrets, edge, asked)
    except PortError as error:
        Discretion(source.secrets).hush(error)
        raise


async def in_time(page: Coroutine[Any, Any, Page], *, words: str) -> Offers:
    """The options of a page within Slack's time, or what is in the way of them, in words."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            found = await page
    except TimeoutError:
        return offers((), says="The provider takes its time. Type a letter to look again.")
    except NoSuchIntegration:
        return offers((), says="This connection is gone. See /release connect.")
    except PortError as error:
        return offers((), says=error.reason)
    except DomainError as error:
        return offers((), says=str(error))
    except Exception as error:  # noqa: BLE001 - told in the list; its words, which may repeat a secret, are not logged
        log.error(  # noqa: TRY400 - see above
            "Choices could not be read by a fault of ours",
            action="choices_fault",
            error=type(error).__name__,
            at=place_of(error),
        )
        return offers((), says="Something broke inside Stationmaster. Type a letter to try again.")
    shown = tuple((option.value, option.label, option.detail) for option in found.options)
    return offers(shown, more=found.next is not None, words=words)
