"""The bot on PostgreSQL, killed with SIGKILL again and again in the course of one release."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.databases import new_postgres
from tests.support.kill_run import PROMISED, endure

pytestmark = pytest.mark.slow


async def test_kills_change_nothing_on_postgresql(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """R1, R2: as on SQLite. What a killed bot held in PostgreSQL is given free again by the server."""
    run = await endure(tmp_path, await new_postgres(), await new_postgres(), seed=2, record=record_property)
    assert run.kills >= PROMISED
    assert run.survived == set()
