"""The simulation itself: a seed is one schedule, a dead process writes nothing, a broken rule is told."""

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import create_engine, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from orchestration.domain import acts
from orchestration.domain.holds import HoldCause
from orchestration.domain.release import Release
from orchestration.store.database import _BEGIN, Database
from orchestration.store.migrate import upgrade
from orchestration.store.queues import inbox
from orchestration.store.tables import metadata
from tests.simulation.__main__ import told
from tests.simulation.agenda import Deed, Fault, Happening, draw
from tests.simulation.cast import Cast
from tests.simulation.ground import FileGround
from tests.simulation.loop import GROUP, SeededLoop, Stuck
from tests.simulation.opening import configuration, set_up, start
from tests.simulation.people import People
from tests.simulation.run import Outcome, agenda_of, quiet, shrink, theatre
from tests.simulation.twins import TroubleKind
from tests.simulation.wire import Wire
from tests.simulation.world import World

_SOON = 600
_LONGER_THAN_A_DEED = 450.0
_REPO = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _quiet() -> None:
    quiet()


def test_a_seed_gives_its_schedule_again() -> None:
    """The same seed takes the same steps, commits and faults to the same moment; another seed takes others."""
    first, again, other = (theatre().play(seed) for seed in (3, 3, 4))

    def figures(outcome: Outcome) -> tuple[object, ...]:
        return outcome.steps, outcome.commits, outcome.seconds, tuple(outcome.trace), outcome.phase

    assert figures(first) == figures(again)
    assert figures(first) != figures(other)
    assert not first.broken


def test_another_process_gives_the_same_schedule() -> None:
    """What a seed gives does not hang on how a process hashes words: the replay of a failure is that failure."""
    command = [sys.executable, "-m", "tests.simulation", "--seeds", "1", "--from", "3", "--workers", "1"]
    first, other = (
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            text=True,
            cwd=_REPO,
            env={"PATH": os.defpath, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "3")
    )
    assert re.sub(r"in \d+ s", "", first) == re.sub(r"in \d+ s", "", other)
    assert "1 schedules" in first


def test_every_kind_of_fault_and_deed_is_drawn() -> None:
    """Three hundred agendas hold every fault, every deed and every trouble of a provider that there is."""
    drawn = [each for seed in range(300) for each in agenda_of(seed)]
    assert {each.fault for each in drawn} == set(Fault)
    assert {each.what for each in drawn if each.fault is Fault.ACT} == {str(deed) for deed in Deed}
    told_of = {each.what.partition(": ")[2] for each in drawn if each.fault is Fault.TROUBLE}
    assert told_of == {str(kind) for kind in TroubleKind}


def test_order_between_processes_is_drawn_and_order_within_one_is_kept() -> None:
    """What one process queued first runs first; whose turn it is comes from the seed."""

    def order(seed: int) -> list[str]:
        loop = SeededLoop(Random(seed))
        ran: list[str] = []

        async def queue() -> None:
            for name in ("a", "b"):
                GROUP.set(name)
                for number in range(6):
                    loop.call_soon(ran.append, f"{name}{number}")
            GROUP.set("world")
            await asyncio.sleep(1)

        loop.run_until_complete(queue())
        loop.close()
        return ran

    orders = [order(seed) for seed in range(8)]
    assert all([one for one in each if one[0] == name] == [f"{name}{n}" for n in range(6)]
               for each in orders for name in "ab")  # fmt: skip
    assert len({tuple(each) for each in orders}) > 1
    assert order(5) == order(5)


def test_who_stands_still_takes_no_step_and_goes_on_where_it_stood() -> None:
    """A group that stands still keeps what became ready, in order; time goes on without it."""
    loop = SeededLoop(Random(1))
    seen: list[tuple[int, float]] = []

    async def walk() -> None:
        for number in range(3):
            await asyncio.sleep(1)
            seen.append((number, loop.time()))

    async def world() -> None:
        GROUP.set("walker")
        task = asyncio.create_task(walk())
        GROUP.set("world")
        await asyncio.sleep(1.5)
        loop.stand_still("walker")
        await asyncio.sleep(10)
        loop.go_on("walker")
        await task

    loop.run_until_complete(world())
    loop.close()
    assert [number for number, _at in seen] == [0, 1, 2]
    assert seen[0][1] == 1.0
    assert seen[1][1] >= 11.5


def test_a_world_in_which_nobody_can_take_a_step_is_stuck() -> None:
    """Waiting for what never comes ends as Stuck, and not as a test that hangs."""
    loop = SeededLoop(Random(1))
    never = loop.create_future()
    with pytest.raises(Stuck):
        loop.run_until_complete(never)
    never.cancel()
    loop.close()


