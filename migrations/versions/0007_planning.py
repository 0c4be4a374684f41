"""What is planned ahead: trains and their dates, freezes, rotations, who is away, and when each is looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _key(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, primary_key=True) for name in names]


def _kept() -> tuple[sa.Column[int], sa.Column[object]]:
    return (
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("doc", sa.JSON, nullable=False),
    )


def upgrade() -> None:
    """Create the tables; nothing is planned yet."""
    op.create_table(
        "trains", *_key("tenant_id", "id"), sa.Column("config_id", sa.String, nullable=False), *_kept()
    )
    op.create_table(
        "train_runs",
        *_key("tenant_id", "train_id", "by_rule"),
        sa.Column("on_day", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("release_id", sa.String),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.UniqueConstraint("tenant_id", "train_id", "on_day"),
    )
    op.create_table(
        "freezes", *_key("tenant_id", "id"), sa.Column("ended", sa.Boolean, nullable=False), *_kept()
    )
    op.create_index("ix_freezes_ended", "freezes", ["tenant_id", "ended"])
    op.create_table("rotations", *_key("tenant_id", "id"), *_kept())
    op.create_table(
        "absences",
        *_key("tenant_id", "person", "from_day"),
        sa.Column("until_day", sa.String, nullable=False),
    )
    _duties()


def _duties() -> None:
    op.create_table(
        "duties",
        *_key("id"),
        *(sa.Column(name, sa.String, nullable=False) for name in ("tenant_id", "kind", "subject")),
        sa.Column("due_ms", sa.BigInteger),
        sa.Column("lease_until_ms", sa.BigInteger),
        sa.Column("owner", sa.String),
        sa.Column("fence", sa.BigInteger, nullable=False),
    )
    due = sa.text("due_ms IS NOT NULL")
    op.create_index("ix_duties_due", "duties", ["due_ms", "id"], postgresql_where=due, sqlite_where=due)


def downgrade() -> None:
    """What was planned is lost; releases that were made stay, and freezes must be planned again."""
    for name in ("duties", "absences", "rotations", "freezes", "train_runs", "trains"):
        op.drop_table(name)
