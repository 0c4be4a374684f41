"""Who people are in source control, and who stands in for whom."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "logins",
        sa.Column("tenant_id", sa.String, primary_key=True),
        sa.Column("login", sa.String, primary_key=True),
        sa.Column("person", sa.String, nullable=False),
    )
    op.create_table(
        "deputies",
        sa.Column("tenant_id", sa.String, primary_key=True),
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("deputy", sa.String, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """People say it anew after the way back up."""
    op.drop_table("deputies")
    op.drop_table("logins")
