"""The databases that the tests of connections run on, and a workspace whose connections are swept."""

from collections.abc import AsyncIterator

import pytest

from tests.connecting.sweeper_rig import Sweep, sweep
from tests.support.databases import database_url, store

__all__ = ["database_url", "store", "swept"]


@pytest.fixture
async def swept(database_url: str) -> AsyncIterator[Sweep]:
    """A workspace on each kind of database, after the sweeper's first look."""
    async with sweep(database_url) as made:
        await made.turn()
        yield made
