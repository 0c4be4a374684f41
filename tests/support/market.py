"""An office whose stores are the simulators, reached by the unmodified adapters, under a clock that can leap.

The other providers are twins, as in `tests.support.office`. What is said to either store is held against its
description at the end.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.connections import ConnectionBook
from bot.opening import open_vault
from bot.settings import Settings
from bot.surroundings import SystemClock
from integrations import PROVIDERS
from integrations.registry import Connection, Registry
from orchestration.domain.pairs import Pair
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Submission
from orchestration.ports.runtime import Integrations
from orchestration.store.store import Store
from sandbox.app_store.member import AppStoreMember
from sandbox.app_store.shelf import Shelf, StoreVersion
from sandbox.app_store.simulator import AppStoreSimulator
from sandbox.clock import SandboxClock
from sandbox.google_play.member import GooglePlayMember
from sandbox.google_play.simulator import GooglePlaySimulator
from sandbox.google_play.world import PRODUCTION, App
from sandbox.roles import Shop
from sandbox.slack.people import Person
from sandbox.slack.screen import text_on
from sandbox.slack.values import Message
from sandbox.values import Given, Pace
from tests.support.distribution import NUMBERS, VERSION
from tests.support.office import Office, key_of, office
from tests.support.office_bot import OfficeBot
from tests.support.oracle import oracle
from tests.support.rehearsed import ANDROID, IOS

BEFORE = "1.1.0"
WITHIN = 60.0
_TITLES = {IOS: "App Store", ANDROID: "Play Store"}


class _RealStores(Registry):
    """A company's twins, and the stores as they are connected."""

    def __init__(self, twins: Registry, real: Registry) -> None:
        self._twins, self._real = twins, real

    async def load_integrations_for_tenant(self, tenant_id: str) -> Integrations:
        """The stores of the one, everything else of the other."""
        twins = await self._twins.load_integrations_for_tenant(tenant_id)
        real = await self._real.load_integrations_for_tenant(tenant_id)
        return replace(twins, app_stores=real.app_stores)


class MarketBot(OfficeBot):
    """The bot with twins for all providers but the stores."""

    async def _open_network(self, store: Store) -> None:
        await super()._open_network(store)
        opened: dict[str, Sequence[Connection]] = {}

        async def once(tenant_id: str) -> Sequence[Connection]:
            """The twins have no connection that could be opened, which the log need not repeat at every look."""
            if tenant_id not in opened:
                opened[tenant_id] = await self._book.of_tenant(tenant_id)
            return opened[tenant_id]

        self._registry = _RealStores(self._registry, Registry(connections=once, edge=self._edge))


