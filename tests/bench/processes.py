"""A subject in a process of its own: arguments as JSON, figures as the last line, also as JSON."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.plan import Absent, Place

ROOT = Path(__file__).parents[2]
PEERS = Path(__file__).parent / "peers"
_MOST_SECONDS = 300.0


class SubjectFailed(Exception):
    """The process ended badly; the message has the end of what it said."""


async def own(name: str, arguments: Mapping[str, object]) -> dict[str, Any]:
    """Run a module of `tests.bench.own`."""
    return await _run(sys.executable, "-m", f"tests.bench.own.{name}", json.dumps(arguments))


async def peer(place: Place, name: str, arguments: Mapping[str, object]) -> dict[str, Any]:
    """Run a module of `tests.bench.peers` in the peers' environment; Absent where there is none."""
    if place.peer_python is None:
        raise Absent("the peers are not installed")
    return await _run(str(place.peer_python), "-m", f"tests.bench.peers.{name}_peer", json.dumps(arguments))


async def _run(*words: str) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(_MOST_SECONDS):
            said, complained = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise SubjectFailed(f"{' '.join(words[:3])}: {complained.decode(errors='replace')[-3000:]}")
    figures: dict[str, Any] = json.loads(said.decode().strip().splitlines()[-1])
    return figures


def numbers(figures: Mapping[str, Any]) -> dict[str, float]:
    """The figures of a process as numbers; KeyError or ValueError where it told something else."""
    return {name: float(value) for name, value in figures.items()}
