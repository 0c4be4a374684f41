"""What caused a request, a piece of work and a message, for whoever follows one from a click to its end."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLES = ("inbox", "work", "outbox")


def upgrade() -> None:
    """Add the columns; they are empty for what waits already."""
    for table in _TABLES:
        op.add_column(table, sa.Column("trace", sa.String))


def downgrade() -> None:
    """Take them away: they are of use to people only."""
    for table in reversed(_TABLES):
        op.drop_column(table, "trace")
