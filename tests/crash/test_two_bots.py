"""Two bots on one PostgreSQL share the work of many releases."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from aiohttp import web

from sandbox.github import GithubSimulator
from sandbox.kit import Moment
from tests.support.claims import claims_by_pid, held_by, watch_claims
from tests.support.databases import new_postgres
from tests.support.direct_order import ordering
from tests.support.many_releases import (
    BY_ITSELF,
    PAIRS,
    UNHURRIED,
    not_whole,
    said_of_each,
    until_done,
    work_outside,
)
from tests.support.processes import BotProcess, living
from tests.support.town import Town, town

pytestmark = pytest.mark.slow

RELEASES = 50
# The least part of all claims that counts as sharing the work.
FAIR = 0.25
# So many requests have had an effect when one of the bots is stopped: in the midst of everything.
STOPPED_AFTER = 150
_PATIENCE = 240.0


class Stopper:
    """Stops the bot whose request was the one that had an effect after so many others, with its answer unread."""

    def __init__(self, bots: Sequence[BotProcess]) -> None:
        self._bots = bots
        self._effects = 0
        self.stopped: asyncio.Future[BotProcess] = asyncio.get_running_loop().create_future()

    async def __call__(self, moment: Moment, request: web.Request) -> None:
        """The hook."""
        if moment is not Moment.EFFECTIVE or request.method == "GET" or self.stopped.done():
            return
        self._effects += 1
        if self._effects < STOPPED_AFTER or request.transport is None:
            return
        port = request.transport.get_extra_info("peername")[1]
        for bot in self._bots:
            if any(c.laddr.port == port for c in psutil.Process(bot.pid).net_connections("tcp4")):
                bot.signal(signal.SIGSTOP)
                self.stopped.set_result(bot)
                return


async def test_two_bots_share_fifty_releases(tmp_path: Path) -> None:
    """R2, R4: two processes take fifty releases through three stages. Both work, nothing is made or said twice, and
    one that stands still past its lease, with an answer unread, is refused when it goes on."""
    async with (
        town(tmp_path / "town", await new_postgres(), gate=BY_ITSELF, timing=UNHURRIED) as place,
        ordering(place, PAIRS) as order,
    ):
        place.world.simulator(GithubSimulator).limits.hourly = 1_000_000
        await watch_claims(place)
        # Many pieces at once on a small machine: a lease must be longer than the slowest look.
        settings = {"STATIONMASTER_LOG_LEVEL": "INFO", "STATIONMASTER_LEASE_SECONDS": "6"}
        bots = [place.bot(name, **settings) for name in ("one", "two")]
        stopper = Stopper(bots)
        for member in place.world.members.values():
            member.simulator.hooks.append(stopper)
        for number in range(RELEASES):
            await order(f"3.{number}.0")
        async with living(bots[0]), living(bots[1]):
            working = asyncio.create_task(work_outside(place))
            try:
                paused = await asyncio.wait_for(stopper.stopped, _PATIENCE)
                await _until_taken_over(place, paused)
                paused.signal(signal.SIGCONT)
                await until_done(place, RELEASES, within=_PATIENCE)
            finally:
                working.cancel()
                with suppress(asyncio.CancelledError):
                    await working
            share = await claims_by_pid(place)
        assert {bot.pid for bot in bots} == set(share)
        assert min(share.values()) >= FAIR * share.total(), share
        assert any(line.get("action") == "lease_lost" for line in paused.said()), paused.last_words()
        assert await not_whole(place, RELEASES) == []
        said = said_of_each(place)
        first = next(iter(said.values()))
        assert [words for words in said.values() if words != first] == []


async def _until_taken_over(place: Town, paused: BotProcess) -> None:
    """Return once everything that the stopped bot held has been claimed by the other one."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            if await held_by(place, paused.pid) == 0:
                return
            await asyncio.sleep(0.2)
