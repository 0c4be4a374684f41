"""A workspace in which everybody there can be knocks at every door: the real desk on a copy of a prepared database.

Nothing is awaited from Slack: what would be shown stands in `Hall.said`.

It is longer than the house rule, because it is one hall with all that stands in it.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.accounts import AccountsOffice, DraftBook
from bot.choosing import Chooser
from bot.configurations import ConfigurationsOffice
from bot.connections import ConnectionBook
from bot.router import ROUTES, checks_with, offering_with
from bot.slack.desk import Desk
from bot.slack.edge import Check, Offer, Verdict
from bot.slack.intent import parse
from bot.surroundings import SystemClock
from bot.views.notices import HEARD
from bot.views.offers import Offers
from integrations import PROVIDERS
from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.threads import Threads
from integrations.vault import Vault
from orchestration.domain.freezes import Window
from orchestration.domain.people import Actor
from orchestration.domain.rotation import hand_over
from orchestration.domain.tasks import TaskState
from orchestration.ports.runtime import Incoming, Integrations
from orchestration.services import freezing, trains
from orchestration.services.engine import Engine
from orchestration.services.saving import change_release
from orchestration.store.database import open_engine
from orchestration.store.queues import outbox
from orchestration.store.store import Store
from orchestration.store.tables import metadata
from tests.access.rows import Row
from tests.access.sending import body_of
from tests.support.engine import SteadyChance
from tests.support.prepared import FILE, PEOPLE, TEAM, Prepared, prepared
from tests.support.rehearsed import Company
from tests.support.trains import train as a_train

GROUP = "S0TEAM"
WHO: Mapping[str, str] = {
    "owner": PEOPLE["ann"],
    "editor": PEOPLE["dan"],
    "approver": PEOPLE["bo"],
    "viewer": PEOPLE["eve"],
    "captain": "U0CAPTAIN",
    "member": "U0MEMBER",
    "nobody": "U0NOBODY",
    "deactivated": "U0GONE",
}
"""Each kind of person: the captain and nobody hold no role, the member is an editor through a user group, and the
deactivated one is an owner."""
_OWNER = Actor(id=PEOPLE["ann"])
_UNTOLD = {"inbox", "outbox"}


class Chat:
    """What Slack says of people."""

    async def members(self, _tenant: str, group: str) -> frozenset[str]:
        """One is in the group."""
        return frozenset({WHO["member"]} if group == GROUP else ())

    async def is_active(self, _tenant: str, person: str) -> bool:
        """All but one."""
        return person != WHO["deactivated"]

    async def is_outside(self, _tenant: str, _person: str) -> bool:
        """All are of the company."""
        return False

    async def zone(self, _tenant: str, _person: str) -> str:
        """All live in one place."""
        return "UTC"


@dataclass
class Screens:
    """Forms that were shown."""

    shown: list[str] = field(default_factory=list)

    async def views_open(self, *, trigger_id: str, view: Mapping[str, object]) -> str:
        """A form."""
        return self._keep(trigger_id, view)

    async def views_push(self, *, trigger_id: str, view: Mapping[str, object]) -> str:
        """One on top."""
        return self._keep(trigger_id, view)

    async def views_update(
        self, *, view_id: str, view: Mapping[str, object], view_hash: str | None = None
    ) -> None:
        """Another one in its place."""
        del view_hash
        self._keep(view_id, view)

    def _keep(self, _id: str, view: Mapping[str, object]) -> str:
        self.shown.append(json.dumps(view))
        return "V1"


@dataclass
class Hall:
    """The desk, and what stands in the database behind it."""

    store: Store
    engine: Engine
    desk: Desk
    screens: Screens
    names: Mapping[str, str]
    checks: Mapping[str, Check] = field(default_factory=dict)
    lists: Mapping[str, Offer] = field(default_factory=dict)
    _count: int = 0

    async def knock(self, kind: str, person: str, body: Mapping[str, Any], *, tenant: str = TEAM) -> str:
        """Let somebody send a request; everything that they are shown."""
        self._count += 1
        self.screens.shown.clear()
        sent = {"team_id": tenant, "team": {"id": tenant}, "user_id": person, "user": {"id": person}, **body}
        key = f"{kind}:{self._count}"
        await self.store.inbox.receive(Incoming(key=key, tenant_id=tenant, kind=kind, payload={"body": sent}))
        (request,) = await self.store.inbox.claim(limit=1, keys=[key])
        before = len(await self._letters())
        await self.desk.handle(request)
        return "\n".join([*(await self._letters())[before:], *self.screens.shown])

    async def judged(self, row: Row, person: str, *, tenant: str = TEAM) -> Verdict:
        """What is said to a form before it is stored."""
        body = body_of(row, self.names)
        sent = {"team": {"id": tenant}, "user": {"id": person}, **body}
        return await self.checks[row.name](parse(row.kind, sent))

    async def offered(self, row: Row, person: str, *, tenant: str = TEAM) -> Offers:
        """What a list offers while somebody types."""
        body = body_of(row, self.names)
        sent = {"team": {"id": tenant}, "user": {"id": person}, **body}
        return await self.lists[row.name](parse(row.kind, sent))

    async def _letters(self) -> list[str]:
        async with self.store._database.reading() as connection:
            rows = await connection.execute(select(outbox.c.payload).order_by(outbox.c.id))
            return [json.dumps(row.payload) for row in rows]

    async def everything(self) -> dict[str, list[Any]]:
        """Every row that is no request and no message."""
        kept = {}
        async with self.store._database.reading() as connection:
            for table in metadata.sorted_tables:
                if table.name not in _UNTOLD:
                    rows = await connection.execute(select(table))
                    kept[table.name] = sorted(map(repr, rows))
        return kept


async def furnished(stage: str, folder: Path) -> Prepared:
    """A prepared database with a train, a freeze ahead and everybody's roles."""
    of = await prepared(stage, folder)
    async with AsyncExitStack() as stack:
        hall = await opened(of, stack, {})
        async with hall.store.work() as work:
            await work.directory.grant(TEAM, GROUP, "editor")
            await work.directory.grant(TEAM, WHO["deactivated"], "owner")
            await work.commit()
        await change_release(hall.engine, TEAM, of.release_id, lambda c: hand_over(c, WHO["captain"]))
        now = hall.engine.clock.now()
        window = Window(
            reason="Winter-4711",
            starts_at=now + timedelta(days=20),
            ends_at=now + timedelta(days=25),
            zone="UTC",
        )
        await freezing.add(hall.engine, TEAM, window, actor=_OWNER, along=None)
        wanted = a_train(
            id="",
            tenant_id=TEAM,
            owner=_OWNER.id,
            first_on=now.date() + timedelta(days=30),
            kick_off=time(10),
            versions={"ANDROID-PLAY_STORE": "3.0.0"},
        )
        await trains.save(hall.engine, wanted, actor=_OWNER)
    return of


