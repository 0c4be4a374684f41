"""Connections that are being made: settings from Slack, a link of which only the hash is kept, sealed secrets.

A draft lives for minutes. Every question names its tenant, but for the one by the link, whose hash is its name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from orchestration.store.database import insert_into
from orchestration.store.tables import connection_drafts as drafts
from orchestration.store.times import due_ms, moment, past_ms


class NoSuchDraft(Exception):
    """There is no such draft, or no more: it ended, was used, or belongs to somebody else."""


class StaleDraft(Exception):
    """Somebody else changed the draft since it was read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A connection to be. `based_on` is the revision of the connection that it changes, None for a new one.

    `shown` are words for its page: what people call the workspace and the person, and where the list can be renewed.
    `secrets` are sealed for the draft. `token_hash` is of the link that is out, `browser_hash` of the browser that
    opened it; `tries` counts the failed ones of this link. `view_id` is the form that waits in Slack.
    """

    id: str
    tenant_id: str
    person: str
    provider: str
    connection: str
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    secrets: bytes | None = field(default=None, repr=False)
    key_id: str | None = None
    based_on: int | None = None
    view_id: str | None = None
    token_hash: str | None = field(default=None, repr=False)
    browser_hash: str | None = field(default=None, repr=False)
    tries: int = 0
    expires_at: datetime
    revision: int = 0


class SqlDrafts:
    """Drafts in one transaction, which its owner commits."""

    def __init__(self, connection: AsyncConnection, *, may_write: Callable[[], object]) -> None:
        self._connection = connection
        self._may_write = may_write

    async def put(self, draft: Draft) -> None:
        """Store a new one, or in the place of an older one of the same id."""
        self._may_write()
        columns = {**_columns(draft), "revision": draft.revision}
        statement = insert_into(self._connection, drafts)
        await self._connection.execute(
            statement.values(tenant_id=draft.tenant_id, id=draft.id, **columns).on_conflict_do_update(
                index_elements=["tenant_id", "id"], set_=columns
            )
        )

    async def get(self, tenant_id: str, draft_id: str, *, now: datetime) -> Draft:
        """One of a tenant; NoSuchDraft."""
        return await self._one(drafts.c.tenant_id == tenant_id, drafts.c.id == draft_id, now=now)

    async def by_token(self, token_hash: str, *, now: datetime) -> Draft:
        """The one whose link is out; NoSuchDraft."""
        return await self._one(drafts.c.token_hash == token_hash, now=now)

    async def _one(self, *which: ColumnElement[bool], now: datetime) -> Draft:
        alive = drafts.c.expires_ms > past_ms(now)
        row = (await self._connection.execute(select(drafts).where(*which, alive))).mappings().one_or_none()
        if row is None:
            raise NoSuchDraft
        return _draft(row)

    async def save(self, draft: Draft) -> Draft:
        """Store a changed one, as it was read before; StaleDraft. Returns it with its new revision."""
        self._may_write()
        result = await self._connection.execute(
            update(drafts).where(*_mine(draft)).values(**_columns(draft), revision=draft.revision + 1)
        )
        if result.rowcount == 0:
            raise StaleDraft
        return replace(draft, revision=draft.revision + 1)

    async def take(self, draft: Draft) -> None:
        """Remove one, as it was read before: of several who try to use it up one succeeds. StaleDraft."""
        self._may_write()
        result = await self._connection.execute(delete(drafts).where(*_mine(draft)))
        if result.rowcount == 0:
            raise StaleDraft

    async def remove(self, tenant_id: str, draft_id: str) -> None:
        """Forget one, whoever changed it. Idempotent."""
        self._may_write()
        await self._connection.execute(
            delete(drafts).where(drafts.c.tenant_id == tenant_id, drafts.c.id == draft_id)
        )

    async def sweep(self, *, now: datetime) -> int:
        """Forget those whose time is over, with their secrets; how many."""
        self._may_write()
        result = await self._connection.execute(delete(drafts).where(drafts.c.expires_ms <= past_ms(now)))
        return result.rowcount


def _mine(draft: Draft) -> tuple[ColumnElement[bool], ...]:
    columns = drafts.c
    return (
        columns.tenant_id == draft.tenant_id,
        columns.id == draft.id,
        columns.revision == draft.revision,
    )


def _columns(draft: Draft) -> dict[str, object]:
    return {
        "person": draft.person,
        "provider": draft.provider,
        "connection": draft.connection,
        "name": draft.name,
        "settings": dict(draft.settings),
        "shown": dict(draft.shown),
        "secrets": draft.secrets,
        "key_id": draft.key_id,
        "based_on": draft.based_on,
        "view_id": draft.view_id,
        "token_hash": draft.token_hash,
        "browser_hash": draft.browser_hash,
        "tries": draft.tries,
        "expires_ms": due_ms(draft.expires_at),
    }


def _draft(row: RowMapping) -> Draft:
    return Draft(
        id=row["id"],
        tenant_id=row["tenant_id"],
        person=row["person"],
        provider=row["provider"],
        connection=row["connection"],
        name=row["name"],
        settings=row["settings"],
        shown=row["shown"],
        secrets=row["secrets"],
        key_id=row["key_id"],
        based_on=row["based_on"],
        view_id=row["view_id"],
        token_hash=row["token_hash"],
        browser_hash=row["browser_hash"],
        tries=row["tries"],
        expires_at=moment(row["expires_ms"]),
        revision=row["revision"],
    )
