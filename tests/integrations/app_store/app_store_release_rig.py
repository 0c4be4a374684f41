"""What the suites of releases need of an App Store Connect: it reviews, it gives shares, people meddle."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from integrations.app_store import AppStoreConnect
from orchestration.ports.app_store import StoreBuild, StoreOrder, StoreState, StoreStatus
from sandbox.app_store.shelf import Shelf
from sandbox.kit import Moment
from tests.contracts.store_release_rig import ReleaseRig, in_steps
from tests.integrations.app_store.app_store_rig import AppStoreRig, app_store_rig

VERSION, NUMBER = "1.2.0", "41"
KEY: Final = {"version": VERSION, "number": NUMBER}


@dataclass(kw_only=True)
class AppStoreReleaseRig:
    """A connection whose app has been out since 1.1.0. `base` has the clocks, the faults and the record."""

    base: AppStoreRig
    withdraws: bool = True

    @property
    def after_rejection(self) -> Mapping[str, Any]:
        """Nothing."""
        return {}

    @property
    def store(self) -> AppStoreConnect:
        """The adapter."""
        return self.base.store

    @property
    def shelf(self) -> Shelf:
        """Apple's side."""
        return self.base.simulator.shelf

    def upload(self, version: str, number: str) -> None:
        """A build arrives."""
        self.base.upload(version, number)

    def order(self, build: StoreBuild, **changes: Any) -> StoreOrder:
        """A phased release."""
        return in_steps(build, staged=False, **changes)

    def review(self, version: str, number: str, state: StoreState, *, why: str = "") -> None:  # noqa: ARG002 - Apple tells no reason here
        """Apple's people."""
        found = self.shelf.version(version)
        if state is StoreState.IN_REVIEW:
            self.shelf.begin(found)
        else:
            self.shelf.decide(found, state.value)

    def want_unsent(self) -> None:
        """Apple has no such state."""

    def send(self) -> None:
        """Nothing waits for a person here."""

    def given(self, version: str, number: str) -> float:  # noqa: ARG002 - Apple goes by the version
        """What Apple gives by itself."""
        return float(self.shelf.share(self.shelf.version(version)))

    def reviews(self) -> int:
        """How often something was sent."""
        return sum(review.sent for review in self.shelf.reviews)

    def before(self, method: str, path: str, act: Callable[[], None]) -> None:
        """Let a person act just before Apple works on the first such request."""
        done: list[str] = []

        async def hook(moment: Moment, request: web.Request) -> None:
            if moment is Moment.ARRIVED and not done and (request.method, request.path) == (method, path):
                done.append(path)
                act()

        self.base.simulator.hooks.append(hook)

    async def built(self, number: str = NUMBER) -> StoreBuild:
        """A build that has just come."""
        self.upload(VERSION, number)
        return await self.base.found(number)

    async def submitted(self, **changes: Any) -> StoreOrder:
        """The usual version before review, and what was ordered."""
        order = self.order(await self.built(), **changes)
        await self.store.submit(order)
        return order

    async def live(self, **changes: Any) -> StoreOrder:
        """The usual version on its first day."""
        order = await self.submitted(**changes)
        self.review(VERSION, NUMBER, StoreState.APPROVED)
        return order

    async def now(self) -> StoreStatus:
        """How far the usual version is."""
        found = await self.store.status(version=VERSION, number=NUMBER)
        assert found is not None
        return found


@asynccontextmanager
async def release_rig() -> AsyncIterator[AppStoreReleaseRig]:
    """An account of its own; at the end all that was said is held against the description."""
    async with app_store_rig() as base:
        yield AppStoreReleaseRig(base=base)


@asynccontextmanager
async def contract_rig() -> AsyncIterator[ReleaseRig]:
    """The same for the contract suite."""
    async with release_rig() as rig:
        yield rig
