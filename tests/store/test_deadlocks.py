"""PostgreSQL makes a transaction of ours the victim of a deadlock: what it was for is done again, once, and at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from bot.router import ROUTES
from bot.slack.desk import Desk
from orchestration.domain.due import WorkKind
from orchestration.domain.events import EventKind
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.runtime import GaveWay, Incoming, Outgoing, OutgoingKind
from orchestration.services.work_due import work_claim
from orchestration.store.database import Database, open_engine
from orchestration.store.outbox import SqlMailbox
from orchestration.store.store import Store
from orchestration.store.unit_of_work import SqlUnitOfWork
from tests.support.databases import drop_postgres, new_postgres, open_store
from tests.support.engine import TENANT, Bench, ManualClock, engine_on
from tests.support.rehearsed import ANN, Company, begin, found
from tests.unit.bot.test_outbox import Post, sender

pytestmark = pytest.mark.slow

_BOUNDED = 30
_END_OF_CHAIN = f"SELECT * FROM tenants WHERE id = '{TENANT}' FOR UPDATE"  # noqa: S608 - a constant
_WAITS = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = $1"
ALERT = Outgoing(
    kind=OutgoingKind.ALERT,
    lane="C1",
    key="alert:1",
    payload={"channel": "C1", "text": "Hello", "blocks": "[]"},
)


@dataclass(kw_only=True)
class Opponent:
    """Another process. It locks what we need next, then wants what we have locked; PostgreSQL lets it get on.

    It is met once, after `skip` crossings at which it lets us pass.
    """

    connection: Any
    watch: Any
    holds: str
    wants: str
    skip: int = 0
    met: int = 0
    undone: int = 0
    _wanting: list[asyncio.Task[None]] = field(default_factory=list)

    async def cross(self) -> None:
        """Lock the one and want the other; returns when it waits."""
        self.skip -= 1
        if self.skip >= 0 or self.met:
            return
        self.met += 1
        await self.connection.execute("BEGIN")
        await self.connection.execute(self.holds)
        self._wanting.append(asyncio.create_task(self._want()))
        pid = self.connection.get_server_pid()
        while not await self.watch.fetchval(_WAITS, pid):  # noqa: ASYNC110 - a server tells nobody
            await asyncio.sleep(0.01)

    async def _want(self) -> None:
        await self.connection.execute(self.wants)
        await self.connection.execute("ROLLBACK")

    def crossing(self, store: Store) -> Callable[[], SqlUnitOfWork]:
        """Units of work that meet it before their commit."""

        class Crossed(SqlUnitOfWork):
            async def commit(work) -> None:  # noqa: N805 - `self` is the opponent
                await self.cross()
                await super().commit()

            async def __aexit__(
                work,  # noqa: N805 - as above
                kind: type[BaseException] | None,
                error: BaseException | None,
                trace: TracebackType | None,
            ) -> None:
                try:
                    await super().__aexit__(kind, error, trace)
                except GaveWay:
                    self.undone += 1
                    raise

        return lambda: Crossed(store._backing)


@asynccontextmanager
async def opponent(url: str, *, holds: str, wants: str, skip: int = 0) -> AsyncIterator[Opponent]:
    """One that never gives way itself."""
    async with AsyncExitStack() as stack, asyncio.timeout(_BOUNDED):
        connection, watch = await asyncpg.connect(url), await asyncpg.connect(url)
        for each in (connection, watch):
            stack.push_async_callback(each.close)
        await connection.execute("SET deadlock_timeout = '1h'")
        yield Opponent(connection=connection, watch=watch, holds=holds, wants=wants, skip=skip)


def _release_row(release_id: str) -> str:
    return f"SELECT * FROM releases WHERE id = '{release_id}' FOR UPDATE"  # noqa: S608 - an id of ours


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """A database on PostgreSQL."""
    made = await new_postgres()
    yield made
    await drop_postgres(made)


@asynccontextmanager
async def _bench(url: str, company: Company) -> AsyncIterator[Bench]:
    """A company with a release that is about to be forked."""
    clock = ManualClock()
    store = open_store(url, clock=clock, lease_clock=clock)  # type: ignore[arg-type]  # it tells the time
    b = engine_on(store, clock, company.ports())
    await found(b)
    yield b
    await store.close()


def _loud(logged: Sequence[Any]) -> list[Any]:
    """What an operator would be woken by."""
    return [entry for entry in logged if entry["log_level"] in {"error", "critical", "exception"}]


async def _deadlocked(url: str, tables: Sequence[str]) -> None:
    """Two transactions of ours, of which each waits for the other's table."""
    opened = Database(open_engine(url))
    there = asyncio.Barrier(2)

    async def lock(order: Sequence[str]) -> None:
        async with opened.transaction() as connection:
            await connection.execute(text(f"LOCK TABLE {order[0]}"))
            await there.wait()
            await connection.execute(text(f"LOCK TABLE {order[1]}"))

    ends = await asyncio.gather(lock(tables), lock(tables[::-1]), return_exceptions=True)
    await opened.dispose()
    assert sorted(map(type, ends), key=str) == sorted([GaveWay, type(None)], key=str)


