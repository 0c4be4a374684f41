"""The monday.com adapter against its simulator over TCP, with the clocks in the test's hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.monday.pm import MondayPm
from integrations.monday.settings import MondaySecrets, MondaySettings
from integrations.monday.wording import holds, link_mark
from integrations.threads import Threads
from orchestration.ports.pm import TicketRequest
from sandbox.kit import Exchange
from sandbox.monday import TOKEN, MondaySimulator
from sandbox.monday.simulator import schema
from tests.support.contracts import contract
from tests.support.graphql_oracle import GraphqlOracle

START = 1_790_000_000.0
LAG = 20.0
"""Seconds for which pages of items do not know a new one, in the simulator."""


class Clock:
    """Seconds since 1970 that pass only when told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(kw_only=True)
class MondayRig:
    """One adapter and the account that it talks to."""

    simulator: MondaySimulator
    clock: Clock
    http: Http
    threads: Threads
    pm: MondayPm
    project: str
    issue_type: str = "Release"
    absent_key: str = "4711"
    bad_keys: tuple[str, ...] = ("", "MOB-1", "../../me", "12/updates", "12?x=y", "0", "007", "1e9", " 12")

    def settings(self, **changes: Any) -> MondaySettings:
        """Settings for the simulator."""
        values = {"base_url": f"{self.simulator.url}/", "board": self.project}
        return MondaySettings(**{**values, **changes})

    def another(self, *, token: str = TOKEN, http: Http | None = None, **settings: Any) -> MondayPm:
        """A further adapter for the same account."""
        return MondayPm(
            settings=self.settings(**settings), secrets=secrets(token), http=http or self.http, tenant="T1"
        )

    def edge(self) -> Edge:
        """What a provider's `verify` and `choices` get."""
        return Edge(tenant="T1", http=self.http, threads=self.threads)

    def request(
        self, label: str = "rel-1-ios", *, fields: Mapping[str, str] | None = None, **changes: str
    ) -> TicketRequest:
        """A ticket to ask for."""
        wanted = {
            "project": self.project,
            "issue_type": self.issue_type,
            "summary": "Release 1.2.0 - iOS",
            "description": "Planned for Friday.",
            "label": label,
        }
        return TicketRequest(**{**wanted, **changes}, fields=fields or {})

    def settle(self) -> None:
        """Pages of items catch up; and a breaker may have to close again."""
        self.clock.now += 3600.0

    def seed(self, name: str, *, label: str = "") -> str:
        """Key of a new item that was not made by the adapter, and that pages know already."""
        item = self.simulator.world.add_item(self.simulator.board, name, {"text_mkr1": label})
        item.known_at = 0.0
        return item.id

    def chat(self, key: str, *texts: str) -> None:
        """Updates by people."""
        for text in texts:
            self.simulator.world.add_update(self.simulator.item(key), f"<p>{text}</p>")

    def move_to_done(self, key: str) -> None:
        """As a person does on the board."""
        self.simulator.move(key, "Done")

    def move_to_progress(self, key: str) -> None:
        """As a person does on the board."""
        self.simulator.move(key, "Working on it")

    def tickets(self, label: str) -> int:
        """How many items carry the label."""
        return self.simulator.effects()[label]

    def links(self, key: str, other: str) -> int:
        """How many updates on either item are a link between the two."""
        mark = link_mark(key, other)
        return sum(holds(body, mark) for end in {key, other} for body in self.comments(end))

    def comments(self, key: str) -> list[str]:
        """The updates on an item."""
        return self.simulator.updates(key)

    def sent(self) -> list[dict[str, Any]]:
        """The bodies of all requests so far."""
        return [json.loads(exchange.request_body) for exchange in self.simulator.record]

    def operations(self) -> list[str]:
        """The names of all operations so far."""
        return [body["query"].split("(")[0].split("{")[0].split()[1] for body in self.sent()]


def secrets(token: str = TOKEN) -> MondaySecrets:
    """A connection's secret part."""
    return MondaySecrets.model_validate({"token": token})


def sdl() -> str:
    """monday.com's SDL. Skips the test loudly where it is missing, fails it under CI."""
    return contract("monday.graphql").read_text(encoding="utf-8")


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
async def monday_rig() -> AsyncIterator[MondayRig]:
    """An account of its own, and an adapter for it."""
    clock = Clock()
    simulator = MondaySimulator(sdl=sdl(), clock=clock, lag=LAG)
    await simulator.start()
    http = client(clock)
    threads = Threads(size=1, egress=Egress(["127.0.0.1"]))
    rig = MondayRig(
        simulator=simulator,
        clock=clock,
        http=http,
        threads=threads,
        pm=None,  # type: ignore[arg-type] # made in the next line, by the rig itself
        project=simulator.board.id,
    )
    rig.pm = rig.another()
    try:
        yield rig
    finally:
        await threads.close()
        await http.close()
        await simulator.stop()


@cache
def monday_oracle() -> GraphqlOracle:
    """The oracle of monday.com's SDL."""
    return GraphqlOracle(schema(sdl()), path="/v2")


def judge(exchanges: Sequence[Exchange]) -> int:
    """Hold exchanges against monday.com's SDL, and return how many.

    Of an answer in the older form of errors, which is none of GraphQL's, only the request is judged.
    """
    return monday_oracle().check_all([replace(e, spoiled=e.spoiled or _older(e)) for e in exchanges])


def _older(exchange: Exchange) -> bool:
    errors = json.loads(exchange.response_body or b"{}").get("errors") if not exchange.spoiled else None
    return any(isinstance(error, str) for error in errors or ())
