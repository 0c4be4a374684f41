"""What lies in the data folder is for its owner only."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.opening import open_store, open_vault
from bot.settings import Settings


@pytest.fixture(autouse=True)
def mask() -> Iterator[None]:
    """A process that would let everybody read what it makes; its mask is put back."""
    before = os.umask(0o022)
    yield
    os.umask(before)


async def test_the_folder_and_its_files_are_for_their_owner_only(tmp_path: Path) -> None:
    """A new data folder is 0700, the database, its journals and the key ring in it are 0600."""
    settings = Settings(data=tmp_path / "data")
    await _open_and_close(settings)
    assert _modes(settings.data) == (0o700, {0o600})


async def test_a_database_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    """A database from before this rule is closed to others at the next start; the folder stays as somebody made it."""
    settings = Settings(data=tmp_path)
    _made_before(tmp_path)
    await _open_and_close(settings)
    assert _modes(tmp_path) == (0o750, {0o600})


def _made_before(folder: Path) -> None:
    folder.chmod(0o750)
    (folder / "stationmaster.db").touch(mode=0o644)


async def _open_and_close(settings: Settings) -> None:
    open_vault(settings)
    store = await open_store(settings, owner="test")
    try:
        _, modes = _modes(settings.data)
        assert modes == {0o600}, "while it is open, with its journals"
    finally:
        await store.close()


def _modes(folder: Path) -> tuple[int, set[int]]:
    files = list(folder.iterdir())
    assert {path.name for path in files} >= {"keys", "stationmaster.db"}
    return folder.stat().st_mode & 0o777, {path.stat().st_mode & 0o777 for path in files}
