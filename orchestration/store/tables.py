"""The tables of releases: typed columns for what is asked or guarded, `doc` for the rest of a value.

It is longer than the house rule, because the tables refer to each other and are read together.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

tenants = Table(
    "tenants",
    metadata,
    Column("id", String, primary_key=True),
    Column("chain_seq", BigInteger, nullable=False),
    Column("chain_hash", String, nullable=False),
)

releases = Table(
    "releases",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant_id", String, nullable=False),
    Column("app", String, nullable=False),
    Column("version", String, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("kick_off_ms", BigInteger, nullable=False),
    Column("target_ms", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("tag", String),
    Column("phase", String),
    Column("phase_ms", BigInteger),
    Column("doc", JSON, nullable=False),
    Index(
        "ix_releases_running",
        "phase",
        "phase_ms",
        postgresql_where=text("NOT ended"),
        sqlite_where=text("NOT ended"),
    ),
    Index("ix_releases_active", "tenant_id", "ended", "created_ms"),
    Index("ix_releases_app", "tenant_id", "app", "created_ms"),
    Index("ix_releases_version", "tenant_id", "version"),
)

release_pairs = Table(
    "release_pairs",
    metadata,
    Column("release_id", String, ForeignKey("releases.id"), primary_key=True),
    Column("pair", String, primary_key=True),
    Column("tenant_id", String, nullable=False),
    Column("app", String, nullable=False),
    Column("major", Integer, nullable=False),
    Column("minor", Integer, nullable=False),
    Column("patch", Integer, nullable=False),
    Index("ix_release_pairs_app", "tenant_id", "app", "pair", "major", "minor", "patch"),
    Index("ix_release_pairs_version", "tenant_id", "major", "minor", "patch"),
)


def _child(name: str, *columns: Column[object] | Index) -> Table:
    """A table of the parts of a release; `id` is unique within the release, `ordinal` keeps the order."""
    return Table(
        name,
        metadata,
        Column("release_id", String, ForeignKey("releases.id"), primary_key=True),
        Column("id", String, primary_key=True),
        Column("tenant_id", String, nullable=False),
        Column("ordinal", Integer, nullable=False),
        *columns,
        Column("doc", JSON, nullable=False),
    )


def _word(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, String, nullable=nullable)


slots = _child("slots", _word("state"), Column("at_ms", BigInteger, nullable=False))
cycles = _child("cycles", _word("state"), Column("number", Integer, nullable=False))
tasks = _child(
    "tasks",
    _word("type"),
    _word("state"),
    _word("pair", nullable=True),
    Column("deadline_ms", BigInteger),
    Index(
        "ix_tasks_failed",
        "type",
        postgresql_where=text("state = 'FAILED'"),
        sqlite_where=text("state = 'FAILED'"),
    ),
    Index(
        "ix_tasks_deadline",
        "deadline_ms",
        postgresql_where=text("deadline_ms IS NOT NULL"),
        sqlite_where=text("deadline_ms IS NOT NULL"),
    ),
)
builds = _child(
    "builds",
    _word("task_id"),
    _word("kind"),
    _word("state"),
    _word("pair"),
    _word("run_id", nullable=True),
    Index("ix_builds_run", "tenant_id", "run_id"),
)
gates = _child("gates", _word("kind"), _word("state"))
effects = _child("effects", _word("task_id"), _word("state"))
reminders = _child("reminders", _word("kind"), Column("at_ms", BigInteger, nullable=False))
holds = _child("holds", _word("cause"), _word("by"))
submissions = _child(
    "submissions",
    _word("pair"),
    _word("state"),
    _word("integration"),
    Column("submitted_ms", BigInteger),
    Column("approved_ms", BigInteger),
    Index("ix_submissions_integration", "tenant_id", "integration", "submitted_ms"),
)

store_turns = Table(
    "store_turns",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("integration", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("lease_until_ms", BigInteger, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("release_id", String),
    Column("at_ms", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("actor_id", String, nullable=False),
    Column("actor_kind", String, nullable=False),
    Column("data", JSON, nullable=False),
    Column("prev_hash", String, nullable=False),
    Column("hash", String, nullable=False),
    Index("ix_events_release", "tenant_id", "release_id", "seq"),
)

integrations = Table(
    "integrations",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("provider", String, nullable=False),
    Column("name", String, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("secrets", LargeBinary),
    Column("key_id", String),
    Column("state", String, nullable=False),
    Column("verified_ms", BigInteger),
    Column("revision", BigInteger, nullable=False),
    Column("checks", JSON),
    Column("tried_ms", BigInteger),
    Column("expires_ms", BigInteger),
    Column("warned", Integer),
    Column("verify_ms", BigInteger),
    Column("due_ms", BigInteger),
    Column("nudge_ms", BigInteger),
    Column("lease_until_ms", BigInteger),
    Column("owner", String),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    Index(
        "ix_integrations_due",
        "due_ms",
        postgresql_where=text("due_ms IS NOT NULL"),
        sqlite_where=text("due_ms IS NOT NULL"),
    ),
)

connection_drafts = Table(
    "connection_drafts",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("provider", String, nullable=False),
    Column("connection", String, nullable=False),
    Column("name", String, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("shown", JSON, nullable=False),
    Column("secrets", LargeBinary),
    Column("key_id", String),
    Column("based_on", BigInteger),
    Column("view_id", String),
    Column("token_hash", String),
    Column("browser_hash", String),
    Column("tries", Integer, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Index("ix_connection_drafts_token_hash", "token_hash", unique=True),
    Index("ix_connection_drafts_expires_ms", "expires_ms"),
)

configuration_drafts = Table(
    "configuration_drafts",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("document", JSON, nullable=False),
    Column("based_on", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Index("ix_configuration_drafts_expires_ms", "expires_ms"),
)

configurations = Table(
    "configurations",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("default", Boolean, nullable=False),
    Column("doc", JSON, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Index(
        "ix_configurations_default",
        "tenant_id",
        unique=True,
        postgresql_where=text('"default"'),
        sqlite_where=text('"default"'),
    ),
)

roles = Table(
    "roles",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("role", String, primary_key=True),
)

logins = Table(
    "logins",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("login", String, primary_key=True),
    Column("person", String, nullable=False),
)

deputies = Table(
    "deputies",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("deputy", String, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String, primary_key=True),
    Column("tenant_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_by", String, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Column("used_day", Integer),
    Column("person", String),
    Index("ix_tokens_tenant_id", "tenant_id"),
)

answers = Table(
    "answers",
    metadata,
    Column("token_id", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("tenant_id", String, nullable=False),
    Column("request", String, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("body", Text, nullable=False),
    Column("kept_ms", BigInteger, nullable=False),
    Index("ix_answers_kept", "tenant_id", "kept_ms"),
)

messages = Table(
    "messages",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("channel", String, nullable=False),
    Column("ts", String, nullable=False),
    Column("release_id", String),
    Index("ix_messages_place", "tenant_id", "channel", "ts"),
    Index("ix_messages_release", "tenant_id", "release_id"),
)
