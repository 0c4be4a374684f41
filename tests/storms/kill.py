"""SIGKILL and SIGSTOP on three bots over one PostgreSQL."""

import asyncio
import signal
from itertools import cycle
from pathlib import Path

from tests.storms.fleet import LEASE_SECONDS, Fleet, Size, Tale, ride
from tests.support.databases import new_postgres
from tests.support.processes import BotProcess

# Of the time that a bot takes to start, so that on every machine some die while they start and some at work.
_PAUSE = (0.05, 1.0)
# Short ones are not noticed, long ones cost the lease.
_STOPPED = (0.5, 2.5 * LEASE_SECONDS)
# In turn, so that a short storm has both.
_MANNERS = (signal.SIGKILL, signal.SIGSTOP, signal.SIGKILL, signal.SIGSTOP, signal.SIGKILL)


async def storm(folder: Path, size: Size) -> Tale:
    """Random kills and pauses; each killed bot is started again at once."""
    return await ride(folder, await new_postgres(), size, rage)


async def rage(fleet: Fleet) -> None:
    """Strike at random moments, also while a bot starts or stands still; at the end nobody stands still."""
    chance, manners, sleepers = fleet.chance, cycle(_MANNERS), set[asyncio.Task[None]]()
    while fleet.raging:
        await asyncio.sleep(chance.uniform(*_PAUSE) * fleet.start_seconds)
        bot = chance.choice(fleet.bots)
        if not bot.alive:
            continue
        if next(manners) is signal.SIGKILL:
            pid = bot.pid
            if await bot.kill():
                fleet.struck("SIGKILL")
                fleet.watch_takeover(pid)
        else:
            fleet.struck("SIGSTOP")
            sleepers.add(asyncio.create_task(_stand_still(bot, chance.uniform(*_STOPPED))))
    await asyncio.gather(*sleepers)


async def _stand_still(bot: BotProcess, seconds: float) -> None:
    pid = bot.pid
    bot.signal(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    if bot.alive and bot.pid == pid:
        bot.signal(signal.SIGCONT)
