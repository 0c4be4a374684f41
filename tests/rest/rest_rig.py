"""REST on a web server on loopback, over a store of each kind; every exchange is held against the description."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from sqlalchemy import select
from yarl import URL

from bot.administration import CLI
from bot.api.callbacks import Callbacks
from bot.api.server import build_server
from bot.api.v1.app import build_rest
from bot.api.v1.call import Backend
from bot.api.v1.openapi import describe
from bot.api.v1.route import MANAGEMENT, PREFIX
from bot.build_files import BuildFiles
from bot.choosing import Chooser
from bot.connections import ConnectionBook
from bot.surroundings import SystemChance
from bot.views.notices import HEARD
from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.registry import Provider, Registry
from integrations.threads import Threads
from integrations.vault import Vault
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.people import Actor
from orchestration.domain.release import Release
from orchestration.domain.version import ReleaseType
from orchestration.ports.runtime import Integrations
from orchestration.services import tokens
from orchestration.services.engine import Engine
from orchestration.services.start_release import start_release
from orchestration.store.store import Store
from orchestration.store.tables import events
from sandbox.kit import Exchange
from tests.rest.twin_provider import Twin
from tests.support.configuration_texts import SMALL
from tests.support.databases import SetClock
from tests.support.oracle import Oracle

TENANT, OTHER = "T0001", "T0002"
BASE = f"{PREFIX}/tenants/{TENANT}"
RELEASES = f"{PREFIX}{MANAGEMENT}/tenants/{TENANT}/releases"
CANARY, KEY = "canary-4711-secret", bytes(range(200, 232))
CONFIG: dict[str, Any] = {**SMALL, "scm": "twin"}
CONNECT = {
    "id": "twin",
    "provider": "twin",
    "settings": {"project": "MOB"},
    "secrets": {"token": f"{CANARY}-1", "hook": f"{CANARY}-2"},
}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:
        """The JSON."""
        return json.loads(self.text)

    @property
    def etag(self) -> dict[str, Any]:
        """The header that a change of this state needs."""
        return {"If-Match": self.headers["ETag"]}

    @property
    def places(self) -> dict[str, str]:
        """What is wrong, by pointer or name."""
        return {e.get("pointer", e.get("name")): e["message"] for e in self.body["errors"]}


@dataclass
class Rest:
    """REST with a twin behind it. `token` is what requests carry unless they say otherwise."""

    session: ClientSession
    url: str
    store: Store
    clock: SetClock
    engine: Engine
    book: ConnectionBook
    twin: Twin
    oracle: Oracle
    files: BuildFiles
    token: str = ""
    record: list[Exchange] = field(default_factory=list)
    judged: bool = True

    async def issue(self, *scopes: str, tenant: str = TENANT, days: int = 30) -> str:
        """A new token."""
        made = await tokens.create(
            self.engine, tenant, name="test", scopes=scopes, life=timedelta(days=days), actor=CLI
        )
        return made.text

    async def own(self, person: str, *scopes: str, role: str | None = None, tenant: str = TENANT) -> str:
        """A new token of a person's own, who gets a role with it."""
        if role is not None:
            async with self.store.work() as work:
                await work.directory.grant(tenant, person, role)
                await work.commit()
        made = await tokens.create_own(
            self.engine, tenant, name="mine", scopes=scopes, life=timedelta(days=30), actor=Actor(id=person)
        )
        return made.text

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        data: bytes | None = None,
        **headers: Any,
    ) -> Reply:
        """Ask; the path is below the tenant unless it begins with /api. Underscores of headers become dashes."""
        given: dict[str, str] = {name.replace("_", "-"): value for name, value in headers.items()}
        text = self.token if token is None else token
        if text:
            given.setdefault("Authorization", f"Bearer {text}")
        if data is None and body is not None:
            data = json.dumps(body).encode()
            kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
            given.setdefault("Content-Type", kind)
        whole = path if path.startswith("/api") else BASE + path
        url = URL(self.url + whole, encoded=True)
        async with self.session.request(
            method, url, data=data, headers=given, allow_redirects=False
        ) as answer:
            reply = Reply(status=answer.status, headers=answer.headers.copy(), text=await answer.text())
        exchange = Exchange(
            method=method,
            path=url.raw_path,
            query=url.raw_query_string,
            request_headers=given,
            request_body=data or b"",
            status=reply.status,
            response_headers=reply.headers,
            response_body=reply.text.encode(),
            spoiled=False,
        )
        self.record.append(exchange)
        self._judge(exchange)
        return reply

    def _judge(self, exchange: Exchange) -> None:
        """No secret in any answer; allowed by the description, a refused request aside."""
        assert CANARY not in exchange.response_body.decode() + str(dict(exchange.response_headers))
        if not self.judged:
            return
        refused = exchange.status >= 400
        wrong = self.oracle.problems(replace(exchange, request_body=b"") if refused else exchange)
        if refused:
            wrong = [problem for problem in wrong if problem.startswith("answer:")]
            assert exchange.response_headers["Content-Type"].startswith("application/problem+json")
        assert not wrong, (exchange.method, exchange.path, exchange.status, wrong, exchange.response_body)

    async def connected(self, name: str = "twin", /, **changes: Any) -> Reply:
        """A connection."""
        reply = await self.ask("POST", "/integrations", {**CONNECT, "id": name, **changes})
        assert reply.status == 201, reply.text
        return reply

    async def configured(self, name: str = "pixel", /, **changes: Any) -> Reply:
        """A configuration, on the connection `twin`."""
        reply = await self.ask("POST", "/release-configs", {**CONFIG, "id": name, **changes})
        assert reply.status == 201, reply.text
        return reply

    async def started(self, tenant: str = TENANT, *, scm: str = "twin", **headers: Any) -> Release:
        """A running release of the configuration `pixel`, made for it."""
        pixel = {**CONFIG, "id": "pixel", "build_mode": "MANUAL", "pre_regression_builds": False, "scm": scm}
        made = await self.ask("POST", f"{PREFIX}/tenants/{tenant}/release-configs", pixel, **headers)
        assert made.status == 201, made.text
        now = self.clock.now()
        order = Order(
            type=ReleaseType.MINOR,
            versions={"ANDROID-PLAY_STORE": "2.0.0"},
            target_at=now + timedelta(days=7),
            slots=(WantedSlot(at=now + timedelta(days=1)),),
        )
        return await start_release(self.engine, tenant, "pixel", order, actor=CLI)

    async def told(self, tenant: str = TENANT) -> list[tuple[str, str, dict[str, str]]]:
        """The audit log: kinds, actors and data, oldest first; the chain is whole."""
        assert await self.store.broken_at(tenant) is None
        async with self.store._database.reading() as connection:
            rows = await connection.execute(
                select(events).where(events.c.tenant_id == tenant).order_by(events.c.seq)
            )
            return [(row.kind, row.actor_id, dict(row.data)) for row in rows]


