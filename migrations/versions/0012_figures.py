"""What operators count: releases by phase, tasks that failed, waits by their deadline; and what is old."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; they are filled when a release, or a task of it, is saved the next time."""
    op.add_column("releases", sa.Column("phase", sa.String))
    op.add_column("releases", sa.Column("phase_ms", sa.BigInteger))
    op.add_column("tasks", sa.Column("deadline_ms", sa.BigInteger))
    op.add_column("outbox", sa.Column("settled_ms", sa.BigInteger))
    # Nobody knows when these were sent: they are kept for the whole time from now on.
    settled = sa.text("UPDATE outbox SET settled_ms = :now WHERE state IN ('SENT', 'DEAD')")
    op.execute(settled.bindparams(now=int(time.time() * 1000)))
    _partial("ix_releases_running", "releases", ["phase", "phase_ms"], "NOT ended")
    _partial("ix_tasks_failed", "tasks", ["type"], "state = 'FAILED'")
    _partial("ix_outbox_dead", "outbox", ["id"], "state = 'DEAD'")
    _partial("ix_outbox_settled", "outbox", ["settled_ms"], "settled_ms IS NOT NULL")
    _partial("ix_inbox_closed", "inbox", ["received_ms"], "not_before_ms IS NULL")
    _partial("ix_tasks_deadline", "tasks", ["deadline_ms"], "deadline_ms IS NOT NULL")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, postgresql_where=condition, sqlite_where=condition)


def downgrade() -> None:
    """Take them away; nothing else was kept in them."""
    for name, table in (
        ("ix_inbox_closed", "inbox"),
        ("ix_outbox_settled", "outbox"),
        ("ix_outbox_dead", "outbox"),
        ("ix_tasks_deadline", "tasks"),
        ("ix_tasks_failed", "tasks"),
        ("ix_releases_running", "releases"),
    ):
        op.drop_index(name, table)
    op.drop_column("outbox", "settled_ms")
    op.drop_column("tasks", "deadline_ms")
    op.drop_column("releases", "phase_ms")
    op.drop_column("releases", "phase")