async def opened(of: Prepared, stack: AsyncExitStack, names: Mapping[str, str]) -> Hall:
    """The desk on a database, closed with the stack."""
    store = Store(
        open_engine(f"sqlite:///{of.folder / FILE}", durable=False),
        clock=SystemClock(),
        lease=timedelta(seconds=30),
        owner="hall",
    )
    stack.push_async_callback(store.close)
    engine = _engine(store, of.company)
    accounts, configurations = _offices(store, engine, stack)
    screens = Screens()
    desk = Desk(
        engine=engine,
        inbox=store.inbox,
        screens=screens,
        accounts=accounts,
        configurations=configurations,
        routes=ROUTES,
    )
    return Hall(
        store=store,
        engine=engine,
        desk=desk,
        screens=screens,
        names=names,
        checks=checks_with(engine, accounts, configurations),
        lists=offering_with(engine, accounts, configurations),
    )


def _offices(
    store: Store, engine: Engine, stack: AsyncExitStack
) -> tuple[AccountsOffice, ConfigurationsOffice]:
    """Where connections and configurations are changed; they ask no provider."""
    egress, breakers = Egress(()), Breakers(clock=lambda: 0.0)
    http, threads = Http(egress=egress, breakers=breakers), Threads(egress=egress, breakers=breakers)
    book = ConnectionBook(store=store, vault=Vault({"k1": b"\1" * 32}), providers=PROVIDERS)

    def edge(tenant: str) -> Edge:
        return Edge(tenant=tenant, http=http, threads=threads)

    chooser = Chooser(book=book, edge=edge, clock=lambda: 0.0)
    for close in (http.close, threads.close, chooser.close):
        stack.push_async_callback(close)
    accounts = AccountsOffice(
        book=book,
        drafts=DraftBook(store=store, vault=book.vault, providers=PROVIDERS),
        chooser=chooser,
        edge=edge,
        clock=SystemClock(),
        chance=engine.chance,
        web_url="https://bot.example",
    )
    return accounts, ConfigurationsOffice(engine=engine, book=book, chooser=chooser)


def _engine(store: Store, company: Company) -> Engine:
    async def load(_tenant: str) -> Integrations:
        return company.ports()

    return Engine(
        work=store.work,
        look=store.look,
        clock=SystemClock(),
        chance=SteadyChance(count=10_000),
        integrations=load,
        heard=HEARD,
        membership=Chat(),
    )


async def names_in(hall: Hall, release_id: str) -> dict[str, str]:
    """What the rows of the table call by name."""
    async with hall.store.look() as work:
        release = await work.releases.get(TEAM, release_id)
        (freeze,) = await work.planning.freezes(TEAM)
        (train,) = await work.planning.trains(TEAM)
    gate = release.open_gate
    failed = next((t for t in release.tasks if t.state is TaskState.FAILED), release.tasks[0])
    now = datetime.now(UTC)  # noqa: TID251 - the desk goes by the real clock
    return {
        "release": release.id,
        "gate": gate.id if gate is not None else "",
        "digest": gate.evidence.digest if gate is not None and gate.evidence is not None else "",
        "task": failed.id,
        "type": failed.type,
        "train": train.id,
        "freeze": freeze.id,
        "tomorrow": f"{now + timedelta(days=1):%Y-%m-%d} 10:00",
        "soon": str(int((now + timedelta(hours=3)).timestamp())),
        "target": str(int((now + timedelta(days=9)).timestamp())),
        "today": f"{now:%Y-%m-%d}",
        "later": f"{now + timedelta(days=2):%Y-%m-%d}",
    }


@asynccontextmanager
async def hall_on(of: Prepared, folder: Path) -> AsyncIterator[Hall]:
    """A copy of its own."""
    async with AsyncExitStack() as stack:
        hall = await opened(of.copied(folder), stack, {})
        hall.names = await names_in(hall, of.release_id)
        yield hall


def denied(said: str, words: Sequence[str]) -> bool:
    """Whether what was shown is a refusal for want of a role."""
    return any(each in said for each in words)
