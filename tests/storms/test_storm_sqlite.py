"""Small storms over an SQLite file, each time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storms.fleet import Size
from tests.storms.sqlite import NoSmallDisk, full, locked

pytestmark = pytest.mark.slow
SIZE = Size(releases=3, seconds=15)


async def test_a_file_that_others_keep_locked_ends_every_release_as_undisturbed(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """R1, R2: the bot says that its database is away, loses nothing, and goes on once the lock is gone."""
    tale = await locked(tmp_path, SIZE)
    record_property("storm", tale.lines("locked"))
    assert tale.wrong == []
    assert tale.done.total() > 0


async def test_a_disk_without_room_ends_every_release_as_undisturbed(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """R1, R2: the bot says that its database is away, loses nothing, and goes on once there is room."""
    try:
        tale = await full(tmp_path, SIZE)
    except NoSmallDisk as error:
        pytest.skip(f"A DISK WITHOUT ROOM WAS NOT TRIED: {error}")
    record_property("storm", tale.lines("full"))
    assert tale.wrong == []
    assert tale.done.total() > 0