@dataclass(kw_only=True)
class Market:
    """The office, both stores, and the time of releases."""

    o: Office
    apple: AppStoreSimulator
    google: GooglePlaySimulator
    clock: SandboxClock

    @property
    def play(self) -> App:
        """Google's side of the app."""
        return self.google.pixel

    @property
    def shelf(self) -> Shelf:
        """Apple's side of the app."""
        return self.apple.shelf

    def on_shelf(self) -> StoreVersion:
        """The usual version as Apple has it by now."""
        return self.shelf.version(VERSION)

    def on_production(self) -> list[tuple[str, str, float | None]]:
        """Version code, status and fraction of each release of the production track."""
        bodies = [release.body for release in self.play.tracks[PRODUCTION]]
        return [(b["versionCodes"][0], b["status"], b.get("userFraction")) for b in bodies]

    def pass_time(self, **span: float) -> datetime:
        """Let time go by at once, for the bot and for Apple; the time that it is then."""
        self.clock.move_to(self.clock.now() + timedelta(**span))
        return self.clock.now()

    # --- what is seen ---

    async def submission(self, pair: Pair, *states: StoreState, release_id: str = "") -> Submission:
        """The newest of a pair, once it is in one of these states."""

        async def look() -> Submission | None:
            found = (await self.o.release(release_id)).submission_of(pair)
            return found if found is not None and found.state in states else None

        found = await self.o.comes(look, within=WITHIN)
        assert found is not None
        return found

    async def card(self, pair: Pair, words: str) -> Message:
        """The newest card of a store in the thread, once it says `words` or has a button of that name."""

        def look() -> Message | None:
            replies = [m for card in self.o.keyed("card:") for m in self.o.slack.world.replies(card)]
            found = [m for m in replies if key_of(m).startswith("store:") and _TITLES[pair] in text_on(m)]
            shown = [m for m in found[-1:] if words in text_on(m) or words in str(m.blocks)]
            return shown[0] if shown else None

        return await self.o.until(look, within=WITHIN)

    # --- what people do ---

    async def submits(self, person: Person, pair: Pair) -> None:
        """Ask for the question about a store, and say yes."""
        said = await self.o.says(person, f"/release rollout submit {pair.platform.lower()}")
        assert "Approve the submission" in said, said
        card = next(m for m in reversed(self.o.shown(person)) if "gate.approve" in str(m.blocks))
        assert "approved" in await self.o.told(person, person.clicks(card, "gate.approve", confirm=True))

    async def presses(self, person: Person, pair: Pair, button: str) -> str:
        """Press a button of a store's card and confirm; the answer."""
        card = await self.card(pair, button)
        return await self.o.told(person, person.clicks(card, button, confirm=True))

    async def rolls(self, person: Person, percent: int) -> None:
        """Take Android's submission to so many percent, from its question on."""
        await self.submits(person, ANDROID)
        await self.submission(ANDROID, StoreState.SUBMITTED)
        self.play.decide(approved=True)
        await self.card(ANDROID, "5 %")
        for step in (20, 50):
            if step <= percent:
                await self.presses(person, ANDROID, "store.tell.raise")
                await self.card(ANDROID, f"▱ {step} %")


@asynccontextmanager
async def market(folder: Path) -> AsyncIterator[Market]:
    """Both submissions of the usual release are asked about; the builds are in their stores."""
    clock = SandboxClock(folder / "clock.json", bot=None)
    google, apple = GooglePlayMember(_given()), AppStoreMember(_given())
    _stock(google.simulator, apple.simulator)
    for member in (google, apple):
        member.follow(lambda: clock.now().timestamp())
        await member.simulator.start()
    try:
        async with office(
            folder,
            "submitting",
            make_bot=MarketBot,
            started=False,
            clock_file=folder / "clock.json",
        ) as o:
            for name, shop in (("apple", apple), ("play", google)):
                await _connect(o.store, o.settings, o.team, name, shop)
            await o.open()
            yield Market(o=o, apple=apple.simulator, google=google.simulator, clock=clock)
        oracle("appstoreconnect.json", extra_query=("cursor",)).check_all(apple.simulator.record)
        oracle("googleplay.json", skip=("^/token$",)).check_all(google.simulator.record)
    finally:
        await google.simulator.stop()
        await apple.simulator.stop()


def _given() -> Given:
    return Given(pace=Pace(build=0.0))


def _stock(google: GooglePlaySimulator, apple: AppStoreSimulator) -> None:
    """What is in the stores: the version before, and the usual builds."""
    google.pixel.upload(40, BEFORE, track=PRODUCTION)
    google.pixel.upload(int(NUMBERS[ANDROID]), VERSION, track="beta")
    apple.world.upload(apple.app_record, VERSION, NUMBERS[IOS])


async def _connect(store: Store, settings: Settings, tenant: str, name: str, shop: Shop) -> None:
    """As an administrator does it, in the place of the twin's row."""
    provider, entered = PROVIDERS[shop.key], shop.connection()
    await store.integrations.remove(tenant, name)
    await ConnectionBook(store=store, vault=open_vault(settings), providers=PROVIDERS).connect(
        tenant_id=tenant,
        integration_id=name,
        provider=provider,
        settings=provider.settings.model_validate(entered.settings),
        secrets=provider.secrets.model_validate(entered.secrets),
        now=SystemClock().now(),
    )
