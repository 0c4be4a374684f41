"""`stationmaster demo` as a process: the workspace in the browser, its sandbox and its bot."""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.github.clone import grow_bare

ROOT = Path(__file__).parents[2]
_AT = re.compile(rb"The workspace is at (http://127\.0\.0\.1:\d+)")
_START_SECONDS, _END_SECONDS = 90.0, 40.0
# Browsers and workspaces share two cores: how soon the bot answers is what the benchmarks measure.
_PATIENCE = "7"


class DemoProcess:
    """A demo in a folder of its own, over a small history; started again it goes on."""

    def __init__(self, folder: Path, *, repository: Path | None = None) -> None:
        self.folder = folder / "demo"
        self.repository = repository or folder / "source.git"
        if not self.repository.exists():
            grow_bare(self.repository, titles=[f"feat: change {n} (#{n})" for n in range(1, 21)])
        self.url = ""
        self.said = b""
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The pid of this life. RuntimeError before the first one."""
        return self._now().pid

    def _now(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("the demo was never started")
        return self._process

    async def start(self, *words: str) -> None:
        """Begin a life; AssertionError with what it said where it does not begin well."""
        self.said = b""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-u", "-m", "bot", "demo", "--no-browser"),
            *("--folder", str(self.folder), "--repo", str(self.repository), "--patience", _PATIENCE, *words),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(_START_SECONDS):
            while (found := _AT.search(self.said)) is None:
                line = await self._process.stdout.readline()
                assert line, self.said.decode()
                self.said += line
        self.url = found.group(1).decode()

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to end, and wait until it has; its exit status. Idempotent."""
        if self._now().returncode is None:
            self._now().send_signal(number)
        try:
            async with asyncio.timeout(_END_SECONDS):
                return await self.status()
        finally:
            if self._now().returncode is None:
                self._now().kill()
                await self._now().wait()

    async def status(self) -> int:
        """The exit status, once it has ended by itself."""
        rest, _ = await self._now().communicate()
        self.said += rest
        return await self._now().wait()


@asynccontextmanager
async def a_demo(folder: Path) -> AsyncIterator[DemoProcess]:
    """A running demo until the end of the block."""
    demo = DemoProcess(folder)
    await demo.start()
    try:
        yield demo
    finally:
        await demo.end()
