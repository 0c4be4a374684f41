"""The sweeper: tries connections again when they are due, holds and lets go releases, warns of what ends soon.

A connection is claimed with a lease and given back when all that follows from its state is done; a crash between
makes it due again. A provider that is away changes nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.choosing import Edges
from bot.connections import ConnectionBook
from bot.connections.schedule import WHILE_AWAY, next_try, next_warning, try_due, warning_due
from bot.errors import place_of
from bot.views.account_news import expiring
from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import SYSTEM
from orchestration.domain.snapshot import Bucket
from orchestration.ports.runtime import Clock, Configuration, DatabaseAway, Outgoing, OutgoingKind
from orchestration.services.credentials import keep_credentials_holds
from orchestration.services.engine import Engine
from orchestration.store.integrations import IntegrationRow, IntegrationState, NoSuchIntegration
from orchestration.store.store import Store
from orchestration.store.watch import Watched

log = structlog.get_logger(__name__)

_SWEEP_EVERY = timedelta(minutes=1)


class Watcher:
    """Works on connections that are due. Drafts end by `clock`, which is real time wherever people type into them."""

    def __init__(
        self, *, store: Store, book: ConnectionBook, engine: Engine, edge: Edges, clock: Clock | None = None
    ) -> None:
        self._store = store
        self._book = book
        self._engine = engine
        self._edge = edge
        self._clock = clock or engine.clock
        self._swept: datetime | None = None

    async def claim(self, limit: int) -> Sequence[Watched]:
        """Connections that are due; now and then drafts whose time is over are forgotten, with their secrets."""
        now = self._clock.now()
        if self._swept is None or abs(now - self._swept) >= _SWEEP_EVERY:
            self._swept = now
            async with self._store.work() as work:
                await work.drafts.sweep(now=now)
                await work.configuration_drafts.sweep(now=now)
                await work.commit()
        return await self._store.watch.claim(limit=limit)

    async def handle(self, watched: Watched) -> None:
        """Try it where it is time, and make everything follow from its state."""
        try:
            due = await self._looked_at(watched.row)
        except NoSuchIntegration:
            return  # disconnected meanwhile: its row is gone, and the claim with it
        except DatabaseAway:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours with one connection must not be repeated at once
            reference = self._engine.chance.code(6)
            log.error(  # noqa: TRY400 - the words of the error might hold what it could not read
                "A connection could not be watched by a fault of ours",
                action="watch_fault",
                tenant=watched.row.tenant_id,
                connection=watched.row.id,
                error=type(error).__name__,
                at=place_of(error),
                ref=reference,
            )
            due = self._engine.clock.now() + WHILE_AWAY
        await self._store.watch.settle(watched, due_at=due)

    async def _looked_at(self, row: IntegrationRow) -> datetime:
        """When it is to be looked at again. NoSuchIntegration."""
        tenant_id, now = row.tenant_id, self._engine.clock.now()
        if try_due(row.verify_at, now=now):
            await self._book.verify(tenant_id, row.id, self._edge(tenant_id), now=now)
        current = await self._store.integrations.get(tenant_id, row.id)
        fine = current.state is IntegrationState.VERIFIED
        reason = None if fine else self._reason(current)
        changed = await keep_credentials_holds(self._engine, tenant_id, row.id, reason)
        if changed:
            log.info("Releases follow a connection", action="credentials_holds", count=changed, fine=fine)
        current = await self._warn(current)
        again = current.verify_at or next_try(tenant_id, row.id, current.state, now=now)
        warning = next_warning(current.expires_at, current.warned, now=now) if fine else None
        return min(again, warning) if warning is not None else again

    def _reason(self, row: IntegrationRow) -> str:
        provider = self._book.providers.get(row.provider)
        title = provider.title if provider else row.provider
        wrong = next((check for check in row.checks if not check.get("ok")), None)
        says = f" ({wrong['what']}: {wrong['says']})" if wrong else ""
        return f"{title} does not take what {row.name} is connected with any more{says}"

    async def _warn(self, row: IntegrationRow) -> IntegrationRow:
        """Tell the critical channels of the configurations that use it, once for each number of days."""
        now = self._engine.clock.now()
        days = warning_due(row.expires_at, row.warned, now=now)
        if days is None or row.expires_at is None or row.state is not IntegrationState.VERIFIED:
            return row
        async with self._store.work() as work:
            used = [
                c
                for c in await work.directory.configurations(row.tenant_id)
                if row.id in c.snapshot.integrations()
            ]
            told = expiring(row.name, row.id, [c.name for c in used], ends=row.expires_at, now=now)
            for channel in sorted({channel for c in used for channel in _critical(c)}):
                key = f"expiring:{row.id}:{row.expires_at:%Y-%m-%dT%H:%M}:{days}:{channel}"
                outgoing = Outgoing(
                    kind=OutgoingKind.ALERT,
                    lane=f"channel:{channel}",
                    key=key,
                    payload={
                        "channel": channel,
                        "text": told.text,
                        "blocks": json.dumps(list(told.blocks)),
                    },
                )
                await work.send(row.tenant_id, [outgoing])
            await work.integrations.warned(row.tenant_id, row.id, days)
            data = {"connection": row.id, "days": str(days), "until": row.expires_at.isoformat()}
            event = Event(
                kind=EventKind.CONNECTION_EXPIRING, at=now, actor=SYSTEM, release_id=None, data=data
            )
            await work.tell(row.tenant_id, [event])
            await work.commit()
        return replace(row, warned=days)


def _critical(configuration: Configuration) -> tuple[str, ...]:
    """Where trouble is told; where there is no such channel, where the release lives."""
    snapshot = configuration.snapshot
    return tuple(snapshot.channels.get(Bucket.CRITICAL, ())) or (snapshot.home,)
