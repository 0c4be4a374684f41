"""The time of releases in a sandbox: real, faster, paused, or moved on to the next thing that the bot waits for.

The bot's engine follows it, by a file that it reads, and so do providers that date what the bot compares with its
own time: CI and App Store Connect. Slack, people, limits and sign-ins keep real time.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.keeping import save

ASK = aiohttp.ClientTimeout(total=3)
FASTEST = 3600.0
LOOK = 0.5
AWAY = "The bot can't be asked what is next. Is it running?"


def machine() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)  # noqa: TID251 - the sandbox's clock stands on it


class SandboxClock:
    """Tells the time in the file `path`; `bot` is where the bot's web server is."""

    def __init__(self, path: Path, *, bot: str | None, real: Callable[[], datetime] = machine) -> None:
        self._path = path
        self._bot = bot
        self._machine = real
        self.real = self.shown = real()
        self.rate = 1.0
        self.note = ""
        self.ahead: dict[str, Any] | None = None
        self._moving: asyncio.Task[None] | None = None
        self._recall()
        self._tell()

    def now(self) -> datetime:
        """The time of releases."""
        return self.shown + (self._machine() - self.real) * self.rate

    @property
    def moving(self) -> bool:
        """Whether it waits for work to end before it moves on."""
        return self._moving is not None and not self._moving.done()

    def set_rate(self, rate: float) -> None:
        """So many seconds a second, from now on; 0 pauses. ValueError."""
        if not 0 <= rate <= FASTEST:
            raise ValueError(f"Time can be from 0 to {FASTEST:.0f} times as fast")
        self.halt()
        self._anchor(self.now(), rate)

    def move_to(self, moment: datetime) -> None:
        """Leap there; never back."""
        self._anchor(max(self.now(), moment), self.rate)

    def move_on(self, *, anyway: bool = False) -> None:
        """Leap to the next thing that the bot waits for, once what is under way is done; `anyway` now."""
        self.halt()
        self._moving = asyncio.create_task(self._move_on(anyway=anyway))

    def halt(self) -> None:
        """Move on no more."""
        if self._moving is not None:
            self._moving.cancel()
            self._moving = None
        self.note = ""

    async def settled(self) -> None:
        """Wait until it moves on no more."""
        if self._moving is not None:
            await asyncio.wait([self._moving])

    async def stop(self) -> None:
        """As long as nobody is there, time goes as the machine's does."""
        self.halt()
        self._anchor(self.now(), min(1.0, self.rate))

    async def look(self) -> None:
        """Ask the bot what is ahead."""
        self.ahead = await self._ask()

    async def _move_on(self, *, anyway: bool) -> None:
        while True:
            ahead = await self._ask()
            if ahead is None:
                self.note = AWAY
                return
            if ahead["working"] and not anyway:
                self.note = "Work is under way; time moves on when it is done."
                await asyncio.sleep(LOOK)
                continue
            if ahead["next"] is None:
                self.note = "Nothing is planned: somebody has to act."
                return
            self.move_to(datetime.fromisoformat(ahead["next"]))
            self.note = "Moved on."
            return

    async def _ask(self) -> dict[str, Any] | None:
        if self._bot is None:
            return None
        with suppress(aiohttp.ClientError, TimeoutError, ValueError):
            async with (
                aiohttp.ClientSession(timeout=ASK) as session,
                session.get(f"{self._bot}/sandbox/next-due") as answer,
            ):
                if answer.status == 200:
                    told: dict[str, Any] = await answer.json()
                    return told
        return None

    def _recall(self) -> None:
        """Go on from an earlier life; never behind the machine."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(self._path.read_text(encoding="utf-8"))
            real, shown = (datetime.fromisoformat(told[name]) for name in ("real", "shown"))
            if real.tzinfo is None or shown.tzinfo is None:
                raise ValueError(told)
            rate = min(FASTEST, max(0.0, float(told["rate"])))
            self.real, self.shown, self.rate = real, shown, rate
        self._anchor(max(self.now(), self._machine()), self.rate)

    def _anchor(self, shown: datetime, rate: float) -> None:
        self.real, self.shown, self.rate = self._machine(), shown, rate
        self._tell()

    def _tell(self) -> None:
        told = {"real": self.real.isoformat(), "shown": self.shown.isoformat(), "rate": self.rate}
        save(self._path, json.dumps(told))
