"""The Asana adapter against its simulator over TCP, with the clocks in the test's hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from integrations.asana.naming import mark
from integrations.asana.pm import AsanaPm
from integrations.asana.settings import AsanaSecrets, AsanaSettings
from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.threads import Threads
from orchestration.ports.pm import TicketRequest
from sandbox.asana import TOKEN, AsanaSimulator
from sandbox.asana.simulator import BASE
from sandbox.asana.world import Task
from sandbox.kit import Exchange
from tests.support.contracts import description
from tests.support.oracle import Oracle

START = 1_790_000_000.0
LABEL = "rel-1-ios"


class Clock:
    """Seconds since 1970 that pass only when told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(kw_only=True)
class AsanaRig:
    """One adapter and the workspace that it talks to."""

    simulator: AsanaSimulator
    clock: Clock
    http: Http
    threads: Threads
    project: str
    issue_type: str = "Release"
    absent_key: str = "4711"
    bad_keys: tuple[str, ...] = ("", "0", "MOB-1", "../users/me", "12/stories", "12?opt_fields=x", "１２")  # noqa: RUF001 - digits, but not ASCII's

    @property
    def pm(self) -> AsanaPm:
        """An adapter with the usual settings, as after a restart: it remembers nothing."""
        return self.another()

    def settings(self, **changes: Any) -> AsanaSettings:
        """Settings for the simulator."""
        usual = {"base_url": f"{self.simulator.url}{BASE}/", "workspace": self.simulator.workspace.gid}
        return AsanaSettings(**{**usual, **changes})

    def another(self, *, token: str = TOKEN, http: Http | None = None, **settings: Any) -> AsanaPm:
        """A further adapter for the same workspace."""
        return AsanaPm(
            settings=self.settings(**settings),
            secrets=secrets(token),
            http=http or self.http,
            tenant="T1",
            clock=self.clock,
        )

    def edge(self) -> Edge:
        """What a provider's `verify` and `choices` get."""
        return Edge(tenant="T1", http=self.http, threads=self.threads)

    def request(
        self, label: str = LABEL, *, fields: Mapping[str, str] | None = None, **changes: str
    ) -> TicketRequest:
        """A ticket to ask for."""
        wanted = {
            "project": self.project,
            "issue_type": "Release",
            "summary": "Release 1.2.0 - iOS",
            "description": "Planned for Friday.",
            "label": label,
        }
        return TicketRequest(**{**wanted, **changes}, fields=fields or {})

    def settle(self) -> None:
        """Nothing lags. But a breaker may have to close again, and a limit to be over."""
        self.clock.now += 3600.0

    def seed(self, name: str = "x", **options: Any) -> str:
        """Gid of a new task that was not made by the adapter."""
        simulator = self.simulator
        return simulator.world.add_task(simulator.project, simulator.captain, name=name, **options).gid

    def chat(self, key: str, *texts: str) -> None:
        """Comments by people."""
        for text in texts:
            self.simulator.world.add_story(self.simulator.task(key), text, self.simulator.captain)

    def move_to_done(self, key: str) -> None:
        """As a person does on the board."""
        self.simulator.move(key, "Shipped")

    def move_to_progress(self, key: str) -> None:
        """As a person does on the board."""
        self.simulator.move(key, "In progress")

    def tickets(self, label: str) -> int:
        """How many tasks say that they are for the label."""
        return sum(mark(label) in task.notes.splitlines() for task in self.simulator.world.all(Task))

    def links(self, key: str, other: str) -> int:
        """How many comments of either task name the other."""
        ends = ((key, other), (other, key))
        return sum(two in text for one, two in ends for text in self.comments(one))

    def comments(self, key: str) -> list[str]:
        """The comments of a task."""
        return self.simulator.comments(key)

    def asked(self) -> list[str]:
        """Method and path of every request so far."""
        return [f"{e.method} {e.path.removeprefix(BASE)}" for e in self.simulator.record]

    def sent(self) -> list[dict[str, Any]]:
        """The bodies of all requests so far that had one."""
        return [json.loads(e.request_body) for e in self.simulator.record if e.request_body]


def secrets(token: str) -> AsanaSecrets:
    """A connection's secret part."""
    return AsanaSecrets.model_validate({"token": token})


async def at_once(_seconds: float) -> None:
    """Wait for nothing between repeats."""
    await asyncio.sleep(0)


@asynccontextmanager
async def asana_rig() -> AsyncIterator[AsanaRig]:
    """A workspace of its own, and an adapter for it."""
    clock = Clock()
    simulator = AsanaSimulator(clock=clock)
    await simulator.start()
    egress = Egress(["127.0.0.1"])
    http = Http(egress=egress, breakers=Breakers(clock=clock), sleep=at_once, clock=clock)
    threads = Threads(size=1, egress=egress)
    try:
        project = simulator.project.gid
        yield AsanaRig(simulator=simulator, clock=clock, http=http, threads=threads, project=project)
    finally:
        await threads.close()
        await http.close()
        await simulator.stop()


@cache
def _description() -> Oracle:
    """What it leaves out: that some things need a paid plan (402).

    And it contradicts itself: values of custom fields are numbers, objects and arrays too by its words, by its form
    texts only.
    """
    document = deepcopy(description("asana.yaml"))
    sent = document["components"]["schemas"]["TaskRequestBase"]["allOf"][1]["properties"]["custom_fields"]
    said = sent["additionalProperties"]
    texts = {"type": "array", "items": {"type": "string"}}
    sent["additionalProperties"] = {"anyOf": [said, {"type": "number"}, {"type": "object"}, texts]}
    return Oracle(document, undescribed=(402,))


def judge(exchanges: Sequence[Exchange]) -> int:
    """Hold exchanges against Asana's own description, and return how many."""
    return _description().check_all(exchanges)
