"""A small storm of SIGKILL and SIGSTOP, each time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storms.fleet import Size
from tests.storms.kill import storm

pytestmark = pytest.mark.slow


async def test_killed_and_stopped_bots_end_every_release_as_undisturbed(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """R1, R2, R4: three bots on one PostgreSQL, struck at random; nothing is lost, nothing made or said twice, and of
    each release is said, and left, what is said and left of one in peace."""
    tale = await storm(tmp_path, Size(releases=3, seconds=15))
    record_property("storm", tale.lines("kill"))
    assert tale.wrong == []
    assert tale.done["SIGKILL"] > 0
