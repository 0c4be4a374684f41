"""REST on a database of each kind, and on SQLite alone for what does not depend on it."""

from collections.abc import AsyncIterator

import pytest

from tests.rest.rest_rig import Rest, rest_on
from tests.support.databases import database_url, open_store, sqlite_url, store

__all__ = ["database_url", "sqlite_url", "store"]


@pytest.fixture
async def rest(store: object) -> AsyncIterator[Rest]:
    """With nothing connected."""
    async with rest_on(store) as made:  # type: ignore[arg-type]  # the fixture has the name of its module
        yield made


@pytest.fixture
async def quick(sqlite_url: str) -> AsyncIterator[Rest]:
    """The same on SQLite, for tests of the door."""
    opened = open_store(sqlite_url)
    async with rest_on(opened) as made:
        yield made
    await opened.close()
