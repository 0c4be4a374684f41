"""A small storm of clocks, each time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storms.clocks import storm
from tests.storms.fleet import Size

pytestmark = pytest.mark.slow


async def test_clocks_that_jump_end_every_release_as_undisturbed(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """R1, R2, R4: three bots on one PostgreSQL, of which one after the other is two hours ahead or behind; nothing is
    lost, nothing made or said twice, and nothing waits until the time comes that a clock believed in."""
    tale = await storm(tmp_path, Size(releases=3, seconds=20))
    record_property("storm", tale.lines("clocks"))
    assert tale.wrong == []
    assert {"two hours ahead", "two hours behind"} <= tale.done.keys()
