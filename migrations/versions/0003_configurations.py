"""Configurations are saved only as they were read, and a tenant has one default at most."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_configurations = sa.table(
    "configurations",
    sa.column("tenant_id", sa.String),
    sa.column("id", sa.String),
    sa.column("name", sa.String),
    sa.column("default", sa.Boolean),
)


def upgrade() -> None:
    """Give every row a revision, and leave each tenant the default that its form starts with."""
    op.add_column("configurations", sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"))
    with op.batch_alter_table("configurations") as table:
        table.alter_column("revision", server_default=None)
    _leave_one_default()
    default = sa.text('"default"')
    op.create_index(
        "ix_configurations_default",
        "configurations",
        ["tenant_id"],
        unique=True,
        postgresql_where=default,
        sqlite_where=default,
    )


def downgrade() -> None:
    """As it was; the defaults that were taken away stay away."""
    op.drop_index("ix_configurations_default", "configurations")
    with op.batch_alter_table("configurations") as table:
        table.drop_column("revision")


def _leave_one_default() -> None:
    """The first by name, as the form for a new release chose among several."""
    columns = _configurations.c
    rows = op.get_bind().execute(
        sa.select(columns.tenant_id, columns.id, columns.name).where(columns.default)
    )
    kept: set[str] = set()
    for row in sorted(rows.all(), key=lambda row: (row.name.casefold(), row.id)):
        if row.tenant_id in kept:
            op.execute(
                sa.update(_configurations)
                .where(columns.tenant_id == row.tenant_id, columns.id == row.id)
                .values(default=False)
            )
        kept.add(row.tenant_id)
