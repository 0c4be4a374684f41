"""The tables of webhooks: whom we tell of events, and what was or is to be sent there.

A webhook is claimed with a lease, as other work is; there is something to do where one of its deliveries is pending,
so whoever records an event only adds rows and locks none of the webhooks.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from orchestration.store.tables import metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant_id", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("doc", JSON, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("key_id", String, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("lease_until_ms", BigInteger),
    Column("owner", String),
    Column("fence", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Index("ix_webhooks_tenant_id", "tenant_id"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("webhook_id", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("kind", String, nullable=False),
    Column("release_id", String),
    Column("body", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("queued_ms", BigInteger, nullable=False),
    Column("tried_ms", BigInteger),
    Column("status", Integer),
    Column("reason", Text),
    Index(
        "ix_webhook_deliveries_pending",
        "webhook_id",
        "seq",
        postgresql_where=text("state = 'PENDING'"),
        sqlite_where=text("state = 'PENDING'"),
    ),
    Index("ix_webhook_deliveries_queued", "tenant_id", "queued_ms"),
)
