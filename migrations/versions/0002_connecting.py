"""Connections: what the provider said last, when it is asked again, and drafts of new ones."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUMBERS = ("tried_ms", "expires_ms", "verify_ms", "due_ms", "nudge_ms", "lease_until_ms")


def upgrade() -> None:
    """What is connected already is tried as soon as a bot runs: nobody knows how old its state is."""
    op.add_column("integrations", sa.Column("checks", sa.JSON))
    for name in _NUMBERS:
        op.add_column("integrations", sa.Column(name, sa.BigInteger))
    op.add_column("integrations", sa.Column("warned", sa.Integer))
    op.add_column("integrations", sa.Column("owner", sa.String))
    op.add_column("integrations", sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"))
    op.execute("UPDATE integrations SET verify_ms = 0, due_ms = 0")
    watched = sa.text("due_ms IS NOT NULL")
    op.create_index(
        "ix_integrations_due", "integrations", ["due_ms"], postgresql_where=watched, sqlite_where=watched
    )
    _drafts()


def _drafts() -> None:
    op.create_table(
        "connection_drafts",
        sa.Column("tenant_id", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("person", "provider", "connection", "name")
        ),
        *(sa.Column(name, sa.JSON, nullable=False) for name in ("settings", "shown")),
        sa.Column("secrets", sa.LargeBinary),
        sa.Column("key_id", sa.String),
        sa.Column("based_on", sa.BigInteger),
        *(sa.Column(name, sa.String) for name in ("view_id", "token_hash", "browser_hash")),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_connection_drafts_token_hash", "connection_drafts", ["token_hash"], unique=True)
    op.create_index("ix_connection_drafts_expires_ms", "connection_drafts", ["expires_ms"])


def downgrade() -> None:
    """Drafts are lost, which live for minutes; of connections only when they were asked."""
    op.drop_table("connection_drafts")
    op.drop_index("ix_integrations_due", "integrations")
    for name in ("fence", "owner", "warned", *reversed(_NUMBERS), "checks"):
        op.drop_column("integrations", name)
