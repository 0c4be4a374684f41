"""An app store in memory: the contract's rules and nothing else. For tests and rehearsals."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from integrations.rehearsal.store_releases import Releases
from orchestration.ports.app_store import (
    Rollout,
    StoreBuild,
    StoreBuildState,
    StoreOrder,
    StoreStatus,
)
from orchestration.ports.errors import Refused


@dataclass(kw_only=True, slots=True)
class Kept:
    """A build with the groups that were given it; one that a group had twice would stand there twice."""

    build: StoreBuild
    groups: list[str] = field(default_factory=list)


class RehearsalAppStore:
    """AppStore over a dictionary. `groups` are those of testers that there are; `rollout` says which kind it is.

    `hook` is called with the verb's name before a verb looks at anything, and may raise a port error.
    `releases` is where a test plays the store: its review, its days, its people.
    """

    def __init__(
        self,
        *,
        groups: Collection[str] = ("Internal",),
        home: str = "https://rehearsal.invalid",
        rollout: Rollout = Rollout.PHASED,
        hook: Callable[[str], None] = lambda _verb: None,
    ) -> None:
        self._groups = groups
        self._home = home
        self._hook = hook
        self._rollout = rollout
        self.kept: dict[str, Kept] = {}
        self.releases = Releases(rollout=rollout, home=home)

    @property
    def processing_lag(self) -> timedelta:
        """None: a dictionary knows at once."""
        return timedelta(0)

    async def find_build(
        self, *, version: str, number: str | None, not_before: datetime | None
    ) -> StoreBuild | None:
        """The build of this number, or the newest of the version that is not too old."""
        self._hook("find_build")
        of = [kept.build for kept in self.kept.values() if kept.build.version == version]
        if number is not None:
            return next((build for build in of if build.number == number), None)
        fresh = [
            b for b in of if not_before is None or (b.uploaded_at is not None and b.uploaded_at >= not_before)
        ]
        return fresh[-1] if fresh else None

    async def share_with_testers(self, build: StoreBuild, *, group: str) -> StoreBuild:
        """Give a build to a group, once."""
        self._hook("share_with_testers")
        if build.state is not StoreBuildState.READY:
            raise Refused(f"Build {build.number} of {build.version} is {build.state.lower()}, not ready")
        kept = self.kept.get(build.id)
        if kept is None or kept.build.state is not StoreBuildState.READY:
            raise Refused(f"There is no ready build {build.number} of {build.version}")
        if group not in self._groups:
            raise Refused(f"There is no group {group}: there are {', '.join(self._groups)}")
        if group not in kept.groups:
            kept.groups.append(group)
        return kept.build

    def upload(
        self,
        version: str,
        number: str,
        *,
        at: datetime,
        state: StoreBuildState = StoreBuildState.READY,
    ) -> StoreBuild:
        """A build that arrives, after all that did before."""
        made = f"build-{len(self.kept) + 1}"
        build = StoreBuild(
            id=made,
            version=version,
            number=number,
            state=state,
            url=f"{self._home}/builds/{made}",
            testers_url=f"{self._home}/join",
            uploaded_at=at,
        )
        self.kept[made] = Kept(build=build)
        return build

    def settle(self, build_id: str, state: StoreBuildState) -> None:
        """What the store makes of a build in the end."""
        kept = self.kept[build_id]
        kept.build = replace(kept.build, state=state)

    @property
    def rollout(self) -> Rollout:
        """As it was made."""
        return self._rollout

    @property
    def longest_note(self) -> int:
        """The lesser of the stores' own."""
        return self.releases.longest_note

    async def status(self, *, version: str, number: str) -> StoreStatus | None:
        """How far a version is."""
        self._hook("status")
        return self.releases.find(version, number)

    async def submit(self, order: StoreOrder) -> StoreStatus:
        """Send for review, once."""
        self._hook("submit")
        kept = self.kept.get(order.build.id)
        if kept is None or {kept.build.state, order.build.state} != {StoreBuildState.READY}:
            raise Refused(f"There is no ready build {order.build.number} of {order.build.version}")
        return self.releases.submit(order)

    async def withdraw(self, *, version: str, number: str) -> StoreStatus:
        """Take it back."""
        self._hook("withdraw")
        return self.releases.withdraw(version, number)

    async def release(self, *, version: str, number: str) -> StoreStatus:
        """Let it out."""
        self._hook("release")
        return self.releases.release(version, number)

    async def set_rollout(self, *, version: str, number: str, percent: float) -> StoreStatus:
        """To so many percent."""
        self._hook("set_rollout")
        return self.releases.set_rollout(version, number, percent)

    async def pause(self, *, version: str, number: str) -> StoreStatus:
        """Stop."""
        self._hook("pause")
        return self.releases.stop(version, number)

    async def halt(self, *, version: str, number: str) -> StoreStatus:
        """Stop."""
        self._hook("halt")
        return self.releases.stop(version, number)

    async def resume(self, *, version: str, number: str) -> StoreStatus:
        """Go on."""
        self._hook("resume")
        return self.releases.resume(version, number)

    async def complete(self, *, version: str, number: str) -> StoreStatus:
        """To everybody."""
        self._hook("complete")
        return self.releases.complete(version, number)
