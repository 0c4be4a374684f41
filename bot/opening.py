"""What both the bot and the command line open first: the key ring, the store and the way to the providers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import timedelta

from bot.connections import ConnectionBook
from bot.occupying import at_work
from bot.settings import Settings
from bot.surroundings import FileClock, SystemChance, SystemClock
from bot.views.notices import HEARD
from integrations import PROVIDERS
from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.public_holidays import PublicHolidays
from integrations.registry import Registry
from integrations.threads import Threads
from integrations.vault import Vault, parse_ring, ring_file
from orchestration.ports.runtime import Clock
from orchestration.ports.witness import UNWATCHED, Witness
from orchestration.services.engine import Engine
from orchestration.store.database import open_engine
from orchestration.store.migrate import upgrade
from orchestration.store.snapshots import sqlite_file
from orchestration.store.store import Store


def open_vault(settings: Settings) -> Vault:
    """The key ring from the settings, or from its file in the data folder, made on the first start."""
    if settings.key is not None:
        return Vault(parse_ring(settings.key.get_secret_value()))
    return Vault(ring_file(settings.data / "keys"))


def open_folder(settings: Settings) -> None:
    """The data folder and the database in it, made for their owner only. Idempotent.

    A folder that somebody else made keeps its mode: a group may be meant to enter it. The database does not, and
    SQLite gives its journals the mode of the database.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.database_url is None:
        path = settings.data / "stationmaster.db"
        path.touch(mode=0o600)
        path.chmod(0o600)


def occupied(settings: Settings) -> AbstractContextManager[None]:
    """Within the block nobody puts another file in the place of the database; Occupied where somebody does just now."""
    open_folder(settings)
    return at_work(sqlite_file(settings.database))


def open_clock(settings: Settings) -> Clock:
    """What releases go by: the machine's clock, or that of a local sandbox."""
    return SystemClock() if settings.clock_file is None else FileClock(settings.clock_file)


class NotMigrated(Exception):
    """The database is behind this code, and somebody else is to migrate it."""


async def open_store(
    settings: Settings, *, owner: str, clock: Clock | None = None, witness: Witness = UNWATCHED
) -> Store:
    """The store at the newest migration; releases go by `clock`, what goes over a wire by the machine's.

    Where a job of its own migrates (`settings.migrate` False) the database is left as it is; NotMigrated.
    """
    open_folder(settings)
    if settings.migrate:
        await upgrade(settings.database)
    store = store_of(settings, owner=owner, clock=clock, witness=witness)
    if not settings.migrate and not await store.usable():
        await store.close()
        raise NotMigrated(
            "The database has an older schema than this version: run `stationmaster migrate` first"
        )
    await store.plan_purge()
    return store


def store_of(
    settings: Settings, *, owner: str, clock: Clock | None = None, witness: Witness = UNWATCHED
) -> Store:
    """The store on the database as it is, whatever its schema; nothing is asked of it yet."""
    return Store(
        open_engine(settings.database),
        clock=clock or open_clock(settings),
        lease=settings.lease,
        owner=owner,
        post=SystemClock(),
        witness=witness,
        keep=timedelta(days=settings.retention_days),
    )


@asynccontextmanager
async def open_edges(settings: Settings) -> AsyncIterator[Callable[[str], Edge]]:
    """The edge of each tenant, on one set of connections that is closed at the end."""
    egress = Egress(settings.egress_allow)
    breakers = Breakers(clock=asyncio.get_running_loop().time)
    http = Http(egress=egress, breakers=breakers)
    threads = Threads(egress=egress, breakers=breakers)
    try:
        yield lambda tenant: Edge(tenant=tenant, http=http, threads=threads)
    finally:
        await threads.close()
        await http.close()


@asynccontextmanager
async def open_use_cases(settings: Settings) -> AsyncIterator[Engine]:
    """The use cases on the settings' database, for one command; everything is closed at the end."""
    store = await open_store(settings, owner="cli")
    try:
        book = ConnectionBook(store=store, vault=open_vault(settings), providers=PROVIDERS)
        async with open_edges(settings) as edge:
            yield Engine(
                work=store.work,
                look=store.look,
                clock=open_clock(settings),
                lease_clock=SystemClock(),
                chance=SystemChance(),
                integrations=Registry(connections=book.of_tenant, edge=edge).load_integrations_for_tenant,
                heard=HEARD,
                holidays=PublicHolidays(),
            )
    finally:
        await store.close()
