"""The store as the wiring sees it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from orchestration.domain.chain import Link
from orchestration.ports.runtime import Clock
from orchestration.ports.witness import UNWATCHED, Witness
from orchestration.store import audit
from orchestration.store.about import About, about, tenants
from orchestration.store.backing import Backing
from orchestration.store.database import Database, take_time
from orchestration.store.dispatcher import SqlDispatcher
from orchestration.store.duties import SqlDuties
from orchestration.store.figures import Figures, Pool, figures, pool_of
from orchestration.store.inbox import SqlInbox
from orchestration.store.integrations import IntegrationRows
from orchestration.store.migrate import Standing, standing
from orchestration.store.outbox import SqlMailbox
from orchestration.store.purging import plan_purge, purge
from orchestration.store.restoring import after_restore
from orchestration.store.times import LeaseTime
from orchestration.store.unit_of_work import SqlUnitOfWork
from orchestration.store.wake import Others, Wakes, listen
from orchestration.store.watch import SqlWatch
from orchestration.store.webhooks import SqlWebhookQueue


class Store:
    """Everything that is kept, on one database.

    `clock` says what is due, and `post`, where it is another, when messages and requests are. `lease` is how long
    a claim lasts, by the database's own clock or, in a simulation, by `lease_clock`. `owner` names this process and
    is used by no other one that lives. `keep` is how long what is done with is kept.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        clock: Clock,
        lease: timedelta,
        owner: str,
        lease_clock: Clock | None = None,
        post: Clock | None = None,
        witness: Witness = UNWATCHED,
        keep: timedelta = timedelta(days=30),
    ) -> None:
        time = LeaseTime(dialect=engine.dialect.name, lease=lease, clock=lease_clock)
        self.wakes = Wakes()
        self._database = Database(engine)
        self._backing = Backing(
            database=self._database,
            clock=clock,
            post=post or clock,
            time=time,
            owner=owner,
            wakes=self.wakes,
            others=Others(self._database),
            witness=witness,
        )
        self.dispatcher = SqlDispatcher(self._backing)
        self.mailbox = SqlMailbox(self._backing)
        self.inbox = SqlInbox(self._backing)
        self.integrations = IntegrationRows(self._database)
        self.watch = SqlWatch(self._backing)
        self.duties = SqlDuties(self._backing)
        self.webhooks = SqlWebhookQueue(self._backing)
        self._keep = keep
        self._listener: asyncio.Task[None] | None = None

    def work(self) -> SqlUnitOfWork:
        """A unit of work: `async with store.work() as work`. It fits `UnitsOfWork`."""
        return SqlUnitOfWork(self._backing)

    def look(self) -> SqlUnitOfWork:
        """As `work`, for reading only: it waits for nobody and nobody waits for it; writes raise."""
        return SqlUnitOfWork(self._backing, read_only=True)

    async def broken_at(self, tenant_id: str) -> int | None:
        """The number of the first event at which the tenant's audit chain is broken, None where it is whole."""
        async with self._database.reading() as connection:
            await take_time(connection)
            return await audit.verify_tenant(connection, tenant_id)

    async def chained(self, tenant_id: str, *, after: int) -> Sequence[Link]:
        """The next events of the tenant behind the number `after`, oldest first; none where there is no further one."""
        async with self._database.reading() as connection:
            await take_time(connection)
            return await audit.page(connection, tenant_id, after=after)

    async def figures(self) -> Figures:
        """How much there is of what, as it stands now."""
        return await figures(self._backing)

    async def about(self) -> About:
        """What database this is, and its time."""
        return await about(self._backing)

    async def tenants(self) -> Sequence[str]:
        """Every workspace that has a connection or a configuration, by id: for the operator's own work."""
        return await tenants(self._database)

    async def standing(self) -> Standing:
        """How the database's schema stands to this code."""
        return await standing(self._database)

    async def usable(self) -> bool:
        """Whether this code can work on the schema."""
        return await self.standing() is not Standing.BEHIND

    async def after_restore(self, *, since: datetime) -> None:
        """Prepare a database that was put back to what it was then, before anything works on it."""
        async with self._database.writing() as connection:
            await after_restore(connection, since=since)

    def pool(self) -> Pool:
        """The connections to the database at this moment."""
        return pool_of(self._database.engine)

    async def plan_purge(self) -> None:
        """Have a worker look for old rows now and then."""
        await plan_purge(self._backing)

    async def purge(self) -> int:
        """Forget some of the rows that are older than `keep`; how many there were."""
        return await purge(self._backing, keep=self._keep)

    def listen(self) -> None:
        """Hear what other replicas made due, from now on until `close`; on SQLite there are none."""
        if self._database.is_postgres and self._listener is None:
            self._listener = asyncio.create_task(listen(self._database.engine, self.wakes))

    async def close(self) -> None:
        """Tell the other replicas what they were still to be told, and close all connections."""
        await self._backing.others.close()
        if self._listener is not None:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener
            self._listener = None
        await self._database.dispose()
