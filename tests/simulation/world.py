"""A world under a seed: several bots on one file, providers, Slack, people, and what goes wrong among them."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextvars import copy_context
from datetime import UTC, datetime
from random import Random
from typing import Any, TypeVar

from bot.views.notices import HEARD
from integrations.rehearsal.notification import Room
from orchestration.domain.events import EventKind
from orchestration.store.wake import Wake
from tests.simulation.agenda import Fault, Happening
from tests.simulation.cards import Cards
from tests.simulation.cast import Cast
from tests.simulation.ground import Ground, Reader
from tests.simulation.judge import Broken, Judge
from tests.simulation.loop import GROUP, SeededLoop, Stuck
from tests.simulation.process import Process, Watch
from tests.simulation.twins import Providers, TroubleKind, Weather, Wired

T = TypeVar("T")
BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TENANTS = ("T0001", "T0002")
_PROCESSES = 3
_CHATTY = 0.1
_CROWD = 0.15
# What is due a moment before the next timer can wait for it.
_AT_ONCE = 0.005
_WORTH_TELLING = (EventKind.TASK_FAILED, EventKind.HOLD_PLACED, EventKind.APPROVAL_VOIDED)
_PEOPLE = frozenset({"U000ANN01", "U0000BO02", "U000CAPT4", "U00MALLORY"})
_DUE = {
    Wake.WORK: ("work", "due_ms"),
    Wake.INBOX: ("inbox", "not_before_ms"),
    Wake.OUTBOX: ("outbox", "not_before_ms"),
    Wake.DUTIES: ("duties", "due_ms"),
}

_SOONEST = (
    "(SELECT min(CASE WHEN lease_until_ms >= {due} THEN lease_until_ms + 1 ELSE {due} END)"
    " FROM {table} WHERE {due} IS NOT NULL)"
)
_NEXT = "SELECT " + ", ".join(_SOONEST.format(table=table, due=due) for table, due in _DUE.values())


class World:
    """Everything of one schedule."""

    def __init__(self, seed: int, *, ground: Ground, cast: Cast, agenda: Sequence[Happening]) -> None:
        self.chance = Random(f"world {seed}")
        self.loop = SeededLoop(Random(f"order {seed}"), on_step=self._stepped, on_idle=self._idle)
        self._ground = ground
        self.weather = Weather(chance=Random(f"weather {seed}"), clock=self.loop.time)
        self.cast = cast
        self.providers = {
            tenant: Providers(self.weather, self.loop.time, Random(f"providers {seed} {tenant}"))
            for tenant in TENANTS
        }
        self.slack = Cards(
            clock=lambda: BEGIN.timestamp() + self.loop.time(),
            rooms={name: Room(people=_PEOPLE) for name in ("C0RELEASES", "C0CRITICAL")},
            people=_PEOPLE,
        )
        self.agenda = list(agenda)
        # Most of the work of a chatty world is chat; where only what matters most is told, more schedules fit.
        self._heard = HEARD if self.chance.random() < _CHATTY else {k: HEARD[k] for k in _WORTH_TELLING}
        self.deeds: Callable[[Happening], None] = lambda _happening: None
        self.hasty = False
        self.faults: Counter[str] = Counter()
        self.trace: list[str] = []
        self.processes: list[Process] = []
        self.corpses: list[Process] = []
        self.judge = Judge(self.now_text)
        self.furthest = 0.0
        """How far ahead the clock of a bot has been: what it put off waits for as long."""
        self._born = 0
        self._ticked = -1.0
        self._reader = ground.reader

    def play(self, story: Coroutine[Any, Any, T], *, steps: int) -> T:
        """Run a story in this world; Stuck where it takes more steps than these."""
        self._steps = steps
        asyncio.set_event_loop(self.loop)
        try:
            return self.loop.run_until_complete(story)
        finally:
            asyncio.set_event_loop(None)
            self.loop.close()

    def now_text(self) -> str:
        """The virtual time."""
        return f"{self.loop.time():10.2f}s step {self.loop.steps}"

    def say(self, line: str) -> None:
        """A line of the trace."""
        self.trace.append(f"{self.now_text()}  {line}")

    def born(self) -> Process:
        """Start another bot."""
        self._born += 1
        process = self._process(f"bot{self._born}")
        self.processes.append(process)
        process.start()
        return process

    def _process(self, name: str) -> Process:
        chance = Random(f"turns {name} {self.chance.random()}")
        return Process(
            name=name,
            wire=self._ground.line(name, committed=self._committed, chance=chance),
            watch=Watch(BEGIN, self.loop.time),
            begin=BEGIN,
            chance=Random(f"{name} {self.chance.random()}"),
            ports=lambda tenant: self.providers[tenant].ports(),
            heard=self._heard,
            slack=Wired("slack", self.slack, self.weather),
        )

    def desk_of_people(self) -> Process:
        """A process that has no loops and never dies: people look and a few services act through it."""
        self._desk = self._process("people")
        return self._desk

    def _committed(self, name: str, raw: Reader, written: frozenset[str] | None) -> None:
        now_ms = round((BEGIN.timestamp() + self.loop.time()) * 1000)
        self.judge.committed(name, raw, now_ms, written=written)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """A question to the file, by nobody."""
        return self._reader.execute(query).fetchall()

    def unfinished(self) -> list[str]:
        """What is still to be done within a day."""
        horizon = round((BEGIN.timestamp() + self.loop.time() + 86_400) * 1000)
        work = "SELECT id FROM work JOIN releases r ON r.id = work.release_id WHERE due_ms <= {} AND kind = 'TASK'"
        return [
            f"{what} {row[0]}"
            for what, query in (
                ("work", work.replace("id FROM", "work.id FROM").format(horizon)),
                ("message", "SELECT key FROM outbox WHERE not_before_ms IS NOT NULL"),
                ("request", "SELECT key FROM inbox WHERE not_before_ms IS NOT NULL"),
            )
            for row in self.ask(query)
        ]

    def living(self) -> list[Process]:
        """Those that can take a step."""
        return [each for each in self.processes if not self.loop.is_still(each.name)]

    def _stepped(self, _group: str) -> None:
        if self.hasty and self.judge.broken:
            raise Broken(self.judge.broken[0])
        if self.loop.steps > self._steps:
            raise Stuck(f"it is not over after {self._steps} steps")
        while self.agenda and self.agenda[0].step <= self.loop.steps:
            self._happen(self.agenda.pop(0))

    def in_world(self, work: Any) -> asyncio.Task[Any]:
        """A task that belongs to no process."""
        context = copy_context()
        context.run(GROUP.set, "world")
        return self.loop.create_task(work, context=context)

    def _happen(self, happening: Happening) -> None:
        if not self.processes:
            self.say(f"{happening}: nobody is there")
            return
        self.say(str(happening))
        self.faults[happening.fault if happening.fault is not Fault.ACT else f"act: {happening.what}"] += 1
        lot = Random(happening.number)
        match happening.fault:
            case Fault.CRASH:
                self.crash(lot)
            case Fault.PAUSE:
                self.pause(lot)
            case Fault.TROUBLE:
                port, _, kind = happening.what.partition(": ")
                self.weather.trouble(port, TroubleKind(kind), lot.choice((1, 1, 2, 3, 12)))
            case Fault.SLACK:
                self.weather.trouble("slack", TroubleKind(happening.what), lot.choice((1, 2, 5, 20)))
            case Fault.AWAY:
                self.weather.go_away(happening.what, lot.choice((30.0, 300.0, 1800.0)))
            case Fault.CLOCK:
                process = lot.choice(self.processes)
                process.watch.wrong += lot.choice((-3600.0, -20.0, -2.0, 2.0, 20.0, 3600.0))
                self.furthest = max(self.furthest, process.watch.wrong)
            case Fault.ACT:
                self.deeds(happening)

    def crash(self, lot: Random) -> None:
        """One bot dies where it stands; another one is started a while later."""
        victim = lot.choice(self.processes)
        victim.kill()
        self.loop.stand_still(victim.name)
        self.processes.remove(victim)
        self.corpses.append(victim)
        delay = lot.choice((0.0, 1.0, 20.0, 100.0))
        if not self.processes:
            delay = min(delay, 20.0)
        self.loop.call_later(delay, self._replace, context=self._outside())

    def _outside(self) -> Any:
        context = copy_context()
        context.run(GROUP.set, "world")
        return context

    def _replace(self) -> None:
        if len(self.processes) < _PROCESSES:
            self.born()

    def pause(self, lot: Random) -> None:
        """One bot stands still, mostly past its lease."""
        awake = self.living()
        if not awake:
            return
        victim = lot.choice(awake)
        self.loop.stand_still(victim.name)
        self.loop.call_later(
            lot.choice((3.0, 16.0, 40.0, 120.0)), self._wake_up, victim, context=self._outside()
        )

    def _wake_up(self, victim: Process) -> None:
        if victim.alive:
            self.loop.go_on(victim.name)

    def calm(self) -> None:
        """No more faults: what was ahead is dropped, who stands still goes on, clocks are right."""
        self.agenda.clear()
        self.weather.clear()
        for process in self.processes:
            self.loop.go_on(process.name)
            process.watch.wrong = 0.0
        while len(self.processes) < _PROCESSES:
            self.born()

    def _idle(self, until: float) -> float:
        """When time may go on to, at most: something may be due before; somebody is woken for it."""
        now = self.loop.time()
        if until - now <= _AT_ONCE:
            return until
        earliest = max(now, self._ticked + 1.0)
        times = self._reader.execute(_NEXT).fetchone()
        for kind, found in zip(_DUE, times, strict=True):
            if found is None:
                continue
            at = max(earliest, found / 1000 - BEGIN.timestamp() + 0.001)
            if at <= now:
                self._ticked = now
                self._nudge(kind)
                return now
            until = min(until, at)
        return until

    def _nudge(self, kind: Wake) -> None:
        awake = self.living()
        if not awake:
            return
        everybody = self.chance.random() < _CROWD
        for process in awake if everybody else [self.chance.choice(awake)]:
            process.store.wakes.set([kind])

    async def end(self) -> None:
        """Stop everything."""
        for process in self.processes:
            self.loop.go_on(process.name)
        for process in self.processes:
            await process.stop()
        for corpse in self.corpses:
            self.loop.go_on(corpse.name)
            await corpse.bury()
        await self._desk.store.close()

    def close(self) -> None:
        """Let go of the database."""
        self._ground.close()