@asynccontextmanager
async def rest_on(
    store: Store,
    *,
    per_minute: int = 100_000,
    wrong_per_minute: int = 100_000,
    ports: Integrations | None = None,
    allow: tuple[str, ...] = (),
    more: Mapping[str, Any] = MappingProxyType({}),
) -> AsyncIterator[Rest]:
    """REST on a store, with an admin's token. `ports` stand in the place of what is connected.

    `more` are fields of the engine: what knows people, what plays releases.
    """
    clock = store._backing.clock
    assert isinstance(clock, SetClock)
    twin = Twin()
    async with AsyncExitStack() as stack:
        backend = _backend(store, twin.providers(), stack, ports, allow)
        backend = replace(backend, engine=replace(backend.engine, **more))
        rest = build_rest(
            backend,
            per_minute=per_minute,
            wrong_per_minute=wrong_per_minute,
            clock=lambda: clock.now().timestamp(),
        )
        server = await stack.enter_async_context(TestServer(_server(rest, backend.book, store)))
        made = Rest(
            session=await stack.enter_async_context(ClientSession()),
            url=f"http://127.0.0.1:{server.port}",
            store=store,
            clock=clock,
            engine=backend.engine,
            book=backend.book,
            twin=twin,
            files=backend.files,
            oracle=Oracle(describe(backend.providers)),
        )
        made.token = await made.issue("admin")
        yield made


def _backend(
    store: Store,
    providers: Mapping[str, Provider],
    stack: AsyncExitStack,
    ports: Integrations | None,
    allow: tuple[str, ...],
) -> Backend:
    egress, breakers = Egress(allow), Breakers(clock=lambda: 0.0)
    http, threads = Http(egress=egress, breakers=breakers), Threads(egress=egress, breakers=breakers)
    book = ConnectionBook(store=store, vault=Vault({"k1": KEY}), providers=providers)

    def edge(tenant: str) -> Edge:
        return Edge(tenant=tenant, http=http, threads=threads)

    async def given(_tenant_id: str) -> Integrations:
        return ports or Integrations()

    registry = Registry(connections=book.of_tenant, edge=edge)
    engine = Engine(
        work=store.work,
        look=store.look,
        clock=store._backing.clock,
        chance=SystemChance(),
        integrations=given if ports is not None else registry.load_integrations_for_tenant,
        heard=HEARD,
    )
    chooser = Chooser(book=book, edge=edge, clock=lambda: 0.0)
    for close in (http.close, threads.close, chooser.close):
        stack.push_async_callback(close)
    files = BuildFiles(Path(stack.enter_context(TemporaryDirectory())), most=2**20, room=3 * 2**20)
    return Backend(engine=engine, book=book, chooser=chooser, edge=edge, files=files)


def _server(rest: web.Application, book: ConnectionBook, store: Store) -> web.Application:
    async def health() -> dict[str, object]:
        return {"ready": True}

    callbacks = Callbacks(book=book, inbox=store.inbox, wake=store.wakes.of("inbox"))  # type: ignore[arg-type]  # its store answers as theirs do
    return build_server(app=None, signing_secret=None, callbacks=callbacks, health=health, rest=rest)
