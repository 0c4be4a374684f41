"""An app store in memory: the contract's rules and nothing else. For tests and rehearsals."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from orchestration.ports.app_store import StoreBuild, StoreBuildState
from orchestration.ports.errors import Refused


@dataclass(kw_only=True, slots=True)
class Kept:
    """A build with the groups that were given it; one that a group had twice would stand there twice."""

    build: StoreBuild
    groups: list[str] = field(default_factory=list)


class RehearsalAppStore:
    """AppStore over a dictionary. `groups` are those of testers that there are.

    `hook` is called with the verb's name before a verb looks at anything, and may raise a port error.
    """

    def __init__(
        self,
        *,
        groups: Collection[str] = ("Internal",),
        home: str = "https://rehearsal.invalid",
        hook: Callable[[str], None] = lambda _verb: None,
    ) -> None:
        self._groups = groups
        self._home = home
        self._hook = hook
        self.kept: dict[str, Kept] = {}

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
