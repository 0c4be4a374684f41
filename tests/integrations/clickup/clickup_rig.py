"""The ClickUp adapter against its simulator over TCP, with the clocks in the test's hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from integrations.breaker import Breakers
from integrations.clickup.pm import ClickupPm
from integrations.clickup.settings import ClickupSecrets, ClickupSettings
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.threads import Threads
from orchestration.ports.pm import TicketRequest
from sandbox.clickup import TOKEN, ClickupSimulator
from sandbox.kit import Exchange
from tests.integrations.clickup.clickup_description import corrected
from tests.support.oracle import Oracle

START = 1_790_000_000.0
LAG = 5.0


class Clock:
    """Seconds since 1970 that pass only when told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(kw_only=True)
class ClickupRig:
    """One adapter and the workspace that it talks to. `project` is the number of its list."""

    simulator: ClickupSimulator
    clock: Clock
    http: Http
    threads: Threads
    pm: ClickupPm
    project: str
    issue_type: str = "Release"
    absent_key: str = "86czzzzzz"
    bad_keys: tuple[str, ...] = (
        "",
        "#86c000001",
        "../../user",
        "86c000001/comment",
        "86c000001?page=1",
        "MOB-0",
    )

    def settings(self, **changes: Any) -> ClickupSettings:
        """Settings for the simulator."""
        base_url = f"{self.simulator.url}/api/"
        return ClickupSettings(**{"base_url": base_url, "workspace": self.simulator.world.id, **changes})

    def another(self, *, token: str = TOKEN, http: Http | None = None, **settings: Any) -> ClickupPm:
        """A further adapter for the same workspace."""
        return ClickupPm(
            settings=self.settings(**settings),
            secrets=secrets(token),
            http=http or self.http,
            tenant="T1",
            clock=self.clock,
        )

    def edge(self) -> Edge:
        """What a provider's `verify` gets."""
        return Edge(tenant="T1", http=self.http, threads=self.threads)

    def settle(self) -> None:
        """Let the list catch up, a new minute of the limit begin, and a breaker close."""
        self.clock.now += 3600.0

    def seed(self, name: str) -> str:
        """Id of a new task of the list that was not made by the adapter."""
        return self.simulator.world.add_task(self.simulator.list, name=name).id

    def chat(self, key: str, *texts: str) -> None:
        """Comments by people."""
        for text in texts:
            self.simulator.world.add_comment(self.simulator.task(key), text, self.simulator.captain)

    def move_to_done(self, key: str) -> None:
        """As a person does on the board."""
        self.simulator.move(key, "complete")

    def move_to_progress(self, key: str) -> None:
        """As a person does on the board."""
        self.simulator.move(key, "in progress")

    def tickets(self, label: str) -> int:
        """How many tasks bear the mark of the label."""
        return self.simulator.effects()[f"Stationmaster: {label}"]

    def links(self, key: str, other: str) -> int:
        """How many links there are between two tasks."""
        return self.simulator.links(key, other)

    def comments(self, key: str) -> list[str]:
        """The comments of a task."""
        return self.simulator.comments(key)

    def requests(self) -> list[str]:
        """Method and path of all requests so far, with the query."""
        return [f"{e.method} {e.path}?{e.query}" for e in self.simulator.record]

    def bodies(self) -> list[Any]:
        """The bodies of all requests that made something."""
        return [json.loads(e.request_body or b"{}") for e in self.simulator.record if e.method == "POST"]


def secrets(token: str) -> ClickupSecrets:
    """A connection's secret part."""
    return ClickupSecrets.model_validate({"token": token})


def client(clock: Clock) -> Http:
    """An edge that may reach loopback and does not wait between repeats."""

    async def at_once(_seconds: float) -> None:
        await asyncio.sleep(0)

    return Http(egress=Egress(["127.0.0.1"]), breakers=Breakers(clock=clock), sleep=at_once, clock=clock)


@asynccontextmanager
async def clickup_rig() -> AsyncIterator[ClickupRig]:
    """A workspace of its own, and an adapter for it. A list knows a new task after five seconds."""
    clock = Clock()
    simulator = ClickupSimulator(clock=clock, lag=LAG)
    await simulator.start()
    http = client(clock)
    threads = Threads(size=1, egress=Egress(["127.0.0.1"]))
    rig = ClickupRig(
        simulator=simulator,
        clock=clock,
        http=http,
        threads=threads,
        pm=None,  # type: ignore[arg-type] # made in the next line, by the rig itself
        project=simulator.list.id,
    )
    rig.pm = rig.another()
    try:
        yield rig
    finally:
        await threads.close()
        await http.close()
        await simulator.stop()


@cache
def clickup_oracle() -> Oracle:
    """The oracle of the copy of ClickUp's description, which describes no error but one."""
    return Oracle(corrected(), undescribed={400, 403, 404})


def judge(exchanges: Sequence[Exchange]) -> int:
    """Hold exchanges against ClickUp's description, and return how many."""
    return clickup_oracle().check_all(exchanges)


def request(
    project: str, label: str = "rel-1-ios", *, fields: Mapping[str, str] | None = None, **changes: str
) -> TicketRequest:
    """A ticket to ask for."""
    wanted = {
        "project": project,
        "issue_type": "Release",
        "summary": "Release 1.2.0 - iOS",
        "description": "Planned for Friday.",
        "label": label,
    }
    return TicketRequest(**{**wanted, **changes}, fields=fields or {})
