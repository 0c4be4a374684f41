"""One transaction over everything that must change together."""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import Self

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.domain.due import WorkKind
from orchestration.domain.events import Event
from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import DatabaseAway, Outgoing, ReleaseHeld, Request, StaleClaim
from orchestration.store import audit, inbox, outbox
from orchestration.store.attention import SqlAttentions
from orchestration.store.backing import Backing
from orchestration.store.configuration_drafts import SqlConfigurationDrafts
from orchestration.store.database import lock_timed_out
from orchestration.store.directory import SqlDirectory
from orchestration.store.drafts import SqlDrafts
from orchestration.store.homes import SqlHomes, SqlPlaces
from orchestration.store.integrations import SqlIntegrations
from orchestration.store.nudging import nudge_store, nudge_task
from orchestration.store.people import SqlPeople
from orchestration.store.planning import SqlPlanning
from orchestration.store.releases import SqlReleases
from orchestration.store.steps import SqlSteps
from orchestration.store.times import due_ms
from orchestration.store.tokens import SqlTokens
from orchestration.store.turns import SqlTurns
from orchestration.store.wake import Wake
from orchestration.store.webhooks import SqlWebhooks, queue_events


class SqlUnitOfWork(AbstractAsyncContextManager["SqlUnitOfWork"]):
    """The `UnitOfWork` on one connection.

    Releases are written at once, so that a stale one is told at once. Messages and events wait for the
    commit: the rows that they lock are shared by all releases, and are locked last and for a moment only.
    Where another process keeps a row locked for long, it ends as ReleaseHeld: to be tried again from the start.
    On SQLite a unit of work holds the file for itself: nothing slow belongs between its first line and
    `commit`. One that only reads (`Store.look`) holds up nobody.
    """

    def __init__(self, backing: Backing, *, read_only: bool = False) -> None:
        self._on = backing
        self._read_only = read_only
        self._stack = AsyncExitStack()
        self._connection: AsyncConnection | None = None
        self._events: list[tuple[str, Event]] = []
        self._messages: list[tuple[str, Outgoing]] = []
        self._nudges: list[tuple[str, WorkKind, str, int]] = []
        self._suspects: list[tuple[str, str, datetime]] = []
        self._woken: set[Wake] = set()

    async def __aenter__(self) -> Self:
        open_one = self._on.database.reading() if self._read_only else self._on.database.transaction()
        self._connection = await self._stack.enter_async_context(open_one)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection = None
        try:
            await self._stack.__aexit__(kind, error, trace)
        except DatabaseAway:
            if isinstance(error, DBAPIError) and lock_timed_out(error):
                raise ReleaseHeld("somebody else has it locked") from error
            raise

    @cached_property
    def releases(self) -> SqlReleases:
        """Releases in this transaction."""
        return SqlReleases(
            self._open,
            time=self._on.time,
            record=self._record,
            may_write=self._may_write,
            woken=self._woken,
            lock=self._on.database.is_postgres and not self._read_only,
            read_only=self._read_only,
            kept=self._on.kept,
        )

    @cached_property
    def directory(self) -> SqlDirectory:
        """Configurations and roles in this transaction."""
        return SqlDirectory(self._open, may_write=self._may_write)

    @cached_property
    def people(self) -> SqlPeople:
        """Logins and deputies in this transaction."""
        return SqlPeople(self._open, may_write=self._may_write)

    @cached_property
    def homes(self) -> SqlHomes:
        """People's own pages in this transaction."""
        return SqlHomes(self._open, may_write=self._may_write)

    @cached_property
    def places(self) -> SqlPlaces:
        """Where messages stand, in this transaction."""
        return SqlPlaces(self._open)

    @cached_property
    def steps(self) -> SqlSteps:
        """Steps of workflows that wait, in this transaction."""
        return SqlSteps(self._open, may_write=self._may_write)

    @cached_property
    def attentions(self) -> SqlAttentions:
        """How people want to be reached, in this transaction."""
        return SqlAttentions(self._open, may_write=self._may_write)

    @cached_property
    def tokens(self) -> SqlTokens:
        """Tokens of programs in this transaction."""
        return SqlTokens(self._open, may_write=self._may_write, now_ms=self._on.now_ms)

    @cached_property
    def integrations(self) -> SqlIntegrations:
        """Connections in this transaction."""
        return SqlIntegrations(self._open, may_write=self._may_write)

    @cached_property
    def drafts(self) -> SqlDrafts:
        """Drafts of connections in this transaction."""
        return SqlDrafts(self._open, may_write=self._may_write)

    @cached_property
    def planning(self) -> SqlPlanning:
        """Trains, freezes and rotations in this transaction."""
        return SqlPlanning(self._open, may_write=self._may_write, woken=self._woken, now_ms=self._on.now_ms)

    @cached_property
    def webhooks(self) -> SqlWebhooks:
        """Webhooks in this transaction."""
        return SqlWebhooks(self._open, may_write=self._may_write)

    @cached_property
    def turns(self) -> SqlTurns:
        """Whose turn it is in each store, in this transaction."""
        return SqlTurns(self._open, time=self._on.time, may_write=self._may_write)

    @cached_property
    def configuration_drafts(self) -> SqlConfigurationDrafts:
        """Drafts of release configurations in this transaction."""
        return SqlConfigurationDrafts(self._open, may_write=self._may_write)

    @property
    def _open(self) -> AsyncConnection:
        if self._connection is None:
            raise RuntimeError("this unit of work is over")
        return self._connection

    async def alone(self, tenant_id: str, name: str) -> None:
        """Wait until no other transaction of this tenant is alone with this name; until this one ends.

        On SQLite every writing transaction is alone already.
        """
        connection = self._may_write()
        if connection.dialect.name == "postgresql":
            key = func.hashtextextended(f"{tenant_id}|{name}", 0)
            await connection.execute(select(func.pg_advisory_xact_lock(key)))

    async def tell(self, tenant_id: str, events: Sequence[Event]) -> None:
        """Record facts that belong to no change of a release."""
        self._may_write()
        self._record(tenant_id, events)

    def _record(self, tenant_id: str, events: Sequence[Event]) -> None:
        self._events += [(tenant_id, event) for event in events]

    async def placed(self, tenant_id: str, key: str) -> MessageRef | None:
        """Where the message of a key stands, None where it was never sent."""
        return await outbox.placed(self._open, tenant_id, key)

    async def send(self, tenant_id: str, messages: Sequence[Outgoing]) -> None:
        """Store messages; they go out after the commit."""
        self._may_write()
        self._messages += [(tenant_id, message) for message in messages]

    async def finish(self, request: Request) -> None:
        """Mark a request as worked on, in this transaction. StaleClaim where the lease was lost."""
        if not await inbox.finish(self._may_write(), request):
            raise StaleClaim(request.incoming.key)

    async def nudge(
        self, tenant_id: str, subject: str, *, at: datetime, kind: WorkKind = WorkKind.TASK
    ) -> None:
        """Make a waiting task, or a look at a store, due at `at` or earlier; news about it came in."""
        self._may_write()
        self._nudges.append((tenant_id, kind, subject, due_ms(at) or 0))

    async def suspect(self, tenant_id: str, integrations: Collection[str], *, at: datetime) -> None:
        """Have these connections tried at `at` or earlier; those that nobody watches are left alone."""
        self._may_write()
        self._suspects += [(tenant_id, name, at) for name in integrations]

    def wake(self, kind: Wake) -> None:
        """Wake those who wait for this kind, after the commit."""
        self._woken.add(kind)

    async def commit(self) -> None:
        """Make everything last and end the transaction."""
        if self._read_only:
            return
        connection, releases = self._may_write(), self.releases
        await self._flush(connection)
        await connection.commit()
        self._connection = None
        releases.keep()
        await self._stack.aclose()
        await self._on.database.lasting()
        self._on.wake(self._woken)
        for change in releases.recorded:
            self._on.witness.saved(change)

    async def _flush(self, connection: AsyncConnection) -> None:
        for tenant_id, kind, subject, at in sorted(self._nudges):
            nudged = nudge_store if kind is WorkKind.STORE else nudge_task
            if await nudged(connection, tenant_id, subject, at):
                self._woken.add(Wake.WORK)
        for tenant_id, name, when in sorted(self._suspects):
            if await self.integrations.suspect(tenant_id, [name], at=when):
                self._woken.add(Wake.CONNECTIONS)
        now = self._on.post_ms()
        for tenant_id in sorted({tenant_id for tenant_id, _ in self._messages}):
            own = [message for owner, message in self._messages if owner == tenant_id]
            await outbox.put(connection, tenant_id, own, now=now)
            self._woken.add(Wake.OUTBOX)
        for tenant_id in sorted({tenant_id for tenant_id, _ in self._events}):
            told = [event for owner, event in self._events if owner == tenant_id]
            numbered = await audit.append(connection, tenant_id, told)
            if await queue_events(connection, tenant_id, numbered, now=now):
                self._woken.add(Wake.WEBHOOKS)

    def _may_write(self) -> AsyncConnection:
        if self._connection is None or self._read_only:
            raise RuntimeError("this unit of work is over, or was opened for reading only")
        return self._connection
