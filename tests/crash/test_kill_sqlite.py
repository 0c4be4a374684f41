"""The bot on SQLite, killed with SIGKILL again and again in the course of one release."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.kill_run import PROMISED, endure

pytestmark = pytest.mark.slow


async def test_kills_change_nothing_on_sqlite(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """R1, R2: killed at each making request, each commit of a task, each human act and at random, the bot ends the
    release as if it had been left in peace: nothing lost, nothing twice, everything said once and in order."""
    urls = (f"sqlite:///{tmp_path / 'quiet.db'}", f"sqlite:///{tmp_path / 'killed.db'}")
    run = await endure(tmp_path, *urls, seed=1, record=record_property)
    assert run.kills >= PROMISED
    assert run.survived == set()
