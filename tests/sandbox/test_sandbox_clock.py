"""The sandbox's own clock: real, fast, paused, moved on; it tells the file that the bot reads."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.surroundings import Going
from sandbox.clock import AWAY, SandboxClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Machine:
    """Real time, set by hand."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        """The time that was set."""
        return self.time

    def passes(self, **span: float) -> None:
        """Let it go by."""
        self.time += timedelta(**span)


@pytest.fixture
def machine() -> Machine:
    """Noon."""
    return Machine()


@pytest.fixture
def clock(tmp_path: Path, machine: Machine) -> SandboxClock:
    """A new clock, without a bot."""
    return SandboxClock(tmp_path / "clock.json", bot=None, real=machine)


@asynccontextmanager
async def bot_that_says(*answers: Any) -> AsyncIterator[str]:
    """A bot whose timetable gives these answers one after the other, the last one again and again."""
    left = list(answers)

    async def tell(_request: web.Request) -> web.Response:
        return web.json_response(left.pop(0) if len(left) > 1 else left[0])

    app = web.Application()
    app.router.add_get("/sandbox/next-due", tell)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("")).rstrip("/")


def ahead(days: float | None, *, working: bool = False) -> dict[str, Any]:
    """An answer of the bot's."""
    moment = None if days is None else (NOON + timedelta(days=days)).isoformat()
    return {"now": NOON.isoformat(), "next": moment, "working": working}


def test_the_file_tells_the_bot_the_same_time(tmp_path: Path, clock: SandboxClock, machine: Machine) -> None:
    """Both read it alike, at every rate."""
    for rate in (60, 0, 1, 1800):
        clock.set_rate(rate)
        machine.passes(seconds=7)
        going = Going.model_validate_json((tmp_path / "clock.json").read_text())
        assert going.at(machine.time) == clock.now()
    assert clock.now() == NOON + timedelta(seconds=7 * (60 + 0 + 1 + 1800))


@pytest.mark.parametrize("rate", [-1, 3601, float("nan"), float("inf")])
def test_a_rate_that_makes_no_sense_is_refused(rate: float, clock: SandboxClock) -> None:
    """And nothing changes."""
    with pytest.raises(ValueError, match="Time can be"):
        clock.set_rate(rate)
    assert clock.rate == 1


def test_it_never_goes_back(clock: SandboxClock) -> None:
    """A move to the past is none."""
    clock.move_to(NOON + timedelta(days=3))
    clock.move_to(NOON)
    assert clock.now() == NOON + timedelta(days=3)


@pytest.mark.parametrize(("rate", "gained"), [(60, 600), (0, 0)])
async def test_a_new_life_goes_on_where_the_last_one_ended(
    rate: float, gained: float, tmp_path: Path, clock: SandboxClock, machine: Machine
) -> None:
    """It never falls behind the machine; a night in which nobody was there is not sixty nights."""
    clock.move_to(NOON + timedelta(days=7))
    clock.set_rate(rate)
    machine.passes(seconds=10)
    await clock.stop()
    machine.passes(days=1)
    again = SandboxClock(tmp_path / "clock.json", bot=None, real=machine)
    night = timedelta(days=1) if rate else timedelta(0)
    assert again.now() == NOON + timedelta(days=7, seconds=gained) + night
    machine.passes(days=30)
    last = SandboxClock(tmp_path / "clock.json", bot=None, real=machine)
    assert last.now() >= machine.time


@pytest.mark.parametrize(
    "content", ["", "[]", '{"real": 1}', '{"real": "2026-03-02", "shown": "2026-03-02", "rate": 1}']
)
def test_a_broken_file_begins_anew(content: str, tmp_path: Path, machine: Machine) -> None:
    """With the machine's time."""
    (tmp_path / "clock.json").write_text(content)
    assert SandboxClock(tmp_path / "clock.json", bot=None, real=machine).now() == NOON
    assert json.loads((tmp_path / "clock.json").read_text())["rate"] == 1


async def test_it_moves_on_to_what_is_next(tmp_path: Path, machine: Machine) -> None:
    """To the very moment."""
    async with bot_that_says(ahead(7)) as url:
        clock = SandboxClock(tmp_path / "clock.json", bot=url, real=machine)
        clock.move_on()
        await clock.settled()
        assert clock.now() == NOON + timedelta(days=7)


async def test_work_under_way_is_waited_for(tmp_path: Path, machine: Machine) -> None:
    """A leap over a build would be a leap over its deadline."""
    async with bot_that_says(ahead(7, working=True), ahead(7, working=True), ahead(8)) as url:
        clock = SandboxClock(tmp_path / "clock.json", bot=url, real=machine)
        clock.move_on()
        await clock.settled()
        assert clock.now() == NOON + timedelta(days=8)


async def test_who_does_not_want_to_wait_need_not(tmp_path: Path, machine: Machine) -> None:
    """Such as where a build hangs; and waiting can be stopped."""
    async with bot_that_says(ahead(7, working=True)) as url:
        clock = SandboxClock(tmp_path / "clock.json", bot=url, real=machine)
        clock.move_on()
        await asyncio.sleep(0)
        assert clock.moving
        clock.halt()
        assert not clock.moving
        assert clock.now() == NOON
        clock.move_on(anyway=True)
        await clock.settled()
        assert clock.now() == NOON + timedelta(days=7)


async def test_where_nothing_is_planned_time_stays(tmp_path: Path, machine: Machine) -> None:
    """And it is said why; so it is where the bot is away."""
    async with bot_that_says(ahead(None)) as url:
        clock = SandboxClock(tmp_path / "clock.json", bot=url, real=machine)
        clock.move_on()
        await clock.settled()
        assert (clock.now(), "somebody has to act" in clock.note) == (NOON, True)
    clock.move_on()
    await clock.settled()
    assert (clock.now(), clock.note) == (NOON, AWAY)