async def test_a_victim_is_told_apart(url: str) -> None:
    """One of two gets on. The other one's transaction is gone as a whole, and says so."""
    async with asyncio.timeout(_BOUNDED):
        await _deadlocked(url, ["outbox", "inbox"])


@pytest.mark.parametrize("skip", [0, 2], ids=["begin", "end"])
async def test_a_task_is_done_once(url: str, skip: int) -> None:
    """Whichever transaction of its is undone: it is decided again at once, its effect is made once, and no try is
    spent."""
    calls: list[tuple[str, str]] = []
    company = Company(hook=lambda port, verb: calls.append((port, verb)))
    async with _bench(url, company) as b:
        release = await begin(b)
        claims = await b.store.dispatcher.claim(limit=20)
        fork = release.find_task(TaskType.FORK_BRANCH)
        assert fork is not None
        (claim,) = [c for c in claims if (c.kind, c.subject) == (WorkKind.TASK, fork.id)]
        row = _release_row(release.id)
        async with opponent(url, holds=_END_OF_CHAIN, wants=row, skip=skip) as other:
            engine = replace(b.engine, work=other.crossing(b.store))
            with capture_logs() as logged:
                await work_claim(engine, claim)
        after = await b.release(release.id)
        task = after.task(fork.id)
        assert task is not None
        assert other.undone >= 1
        assert (task.state, task.attempts, task.trouble) == (TaskState.SUCCEEDED, 1, None)
        assert calls.count(("scm", "fork_out_branch")) == 1
        assert _loud(logged) == []


async def test_a_click_counts_once(url: str) -> None:
    """The person is answered at once and once, by the words of what was done; the request's tries are untouched."""
    async with _bench(url, Company()) as b:
        release = await begin(b)
        await b.settle()
        body = {
            "team_id": TENANT,
            "user_id": ANN.id,
            "text": f"hold {release.id} Crash",
            "response_url": "https://hooks.slack.com/x",
        }
        await b.store.inbox.receive(
            Incoming(key="click", tenant_id=TENANT, kind="command", payload={"body": body})
        )
        (request,) = await b.store.inbox.claim(limit=1)
        async with opponent(url, holds=_END_OF_CHAIN, wants=_release_row(release.id)) as other:
            engine = replace(b.engine, work=other.crossing(b.store))
            desk = Desk(
                engine=engine,
                inbox=b.store.inbox,
                screens=None,  # type: ignore[arg-type]  # no form is opened
                accounts=None,  # type: ignore[arg-type]  # nor an account
                configurations=None,  # type: ignore[arg-type]  # nor a configuration
                routes=ROUTES,
            )
            with capture_logs() as logged:
                await desk.handle(request)
        assert other.undone >= 1
        assert [h.reason for h in (await b.release(release.id)).holds] == ["Crash"]
        async with b.store.look() as work:
            told = [e.kind for e in await work.releases.events(TENANT, release.id, limit=500)]
        assert told.count(EventKind.HOLD_PLACED) == 1
        assert await b.store.inbox.claim(limit=1) == []
        answers = await _texts(b.store, "answer:click")
        assert answers == ["Pixel 2.14.0 is on hold: Crash"]
        assert _loud(logged) == []


async def _texts(store: Store, key: str) -> list[str]:
    async with store._database.reading() as connection:
        found = await connection.execute(
            text("SELECT payload ->> 'text' FROM outbox WHERE key = :key"), {"key": key}
        )
        return list(found.scalars())


async def test_a_message_is_posted_once(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Undone is only the record of what was posted: it is made anew at once, and nothing is posted again."""
    store, post = open_store(url), Post()
    async with store.work() as work:
        await work.send(TENANT, [ALERT])
        await work.commit()
    (letter,) = await store.mailbox.claim(limit=1)
    taken = f"INSERT INTO messages (tenant_id, key, channel, ts) VALUES ('{TENANT}', 'alert:1', 'C1', '9.9')"  # noqa: S608 - fixed words
    wanted = "SELECT * FROM outbox FOR UPDATE"
    async with opponent(url, holds=taken, wants=wanted) as other:
        register: Callable[..., Awaitable[None]] = SqlMailbox._register

        async def crossed(mailbox: SqlMailbox, connection: AsyncConnection, *given: Any) -> None:
            await other.cross()
            await register(mailbox, connection, *given)

        monkeypatch.setattr(SqlMailbox, "_register", crossed)
        rig = sender(post, store.mailbox)
        with capture_logs() as logged:
            await rig.handle(letter)
    assert other.met == 1
    assert {entry["action"] for entry in logged} == {"gave_way"}
    assert [one[0] for one in post.did] == ["post"]
    ref = await store.mailbox.ref(TENANT, "alert:1")
    assert ref is not None
    assert ref.ts == "1.1"
    assert await store.mailbox.claim(limit=1) == []
    await store.close()
