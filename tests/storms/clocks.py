"""A clock that jumps by two hours, both ways, on one of three bots over one PostgreSQL at a time."""

import asyncio
from itertools import cycle
from pathlib import Path

from tests.storms.fleet import Fleet, Size, Tale, ride
from tests.storms.wrong_clock import set_wrong
from tests.support.databases import new_postgres
from tests.support.processes import BotProcess

_PAUSE = (0.5, 2.0)
_LASTS = (2.0, 8.0)
_JUMP = 7200.0


async def storm(folder: Path, size: Size) -> Tale:
    """One bot after the other lives two hours ahead or behind for a while, and then in the present again."""
    return await ride(folder, await new_postgres(), size, rage, program=_wrong)


def _wrong(bot: BotProcess) -> tuple[str, ...]:
    return ("-m", "tests.storms.wrong_clock", str(_file(bot)))


def _file(bot: BotProcess) -> Path:
    return bot.log.with_suffix(".clock")


async def rage(fleet: Fleet) -> None:
    """Ahead and behind in turn, so that a short storm has both; at the end all clocks are right."""
    ways = cycle((("two hours ahead", _JUMP), ("two hours behind", -_JUMP)))
    while fleet.raging:
        await asyncio.sleep(fleet.chance.uniform(*_PAUSE))
        bot, (name, seconds) = fleet.chance.choice(fleet.bots), next(ways)
        set_wrong(_file(bot), seconds)
        fleet.struck(name)
        await asyncio.sleep(fleet.chance.uniform(*_LASTS))
        set_wrong(_file(bot), 0)
