"""The Linear adapter against its simulator over TCP, with the clocks in the test's hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.linear.pm import LinearPm
from integrations.linear.settings import LinearSecrets, LinearSettings
from integrations.threads import Threads
from orchestration.ports.pm import TicketRequest
from sandbox.kit import Exchange
from sandbox.linear import TOKEN, LinearSimulator
from sandbox.linear.schema import schema
from sandbox.linear.world import Comment, Relation
from tests.support.contracts import contract
from tests.support.graphql_oracle import GraphqlOracle

START = 1_790_000_000.0


class Clock:
    """Seconds since 1970 that pass only when told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(kw_only=True)
class LinearRig:
    """One adapter and the workspace that it talks to."""

    simulator: LinearSimulator
    clock: Clock
    http: Http
    threads: Threads
    pm: LinearPm
    project: str = "MOB"
    issue_type: str = "Release"

    def settings(self, **changes: Any) -> LinearSettings:
        """Settings for the simulator."""
        return LinearSettings(**{"base_url": f"{self.simulator.url}/", **changes})

    def another(self, *, token: str = TOKEN, http: Http | None = None, **settings: Any) -> LinearPm:
        """A further adapter for the same workspace."""
        return LinearPm(
            settings=self.settings(**settings), secrets=secrets(token), http=http or self.http, tenant="T1"
        )

    def edge(self) -> Edge:
        """What a provider's `verify` gets."""
        return Edge(tenant="T1", http=self.http, threads=self.threads)

    def settle(self) -> None:
        """Nothing lags: issues are read from the database. But a breaker may have to close again."""
        self.clock.now += 3600.0

    def seed(self, title: str, *, team: str = "MOB") -> str:
        """Key of a new issue that was not made by the adapter."""
        world = self.simulator.world
        found = next(row for row in world.rows.values() if getattr(row, "key", None) == team)
        return world.add_issue(found, title=title).identifier  # type: ignore[arg-type] # a row with a key is a team

    def chat(self, key: str, *texts: str) -> None:
        """Comments by people."""
        world = self.simulator.world
        for text in texts:
            world.add(Comment(id=world.new_id(), body=text, issue=self.simulator.issue(key)))

    def relate(self, key: str, other: str, kind: str = "blocks") -> None:
        """A relation made by people."""
        world, issue = self.simulator.world, self.simulator.issue
        world.add(Relation(id=world.new_id(), type=kind, issue=issue(key), related_issue=issue(other)))

    def move_to_done(self, key: str) -> None:
        """As a person does on the board."""
        self.simulator.move(key, "Done")

    def move_to_progress(self, key: str) -> None:
        """As a person does on the board."""
        self.simulator.move(key, "In Progress")

    def tickets(self, label: str) -> int:
        """How many issues say that they are for the label."""
        return self.simulator.effects()[f"Stationmaster: {label}"]

    def links(self, key: str, other: str) -> int:
        """How many relations there are between two issues."""
        return self.simulator.relations(key, other)

    def comments(self, key: str) -> list[str]:
        """The comments of an issue."""
        return self.simulator.comments(key)

    def sent(self) -> list[dict[str, Any]]:
        """The bodies of all requests so far."""
        return [json.loads(exchange.request_body) for exchange in self.simulator.record]

    def operations(self) -> list[str]:
        """The names of all operations so far."""
        return [body["query"].split("(")[0].split("{")[0].split()[1] for body in self.sent()]


def secrets(token: str) -> LinearSecrets:
    """A connection's secret part."""
    return LinearSecrets.model_validate({"token": token})


def sdl() -> str:
    """Linear's SDL. Skips the test loudly where it is missing, fails it under CI."""
    return contract("linear.graphql").read_text(encoding="utf-8")


def client(clock: Clock) -> Http:
    """An edge that may reach loopback and does not wait between repeats."""

    async def at_once(_seconds: float) -> None:
        await asyncio.sleep(0)

    return Http(
        egress=Egress(["127.0.0.1"]),
        breakers=Breakers(clock=clock),
        sleep=at_once,
        clock=clock,
    )


@asynccontextmanager
async def linear_rig() -> AsyncIterator[LinearRig]:
    """A workspace of its own, and an adapter for it."""
    clock = Clock()
    simulator = LinearSimulator(sdl=sdl(), clock=clock)
    await simulator.start()
    http = client(clock)
    threads = Threads(size=1, egress=Egress(["127.0.0.1"]))
    rig = LinearRig(
        simulator=simulator,
        clock=clock,
        http=http,
        threads=threads,
        pm=None,  # type: ignore[arg-type] # made in the next line, by the rig itself
    )
    rig.pm = rig.another()
    try:
        yield rig
    finally:
        await threads.close()
        await http.close()
        await simulator.stop()


@cache
def linear_oracle() -> GraphqlOracle:
    """The oracle of Linear's SDL, with the two fields of `Issue` that its cut copy lacks (sandbox.linear.schema)."""
    return GraphqlOracle(schema(sdl()))


def judge(exchanges: Sequence[Exchange]) -> int:
    """Hold exchanges against Linear's SDL, and return how many."""
    return linear_oracle().check_all(exchanges)


def request(
    label: str = "rel-1-ios", *, fields: Mapping[str, str] | None = None, **changes: str
) -> TicketRequest:
    """A ticket to ask for."""
    wanted = {
        "project": "MOB",
        "issue_type": "Release",
        "summary": "Release 1.2.0 - iOS",
        "description": "Planned for Friday.",
        "label": label,
    }
    return TicketRequest(**{**wanted, **changes}, fields=fields or {})
