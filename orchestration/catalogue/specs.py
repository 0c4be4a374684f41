"""The shape of the catalogue's rows: tasks and gates as data, and what a try is given to work with."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from orchestration.domain.gates import Condition, Finding
from orchestration.domain.outcomes import Outcome
from orchestration.domain.pairs import Pair
from orchestration.domain.release import PairPlan, Release
from orchestration.domain.snapshot import Snapshot
from orchestration.domain.stages import Cycle, Stage
from orchestration.domain.tasks import RetryBudget, Task, TaskType
from orchestration.ports.app_store import AppStore
from orchestration.ports.cicd import CICD
from orchestration.ports.errors import NeedsCredentials
from orchestration.ports.pm import ProjectManagement
from orchestration.ports.runtime import Integrations
from orchestration.ports.scm import SourceControl
from orchestration.ports.test_platform import TestPlatform

Facts = Mapping[str, str]
Port = TypeVar("Port")


class Once(Protocol):
    """Make an effect once (docs/adr/0003)."""

    async def __call__(
        self,
        key: str,
        *,
        plan: Callable[[], Awaitable[Facts]],
        find: Callable[[Facts], Awaitable[Facts | None]],
        make: Callable[[Facts], Awaitable[Facts]],
        lag: timedelta = timedelta(0),
    ) -> Facts:
        """The result of the effect `key`.

        `plan` decides what is wanted and is recorded before the call, so that a later try wants the same.
        `find` looks for what an earlier, cut-off try may have made; its None is believed only once `lag` has
        passed since that try. `make` makes it.
        """


Others = Callable[[], Awaitable[Sequence[Release]]]
"""The tenant's releases that have not ended."""


async def nobody() -> Sequence[Release]:
    """No release runs beside this one."""
    return ()


Turn = Callable[[str], AbstractAsyncContextManager[None]]
"""Within the block the app of a store connection is changed by nobody else; TryLater where it is now."""


def no_turn(_integration: str) -> AbstractAsyncContextManager[None]:
    """Nobody else is there."""
    return nullcontext()


@dataclass(frozen=True, kw_only=True, slots=True)
class Try:
    """One try of a task: what it may see and use. `turn` is for changes of an app in its store."""

    release: Release
    task: Task
    ports: Integrations
    now: datetime
    once: Once
    others: Others = nobody
    turn: Turn = no_turn

    @property
    def snapshot(self) -> Snapshot:
        """The release's configuration."""
        return self.release.snapshot

    @property
    def cycle(self) -> Cycle | None:
        """The cycle that the task belongs to."""
        return next((c for c in self.release.cycles if c.id == self.task.cycle_id), None)

    @property
    def plan(self) -> PairPlan:
        """The pair that the task is for; KeyError where it is for the whole release, a programming error."""
        found = next((p for p in self.release.plans if p.pair == self.task.pair), None)
        if found is None:
            raise KeyError(self.task.id)
        return found

    @property
    def scm(self) -> SourceControl:
        """The release's source control."""
        return connected(self.ports.scm, self.snapshot.scm)

    @property
    def pm(self) -> ProjectManagement:
        """The release's ticket system."""
        return connected(self.ports.pm, self.snapshot.pm)

    @property
    def tests(self) -> TestPlatform:
        """The release's test management."""
        return connected(self.ports.test_platform, self.snapshot.test_platform)

    def cicd(self, integration: str) -> CICD:
        """The CI system of a workflow."""
        return connected(self.ports.cicd, integration)

    def store(self, integration: str) -> AppStore:
        """The store of a pair."""
        return connected(self.ports.app_stores, integration)


def connected(ports: Mapping[str, Port], integration: str | None) -> Port:
    """The port of an integration; NeedsCredentials where it is not connected (any more)."""
    port = ports.get(integration or "")
    if port is None:
        raise NeedsCredentials(f"The connection {integration} does not exist any more: connect it again")
    return port


def listed(fact: str | None) -> tuple[str, ...] | None:
    """The texts of a fact that is a JSON list of them; None where it is anything else."""
    try:
        found = json.loads(fact or "")
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        return None
    return tuple(found)


async def nothing_planned() -> Facts:
    """The plan of an effect whose natural key says everything."""
    return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskSpec:
    """A row of the catalogue. Creation, execution, display and docs all ask it.

    `after` lists types of the same stage; a per-pair task waits for its own pair's, or for a common one.
    `run` starts the work; `check` looks again at what a waiting task waits for.
    """

    type: TaskType
    stage: Stage
    needs: str
    run: Callable[[Try], Awaitable[Outcome]]
    applies: Callable[[Release, Cycle | None, Pair | None], bool]
    check: Callable[[Try], Awaitable[Outcome]] | None = None
    after: tuple[TaskType, ...] = ()
    per_pair: bool = False
    retry: RetryBudget = field(default_factory=RetryBudget)
    deadline: Callable[[Snapshot], timedelta] = lambda snapshot: snapshot.timing.build_deadline


@dataclass(frozen=True, kw_only=True, slots=True)
class GateSpec:
    """A condition of a gate: `read` does the I/O, `judge` is pure and fails closed.

    `always`: another setting than the list of conditions says whether it is asked for. `people`: the `authors` of its
    facts are matched to people before it is judged, which adds `people` and `unknown`; all three are JSON lists.
    """

    condition: Condition
    title: str
    applies: Callable[[Release], bool]
    read: Callable[[Release, Integrations], Awaitable[Facts]]
    judge: Callable[[Release, Facts], Finding]
    always: bool = False
    people: bool = False
