"""Slack away for half an hour with thousands of messages waiting, then storms of 429, in virtual time.

The store, the engine, the sender, its limits and the client are the bot's own; Slack is the simulator with its true
limits, over a real socket. Only time is ours: it goes on when there is nothing to do.
"""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from pydantic import SecretStr
from sqlalchemy import text

from bot.slack.identity import Self
from bot.slack.limiter import Limiter
from bot.slack.outbox import Sender
from bot.surroundings import SystemChance
from bot.views.notices import HEARD
from integrations.slack import (
    SlackNotification,
    SlackSecrets,
    SlackSettings,
    SlackWeb,
    open_client,
    open_session,
)
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.people import Actor
from orchestration.domain.stages import CycleFlags
from orchestration.domain.version import ReleaseType
from orchestration.ports.notification import Notification
from orchestration.ports.runtime import Integrations
from orchestration.services.act import hold, resume
from orchestration.services.engine import Engine
from orchestration.services.start_release import start_release
from orchestration.store.database import open_engine
from orchestration.store.store import Store
from sandbox.slack.simulator import SlackSimulator
from sandbox.slack.values import Message
from tests.storms.fleet import Size, Tale
from tests.support.office import installed, key_of
from tests.support.prepared import FILE, PEOPLE, TEAM, prepared

AWAY = timedelta(minutes=30)
_LETTERS = 8
_PER_RELEASE = 100
_BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
# Of the first in each lane: whoever stands behind another waits for it, whatever its own time says.
_NEXT = """SELECT min(not_before_ms) FROM outbox AS head WHERE not_before_ms IS NOT NULL AND NOT EXISTS (
SELECT 1 FROM outbox AS other WHERE other.tenant_id = head.tenant_id AND other.lane = head.lane
AND other.not_before_ms IS NOT NULL AND other.id < head.id)"""
# So many answers with 429, each asking to wait for so many seconds.
_STORMS = ((6, 30), (20, 5), (4, 60))
_TOO_MANY, _FINE = 429, 200
# A card may be edited while it is caught up with, and not once for each change.
_EDITS = 30
_NUMBERS = 600
_ANN = Actor(id=PEOPLE["ann"])


