"""The composition root: the only module that names concrete adapters and puts everything together."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

import structlog
from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.accounts import AccountsOffice, DraftBook
from bot.accounts.entering import SecretsDesk
from bot.accounts.watching import Watcher
from bot.api.callbacks import Callbacks
from bot.api.health import SlackAnswer
from bot.api.listener import Listener
from bot.api.release_links import ReleaseLinks
from bot.api.secrets_page import SecretsPage
from bot.api.server import build_server
from bot.api.timetable import Timetable
from bot.api.v1.app import open_rest
from bot.choosing import Chooser, Edges
from bot.configurations import ConfigurationsOffice
from bot.connections import ConnectionBook
from bot.documents import DOCUMENTS
from bot.lookout import Lookout
from bot.metrics import Observatory
from bot.opening import occupied, open_clock, open_store, open_vault
from bot.pumping import ended, open_pumps
from bot.rehearsing import Rehearsing
from bot.router import ROUTES, checks_with, offering_with
from bot.scheduler import Ticks
from bot.settings import Settings
from bot.slack import edge as slack_edge
from bot.slack.desk import Desk
from bot.slack.groups import Groups
from bot.slack.identity import Self
from bot.slack.outbox import Sender
from bot.slack.rooms import Rooms
from bot.slack.socket_mode import keep_connecting, socket_logger
from bot.surroundings import SystemChance, SystemClock
from bot.views.notices import HEARD
from bot.webhooks import WebhookSender
from integrations import PROVIDERS
from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.public_holidays import PublicHolidays
from integrations.registry import Provider, Registry
from integrations.slack import (
    SlackNotification,
    SlackSecrets,
    SlackSettings,
    SlackWeb,
    open_client,
    open_session,
)
from integrations.threads import Threads
from orchestration.ports.errors import Refused
from orchestration.ports.notification import Notification
from orchestration.services.engine import Engine
from orchestration.services.pump import Pump
from orchestration.store.store import Store
from orchestration.store.wake import Wake

log = structlog.get_logger(__name__)


class LoopLost(Exception):
    """A loop that should run as long as the bot ended before it."""


class Bot:
    """A running bot: everything that is opened here is closed here, in the reverse order."""

    def __init__(self, settings: Settings, providers: Mapping[str, Provider] = PROVIDERS) -> None:
        self._settings, self._providers = settings, providers
        self._stack = AsyncExitStack()
        self._machine, self._clock, self._chance = SystemClock(), open_clock(settings), SystemChance()
        self._seen = Observatory(clock=self._machine, settings=settings)
        self._socket: AsyncSocketModeHandler | None = None
        self._connected = asyncio.Event()

    async def run(self, stop: asyncio.Event, *, started: Callable[[], None] = lambda: None) -> None:
        """Work until `stop`, then take nothing more, finish what is under way, and close."""
        async with self._stack:
            self._stack.push_async_callback(self._seen.close)
            store = await self._open_store()
            await self._open_network(store)
            engine = self._open_engine(store)
            self._configurations = ConfigurationsOffice(engine=engine, book=self._book, chooser=self._chooser)
            pumps = self._pumps(store, engine)
            app = self._app(store, engine)
            answer = SlackAnswer(connected=self._slack_connected, ask=self._slack.auth_test)
            lookout = Lookout(
                self._settings, store, self._seen, self._start_ticks(store), answer, pumps=pumps
            )
            await self._serve(store, engine, app, lookout)
            running = [asyncio.create_task(pump.run()) for pump in pumps]
            telling = asyncio.create_task(self._tell_started(started))
            stopping: asyncio.Task[Any] = asyncio.create_task(stop.wait())
            switch = lookout.hold_switch(self._http)
            self._stack.push_async_callback(
                ended, [*running, telling, stopping, *([switch] if switch else [])]
            )
            # A loop only ends before its time by a fault of ours: a bot that lost one must not look alive.
            await asyncio.wait([stopping, *running], return_when=asyncio.FIRST_COMPLETED)
            telling.cancel()
            log.info("Draining", action="drain", seconds=self._settings.drain_seconds)
            # First this: Slack may take its time over a goodbye, and no work is to be begun meanwhile.
            for pump in pumps:
                pump.stop()
            await self._stop_listening()
            _done, late = await asyncio.wait(running, timeout=self._settings.drain_seconds)
            for task in late:
                task.cancel()
            for gone in await asyncio.gather(*running, return_exceptions=True):
                if isinstance(gone, Exception):
                    log.error("A loop ended by a fault of ours", exc_info=gone, action="loop_fault")
            if not stop.is_set():
                raise LoopLost("A loop ended by itself; the log says why")

    def _open_engine(self, store: Store) -> Engine:
        return Engine(
            work=store.work,
            look=store.look,
            clock=self._clock,
            lease_clock=self._machine,
            chance=self._chance,
            integrations=self._registry.load_integrations_for_tenant,
            heard=HEARD,
            patience=self._settings.lease / 2,
            holidays=PublicHolidays(),
            rehearsals=Rehearsing(clock=self._clock),
            groups=(groups := Groups(self._slack, self._self)),
            membership=groups,
            faces=groups,
            rooms=Rooms(self._slack.channels, self._self),
            witness=self._seen.counting,
            tracer=self._seen.tracer,
            web_url=self._settings.web_url,
        )

    def _start_ticks(self, store: Store) -> Ticks:
        wakes = {kind.value: store.wakes.of(kind) for kind in Wake}
        ticks = Ticks(wakes=wakes, seconds=self._settings.tick_seconds, clock=self._machine)
        ticks.start()
        self._stack.callback(ticks.stop)
        return ticks

    async def _tell_started(self, started: Callable[[], None]) -> None:
        """Say so when Slack can reach us; a release goes on before that."""
        await self._connected.wait()
        started()

    async def _open_store(self) -> Store:
        self._stack.enter_context(occupied(self._settings))
        owner = f"{socket.gethostname()}:{os.getpid()}:{self._chance.code(6)}"
        store = await open_store(self._settings, owner=owner, clock=self._clock, witness=self._seen.counting)
        self._stack.push_async_callback(store.close)
        store.listen()
        return store

    async def _open_network(self, store: Store) -> None:
        seen, egress = self._seen.calls, Egress(self._settings.egress_allow)
        self._breakers = breakers = Breakers(clock=asyncio.get_running_loop().time)
        self._http = http = Http(egress=egress, breakers=breakers, watch=seen)
        self._stack.push_async_callback(http.close)
        threads = Threads(egress=egress, breakers=breakers)
        self._stack.push_async_callback(threads.close)
        self._book = ConnectionBook(store=store, vault=open_vault(self._settings), providers=self._providers)
        self._edge: Edges = lambda tenant: Edge(tenant=tenant, http=http, threads=threads)
        self._registry = Registry(connections=self._book.of_tenant, edge=self._edge, watch=seen)
        self._accounts = self._open_accounts(store)
        slack_settings = SlackSettings(base_url=self._settings.slack_api_url)
        session = await self._stack.enter_async_context(open_session(slack_settings))
        token = SlackSecrets(bot_token=self._settings.slack_bot_token or SecretStr(""))
        self._client = open_client(slack_settings, token, session)
        self._slack = SlackWeb(client=self._client, session=session)
        self._notification = SlackNotification(web=self._slack)
        self._self = Self(ask=self._slack.auth_test, token=self._client.token)

    def _open_accounts(self, store: Store) -> AccountsOffice:
        self._chooser = Chooser(book=self._book, edge=self._edge, clock=asyncio.get_running_loop().time)
        self._stack.push_async_callback(self._chooser.close)
        return AccountsOffice(
            book=self._book,
            drafts=DraftBook(store=store, vault=self._book.vault, providers=self._book.providers),
            chooser=self._chooser,
            edge=self._edge,
            clock=self._machine,
            chance=self._chance,
            web_url=self._settings.web_url,
        )

    def _sender(self, store: Store, engine: Engine) -> Sender:
        clock, paces = asyncio.get_running_loop().time, self._settings
        limiter = self._seen.limiter(clock=clock, edit_seconds=paces.card_seconds, scale=paces.slack_pace)
        return Sender(
            engine=engine,
            mailbox=self._seen.mailbox(store.mailbox),
            connect=self._connect,
            answers=self._slack,
            who=self._self.who,
            documents=DOCUMENTS,
            limiter=limiter,
        )

    def _pumps(self, store: Store, engine: Engine) -> Sequence[Pump[Any]]:
        desk = Desk(
            engine=engine,
            inbox=store.inbox,
            screens=self._slack,
            accounts=self._accounts,
            configurations=self._configurations,
            routes=ROUTES,
        )
        watcher = Watcher(store=store, book=self._book, engine=engine, edge=self._edge, clock=self._machine)
        sender = self._sender(store, engine)
        hooks = WebhookSender(engine=engine, queue=store.webhooks, http=self._http, vault=self._book.vault)
        return open_pumps(
            self._settings, store, engine, desk=desk, sender=sender, watcher=watcher, webhooks=hooks
        )

    async def _connect(self, tenant_id: str) -> Notification:
        """Our workspace's chat; what belongs to another tenant is never posted with this token."""
        if not await self._self.is_home(tenant_id):
            raise Refused(f"This bot is not installed in the workspace {tenant_id}")
        return self._notification

    def _app(self, store: Store, engine: Engine) -> AsyncApp:
        edge = slack_edge.Edge(
            inbox=store.inbox,
            wake=store.wakes.of(Wake.INBOX),
            chance=self._chance,
            checks=checks_with(engine, self._accounts, self._configurations),
            offering=offering_with(engine, self._accounts, self._configurations),
            told=self._seen.counting.acknowledged,
            tracer=engine.tracer,
        )

        async def authorize(team_id: str | None) -> AuthorizeResult | None:
            # Bolt fills in arguments by their names, and a method's `self` is one it does not know.
            return await self._self.authorize(team_id)

        secret = self._settings.signing_secret
        return slack_edge.build_app(edge, client=self._client, authorize=authorize, signing_secret=secret)

    async def _serve(self, store: Store, engine: Engine, app: AsyncApp, lookout: Lookout) -> None:
        settings = self._settings
        if settings.http_port is not None:
            server = build_server(
                app=app,
                signing_secret=settings.signing_secret,
                callbacks=Callbacks(book=self._book, inbox=store.inbox, wake=store.wakes.of(Wake.INBOX)),
                health=lookout.health.report,
                metrics=lookout.metrics(self._breakers),
                secrets_page=self._secrets_page(engine),
                rest=open_rest(settings, engine, book=self._book, chooser=self._chooser, edge=self._edge),
            )
            ReleaseLinks(engine=engine, who=self._self.who).add_to(server)
            if settings.clock_file is not None:
                Timetable(ahead=store.dispatcher.ahead, clock=self._clock).add_to(server)
            self._runner = Listener(server)
            await self._runner.setup()
            self._stack.push_async_callback(self._runner.cleanup)
            await self._runner.listen(settings.http_host, settings.http_port)
        if settings.slack_app_token is None:
            self._connected.set()
        else:
            self._socket = AsyncSocketModeHandler(
                app, settings.slack_app_token.get_secret_value(), logger=socket_logger(), ping_interval=5
            )
            self._stack.push_async_callback(self._socket.close_async)
            self._connecting = asyncio.create_task(keep_connecting(self._socket, self._connected))
            self._stack.callback(self._connecting.cancel)

    def _secrets_page(self, engine: Engine) -> SecretsPage | None:
        """Where nobody has told the address, no link leads to the page, so there is none."""
        if (web_url := self._settings.web_url) is None:
            return None
        desk = SecretsDesk(office=self._accounts, clock=self._machine, engine=engine)
        return SecretsPage(desk=desk, chance=self._chance, secure=web_url.startswith("https:"))

    async def _slack_connected(self) -> bool:
        return self._socket is None or bool(await self._socket.client.is_connected())

    async def _stop_listening(self) -> None:
        if self._socket is not None:
            self._connecting.cancel()
            await self._socket.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it bare
