"""The Jira adapter against its simulator over TCP, with a clock in the test's hand."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from http import HTTPStatus
from typing import Any

from integrations.egress import Egress
from integrations.jira.client import Times
from integrations.jira.pm import JiraPm
from integrations.jira.settings import JiraSecrets, JiraSettings
from integrations.threads import Threads
from orchestration.ports.pm import TicketRequest
from sandbox.jira import EMAIL, GATEWAY, TOKEN, Flavour, JiraSimulator
from sandbox.jira.fields import TEXT, Field
from sandbox.kit import Exchange
from tests.support.oracle import Oracle, oracle

SEARCH_LAG: float = JiraSettings.model_fields["search_lag"].default

START = 1_790_000_000.0

TEAM = Field(id="customfield_10010", name="Team", type="string", custom=TEXT, required=True)


class Clock:
    """Seconds since 1970 that pass only when told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        """The time."""
        return self.now

    def pass_lag(self) -> None:
        """Let as much time go by as the adapter says that search may lag."""
        self.now += SEARCH_LAG


@dataclass(kw_only=True)
class JiraRig:
    """One adapter and the site that it talks to."""

    simulator: JiraSimulator
    threads: Threads
    clock: Clock
    pm: JiraPm
    project: str = "MOB"
    issue_type: str = "Task"

    def another(
        self, *, email: str | None = None, token: str = TOKEN, times: Times | None = None, **settings: Any
    ) -> JiraPm:
        """A further adapter for the same site, not connected yet."""
        cloud = self.simulator.site.flavour is Flavour.CLOUD
        chosen = (EMAIL if cloud else "") if email is None else email
        base = {"base_url": self.simulator.url, "email": chosen, **settings}
        return JiraPm(
            settings=JiraSettings(**base),
            secrets=JiraSecrets.model_validate({"token": token}),
            threads=self.threads,
            tenant="T1",
            times=times,
        )

    def settle(self) -> None:
        """Let search catch up."""
        self.clock.pass_lag()

    def seed(self, label: str, *, settled: bool = True, project: str = "MOB") -> str:
        """Key of a new ticket that was not made by the adapter."""
        world = self.simulator.world
        issue = world.create(
            world.projects[project],
            type=world.types[0],
            summary=f"About {label}",
            description=None,
            labels=[label],
            creator=self.simulator.account.id,
        )
        if settled:
            self.settle()
        return issue.key

    def move_to_done(self, key: str) -> None:
        """As a person does on the board."""
        self.simulator.move(key, self.simulator.world.words.statuses[2])

    def move_to_progress(self, key: str) -> None:
        """As a person does on the board."""
        self.simulator.move(key, self.simulator.world.words.statuses[1])

    def tickets(self, label: str) -> int:
        """How many tickets carry the label."""
        return self.simulator.effects()[label]

    def links(self, key: str, other: str) -> int:
        """How many links there are between two tickets."""
        world = self.simulator.world
        return sum(o.key == other for _, _, o in world.links_of(self.simulator.ticket(key)))

    def comments(self, key: str) -> list[str]:
        """The comments of a ticket."""
        return [comment.body for comment in self.simulator.ticket(key).comments]

    def posts(self) -> int:
        """How many requests that make something have been sent."""
        return sum(e.method == "POST" and "bulkfetch" not in e.path for e in self.simulator.record)


@asynccontextmanager
async def jira_rig(flavour: Flavour, *, lag: float | None = None, **options: Any) -> AsyncIterator[JiraRig]:
    """A site whose search lags as much as the adapter says it may, and an adapter for it."""
    clock = Clock()
    behind = SEARCH_LAG if lag is None else lag
    simulator = JiraSimulator(flavour=flavour, clock=clock, lag=behind, **options)
    await simulator.start()
    threads = Threads(size=4, egress=Egress(allow=["127.0.0.1"]))
    rig = JiraRig(
        simulator=simulator,
        threads=threads,
        clock=clock,
        pm=None,  # type: ignore[arg-type] # made in the next line, by the rig itself
    )
    rig.pm = rig.another()
    try:
        yield rig
    finally:
        await threads.close()
        await simulator.stop()


@cache
def _description() -> Oracle:
    return oracle(
        "jira.json",
        prefixes={
            f"{place}/rest/api/{version}": "/rest/api/3"
            for place in ("", GATEWAY)
            for version in ("2", "3", "latest")
        },
    )


def judge(exchanges: Sequence[Exchange]) -> int:
    """Hold exchanges against Jira's own description, and return how many.

    It is of version 3 on Cloud; version 2 has the same paths and queries. Description and comment body are
    text in version 2 and documents in version 3; the description leaves both open."""
    return _description().check_all([_as_described(exchange) for exchange in exchanges])


def _as_described(exchange: Exchange) -> Exchange:
    """Two things in which Jira differs from its description.

    Times have an offset without a colon, in its own examples too, though they are called `date-time`. And the
    answers to a new link and to a transition (204) have no body, though one is announced.
    """
    body = exchange.response_body.replace(b'+0000"', b'+00:00"')
    if not body and exchange.path.endswith("/issueLink"):
        body = b"null"
    return replace(
        exchange, response_body=body, spoiled=exchange.spoiled or exchange.status == HTTPStatus.NO_CONTENT
    )


def request(
    label: str = "rel-1-ios", *, fields: Mapping[str, str] | None = None, **changes: str
) -> TicketRequest:
    """A ticket to ask for."""
    wanted = {
        "project": "MOB",
        "issue_type": "Task",
        "summary": "Release 1.2.0 - iOS",
        "description": "Planned for Friday.",
        "label": label,
    }
    return TicketRequest(**{**wanted, **changes}, fields=fields or {})
