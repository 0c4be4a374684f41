"""Where a change is: in which releases, as which candidate and builds, or on the way into which one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orchestration.domain.builds import Build, BuildKind, BuildState
from orchestration.domain.release import Release
from orchestration.domain.stages import Cycle, Stage


class Place(StrEnum):
    """How far a change has come. MERGED: on a branch that releases are made of, and in none yet."""

    IN_RELEASE = "IN_RELEASE"
    MERGED = "MERGED"
    NOT_MERGED = "NOT_MERGED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A release that has a change. `tag` is its first candidate with it, None where no candidate has it yet.

    `picked`: it came in by a cherry-pick. `builds` are the newest ready ones with it, one a pair.
    """

    release: Release
    tag: str | None = None
    picked: bool = False
    builds: tuple[Build, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Departure:
    """The next release that will be made of a branch: when it is cut, and when it is wanted where that is known."""

    what: str
    cut_at: datetime
    target_at: datetime | None = None
    release_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Located:
    """One change and where it is; `held` is oldest release first. `note` says what there is to know besides."""

    name: str
    title: str
    author: str
    url: str
    apps: tuple[str, ...]
    place: Place
    held: tuple[Held, ...] = ()
    next: Departure | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Whereabouts:
    """All that fits what somebody asked for; `troubles` say which repository could not be asked and why."""

    asked: str
    located: tuple[Located, ...] = ()
    troubles: tuple[str, ...] = ()

    @property
    def ambiguous(self) -> bool:
        """Whether several repositories know something by this name."""
        return len({each.apps for each in self.located}) > 1


_AFTER = frozenset({Stage.PRE_RELEASE, Stage.DISTRIBUTION})


def builds_since(release: Release, cycle: Cycle | None) -> tuple[Build, ...]:
    """The newest ready build of each pair that was made in this cycle or later."""
    if cycle is None:
        return ()
    later = {each.id for each in release.cycles[cycle.number - 1 :]}
    newest: dict[str, Build] = {}
    for build in release.builds:
        task = release.task(build.task_id)
        made_then = task is not None and (task.cycle_id in later or task.stage in _AFTER)
        if build.kind is not BuildKind.AUTOMATION and build.state is BuildState.READY and made_then:
            newest[build.pair.key] = build
    return tuple(newest.values())