def test_a_dead_process_has_written_nothing(tmp_path: Path) -> None:
    """What a killed process had not committed is undone, its lock is free, and it writes no more."""
    file = tmp_path / "wire.db"
    asyncio.run(upgrade(f"sqlite:///{file}"))
    wire = _wire(file)

    async def die_in_the_middle() -> None:
        async with wire.connect() as session:
            await session.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
            await session.begin()
            await session.execute(text("INSERT INTO tenants VALUES ('T1', 0, '')"))
            wire.cut()
            with pytest.raises(sqlite3.OperationalError):
                await session.commit()
        with pytest.raises(sqlite3.OperationalError):
            wire.lend()

    asyncio.run(die_in_the_middle())
    after = sqlite3.connect(file, timeout=0)
    after.execute("BEGIN IMMEDIATE")
    assert after.execute("SELECT count(*) FROM tenants").fetchone() == (0,)
    after.close()


def test_a_broken_rule_is_told_with_a_command_and_only_the_faults_that_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a bug in us (what a person resumes lets everything go) a seed fails; what is told has the replay and the
    few happenings that it needs."""
    monkeypatch.setattr(acts, "lifted", lambda _holds, _cause, _by: ())
    stir = ("act", "hold", "resume", "credentials hold")
    agenda = [each for each in draw(Random(1), only=stir) if each.step < _SOON]
    outcome = theatre().play(1, agenda)
    assert any("holds of one cause" in line for line in outcome.broken)
    needed = shrink(1, agenda)
    assert len(needed) < len(agenda)
    assert theatre().play(1, needed).broken
    assert "python -m tests.simulation --seeds 1 --from 1" in told(outcome, shrinking=False)[0]


@pytest.fixture
def wire(tmp_path: Path) -> Wire:
    """A process's connections to a file of its own."""
    file = tmp_path / "wire.db"
    asyncio.run(upgrade(f"sqlite:///{file}"))
    return _wire(file)


def _wire(file: Path) -> Wire:
    return Wire(str(file), committed=lambda _name, _raw, _written: None, name="bot", chance=Random(1))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A world in which nothing happens by itself."""
    with create_engine(f"sqlite:///{tmp_path / 'empty.db'}").begin() as connection:
        metadata.create_all(connection)
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    ground = FileGround(tmp_path / "empty.db", tmp_path / "world.db")
    made = World(1, ground=ground, cast=Cast(), agenda=())
    yield made
    made.close()


def test_a_deed_outlives_a_file_that_somebody_keeps(world: World, tmp_path: Path) -> None:
    """A connection that works again lets its releases go, though a bot that stands still keeps the file meanwhile."""
    people = People(world, world.desk_of_people())
    deed = Happening(step=0, fault=Fault.ACT, what=str(Deed.CREDENTIALS), number=3)

    async def story() -> tuple[Release, Release]:
        wanted = configuration(Random(1), stores=False)
        await set_up(world, people, wanted)
        await start(world, people, wanted, Random(1))
        people.do(deed)
        await asyncio.sleep(10.0)
        (held,) = await people.releases()
        keeper = sqlite3.connect(tmp_path / "world.db", isolation_level=None)
        keeper.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(_LONGER_THAN_A_DEED)
        keeper.close()
        await asyncio.sleep(20.0)
        (free,) = await people.releases()
        await world.end()
        return held, free

    held, free = world.play(story(), steps=10_000)
    assert [hold.cause for hold in held.holds] == [HoldCause.CREDENTIALS]
    assert not free.holds
    assert not world.judge.broken


def test_a_deed_that_breaks_off_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for what people do, and yet a fault of it is a broken rule and names the deed."""
    people = People(world, world.desk_of_people())

    async def broken() -> None:
        raise ValueError("Not like this")

    async def story() -> None:
        people.do(Happening(step=7, fault=Fault.ACT, what=str(Deed.HOLD), number=3))
        await asyncio.sleep(1.0)
        await world.end()

    monkeypatch.setattr(people, "releases", broken)
    world.play(story(), steps=100)
    (line,) = world.judge.broken
    assert "people may do what they do: act hold #3 at step 7: ValueError('Not like this')" in line


async def test_values_come_back_as_the_drivers_give_them(wire: Wire) -> None:
    """Documents, truth values, lists of keys and several rows are stored and read as with a driver for asyncio."""
    rows = [
        {"tenant_id": "T1", "key": key, "kind": "command", "payload": {"text": "é"}, "received_ms": 1}
        for key in ("a", "b", "c")
    ]
    some = select(inbox.c.key, inbox.c.payload).where(inbox.c.key.in_(["a", "c"])).order_by(inbox.c.key)
    async with Database(wire.engine()).writing() as connection:
        await connection.execute(insert(inbox), [{**row, "fence": 0, "attempts": 0} for row in rows])
        changed = await connection.execute(update(inbox).values(attempts=inbox.c.attempts + 1))
        found = (await connection.execute(some)).mappings().all()
        with pytest.raises(IntegrityError):
            await connection.execute(insert(inbox), {**rows[0], "fence": 0, "attempts": 0})
    assert changed.rowcount == len(rows)
    assert [dict(row) for row in found] == [{"key": key, "payload": {"text": "é"}} for key in ("a", "c")]
    await wire.dispose()


def test_a_happening_tells_what_it_is() -> None:
    """A line of the trace names the fault, what it meets and its step."""
    happening = Happening(step=7, fault=Fault.TROUBLE, what="scm: refused", number=3)
    assert str(happening) == "trouble scm: refused #3 at step 7"
