"""A small storm over PostgreSQL, each time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storms.fleet import Size
from tests.storms.postgres import storm

pytestmark = pytest.mark.slow


async def test_a_restarted_database_ends_every_release_as_undisturbed(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """R1, R2: the server restarted in both manners, sessions ended in mid-transaction, connections reset: nothing is
    lost, nothing made or said twice, and of each release is said, and left, what is said and left of one in peace."""
    tale = await storm(tmp_path, Size(releases=3, seconds=15))
    record_property("storm", tale.lines("postgres"))
    assert tale.wrong == []
    assert tale.done.total() > 0
