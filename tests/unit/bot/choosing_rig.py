"""A provider to choose from, small and in memory: it counts how often it is asked, and can be made to fail."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.connections import ConnectionBook
from integrations.breaker import Breakers
from integrations.choices import Asked, Kind, Option, Page, live, matching
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.registry import Check, Provider
from integrations.threads import Threads
from integrations.vault import Vault
from orchestration.store.store import Store
from tests.support.databases import START, new_sqlite, open_store

TENANT = "T0001"
CANARY = "canary-shelf-4711"


class ShelfSettings(BaseModel):
    """A shelf of books: a room is chosen, then a shelf in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = Field(default="https://shelf.example", title="Address", description="Where it is")
    room: str = Field(title="Room", json_schema_extra=live(Kind.WORKSPACES))
    shelf: str = Field(title="Shelf", json_schema_extra=live(Kind.PROJECTS, within="room"))


class ShelfSecrets(BaseModel):
    """Its key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr = Field(title="Token", description="From the librarian", min_length=1)


@dataclass(kw_only=True)
class Library:
    """What the provider has, and how it behaves. Set `gate` to let a reader wait."""

    rooms: Mapping[str, Sequence[str]] = field(
        default_factory=lambda: {"north": ("n1", "n2"), "south": ("s1",)}
    )
    asked: list[Asked] = field(default_factory=list)
    error: Exception | None = None
    gate: asyncio.Event | None = None
    began: asyncio.Event = field(default_factory=asyncio.Event)
    checks: Sequence[Check] = (Check(what="The token is accepted", ok=True, says="it is the librarian's"),)

    def provider(self) -> Provider:
        """The provider of this library."""
        return Provider(
            key="shelf",
            title="Shelf",
            settings=ShelfSettings,
            secrets=ShelfSecrets,
            verify=self._verify,
            choices={Kind.WORKSPACES: self._rooms, Kind.PROJECTS: self._shelves},
        )

    async def _verify(self, _settings: BaseModel, _secrets: BaseModel, _edge: Edge) -> Sequence[Check]:
        return self.checks

    async def _rooms(self, _settings: BaseModel, _secrets: BaseModel, _edge: Edge, asked: Asked) -> Page:
        return await self._page(asked, tuple(self.rooms))

    async def _shelves(self, _settings: BaseModel, _secrets: BaseModel, _edge: Edge, asked: Asked) -> Page:
        return await self._page(asked, tuple(self.rooms.get(asked.within, ())))

    async def _page(self, asked: Asked, names: Sequence[str]) -> Page:
        self.asked.append(asked)
        self.began.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return Page(options=matching(tuple(Option(value=n, label=n.title()) for n in names), asked.words))


@asynccontextmanager
async def library_book(library: Library, folder: Path) -> AsyncIterator[tuple[Store, ConnectionBook, Edge]]:
    """A database in which the library is connected as `shelf`, and the way to it."""
    store = open_store(await new_sqlite(folder))
    provider = library.provider()
    book = ConnectionBook(store=store, vault=Vault({"k1": b"1" * 32}), providers={"shelf": provider})
    await book.connect(
        tenant_id=TENANT,
        integration_id="shelf",
        provider=provider,
        settings=ShelfSettings(room="north", shelf="n1"),
        secrets=ShelfSecrets(token=SecretStr(CANARY)),
        now=START,
    )
    egress = Egress()
    threads = Threads(size=1, egress=egress)
    http = Http(egress=egress, breakers=Breakers(clock=lambda: 0.0))
    try:
        yield store, book, Edge(tenant=TENANT, http=http, threads=threads)
    finally:
        await threads.close()
        await http.close()
        await store.close()
