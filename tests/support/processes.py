"""The real bot as a process of a test: started, killed, stopped, gone on with and told to end, by its own pid."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

_END_SECONDS = 30.0


class BotDied(AssertionError):
    """The bot ended although nobody ended it; the message has the end of its log."""


class BotProcess:
    """`python -m bot run` with an environment of its own. Its log, in JSON, goes on over all its lives.

    `code` is where its modules lie, where that is not here: the files of another version. `program` may be another
    module that becomes the bot.
    """

    def __init__(self, environment: Mapping[str, str], log: Path, *, code: Path | None = None) -> None:
        self._environment = {**environment, "STATIONMASTER_LOG_FORMAT": "json"}
        self._code = code
        self.log = log
        self.program: Sequence[str] = ("-m", "bot")
        self._process: asyncio.subprocess.Process | None = None
        self._dying = False
        self.lives = 0

    @property
    def alive(self) -> bool:
        """Whether it runs, or stands stopped."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The pid of this life. RuntimeError before the first one."""
        return self._now().pid

    def _now(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("the bot was never started")
        return self._process

    async def start(self) -> None:
        """Begin a new life. RuntimeError while it lives."""
        if self.alive:
            raise RuntimeError("the bot lives already")
        words = [f"{name}={value}" for name, value in self._environment.items()]
        with self.log.open("ab") as log:
            # `env` adds to the environment and becomes the bot: the pid is the bot's own.
            self._process = await asyncio.create_subprocess_exec(
                "env",
                *words,
                sys.executable,
                *self.program,
                "run",
                stdout=log,
                stderr=log,
                cwd=self._code,
            )
        self._dying = False
        self.lives += 1

    async def kill(self) -> bool:
        """SIGKILL, and wait until it is gone; False where it was dead, or another is just killing it."""
        if not self.alive or self._dying:
            return False
        self._dying = True
        self._now().kill()
        await self._now().wait()
        return True

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP, SIGCONT or SIGTERM."""
        self._now().send_signal(number)

    async def wait(self) -> int:
        """The exit status, once it has ended."""
        return await self._now().wait()

    async def end(self) -> int:
        """SIGTERM, and SIGKILL where that is not heeded in time; the exit status."""
        if self.alive:
            self.signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(_END_SECONDS):
                    await self.wait()
            except TimeoutError:
                await self.kill()
        return await self.wait()

    def said(self) -> Sequence[Mapping[str, Any]]:
        """What it logged in all its lives. A line that a kill cut off, or that is no JSON, is left out."""
        lines = []
        for line in self.log.read_text(errors="replace").splitlines() if self.log.exists() else []:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict):
                lines.append(entry)
        return lines

    async def until_said(self, action: str, *, within: float) -> None:
        """Return once it has logged this action; TimeoutError."""
        async with asyncio.timeout(within):
            while True:
                if any(line.get("action") == action for line in self.said()):
                    return
                await asyncio.sleep(0.05)

    def last_words(self, size: int = 4000) -> str:
        """The end of its log, for a failed test."""
        return self.log.read_text(errors="replace")[-size:] if self.log.exists() else ""


@asynccontextmanager
async def living(bot: BotProcess) -> AsyncIterator[BotProcess]:
    """The bot from its start to the end of the block, where it is killed: nothing of it is left behind."""
    await bot.start()
    try:
        yield bot
    finally:
        await bot.kill()


async def immortal(bot: BotProcess, play: Callable[[], Awaitable[None]]) -> None:
    """Run `play` while the bot is started again after each SIGKILL. BotDied where it ended in another way."""
    keeper = asyncio.create_task(_keep_alive(bot))
    player = asyncio.ensure_future(play())
    try:
        await asyncio.wait({keeper, player}, return_when=asyncio.FIRST_COMPLETED)
        if keeper.done():
            await keeper
        await player
    except TimeoutError as error:
        raise AssertionError(f"{error}\nThe bot's last words:\n{bot.last_words()}") from error
    finally:
        keeper.cancel()
        player.cancel()
        await asyncio.gather(keeper, player, return_exceptions=True)
        await bot.kill()


async def _keep_alive(bot: BotProcess) -> None:
    while True:
        await bot.start()
        status = await bot.wait()
        if status != -signal.SIGKILL:
            raise BotDied(f"the bot ended with {status}\n{bot.last_words()}")
