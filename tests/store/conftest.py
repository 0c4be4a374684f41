"""The databases that the tests of the store run on."""

from tests.store.configured import bench
from tests.support.databases import database_url, empty_url, sqlite_url, store

__all__ = ["bench", "database_url", "empty_url", "sqlite_url", "store"]
