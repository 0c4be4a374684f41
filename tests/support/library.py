"""A library in memory, as a provider: with shelves to choose from live, or as a box with nothing to choose."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.connections import ConnectionBook
from integrations.breaker import Breakers
from integrations.choices import Asked, Kind, Option, Page, live, matching
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.registry import Check, Provider, unmet
from integrations.threads import Threads
from integrations.vault import Vault
from orchestration.ports.errors import NeedsCredentials, TryLater
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


class BoxSettings(BaseModel):
    """A box: nothing is chosen live, and one of each kind of field is asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    base_url: str = Field(
        default="https://box.example", title="Address", description="Where it is", pattern=r"^https?://\S+$"
    )
    label: str = Field(title="Label", description="What stands on it", pattern=r"^[a-z]+$", max_length=20)
    depth: int = Field(default=3, title="Depth", description="In hands", ge=1, le=9)
    wait: float = Field(default=2.5, title="Wait", description="Seconds", gt=0, le=60)
    size: Literal["small", "large"] = Field(default="small", title="Size", description="Of two")
    lid: bool = Field(default=False, title="Lid", description="Whether it has one")
    words: tuple[str, ...] = Field(default=(), title="Words", description="Written inside")


class ShelfSecrets(BaseModel):
    """Its key, and what is not needed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr = Field(title="Token", description="From the librarian", min_length=1)
    private_key: SecretStr | None = Field(default=None, title="Key", description="Of several lines")


@dataclass(kw_only=True)
class Library:
    """What the provider has, and how it behaves. Set `gate` to let a reader wait, `away` to let it be gone.

    `lost` are shelves that are offered and not there; `tokens` are those that it takes; `expires` is their end.
    """

    rooms: Mapping[str, Sequence[str]] = field(
        default_factory=lambda: {"north": ("n1", "n2"), "south": ("s1",)}
    )
    asked: list[Asked] = field(default_factory=list)
    error: Exception | None = None
    gate: asyncio.Event | None = None
    began: asyncio.Event = field(default_factory=asyncio.Event)
    tokens: set[str] = field(default_factory=lambda: {CANARY})
    away: bool = False
    lost: set[str] = field(default_factory=set)
    expires: datetime | None = None
    tried: list[BaseModel] = field(default_factory=list)

    def provider(self) -> Provider:
        """The provider of this library."""
        return Provider(
            key="shelf",
            title="Shelf",
            settings=ShelfSettings,
            secrets=ShelfSecrets,
            verify=self._verify,
            scm=_no_port,
            choices={Kind.WORKSPACES: self._rooms, Kind.PROJECTS: self._shelves},
        )

    def box(self) -> Provider:
        """The provider with nothing to choose."""
        return Provider(
            key="box",
            title="Box",
            settings=BoxSettings,
            secrets=ShelfSecrets,
            verify=self._verify,
            pm=_no_port,
        )

    async def _verify(self, settings: BaseModel, secrets: ShelfSecrets, _edge: Edge) -> Sequence[Check]:
        self.tried.append(settings)
        what, token = "The token is accepted", secrets.token.get_secret_value()
        if self.away:
            return (unmet(what, TryLater("The library is closed")),)
        if token not in self.tokens:
            return (unmet(what, NeedsCredentials(f"The librarian does not know {token}")),)
        accepted = Check(what=what, ok=True, says="it is the librarian's", expires=self.expires)
        shelf = getattr(settings, "shelf", None)
        if shelf is None:
            return (accepted,)
        known = shelf in self.rooms.get(getattr(settings, "room", ""), ()) and shelf not in self.lost
        says = "it is there" if known else "no such shelf: choose another one"
        return (accepted, Check(what="The shelf is there", ok=known, says=says))

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


def _no_port(_settings: BaseModel, _secrets: BaseModel, _edge: Edge) -> Any:
    raise AssertionError("no release works with the library")


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
