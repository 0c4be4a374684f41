"""The tables that workers claim from: each piece has a time, a lease and a rising fence.

An empty time means that there is nothing to do; the indexes leave such rows out, so the cost of a claim
depends on what waits, not on what exists.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from orchestration.store.tables import metadata

# SQLite counts rows up by itself only where the key is spelled INTEGER.
_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, postgresql_where=text(where), sqlite_where=text(where))


def _lease() -> tuple[Column[object], ...]:
    return (
        Column("lease_until_ms", BigInteger),
        Column("owner", String),
        Column("fence", BigInteger, nullable=False),
    )


work = Table(
    "work",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant_id", String, nullable=False),
    Column("release_id", String, ForeignKey("releases.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("due_ms", BigInteger),
    Column("nudge_ms", BigInteger),
    *_lease(),
    Column("trace", String),
    _partial("ix_work_due", "due_ms", "id", where="due_ms IS NOT NULL"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("tenant_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("lane", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("release_id", String),
    Column("payload", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("not_before_ms", BigInteger),
    *_lease(),
    Column("attempts", Integer, nullable=False),
    Column("uncertain", Boolean, nullable=False),
    Column("first_ms", BigInteger),
    Column("reason", Text),
    Column("settled_ms", BigInteger),
    Column("trace", String),
    UniqueConstraint("tenant_id", "key"),
    _partial("ix_outbox_due", "not_before_ms", "id", where="not_before_ms IS NOT NULL"),
    _partial("ix_outbox_settled", "settled_ms", where="settled_ms IS NOT NULL"),
    _partial("ix_outbox_dead", "id", where="state = 'DEAD'"),
    _partial("ix_outbox_lane", "tenant_id", "lane", "id", where="not_before_ms IS NOT NULL"),
    sqlite_autoincrement=True,
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("tenant_id", String, nullable=False),
    Column("key", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("not_before_ms", BigInteger),
    *_lease(),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    Column("trace", String),
    UniqueConstraint("key", "tenant_id"),
    _partial("ix_inbox_open", "id", where="not_before_ms IS NOT NULL"),
    _partial("ix_inbox_closed", "received_ms", where="not_before_ms IS NULL"),
    sqlite_autoincrement=True,
)

duties = Table(
    "duties",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("due_ms", BigInteger),
    *_lease(),
    _partial("ix_duties_due", "due_ms", "id", where="due_ms IS NOT NULL"),
)
