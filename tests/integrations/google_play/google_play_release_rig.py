"""What the suites of releases need of a Google Play: it reviews, it offers shares, people meddle."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from orchestration.ports.app_store import AppStore, StoreBuild, StoreOrder, StoreState, StoreStatus
from sandbox.google_play import PACKAGE, App
from sandbox.google_play.accounts import RELEASE_TO_ALL
from sandbox.google_play.world import PRODUCTION
from tests.contracts.store_release_rig import ReleaseRig, in_steps
from tests.integrations.google_play.google_play_rig import GooglePlayRig, google_play_rig, judge

VERSION, NUMBER, CODE = "1.2.0", "41", 41
KEY: Final = {"version": VERSION, "number": NUMBER}


@dataclass(kw_only=True)
class GooglePlayReleaseRig:
    """A connection whose app has been out since 1.1.0 (40), and whose account may release to production."""

    base: GooglePlayRig
    withdraws: bool = False

    @property
    def after_rejection(self) -> Mapping[str, Any]:
        """It goes unsent, or not at all."""
        return {"send_for_review": False}

    @property
    def store(self) -> AppStore:
        """The adapter."""
        return self.base.store

    @property
    def app(self) -> App:
        """Google's side."""
        return self.base.app

    def upload(self, version: str, number: str) -> None:
        """CI releases a build to a testing track."""
        self.app.upload(int(number), version, track="beta")

    def order(self, build: StoreBuild, **changes: Any) -> StoreOrder:
        """A staged release."""
        return in_steps(build, staged=True, **changes)

    def review(self, version: str, number: str, state: StoreState, *, why: str = "") -> None:  # noqa: ARG002 - Google tells no reason here
        """Google's people; they look at everything that was sent."""
        if state is not StoreState.IN_REVIEW:  # which Google does not tell from waiting
            self.app.decide(approved=state is StoreState.APPROVED)

    def given(self, version: str, number: str) -> float:  # noqa: ARG002 - Google goes by the version code
        """What production offers."""
        return self.app.share(int(number))

    def reviews(self) -> int:
        """How often something was sent."""
        return self.app.sent

    def want_unsent(self) -> None:
        """Something of the app was rejected."""
        self.app.rejected = True

    def send(self) -> None:
        """A person sends what waits for one."""
        self.app.send()

    async def built(self, number: str = NUMBER) -> StoreBuild:
        """A build that has just come."""
        self.upload(VERSION, number)
        build = await self.store.find_build(version=VERSION, number=number, not_before=None)
        assert build is not None
        return build

    async def submitted(self, **changes: Any) -> StoreOrder:
        """The usual version before review, and what was ordered."""
        order = self.order(await self.built(), **changes)
        await self.store.submit(order)
        return order

    async def live(self, **changes: Any) -> StoreOrder:
        """The usual version at its first step."""
        order = await self.submitted(**changes)
        self.app.decide(approved=True)
        return order

    async def now(self) -> StoreStatus:
        """How far the usual version is."""
        found = await self.store.status(version=VERSION, number=NUMBER)
        assert found is not None
        return found

    def production(self) -> list[tuple[str, str, float | None]]:
        """Version code, status and fraction of each release on production."""
        return [
            (body["versionCodes"][0], body["status"], body.get("userFraction"))
            for body in self.base.bodies(PRODUCTION)
        ]


@asynccontextmanager
async def release_rig() -> AsyncIterator[GooglePlayReleaseRig]:
    """A Google Play of its own; at the end all that was said is held against Google's description."""
    async with google_play_rig() as base:
        account = base.simulator.captain
        account.invited = {PACKAGE: account.invited[PACKAGE] | {RELEASE_TO_ALL}}
        base.app.upload(40, "1.1.0", track=PRODUCTION)
        base.app.reviewing = True
        yield GooglePlayReleaseRig(base=base)
        if base.asked("/androidpublisher/"):  # what can't be is told so without asking
            judge(base.simulator.record)


@asynccontextmanager
async def contract_rig() -> AsyncIterator[ReleaseRig]:
    """The same for the contract suite."""
    async with release_rig() as rig:
        yield rig
