"""Release configurations that are being edited in Slack."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "configuration_drafts",
        *(sa.Column(name, sa.String, primary_key=True) for name in ("tenant_id", "person", "subject")),
        sa.Column("document", sa.JSON, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("based_on", "expires_ms", "revision")),
    )
    op.create_index("ix_configuration_drafts_expires_ms", "configuration_drafts", ["expires_ms"])


def downgrade() -> None:
    """Drafts are lost, which live for an hour."""
    op.drop_table("configuration_drafts")
