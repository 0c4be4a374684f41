"""SQLite under a bot: locked by another process for longer than anybody waits, and a disk without room."""

import asyncio
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from tests.storms.fleet import Fleet, Size, Tale, ride
from tests.support.databases import new_sqlite

_PAUSE = (1.0, 4.0)
# The store waits for 10 s.
_LOCKED = (12.0, 16.0)
_FULL = (4.0, 10.0)
_DISK = 24
_PIECE = 4096


class NoSmallDisk(Exception):
    """This machine does not let us make a small disk; the message says why."""


async def locked(folder: Path, size: Size) -> Tale:
    """Another process takes the file's one lock and keeps it."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    url = await new_sqlite(folder)
    file = url.removeprefix("sqlite:///")

    async def rage(fleet: Fleet) -> None:
        while fleet.raging:
            await asyncio.sleep(fleet.chance.uniform(*_PAUSE))
            await _lock(file, fleet.chance.uniform(*_LOCKED))
            fleet.struck("locked for longer than the store waits")
        _must_have_said(fleet)

    return await ride(folder, url, replace(size, releases=min(size.releases, 8)), rage, bots=1)


async def _lock(file: str, seconds: float) -> None:
    other = await asyncio.to_thread(
        sqlite3.connect, file, timeout=60, isolation_level=None, check_same_thread=False
    )
    try:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        await asyncio.sleep(seconds)
        other.execute("ROLLBACK")
    finally:
        other.close()


async def full(folder: Path, size: Size) -> Tale:
    """The file lies on a small disk that has no room for a while. NoSmallDisk."""
    async with small_disk(folder / "disk") as disk:
        url = await new_sqlite(disk)
        ballast = disk / "ballast"

        async def rage(fleet: Fleet) -> None:
            while fleet.raging:
                await asyncio.sleep(fleet.chance.uniform(*_PAUSE))
                await asyncio.to_thread(_fill, ballast)
                await asyncio.sleep(fleet.chance.uniform(*_FULL))
                ballast.unlink()
                fleet.struck("no room on the disk")
            _must_have_said(fleet)

        return await ride(folder, url, replace(size, releases=min(size.releases, 8)), rage, bots=1)


def _fill(ballast: Path) -> None:
    """Write until there is no room for a page more."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * _PIECE):
                pass
        except OSError:
            return


@asynccontextmanager
async def small_disk(at: Path) -> AsyncIterator[Path]:
    """A disk of a few megabytes in memory, which only root may have. NoSmallDisk."""
    await asyncio.to_thread(at.mkdir, parents=True)
    order = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}m", "stationmaster", str(at)]
    try:
        made = await asyncio.to_thread(subprocess.run, order, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise NoSmallDisk("there is no mount on this machine") from error
    if made.returncode:
        raise NoSmallDisk(f"mount says: {made.stderr.strip()}")
    try:
        yield at
    finally:
        await asyncio.to_thread(subprocess.run, ["umount", "--lazy", str(at)], check=True)


def _must_have_said(fleet: Fleet) -> None:
    """Whoever runs the bot must be able to see why nothing goes on."""
    said = {line.get("action") for bot in fleet.bots for line in bot.said()}
    if not said & {"database_away", "work_waits"}:
        fleet.tale.wrong.append("the log does not say that the database is away")
