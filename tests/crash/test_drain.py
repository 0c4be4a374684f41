"""SIGTERM: what is under way is finished and recorded, nothing new is taken, and the next bot goes on."""

import asyncio
import signal
from collections import Counter
from pathlib import Path

import pytest
from aiohttp import web

from sandbox.kit import Moment
from tests.support.databases import new_postgres
from tests.support.direct_order import ordering
from tests.support.processes import living
from tests.support.town import town

pytestmark = pytest.mark.slow

_PATIENCE = 60.0


class HeldCall:
    """Holds the first request that opens a ticket at its arrival, until it is let go."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        self.let_go = asyncio.Event()

    async def __call__(self, moment: Moment, request: web.Request) -> None:
        """The hook."""
        opens_ticket = request.method == "POST" and request.path.endswith("/issue")
        if opens_ticket and moment is Moment.ARRIVED and not self.arrived.is_set():
            self.arrived.set()
            await self.let_go.wait()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_bot_that_is_told_to_end_finishes_its_call(kind: str, tmp_path: Path) -> None:
    """A call that was under way at SIGTERM is recorded before the exit with 0, and no work is begun any more.

    The next bot finds the ticket recorded and makes no second one; it also takes what came meanwhile.
    """
    url = f"sqlite:///{tmp_path / 'drain.db'}" if kind == "sqlite" else await new_postgres()
    async with town(tmp_path / "town", url) as place, ordering(place) as order:
        held = HeldCall()
        place.world.tracker.simulator.hooks.append(held)
        bot = place.bot(STATIONMASTER_LOG_LEVEL="INFO")
        async with living(bot):
            first = await order("3.0.0")
            await asyncio.wait_for(held.arrived.wait(), _PATIENCE)
            bot.signal(signal.SIGTERM)
            await bot.until_said("drain", within=_PATIENCE)
            second = await order("3.1.0")
            assert bot.alive
            held.let_go.set()
            assert await asyncio.wait_for(bot.wait(), _PATIENCE) == 0, bot.last_words()
        tickets = (
            "SELECT state FROM tasks WHERE type = 'CREATE_PROJECT_MANAGEMENT_TICKET' AND release_id = :id"
        )
        recorded = [row["state"] for row in await place.rows(tickets, id=first)]
        assert recorded.count("SUCCEEDED") == len(place.world.tracker.tickets()) > 0
        assert await place.count("SELECT count(*) FROM effects WHERE state = 'SENT'") == 0
        assert await place.count("SELECT count(*) FROM work WHERE owner IS NOT NULL") == 0
        assert await place.count("SELECT max(fence) FROM work WHERE release_id = :id", id=second) == 0
        async with living(bot):
            done = "SELECT 1 FROM tasks WHERE type = 'CREATE_RC_TAG' AND state = 'SUCCEEDED' AND release_id = :id"
            for release_id in (first, second):
                await place.until_row(done, within=_PATIENCE, id=release_id)
            assert await bot.end() == 0
        assert sorted(Counter(t.marks for t in place.world.tracker.tickets()).values()) == [1, 1, 1, 1]
        assert [line for line in bot.said() if line.get("level") == "error"] == []
