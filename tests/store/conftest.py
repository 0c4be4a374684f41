"""The databases that the tests of the store run on."""

from tests.support.databases import database_url, empty_url, sqlite_url, store

__all__ = ["database_url", "empty_url", "sqlite_url", "store"]
