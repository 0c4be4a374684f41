"""A sweeper with a clock in hand: a release that runs on twins, and a connection that the library answers for."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import SecretStr
from sqlalchemy import text

from bot.accounts.watching import Watcher
from bot.connections import ConnectionBook
from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.threads import Threads
from integrations.vault import Vault
from orchestration.domain.events import EventKind
from orchestration.domain.holds import HoldCause
from orchestration.domain.release import Release
from orchestration.store.database import open_engine
from orchestration.store.integrations import IntegrationRow
from orchestration.store.store import Store
from tests.support.engine import TENANT, Bench, ManualClock, engine_on
from tests.support.library import CANARY, BoxSettings, Library, ShelfSecrets
from tests.support.rehearsed import Company, found

JIRA = "jira"
"""The id under which the library is connected: the configuration's project management."""


@dataclass(kw_only=True)
class Sweep:
    """What a test holds in its hands."""

    bench: Bench
    library: Library
    company: Company
    book: ConnectionBook
    watcher: Watcher
    edge: Edge

    async def turn(self, *, most: int = 10) -> int:
        """Let the sweeper work until nothing is due; how many connections it looked at."""
        looked = 0
        for _ in range(most):
            watched = await self.watcher.claim(5)
            for each in watched:
                await self.watcher.handle(each)
            looked += len(watched)
            if not watched:
                return looked
        raise AssertionError("The sweeper does not come to rest")

    async def row(self, name: str = JIRA) -> IntegrationRow:
        """The connection as it is stored."""
        return await self.bench.store.integrations.get(TENANT, name)

    async def later(self, **span: float) -> int:
        """Let time pass, and the sweeper work."""
        self.bench.clock.forward(**span)
        return await self.turn()

    async def holds(self, release: Release) -> list[tuple[str, str]]:
        """The release's holds for credentials: by whom, and why."""
        now = await self.bench.release(release.id)
        return [(h.by, h.reason) for h in now.holds if h.cause is HoldCause.CREDENTIALS]

    async def told(self, release: Release, kind: EventKind) -> int:
        """How many events of a kind a release has."""
        async with self.bench.store.look() as work:
            events = await work.releases.events(TENANT, release.id, limit=500)
        return sum(event.kind is kind and event.data.get("cause") == "credentials" for event in events)

    async def query(self, statement: str) -> Sequence[Any]:
        """Read the database."""
        async with self.bench.store._database.reading() as connection:
            return (await connection.execute(text(statement))).all()


async def connect(book: ConnectionBook, clock: ManualClock, *, name: str = JIRA, **fields: Any) -> None:
    """Store a box as it is when it was just tried."""
    await book.connect(
        tenant_id=fields.pop("tenant", TENANT),
        integration_id=name,
        provider=book.providers["box"],
        settings=BoxSettings(label="red"),
        secrets=ShelfSecrets(token=SecretStr(CANARY)),
        name="Tickets",
        now=clock.now(),
        **fields,
    )


@asynccontextmanager
async def sweep(url: str) -> AsyncIterator[Sweep]:
    """A workspace on a database, with one connection that is watched and others that are not."""
    clock, library, company = ManualClock(), Library(), Company()
    store = Store(
        open_engine(url, durable=False),
        clock=clock,
        lease=timedelta(seconds=30),
        owner="sweeper",
        lease_clock=clock,
    )
    egress = Egress()
    threads = Threads(size=1, egress=egress)
    http = Http(egress=egress, breakers=Breakers(clock=lambda: 0.0))
    edge = Edge(tenant=TENANT, http=http, threads=threads)
    try:
        bench = engine_on(store, clock, company.ports())
        await found(bench)
        book = ConnectionBook(store=store, vault=Vault({"k1": b"1" * 32}), providers={"box": library.box()})
        await store.integrations.remove(TENANT, JIRA)
        await connect(book, clock)
        watcher = Watcher(store=store, book=book, engine=bench.engine, edge=lambda _tenant: edge)
        yield Sweep(bench=bench, library=library, company=company, book=book, watcher=watcher, edge=edge)
    finally:
        await threads.close()
        await http.close()
        await store.close()
