"""How releases get through their stores, and whose turn it is to change an app there."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables, and have every running release looked at: Stage 4 of those that wait for it begins."""
    op.create_table(
        "submissions",
        sa.Column("release_id", sa.String, sa.ForeignKey("releases.id"), primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("tenant_id", sa.String, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("pair", "state", "integration")),
        sa.Column("submitted_ms", sa.BigInteger),
        sa.Column("approved_ms", sa.BigInteger),
        sa.Column("doc", sa.JSON, nullable=False),
    )
    op.create_index("ix_submissions_integration", "submissions", ["tenant_id", "integration", "submitted_ms"])
    op.create_table(
        "store_turns",
        sa.Column("tenant_id", sa.String, primary_key=True),
        sa.Column("integration", sa.String, primary_key=True),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("lease_until_ms", sa.BigInteger, nullable=False),
    )
    op.execute(
        "UPDATE work SET due_ms = 0 WHERE kind = 'RELEASE' AND release_id IN"
        " (SELECT id FROM releases WHERE NOT ended)"
    )


def downgrade() -> None:
    """What the stores were told stays there, and is not known here any more.

    Questions about a submission are no questions of the older code: they and the tasks that followed go, and a
    release that was completed waits for its submission again.
    """
    op.execute("DELETE FROM work WHERE kind = 'STORE'")
    gates = "SELECT id FROM gates WHERE kind = 'SUBMISSION'"
    tasks = "('SUBMIT_TO_APP_STORE', 'SUBMIT_TO_PLAY_STORE', 'ROLL_OUT')"
    op.execute(f"DELETE FROM work WHERE kind = 'GATE' AND subject IN ({gates})")  # noqa: S608 - fixed words
    op.execute(
        "DELETE FROM work WHERE kind = 'TASK' AND subject IN"  # noqa: S608 - fixed words
        f" (SELECT id FROM tasks WHERE type IN {tasks})"
    )
    op.execute("DELETE FROM gates WHERE kind = 'SUBMISSION'")
    op.execute(f"DELETE FROM tasks WHERE type IN {tasks}")  # noqa: S608 - fixed words
    op.execute("UPDATE releases SET ended = archived")
    op.drop_table("store_turns")
    op.drop_index("ix_submissions_integration", "submissions")
    op.drop_table("submissions")
