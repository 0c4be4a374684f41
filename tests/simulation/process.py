"""One bot: the unmodified store, engine, desk, sender and pumps, on a wire and in a group of handles of its own."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, cast

from bot.documents import ROLLOUT
from bot.router import CHECKS, ROUTES
from bot.slack.accounts import AccountDesk
from bot.slack.configurations import ConfigurationDesk
from bot.slack.desk import Desk
from bot.slack.edge import Edge
from bot.slack.fitting import Document
from bot.slack.identity import Known
from bot.slack.limiter import Limiter
from bot.slack.outbox import Sender
from bot.views.rollout_picture import rollout_text
from integrations.public_holidays import PublicHolidays
from orchestration.domain.events import EventKind
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Bucket
from orchestration.ports.errors import Refused
from orchestration.ports.notification import Notification
from orchestration.ports.runtime import Integrations, Letter
from orchestration.services.duties import work_duty
from orchestration.services.engine import Engine
from orchestration.services.pump import Pump
from orchestration.services.rollout_course import read_rollouts
from orchestration.services.work_due import work_claim
from orchestration.store.store import Store
from orchestration.store.wake import Wake
from tests.simulation.ground import Line
from tests.simulation.loop import GROUP

LEASE = timedelta(seconds=30)
# Looks without a wake cost a transaction each; the world wakes somebody whenever something is due.
_IDLE = 3600.0
SHOWN: ContextVar[int] = ContextVar("SHOWN", default=-1)
"""The revision of the release that the message under way was rendered from."""


@dataclass
class Watch:
    """The clock of a machine: the world's time, and how wrong it goes."""

    begin: datetime
    seconds: Callable[[], float]
    wrong: float = 0.0

    def now(self) -> datetime:
        """What this machine believes."""
        return self.begin + timedelta(seconds=self.seconds() + self.wrong)


class Lots:
    """Chance out of a seed."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def fraction(self) -> float:
        """A number in [0, 1)."""
        return self._chance.random()

    def code(self, length: int) -> str:
        """A code that is not misread."""
        return "".join(self._chance.choices("23456789BCDEFGHJKMNPQRSTVWXYZ", k=length))


class NoScreens:
    """Slack's forms and answers: nobody looks at them here, and they are always too late."""

    async def complete_step(self, step: str, outputs: str | None, error: str) -> None:
        """No workflow waits."""
        raise AssertionError(f"no workflow waits: {step}, {outputs}, {error}")

    async def views_open(self, **_asked: object) -> str:
        """Too late."""
        raise Refused("The trigger is too old")

    views_push = views_open

    async def views_update(self, **_asked: object) -> None:
        """Closed."""
        raise Refused("The form was closed")

    async def views_publish(self, **_asked: object) -> None:
        """Nobody opens a home."""
        raise Refused("Nobody is at home")

    async def chat_unfurl(self, *_asked: object) -> None:
        """Nobody posts a link."""
        raise Refused("The message is gone")

    async def respond(self, *_asked: object) -> None:
        """Used up."""
        raise Refused("The address is used up")


@dataclass(frozen=True, kw_only=True)
class _Workspace:
    """What Slack says of the bots' token."""

    team_id: str = "T0001"
    enterprise_id: str | None = None
    url: str = "https://team.slack.example/"
    user_id: str = "U0000BOT"
    bot_id: str = "B0000BOT"


async def _ours() -> Known:
    return _Workspace()


async def _undrawn(engine: Engine, letter: Letter) -> Document:
    """The picture of a rollout without its pixels: a thread that draws has no place in a world under a seed."""
    found = await read_rollouts(engine, letter.tenant_id, letter.outgoing.release_id or "")
    return Document(
        name="rollout.png", title=found.title, content=b"drawn", text=rollout_text(found.title, found.courses)
    )


class WatchedSender(Sender):
    """The sender; it only notes which revision it renders."""

    async def _release(self, letter: Letter) -> Release:
        release = await super()._release(letter)
        SHOWN.set(release.revision)
        return release


