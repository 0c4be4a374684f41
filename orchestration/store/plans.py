"""The tables of what is planned ahead: trains and their dates, freezes, rotations, and who is away."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, String, Table, Text, UniqueConstraint

from orchestration.store.tables import metadata

trains = Table(
    "trains",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("config_id", String, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("doc", JSON, nullable=False),
)

train_runs = Table(
    "train_runs",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("train_id", String, primary_key=True),
    Column("by_rule", String, primary_key=True),
    Column("on_day", String, nullable=False),
    Column("state", String, nullable=False),
    Column("release_id", String),
    Column("by", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    # A release is made once for a day, whatever rule the day was found by.
    UniqueConstraint("tenant_id", "train_id", "on_day"),
)

freezes = Table(
    "freezes",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("ended", Boolean, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("doc", JSON, nullable=False),
    Index("ix_freezes_ended", "tenant_id", "ended"),
)

rotations = Table(
    "rotations",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("doc", JSON, nullable=False),
)

absences = Table(
    "absences",
    metadata,
    Column("tenant_id", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("from_day", String, primary_key=True),
    Column("until_day", String, nullable=False),
)
