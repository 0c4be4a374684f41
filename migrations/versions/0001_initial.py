"""The first schema: releases with their parts, queues, audit chain, integrations and the directory."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Column = sa.Column[Any]
_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create all tables."""
    _releases()
    _parts()
    _queues()
    _chain()
    _directory()


def downgrade() -> None:
    """Drop all tables, those that refer to others first."""
    names = "messages roles configurations integrations events tenants inbox outbox work"
    parts = "holds reminders effects gates builds tasks cycles slots release_pairs releases"
    for name in [*names.split(), *parts.split()]:
        op.drop_table(name)


def _word(name: str, *, nullable: bool = False) -> Column:
    return sa.Column(name, sa.String, nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> Column:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _doc(name: str = "doc") -> Column:
    return sa.Column(name, sa.JSON, nullable=False)


def _of_release(*, key: bool) -> Column:
    return sa.Column("release_id", sa.String, sa.ForeignKey("releases.id"), primary_key=key, nullable=False)


def _index(name: str, table: str, columns: list[str], where: str | None = None) -> None:
    clause = sa.text(where) if where is not None else None
    op.create_index(name, table, columns, postgresql_where=clause, sqlite_where=clause)


def _releases() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.String, primary_key=True),
        _word("tenant_id"),
        _word("app"),
        _word("version"),
        _number("revision"),
        sa.Column("archived", sa.Boolean, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        _number("kick_off_ms"),
        _number("target_ms"),
        _number("created_ms"),
        _word("tag", nullable=True),
        _doc(),
    )
    _index("ix_releases_active", "releases", ["tenant_id", "ended", "created_ms"])
    _index("ix_releases_app", "releases", ["tenant_id", "app", "created_ms"])
    _index("ix_releases_version", "releases", ["tenant_id", "version"])
    op.create_table(
        "release_pairs",
        _of_release(key=True),
        sa.Column("pair", sa.String, primary_key=True),
        _word("tenant_id"),
        _word("app"),
        sa.Column("major", sa.Integer, nullable=False),
        sa.Column("minor", sa.Integer, nullable=False),
        sa.Column("patch", sa.Integer, nullable=False),
    )
    numbers = ["major", "minor", "patch"]
    _index("ix_release_pairs_app", "release_pairs", ["tenant_id", "app", "pair", *numbers])
    _index("ix_release_pairs_version", "release_pairs", ["tenant_id", *numbers])


def _part(name: str, *columns: Column) -> None:
    op.create_table(
        name,
        _of_release(key=True),
        sa.Column("id", sa.String, primary_key=True),
        _word("tenant_id"),
        sa.Column("ordinal", sa.Integer, nullable=False),
        *columns,
        _doc(),
    )


def _parts() -> None:
    _part("slots", _word("state"), _number("at_ms"))
    _part("cycles", _word("state"), sa.Column("number", sa.Integer, nullable=False))
    _part("tasks", _word("type"), _word("state"), _word("pair", nullable=True))
    _part(
        "builds",
        _word("task_id"),
        _word("kind"),
        _word("state"),
        _word("pair"),
        _word("run_id", nullable=True),
    )
    _index("ix_builds_run", "builds", ["tenant_id", "run_id"])
    _part("gates", _word("kind"), _word("state"))
    _part("effects", _word("task_id"), _word("state"))
    _part("reminders", _word("kind"), _number("at_ms"))
    _part("holds", _word("cause"), _word("by"))


def _lease() -> list[Column]:
    return [_number("lease_until_ms", nullable=True), _word("owner", nullable=True), _number("fence")]


def _queues() -> None:
    op.create_table(
        "work",
        sa.Column("id", sa.String, primary_key=True),
        _word("tenant_id"),
        _of_release(key=False),
        _word("kind"),
        _word("subject"),
        _number("due_ms", nullable=True),
        _number("nudge_ms", nullable=True),
        *_lease(),
    )
    _index("ix_work_due", "work", ["due_ms", "id"], "due_ms IS NOT NULL")
    _outbox()
    op.create_table(
        "inbox",
        sa.Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
        _word("tenant_id"),
        sa.Column("key", sa.Text, nullable=False),
        _word("kind"),
        _doc("payload"),
        _number("received_ms"),
        _number("not_before_ms", nullable=True),
        *_lease(),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.UniqueConstraint("key", "tenant_id", name="uq_inbox_key_tenant_id"),
        sqlite_autoincrement=True,
    )
    _index("ix_inbox_open", "inbox", ["id"], "not_before_ms IS NOT NULL")


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
        _word("tenant_id"),
        _word("kind"),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        _word("release_id", nullable=True),
        _doc("payload"),
        _word("state"),
        _number("version"),
        _number("not_before_ms", nullable=True),
        *_lease(),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("uncertain", sa.Boolean, nullable=False),
        _number("first_ms", nullable=True),
        sa.Column("reason", sa.Text),
        sa.UniqueConstraint("tenant_id", "key", name="uq_outbox_tenant_id_key"),
        sqlite_autoincrement=True,
    )
    _index("ix_outbox_due", "outbox", ["not_before_ms", "id"], "not_before_ms IS NOT NULL")
    _index("ix_outbox_lane", "outbox", ["tenant_id", "lane", "id"], "not_before_ms IS NOT NULL")


def _chain() -> None:
    op.create_table(
        "tenants",
        sa.Column("id", sa.String, primary_key=True),
        _number("chain_seq"),
        _word("chain_hash"),
    )
    op.create_table(
        "events",
        sa.Column("tenant_id", sa.String, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        _word("release_id", nullable=True),
        _number("at_ms"),
        _word("kind"),
        _word("actor_id"),
        _word("actor_kind"),
        _doc("data"),
        _word("prev_hash"),
        _word("hash"),
    )
    _index("ix_events_release", "events", ["tenant_id", "release_id", "seq"])


def _tenant() -> Column:
    return sa.Column("tenant_id", sa.String, primary_key=True)


def _directory() -> None:
    op.create_table(
        "integrations",
        _tenant(),
        sa.Column("id", sa.String, primary_key=True),
        _word("provider"),
        _word("name"),
        _doc("settings"),
        sa.Column("secrets", sa.LargeBinary),
        _word("key_id", nullable=True),
        _word("state"),
        _number("verified_ms", nullable=True),
        _number("revision"),
    )
    op.create_table(
        "configurations",
        _tenant(),
        sa.Column("id", sa.String, primary_key=True),
        _word("name"),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("default", sa.Boolean, nullable=False),
        _doc(),
    )
    op.create_table(
        "roles",
        _tenant(),
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("role", sa.String, primary_key=True),
    )
    op.create_table(
        "messages",
        _tenant(),
        sa.Column("key", sa.Text, primary_key=True),
        _word("channel"),
        _word("ts"),
        _word("release_id", nullable=True),
    )
