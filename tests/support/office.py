"""The bot at work in a Slack workspace: both in the test's own process, over real sockets.

    async with office(tmp_path, "asking", transport="http") as o:
        await o.bo.clicks(await o.gate(), "gate.approve", confirm=True)
        assert "approved" in await o.answer(o.bo)

With a database of `tests.support.prepared` the providers are twins in memory, which is fast; with a `World` they
are the simulators, reached by the unmodified bot.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import SecretStr

from bot.settings import Settings
from bot.surroundings import SystemClock
from orchestration.domain.events import Event, EventKind
from orchestration.domain.release import Release
from orchestration.store.database import open_engine
from orchestration.store.store import Store
from sandbox.slack.app import App, app_of_manifest
from sandbox.slack.people import Person
from sandbox.slack.screen import text_on
from sandbox.slack.simulator import SlackSimulator
from sandbox.slack.values import ChannelKind, Message
from tests.support.office_bot import OfficeBot
from tests.support.patience import patient
from tests.support.prepared import FILE, Prepared, prepared
from tests.support.rehearsed import Company

T = TypeVar("T")
WITHIN = 30.0
BOTH = ("socket", "http")


@dataclass(kw_only=True)
class Office:
    """A workspace with the bot at work in it."""

    slack: SlackSimulator
    settings: Settings
    store: Store
    transport: str
    company: Company | None = None
    release_id: str = ""
    make_bot: Callable[[Settings, Company | None], OfficeBot] = OfficeBot
    bot: OfficeBot = field(init=False)
    _running: asyncio.Task[None] | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    # --- the bot ---

    async def open(self) -> None:
        """Start the bot and wait until Slack reaches it."""
        self.bot, self._stop = self.make_bot(self.settings, self.company), asyncio.Event()
        started = asyncio.Event()
        self._running = asyncio.create_task(self.bot.run(self._stop, started=started.set))
        waiting = asyncio.create_task(started.wait())
        await asyncio.wait({waiting, self._running}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._running.done():
            await self._running
        if self.transport == "http":
            self.slack.deliver_over_http(f"{self.bot.url}/slack/events")

    async def close(self) -> None:
        """Stop the bot as SIGTERM does."""
        if self._running is not None:
            self._stop.set()
            await self._running
            self._running = None

    async def kill(self) -> None:
        """End the bot without a word: nothing that is under way is finished."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None

    # --- people ---

    def __getattr__(self, name: str) -> Person:
        """`office.ann` is Ann."""
        if name.startswith("_") or name not in {"ann", "bo", "cleo", "dan", "eve"}:
            raise AttributeError(name)
        return self.slack.person(name)

    @property
    def team(self) -> str:
        """The workspace's id."""
        return self.slack.world.team_id

    @property
    def home(self) -> str:
        """The channel of the card."""
        return self.slack.world.channel("releases").id

    # --- what is seen ---

    def keyed(self, prefix: str, *, channel: str = "releases") -> list[Message]:
        """The bot's messages whose key begins so, oldest first."""
        kept = self.slack.world.messages[self.slack.world.channel(channel).id].values()
        return [m for m in kept if key_of(m).startswith(prefix)]

    async def until(self, look: Callable[[], T | None], *, within: float = WITHIN) -> T:
        """The first true value of `look`, asked at each change in Slack."""
        found = await self.slack.until(look, within=within)
        assert found is not None
        return found

    async def card(self, words: str = "") -> Message:
        """The release card, once it says `words`."""
        return await self.until(lambda: self._saying("card:", words))

    async def gate(self, words: str = "") -> Message:
        """The newest approval card, once it says `words`."""
        return await self.until(lambda: self._saying("gate:", words))

    def _saying(self, prefix: str, words: str) -> Message | None:
        found = [m for m in self.keyed(prefix) if words in text_on(m)]
        return found[-1] if found else None

    def answers(self, person: Person) -> list[str]:
        """What only this person was told, in a channel or directly, oldest first."""
        world = self.slack.world
        direct = {
            c.id for c in world.channels.values() if c.kind is ChannelKind.IM and person.id in c.members
        }
        kept = [m for channel in world.messages.values() for m in channel.values() if m.bot_id]
        mine = [m for m in kept if m.only_for == person.id or m.channel in direct]
        # A copy of an approval card is no answer: it comes by itself.
        mine = [m for m in mine if not key_of(m).startswith("gate:")]
        return [text_on(m) for m in sorted(mine, key=lambda m: m.ts)]

    async def told(self, person: Person, act: Awaitable[object]) -> str:
        """What the person is answered to what they do."""
        before = len(self.answers(person))
        await act
        await self.until(lambda: len(self.answers(person)) > before)
        return self.answers(person)[before]

    async def says(self, person: Person, text: str, *, channel: str = "releases") -> str:
        """Type a command; the answer."""
        return await self.told(person, person.types(text, channel=channel))

    async def approves(self, person: Person, *, words: str = "/release approve") -> str:
        """Ask for what is to be approved and press its button; what came of it."""
        await self.says(person, words)
        card = next(m for m in reversed(self.shown(person)) if "gate.approve" in str(m.blocks))
        return await self.told(person, person.clicks(card, "gate.approve", confirm=True))

    def shown(self, person: Person) -> list[Message]:
        """The messages that only this person sees in channels, oldest first."""
        kept = [m for channel in self.slack.world.messages.values() for m in channel.values()]
        return sorted((m for m in kept if m.only_for == person.id), key=lambda m: m.ts)

    def copies(self, person: Person) -> list[Message]:
        """The approval cards in the person's direct messages, oldest first."""
        world = self.slack.world
        direct = {
            c.id for c in world.channels.values() if c.kind is ChannelKind.IM and person.id in c.members
        }
        kept = [m for channel in direct for m in world.messages[channel].values()]
        return sorted((m for m in kept if key_of(m).startswith("gate:")), key=lambda m: m.ts)

    def thread(self) -> list[str]:
        """What stands under the card, oldest first."""
        return [text_on(m) for card in self.keyed("card:") for m in self.slack.world.replies(card)]

    def calls(self, method: str) -> int:
        """How often a method of the Web API was called."""
        return sum(1 for e in self.slack.record if e.path == f"/api/{method}")

    # --- what is stored ---

    async def release(self, release_id: str = "") -> Release:
        """The release as it is stored."""
        async with self.store.look() as work:
            return await work.releases.get(self.team, release_id or self.release_id)

    async def events(self, kind: EventKind | None = None, release_id: str = "") -> list[Event]:
        """What happened, oldest first."""
        async with self.store.look() as work:
            found = await work.releases.events(self.team, release_id or self.release_id, limit=500)
        return [e for e in reversed(found) if kind in {None, e.kind}]

    async def comes(self, look: Callable[[], Awaitable[T]], *, within: float = WITHIN) -> T:
        """The first true value of a look into the database."""
        async with asyncio.timeout(within):
            while not (value := await look()):  # noqa: ASYNC110 - another connection commits; there is no event
                await asyncio.sleep(0.02)
            return value