@dataclass(kw_only=True)
class Virtual:
    """The time of everybody here."""

    at: datetime = _BEGIN

    def now(self) -> datetime:
        """The moment."""
        return self.at.replace(microsecond=self.at.microsecond // 1000 * 1000)

    def seconds(self) -> float:
        """The same, since 1970."""
        return self.at.timestamp()


@dataclass(kw_only=True)
class Desk:
    """The bot's outbox and its sender, and the workspace."""

    time: Virtual
    slack: SlackSimulator
    store: Store
    engine: Engine
    sender: Sender
    limiter: Limiter
    tale: Tale = field(default_factory=Tale)
    calls: Counter[str] = field(default_factory=Counter)
    edits: Counter[str] = field(default_factory=Counter)
    by_limits: Counter[str] = field(default_factory=Counter)
    heard: list[datetime] = field(default_factory=list)

    async def waiting(self) -> int:
        """How many messages are still to be sent."""
        return await self._number("SELECT count(*) FROM outbox WHERE not_before_ms IS NOT NULL")

    async def _number(self, query: str) -> int:
        async with self.store._database.reading() as connection:
            return int((await connection.execute(text(query))).scalar_one() or 0)

    def _count(self) -> None:
        """What was asked of Slack since the last look; it is forgotten, or it would be what fills the memory."""
        for exchange in self.slack.record:
            self.calls[exchange.path] += 1
            self.heard.append(self.time.at)
            if exchange.status == _TOO_MANY and not exchange.spoiled:
                self.by_limits[exchange.path] += 1
            if exchange.path.endswith("chat.update") and exchange.status == _FINE:
                self.edits[str(json.loads(exchange.request_body)["ts"])] += 1
        self.slack.record.clear()

    async def send(self, *, until: datetime | None = None) -> None:
        """Send whatever is due, and let time pass where nothing is; to the end, or `until` then."""
        while until is None or self.time.at < until:
            letters = await self.sender.mailbox.claim(limit=_LETTERS)
            if letters:
                await asyncio.gather(*(self.sender.handle(letter) for letter in letters))
                self._count()
                continue
            due = await self._number(_NEXT)
            if not due:
                return
            at = datetime.fromtimestamp(due / 1000, UTC)
            self.time.at = max(self.time.at + timedelta(seconds=1), at)


def _store(file: Path, time: Virtual) -> Store:
    return Store(
        open_engine(f"sqlite:///{file}", durable=False),
        clock=time,
        lease=timedelta(seconds=30),
        owner="storm",
        lease_clock=time,
    )


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    """A team without a release, and everything that sends."""
    time, of = Virtual(), await prepared("empty", folder)
    slack = SlackSimulator(app=installed(), clock=time.seconds, rate_scale=1.0)
    await slack.start()
    store = _store(of.folder / FILE, time)

    async def none(_tenant: str) -> Integrations:
        return Integrations()

    engine = Engine(
        work=store.work, look=store.look, clock=time, chance=SystemChance(), integrations=none, heard=HEARD
    )
    settings = SlackSettings(base_url=f"{slack.url}/api/")
    session = open_session(settings)
    client = open_client(settings, SlackSecrets(bot_token=SecretStr(slack.app_install.bot_token)), session)
    web, limiter = SlackWeb(client=client, session=session), Limiter(clock=time.seconds)
    chat = SlackNotification(web=web)

    async def connect(_tenant: str) -> Notification:
        return chat

    sender = Sender(
        engine=engine,
        mailbox=store.mailbox,
        connect=connect,
        answers=web,
        who=Self(ask=web.auth_test, token=client.token).who,
        limiter=limiter,
    )
    try:
        yield Desk(time=time, slack=slack, store=store, engine=engine, sender=sender, limiter=limiter)
    finally:
        await session.close()
        await store.close()
        await slack.stop()


async def storm(folder: Path, size: Size) -> Tale:
    """A hundred messages of each release wait, Slack is away for half an hour, and asks to wait when it is back."""
    async with desk(folder) as d:
        releases = [await _started(d, number) for number in range(size.releases)]
        await d.send()
        before = psutil.Process().memory_info().rss
        d.slack.go_down()
        for release in releases:
            await _written(d, release)
        waiting, known = await d.waiting(), len(_notices(d))
        d.calls.clear()
        back = d.time.at + AWAY
        await d.send(until=back)
        d.tale.figures |= {
            "messages that waited": str(waiting),
            "calls in 30 minutes without Slack": str(d.calls.total()),
        }
        await _catch_up(d, waiting=waiting, back=back)
        grown = (psutil.Process().memory_info().rss - before) / 2**20
        d.tale.figures["this process grew by, with all that Slack keeps"] = f"{grown:.0f} MB"
        _check(d, releases, known=known)
        return d.tale


async def _started(d: Desk, number: int) -> str:
    now = d.time.now()
    wanted = Order(
        type=ReleaseType.MINOR,
        versions={"ANDROID-PLAY_STORE": f"3.{number}.0"},
        kick_off_at=now + timedelta(days=1),
        target_at=now + timedelta(days=20),
        slots=(WantedSlot(at=now + timedelta(days=2), flags=CycleFlags(regression_builds=False)),),
    )
    return (await start_release(d.engine, TEAM, "pixel", wanted, actor=_ANN)).id


async def _written(d: Desk, release: str) -> None:
    """People do something with the release again and again: each act is told in its thread and changes its card."""
    for number in range(_PER_RELEASE // 2):
        await hold(d.engine, TEAM, release, f"Reason {number}", actor=_ANN)
        await resume(d.engine, TEAM, release, actor=_ANN)


async def _catch_up(d: Desk, *, waiting: int, back: datetime) -> None:
    """Slack is there again, and answers with 429 now and then."""
    d.calls.clear()
    d.heard.clear()
    d.slack.go_down(down=False)
    for times, seconds in _STORMS:
        d.slack.storm(method="chat.postMessage", times=times, seconds=seconds)
        d.tale.done[f"429 with Retry-After: {seconds}"] += times
        await d.send(until=d.time.at + timedelta(minutes=2))
    await d.send()
    took = (d.time.at - back).total_seconds()
    edits = d.edits.total()
    d.tale.figures |= {
        "Slack was asked again after": f"{(d.heard[0] - back).total_seconds():.0f} s",
        "everything was said after": f"{took / 60:.0f} minutes, {waiting / took:.2f} messages a second",
        "edits of cards": f"{edits} for {len(d.edits)} cards",
        "429 by Slack's own limits": str(d.by_limits.total()),
        "numbers that our limits keep": str(len(d.limiter._buckets) + len(d.limiter._edited)),
    }


def _notices(d: Desk) -> list[Message]:
    kept = (m for channel in d.slack.world.messages.values() for m in channel.values())
    return [m for m in kept if key_of(m).startswith("notice:")]


def _check(d: Desk, releases: Sequence[str], *, known: int) -> None:
    wrong, said = d.tale.wrong, defaultdict[str, list[tuple[int, ...]]](list)
    for message in _notices(d):
        _kind, release, *numbers = key_of(message).split(":")
        said[release].append(tuple(int(number) for number in numbers[:2]))
    wrong += [f"{release} was told out of order" for release, told in said.items() if told != sorted(told)]
    wrong += [
        f"{release} was told something twice" for release, told in said.items() if len(told) != len(set(told))
    ]
    wanted = known + len(releases) * _PER_RELEASE
    if (there := sum(map(len, said.values()))) != wanted:
        wrong.append(f"{there} messages arrived instead of {wanted}")
    if d.by_limits:
        wrong.append(f"Slack's own limits were passed: {dict(d.by_limits)}")
    if max(d.edits.values(), default=0) > _EDITS:
        wrong.append(f"a card was edited {max(d.edits.values())} times")
    if len(d.limiter._buckets) + len(d.limiter._edited) > _NUMBERS:
        wrong.append("the limits keep too many numbers")
