"""Tokens of people's own, and webhooks: who is told of events elsewhere, and what was sent there."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has a token of their own yet, and nobody is told."""
    op.add_column("tokens", sa.Column("person", sa.String))
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("tenant_id", sa.String, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("doc", sa.JSON, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("due_ms", sa.BigInteger, nullable=False),
        sa.Column("lease_until_ms", sa.BigInteger),
        sa.Column("owner", sa.String),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_webhooks_tenant_id", "webhooks", ["tenant_id"])
    op.create_table(
        "webhook_deliveries",
        *(sa.Column(name, sa.String, primary_key=True) for name in ("tenant_id", "webhook_id")),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("release_id", sa.String),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("queued_ms", sa.BigInteger, nullable=False),
        sa.Column("tried_ms", sa.BigInteger),
        sa.Column("status", sa.Integer),
        sa.Column("reason", sa.Text),
    )
    pending = sa.text("state = 'PENDING'")
    only = {"postgresql_where": pending, "sqlite_where": pending}
    op.create_index("ix_webhook_deliveries_pending", "webhook_deliveries", ["webhook_id", "seq"], **only)
    op.create_index("ix_webhook_deliveries_queued", "webhook_deliveries", ["tenant_id", "queued_ms"])


def downgrade() -> None:
    """Whoever has a token of their own can do nothing any more, least of all as the token's own."""
    op.drop_table("webhook_deliveries")
    op.drop_table("webhooks")
    op.execute("DELETE FROM tokens WHERE person IS NOT NULL")
    with op.batch_alter_table("tokens") as tokens:
        tokens.drop_column("person")
