"""Invariants, looked at after each commit, and whatever a story adds to them."""

import sqlite3
from collections.abc import Callable


class Broken(Exception):
    """An invariant does not hold."""


class Judge:
    def __init__(self, now: Callable[[], str]) -> None:
        self._now = now
        self.commits = 0

    def committed(self, name: str, raw: sqlite3.Connection, at: float) -> None:
        self.commits += 1
