"""What the contract suite of releases needs to see and to do besides the port, and the twins that have it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

from integrations.rehearsal.app_store import RehearsalAppStore
from orchestration.ports.app_store import AppStore, Rollout, StoreBuild, StoreOrder, StoreState


class ReleaseRig(Protocol):
    """A store with an app that has been out since 1.1.0."""

    @property
    def store(self) -> AppStore:
        """The port under test."""

    @property
    def withdraws(self) -> bool:
        """Whether a review can be broken off by other than a person in the console."""

    @property
    def after_rejection(self) -> Mapping[str, Any]:
        """What an order must say besides after a rejection."""

    def upload(self, version: str, number: str) -> object:
        """A build arrives and is ready at once. Numbers only grow."""

    def order(self, build: StoreBuild, **changes: Any) -> StoreOrder:
        """An order that goes out in steps by itself once it is approved, with English notes."""

    def review(self, version: str, number: str, state: StoreState, *, why: str = "") -> object:
        """What the store's people say: IN_REVIEW, APPROVED or REJECTED with a reason."""

    def send(self) -> None:
        """A person sends what waits for one in the console; nothing where nothing does."""

    def want_unsent(self) -> None:
        """From now on the store takes changes unsent only, where it has such a state."""

    def given(self, version: str, number: str) -> float:
        """The percentage of users whom the store offers it just now, as the store itself knows it."""

    def reviews(self) -> int:
        """How often a version was sent for review."""


class TwinReleaseRig:
    """The twin in memory, as either kind of store."""

    def __init__(self, rollout: Rollout) -> None:
        self.twin = RehearsalAppStore(rollout=rollout)
        self.withdraws = rollout is Rollout.PHASED
        self._staged = rollout is Rollout.STAGED

    @property
    def store(self) -> AppStore:
        """The twin as the port."""
        return self.twin

    @property
    def after_rejection(self) -> Mapping[str, Any]:
        """Nothing."""
        return {}

    def upload(self, version: str, number: str) -> None:
        """A build arrives."""
        self.twin.upload(version, number, at=datetime(2026, 9, 21, 9, 0, tzinfo=UTC))

    def order(self, build: StoreBuild, **changes: Any) -> StoreOrder:
        """In steps."""
        return in_steps(build, staged=self._staged, **changes)

    def review(self, version: str, number: str, state: StoreState, *, why: str = "") -> None:
        """The store decides."""
        self.twin.releases.turn(version, number, state, detail=why or None)

    def send(self) -> None:
        """A person sends all that waits for one."""
        for version, number in [
            (of.status.version, of.order.build.number)
            for of in self.twin.releases.sent.values()
            if of.status.todo is not None
        ]:
            self.twin.releases.send(version, number)

    def want_unsent(self) -> None:
        """It takes both at any time."""

    def given(self, version: str, number: str) -> float:
        """What the dictionary says."""
        found = self.twin.releases.find(version, number)
        return 0.0 if found is None or found.state is self.twin.releases.stopped else found.percent

    def reviews(self) -> int:
        """All of them."""
        return sum(sent.reviews for sent in self.twin.releases.sent.values())


def in_steps(build: StoreBuild, *, staged: bool, **changes: Any) -> StoreOrder:
    """The usual order of a store of this kind."""
    steps: dict[str, Any] = {"percent": 5.0} if staged else {"phased": True}
    return StoreOrder(**{"build": build, "notes": {"en-US": "Faster."}, **steps, **changes})


@asynccontextmanager
async def phased_twin() -> AsyncIterator[ReleaseRig]:
    """As the App Store does it."""
    yield TwinReleaseRig(Rollout.PHASED)


@asynccontextmanager
async def staged_twin() -> AsyncIterator[ReleaseRig]:
    """As Google Play does it."""
    yield TwinReleaseRig(Rollout.STAGED)
