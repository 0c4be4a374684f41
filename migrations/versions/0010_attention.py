"""How people want to be reached, what is kept for them, and Workflow steps that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _key(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, primary_key=True) for name in names]


def upgrade() -> None:
    """Create the tables; everybody is reached at once."""
    op.create_table(
        "attentions",
        *_key("tenant_id", "person"),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("quiet", sa.String),
        sa.Column("weekends", sa.Boolean, nullable=False),
        sa.Column("digest", sa.String),
        sa.Column("fixed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "kept_news",
        *_key("tenant_id", "person", "key"),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("release_id", sa.String),
        sa.Column("gate", sa.String),
        sa.Column("told_ms", sa.BigInteger),
    )

    op.create_table(
        "workflow_steps",
        *_key("tenant_id", "id"),
        sa.Column("release_id", sa.String, nullable=False),
        sa.Column("deadline_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_workflow_steps_release", "workflow_steps", ["tenant_id", "release_id"])


def downgrade() -> None:
    """What was kept and not told is lost, steps that wait are left to the chat, everybody is reached at once again."""
    for name in ("workflow_steps", "kept_news", "attentions"):
        op.drop_table(name)
