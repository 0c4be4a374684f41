"""App Homes: who opened theirs, and what was shown there last; and finding a release by where its card stands."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; nobody has opened theirs yet."""
    op.create_table(
        "homes",
        sa.Column("tenant_id", sa.String, primary_key=True),
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("opened_ms", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
    )
    op.create_index("ix_homes_opened", "homes", ["tenant_id", "opened_ms"])
    op.create_index("ix_messages_place", "messages", ["tenant_id", "channel", "ts"])
    op.create_index("ix_messages_release", "messages", ["tenant_id", "release_id"])


def downgrade() -> None:
    """Homes are renewed again once people open them again."""
    op.drop_index("ix_messages_release", "messages")
    op.drop_index("ix_messages_place", "messages")
    op.drop_table("homes")