def key_of(message: Message) -> str:
    """The key that our own messages carry."""
    metadata: dict[str, Any] = message.metadata or {}
    return str(metadata.get("event_payload", {}).get("key", ""))


def installed(**options: Any) -> App:
    """The app as the manifest declares it; `options` are fields of `App` to replace."""
    manifest = Path(__file__).parents[2] / "manifest.yml"
    return app_of_manifest(yaml.safe_load(manifest.read_text()), **options)


def settings_for(folder: Path, slack: SlackSimulator, transport: str, **changes: object) -> Settings:
    """Settings of a bot in this workspace."""
    app = slack.app_install
    fields: dict[str, object] = {
        "data": folder,
        "slack_bot_token": SecretStr(app.bot_token),
        "slack_app_token": SecretStr(app.app_token) if transport == "socket" else None,
        "slack_signing_secret": SecretStr(app.signing_secret),
        "slack_api_url": f"{slack.url}/api/",
        "http_port": 0,
        "egress_allow": ("127.0.0.1",),
        "card_seconds": 0.05,
        "slack_pace": 0.0,
        "tick_seconds": 0.1,
        "drain_seconds": 2.0,
        **changes,
    }
    return Settings(_env_file=None, **fields)  # type: ignore[arg-type, call-arg]  # fields by name


@asynccontextmanager
async def office(
    folder: Path,
    stage: str = "empty",
    *,
    transport: str = "http",
    make_bot: Callable[[Settings, Company | None], OfficeBot] = OfficeBot,
    started: bool = True,
    app: App | None = None,
    **changes: object,
) -> AsyncIterator[Office]:
    """An office whose providers are twins; `stage` is a database of `tests.support.prepared`."""
    of: Prepared = await prepared(stage, folder)
    slack = SlackSimulator(app=app or installed(), rate_scale=0)
    await slack.start()
    settings = settings_for(folder, slack, transport, **changes)
    async with opened(
        slack, settings, transport, company=of.company, release_id=of.release_id, make_bot=make_bot
    ) as made:
        if started:
            await made.open()
        yield made


@asynccontextmanager
async def opened(
    slack: SlackSimulator, settings: Settings, transport: str, **fields: Any
) -> AsyncIterator[Office]:
    """An office around a running simulator; the bot is closed and Slack's objections are told at the end."""
    store = Store(
        open_engine(f"sqlite:///{settings.data / FILE}", durable=False),
        clock=SystemClock(),
        lease=timedelta(seconds=30),
        owner="onlooker",
    )
    patient(slack.settings)
    made = Office(slack=slack, settings=settings, store=store, transport=transport, **fields)
    try:
        yield made
        await made.close()
    finally:
        await made.kill()
        await store.close()
        await slack.stop()
