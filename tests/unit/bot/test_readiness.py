"""Readiness: each part alone keeps the bot from being ready, and is named."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.api.health import Health, SlackAnswer
from bot.scheduler import Ticks
from orchestration.ports.errors import TryLater
from orchestration.store.store import Store
from tests.support.databases import SetClock, new_sqlite, open_store

_LOOPS = ("tasks", "inbox")


class Bot:
    """A bot in which all is well; each part of it can be made to fail."""

    def __init__(self, store: Store) -> None:
        self.clock = SetClock()
        self.ticks = Ticks(wakes={}, seconds=1, clock=self.clock)
        self.ticks.last = self.clock.at
        self.looks = dict.fromkeys(_LOOPS, self.clock.at.timestamp())
        self.usable = self.connected = True
        self.health = Health(
            look=store.look,
            schema=self._schema,
            ticks=self.ticks,
            clock=self.clock,
            slack=self._slack,
            loops=_LOOPS,
            looks=self.looks,
        )

    async def _schema(self) -> bool:
        return self.usable

    async def _slack(self) -> bool:
        return self.connected

    async def missing(self) -> set[str]:
        """The parts that do not answer; whether it is ready follows from them."""
        report = await self.health.report()
        ready = report.pop("ready")
        missing = {part for part, answers in report.items() if not answers}
        assert ready is not bool(missing)
        assert await self.health.well() is ready
        return missing


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    """Over a database of its own."""
    store = open_store(await new_sqlite(tmp_path))
    yield Bot(store)
    await store.close()


async def test_one_part_that_does_not_answer_is_enough(bot: Bot) -> None:
    """Whoever sends it requests relies on all of them."""
    assert await bot.missing() == set()
    bot.connected = False
    assert await bot.missing() == {"slack"}
    bot.usable = False
    assert await bot.missing() == {"slack", "migrations"}
    bot.connected = True
    assert await bot.missing() == {"migrations"}


async def test_a_database_that_is_gone_keeps_it_from_being_ready(tmp_path: Path) -> None:
    """The question fails, and the answer is no instead of an error."""
    store = open_store(await new_sqlite(tmp_path, migrated=False))
    assert await Bot(store).missing() == {"database"}
    await store.close()


@pytest.mark.parametrize("stuck", _LOOPS)
async def test_one_loop_that_stands_still_is_enough(bot: Bot, stuck: str) -> None:
    """A loop may be busy with a piece for a minute; one that has not looked for longer, or never did, is stuck."""
    bot.clock.advance(timedelta(seconds=59))
    bot.ticks.last = bot.clock.at
    assert await bot.missing() == set()
    bot.clock.advance(timedelta(seconds=1))
    bot.ticks.last = bot.clock.at
    bot.looks.update(dict.fromkeys(set(_LOOPS) - {stuck}, bot.clock.at.timestamp()))
    assert await bot.missing() == {"loops"}
    bot.looks[stuck] = bot.clock.at.timestamp()
    assert await bot.missing() == set()
    del bot.looks[stuck]
    assert await bot.missing() == {"loops"}


async def test_a_slow_clockwork_gives_its_loops_more_time(bot: Bot) -> None:
    """Where ticks are rare, ten of them may pass."""
    bot.ticks.seconds = 30
    bot.clock.advance(timedelta(seconds=299))
    assert await bot.missing() == set()
    bot.clock.advance(timedelta(seconds=1))
    assert await bot.missing() == {"ticks", "loops"}


async def test_ticks_that_stopped_or_never_began_keep_it_from_being_ready(bot: Bot) -> None:
    """Ten may be missing, no more."""
    bot.clock.advance(timedelta(seconds=9))
    assert await bot.missing() == set()
    bot.clock.advance(timedelta(seconds=1))
    assert await bot.missing() == {"ticks"}
    bot.ticks.last = None
    assert await bot.missing() == {"ticks"}


async def test_the_word_of_slack_is_kept_for_a_while() -> None:
    """Probes come often: a yes counts for fifteen seconds, a no for three, and a lost connection at once."""
    at, asked, up, connected = 0.0, 0, True, True

    async def open_() -> bool:
        return connected

    async def ask() -> None:
        nonlocal asked
        asked += 1
        if not up:
            raise TryLater("away")

    answers = SlackAnswer(connected=open_, ask=ask, now=lambda: at)
    assert await answers() is True
    up, at = False, 14.9
    assert (await answers(), asked) == (True, 1)
    at = 15.0
    assert (await answers(), asked) == (False, 2)
    up, at = True, 17.9
    assert (await answers(), asked) == (False, 2)
    at = 18.0
    assert (await answers(), asked) == (True, 3)
    connected = False
    assert (await answers(), asked) == (False, 3)
