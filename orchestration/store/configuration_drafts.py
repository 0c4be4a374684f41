"""Drafts of release configurations as rows: one of each person for each configuration, for an hour."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.ports.runtime import ConfigurationDraft, StaleConfigurationDraft
from orchestration.store.database import insert_into
from orchestration.store.tables import configuration_drafts as drafts
from orchestration.store.times import due_ms, moment, past_ms


class SqlConfigurationDrafts:
    """Drafts in one transaction, which its owner commits."""

    def __init__(self, connection: AsyncConnection, *, may_write: Callable[[], object]) -> None:
        self._connection = connection
        self._may_write = may_write

    async def of_person(self, tenant_id: str, person: str, *, now: datetime) -> Sequence[ConfigurationDraft]:
        """Those of a person that are not over, by configuration."""
        mine = (drafts.c.tenant_id == tenant_id, drafts.c.person == person)
        return await self._those(*mine, now=now)

    async def find(
        self, tenant_id: str, person: str, subject: str, *, now: datetime
    ) -> ConfigurationDraft | None:
        """The one of a person for a configuration, None where there is none or it is over."""
        found = await self._those(*_of(tenant_id, person, subject), now=now)
        return found[0] if found else None

    async def _those(self, *which: ColumnElement[bool], now: datetime) -> Sequence[ConfigurationDraft]:
        alive = drafts.c.expires_ms > past_ms(now)
        rows = await self._connection.execute(select(drafts).where(*which, alive).order_by(drafts.c.subject))
        return tuple(_draft(row) for row in rows.mappings())

    async def put(self, draft: ConfigurationDraft) -> ConfigurationDraft:
        """Store a new one (revision 0), in the place of an older one, or one as it was read.

        Returns it with its new revision; StaleConfigurationDraft.
        """
        self._may_write()
        values = {
            "document": dict(draft.document),
            "based_on": draft.based_on,
            "expires_ms": due_ms(draft.expires_at),
            "revision": draft.revision + 1,
        }
        mine = _of(draft.tenant_id, draft.person, draft.subject)
        if draft.revision == 0:
            added = insert_into(self._connection, drafts).values(
                tenant_id=draft.tenant_id, person=draft.person, subject=draft.subject, **values
            )
            keys = ["tenant_id", "person", "subject"]
            await self._connection.execute(added.on_conflict_do_update(index_elements=keys, set_=values))
        else:
            as_read = update(drafts).where(*mine, drafts.c.revision == draft.revision)
            if (await self._connection.execute(as_read.values(**values))).rowcount == 0:
                raise StaleConfigurationDraft(draft.subject)
        return replace(draft, revision=draft.revision + 1)

    async def remove(self, tenant_id: str, person: str, subject: str) -> None:
        """Forget one. Idempotent."""
        self._may_write()
        await self._connection.execute(delete(drafts).where(*_of(tenant_id, person, subject)))

    async def sweep(self, *, now: datetime) -> int:
        """Forget those of all tenants whose time is over; how many."""
        self._may_write()
        over = delete(drafts).where(drafts.c.expires_ms <= past_ms(now))
        return (await self._connection.execute(over)).rowcount


def _of(tenant_id: str, person: str, subject: str) -> tuple[ColumnElement[bool], ...]:
    columns = drafts.c
    return (columns.tenant_id == tenant_id, columns.person == person, columns.subject == subject)


def _draft(row: RowMapping) -> ConfigurationDraft:
    return ConfigurationDraft(
        tenant_id=row["tenant_id"],
        person=row["person"],
        subject=row["subject"],
        document=row["document"],
        based_on=row["based_on"],
        expires_at=moment(row["expires_ms"]),
        revision=row["revision"],
    )
