"""Wall clocks that jump by two hours, forward and back, under the bots."""

import asyncio
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tests.storms.fleet import Fleet, Size, Tale, ride
from tests.support.databases import new_postgres, new_sqlite
from tests.support.town import Town

JUMP = 7200
_PAUSE = (1.0, 4.0)
_KILLED = 0.3
_SOURCE = Path(__file__).with_name("skew.c")


class NoSkew(Exception):
    """This machine can't give a process a clock of its own; the message says why."""


async def on_postgres(folder: Path, size: Size) -> Tale:
    """Three bots whose clocks jump each by itself; leases go by the database's clock. NoSkew."""
    return await _storm(folder, await new_postgres(), size, bots=3)


async def on_sqlite(folder: Path, size: Size) -> Tale:
    """One bot, whose clock is the database's too. NoSkew."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    url = await new_sqlite(folder)
    return await _storm(folder, url, replace(size, releases=min(size.releases, 8)), bots=1)


async def _storm(folder: Path, url: str, size: Size, *, bots: int) -> Tale:
    library = await asyncio.to_thread(_built, folder)
    files = [folder / f"skew-{n}" for n in range(bots)]
    for file in files:
        file.write_text("0")

    async def furnish(_town: Town) -> Mapping[str, str]:
        return {"LD_PRELOAD": str(library)}

    async def rage(fleet: Fleet) -> None:
        await _jump(fleet, files)

    own = [{"STORM_SKEW": str(file)} for file in files]
    return await ride(folder, url, size, rage, bots=bots, furnish=furnish, own=own)


def _built(folder: Path) -> Path:
    compiler = shutil.which("cc")
    if compiler is None:
        raise NoSkew("there is no C compiler")
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / "skew.so"
    order = [compiler, "-shared", "-fPIC", "-o", str(library), str(_SOURCE), "-ldl"]
    made = subprocess.run(order, capture_output=True, text=True, check=False)
    if made.returncode:
        raise NoSkew(f"cc says: {made.stderr.strip()}")
    return library


async def _jump(fleet: Fleet, files: Sequence[Path]) -> None:
    """Ahead, back to the truth, behind, and killed meanwhile, each bot by itself; in the end all tell the truth."""
    chance = fleet.chance
    while fleet.raging:
        await asyncio.sleep(chance.uniform(*_PAUSE))
        number = chance.randrange(len(files))
        seconds = chance.choice((JUMP, -JUMP, 0))
        _set(files[number], seconds)
        fleet.struck({JUMP: "2 h ahead", -JUMP: "2 h behind", 0: "back to the truth"}[seconds])
        # A lease that was given by a wrong clock outlives the one who held it.
        if chance.random() < _KILLED and await fleet.bots[number].kill():
            fleet.struck("SIGKILL after a jump")
    for file in files:
        _set(file, 0)


def _set(file: Path, seconds: int) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(str(seconds))
    fresh.replace(file)
