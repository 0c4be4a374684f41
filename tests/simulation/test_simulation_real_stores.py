"""Whole releases on real databases through the product's drivers: the same rules hold after each commit.

How long a call takes is the machine's: a seed that fails here may pass the next time. What is told has its trace.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.simulation.driven import DrivenGround
from tests.simulation.run import quiet, theatre
from tests.support.databases import new_postgres, new_sqlite

_SEEDS = range(1, 4)


def _url(kind: str, folder: Path) -> str:
    return asyncio.run(new_sqlite(folder) if kind == "sqlite" else new_postgres())


# A bot that dies in mid-statement leaves its connection to the collector, which the driver's pool complains of.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_whole_releases_keep_every_rule_on_a_real_database(
    kind: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Bots die, sleep and meet on SQLite by aiosqlite and on PostgreSQL by asyncpg, with its row locks."""
    quiet()
    commits = 0
    for seed in _SEEDS:
        outcome = theatre().play(seed, ground=DrivenGround(_url(kind, tmp_path)))
        assert not outcome.broken, "\n".join([f"seed {seed} on {kind}", *outcome.broken, *outcome.trace])
        commits += outcome.commits
    record_property("figure", f"{len(_SEEDS)} schedules on {kind}, {commits} commits judged")
    assert commits
