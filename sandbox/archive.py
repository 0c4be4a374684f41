"""Where a world is kept between its lives: its state and its ports, in one file that is replaced as a whole.

It is written every second in which something changed, and at the end. So a sandbox that is told to end loses
nothing, and one that is killed at most the last second: to the bot that is a provider that forgot, which it finds out.
"""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sandbox.keeping import NotKept, save
from sandbox.world import World

FORM = 1
EVERY = 1.0


class Archive:
    """The file of one world."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last = ""
        self._task: asyncio.Task[None] | None = None

    def restore(self, world: World) -> Mapping[str, int]:
        """Make a new world the one that was kept, if there was one, and tell its ports. NotKept."""
        if not self._path.exists():
            return {}
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            form, cast = kept["form"], kept["cast"]
            ports = {str(name): int(port) for name, port in kept["ports"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotKept(f"{self._path} can't be read ({type(error).__name__})") from error
        if form != FORM or sorted(cast) != sorted(world.members):
            raise NotKept(f"it has {', '.join(map(str, cast))}: choose these providers, or begin anew")
        world.restore(kept["world"])
        return ports

    def keep(self, world: World) -> None:
        """Write the world's state, if it changed."""
        kept = {"form": FORM, "cast": list(world.members), "ports": world.ports(), "world": world.keep()}
        text = json.dumps(kept)
        if text != self._last:
            save(self._path, text)
            self._last = text

    def start(self, world: World) -> None:
        """Keep it again and again, from now on."""
        self.keep(world)
        self._task = asyncio.create_task(self._go_on(world))

    async def stop(self, world: World) -> None:
        """Keep it a last time; before its ports are closed."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self.keep(world)

    async def _go_on(self, world: World) -> None:
        while True:
            await asyncio.sleep(EVERY)
            self.keep(world)