class Process:
    """A bot that lives until it is killed or told to stop."""

    def __init__(
        self,
        *,
        name: str,
        wire: Line,
        watch: Watch,
        begin: datetime,
        chance: Random,
        ports: Callable[[str], Integrations],
        slack: Notification,
        heard: Mapping[EventKind, Bucket | None],
    ) -> None:
        self.name = name
        self.wire = wire
        self.watch = watch
        self.alive = True
        self._lots = Lots(chance)
        self._heard = heard
        truth = Watch(begin, watch.seconds)
        self.store = Store(wire.engine(), clock=watch, lease=LEASE, owner=name, lease_clock=truth, post=watch)
        self.engine = self._engine(ports)
        self._slack = slack
        self.edge = Edge(
            inbox=self.store.inbox,
            wake=self.store.wakes.of(Wake.INBOX),
            chance=self._lots,
            checks={name: self._checked(check) for name, check in CHECKS.items()},
        )
        self._pumps = self._open_pumps()
        self._tasks: list[asyncio.Task[None]] = []

    def _checked(self, check: Any) -> Any:
        return lambda intent: check(self.engine, intent)

    def _engine(self, ports: Callable[[str], Integrations]) -> Engine:
        async def load(tenant_id: str) -> Integrations:
            return ports(tenant_id)

        return Engine(
            work=self.store.work,
            look=self.store.look,
            clock=self.watch,
            lease_clock=self.watch,
            chance=self._lots,
            integrations=load,
            heard=self._heard,
            patience=LEASE / 2,
            holidays=PublicHolidays(),
        )

    def _desk(self) -> Desk:
        nobody = cast("Any", None)
        return Desk(
            engine=self.engine,
            inbox=self.store.inbox,
            screens=NoScreens(),
            accounts=cast("AccountDesk", nobody),
            configurations=cast("ConfigurationDesk", nobody),
            routes=ROUTES,
        )

    def _sender(self) -> Sender:
        async def connect(_tenant: str) -> Notification:
            return self._slack

        return WatchedSender(
            engine=self.engine,
            mailbox=self.store.mailbox,
            connect=connect,
            answers=NoScreens(),
            who=_ours,
            limiter=Limiter(clock=self.watch.seconds),
            documents={ROLLOUT: _undrawn},
        )

    def _open_pumps(self) -> Sequence[Pump[Any]]:
        desk, sender = self._desk(), self._sender()
        work, inbox, outbox, duties = (
            self.store.dispatcher, self.store.inbox, sender.mailbox, self.store.duties
        )  # fmt: skip

        def pump(name: Wake, queue: Any, handle: Callable[[Any], Any], let_go: Any = None) -> Pump[Any]:
            return Pump(
                name,
                claim=lambda limit: queue.claim(limit=limit),
                handle=handle,
                wake=self.store.wakes.of(name),
                renew=queue.renew,
                let_go=let_go,
                renew_every=LEASE.total_seconds() / 3,
                idle=_IDLE,
            )

        return [
            pump(Wake.WORK, work, lambda claim: work_claim(self.engine, claim), work.let_go),
            pump(Wake.INBOX, inbox, desk.handle),
            pump(Wake.OUTBOX, outbox, sender.handle),
            pump(Wake.DUTIES, duties, lambda duty: work_duty(self.engine, duties, duty), duties.let_go),
        ]

    def spawn(self, work: Any) -> asyncio.Task[Any]:
        """Start something in this process: it dies and stands still with it."""
        context = copy_context()
        context.run(GROUP.set, self.name)
        task = asyncio.get_running_loop().create_task(work, context=context)
        self._tasks.append(task)
        return task

    def start(self) -> None:
        """Begin to work."""
        for pump in self._pumps:
            self.spawn(pump.run())

    def kill(self) -> None:
        """As `kill -9`: what was not committed is undone at once, and nothing more is done."""
        self.alive = False
        self.wire.cut()

    async def stop(self) -> None:
        """Finish what is under way and close."""
        for pump in self._pumps:
            pump.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.store.close()

    async def bury(self) -> None:
        """Let go of what a killed process was doing, long after: nothing of it may have an effect."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.store.close()
