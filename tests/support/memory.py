"""One release in memory, behind the engine's own ports: every transaction can be looked into, and made to fail."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from orchestration.domain.change import Change
from orchestration.domain.people import Grant
from orchestration.domain.release import Release
from orchestration.ports.runtime import Claim, Integrations, NoSuchRelease, Outgoing
from orchestration.services.engine import Engine
from tests.support.engine import ManualClock, SteadyChance


@dataclass
class Memory:
    """The release as it was committed last, and a note of each transaction.

    `on_save` is called with each save before it is kept, and may raise or change `release`.
    """

    release: Release
    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    on_save: Callable[["Transaction", Change], None] = lambda _transaction, _change: None
    transactions: list["Transaction"] = field(default_factory=list)

    @property
    def committed(self) -> list["Transaction"]:
        """The transactions that lasted."""
        return [transaction for transaction in self.transactions if transaction.lasting]

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Any]:
        """A transaction."""
        transaction = Transaction(memory=self)
        self.transactions.append(transaction)
        yield transaction

    def engine(self, clock: ManualClock, **heard: Any) -> Engine:
        """An engine on this memory, with no providers; `heard` is by the event's name."""

        async def none(_tenant: str) -> Integrations:
            return Integrations()

        return Engine(
            work=self.work,
            look=self.work,
            clock=clock,
            chance=SteadyChance(),
            integrations=none,
            heard=heard,  # type: ignore[arg-type]  # the kinds of events are their names
        )


@dataclass
class Transaction:
    """What was done in one transaction."""

    memory: Memory
    saved: Change | None = None
    claim: Claim | None = None
    finish: bool | None = None
    sent: list[Outgoing] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    lasting: bool = False

    @property
    def releases(self) -> "Transaction":
        """Itself: it has the few questions that are asked here."""
        return self

    @property
    def directory(self) -> "Transaction":
        """Itself."""
        return self

    @property
    def homes(self) -> "Transaction":
        """Itself."""
        return self

    async def viewers(self, _tenant_id: str, *, since: datetime) -> Sequence[str]:
        """Nobody opened their home."""
        del since
        return ()

    async def get(self, tenant_id: str, release_id: str) -> Release:
        """The release."""
        release = self.memory.release
        if (release.tenant_id, release.id) != (tenant_id, release_id):
            raise NoSuchRelease(release_id)
        return release

    async def last_tag(self, _tenant_id: str, _app: str, *, below: object = None) -> str | None:
        """No other release came out."""
        del below
        return None

    async def grants(self, _tenant_id: str) -> Sequence[Grant]:
        """Every role that is held."""
        held = self.memory.roles.items()
        return [Grant(holder=person, role=role) for person, roles in held for role in sorted(roles)]

    async def roles(self, _tenant_id: str, person: str, _groups: object = ()) -> frozenset[str]:
        """The roles of a person."""
        self.asked.append(person)
        return self.memory.roles.get(person, frozenset())

    async def save(self, change: Change, *, claim: Claim | None = None, finish: bool = True) -> None:
        """Keep it for the commit."""
        self.memory.on_save(self, change)
        self.saved, self.claim, self.finish = change, claim, finish

    async def send(self, _tenant_id: str, messages: Sequence[Outgoing]) -> None:
        """Keep them for the commit."""
        self.sent += messages

    async def commit(self) -> None:
        """Make it last."""
        self.lasting = True
        if self.saved is not None:
            release = self.saved.release
            self.memory.release = replace(release, revision=release.revision + 1)
