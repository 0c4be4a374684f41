"""The shapes of releases and their parts. Ids of parts are their names within the release: `s1`, `c1`, `g1`, `p1`."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from bot.api.v1.shapes import Shape
from orchestration.domain.builds import BuildKind, BuildState
from orchestration.domain.events import EventKind
from orchestration.domain.holds import HoldCause
from orchestration.domain.people import ActorKind
from orchestration.domain.phase import Phase
from orchestration.domain.picks import PickState
from orchestration.domain.stages import CycleState, SlotState, Stage, StageState
from orchestration.domain.tasks import TaskState, TaskType, TroubleKind, WaitOwner
from orchestration.domain.version import ReleaseType


class StageShape(Shape):
    """A stage and when it began and ended."""

    stage: Stage
    state: StageState
    started_at: datetime | None
    completed_at: datetime | None


class SlotShape(Shape):
    """A planned time for a regression cycle."""

    id: str
    at: datetime
    regression_builds: bool
    automation: bool
    state: SlotState
    cycle: str | None


class CycleShape(Shape):
    """A regression cycle."""

    id: str
    number: int
    tag: str
    regression_builds: bool
    automation: bool
    state: CycleState
    started_at: datetime | None
    finished_at: datetime | None


class HoldShape(Shape):
    """A reason why the release stands still. `by` is a person, or what placed it."""

    cause: HoldCause
    by: str
    reason: str
    at: datetime


class ClosingShape(Shape):
    """How the release was given up."""

    by: str
    at: datetime
    reason: str


class PickShape(Shape):
    """A change that was asked for; once accepted, its task has the same name."""

    id: str
    number: int
    commit: str
    title: str
    author: str
    url: str
    source: str | None
    asked_by: str
    asked_at: datetime
    state: PickState
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


class ReleaseLineShape(Shape):
    """A release in a list."""

    id: str
    title: str
    type: ReleaseType
    versions: Mapping[str, str] = Field(description="By pair")
    phase: Phase
    configuration: str
    captain: str
    branch: str
    kick_off_at: datetime
    target_at: datetime
    created_at: datetime
    on_hold: bool
    archived: bool


class ReleaseShape(ReleaseLineShape):
    """A release as it is now."""

    base_branch: str
    base_commit: str | None
    previous_tag: str | None
    train: str | None
    parent: str | None = Field(description="What a hotfix mends")
    created_by: str
    tested_commit: str | None
    channels: Mapping[str, tuple[str, ...]] = Field(description="By bucket")
    stages: tuple[StageShape, ...]
    slots: tuple[SlotShape, ...]
    cycles: tuple[CycleShape, ...]
    holds: tuple[HoldShape, ...]
    picks: tuple[PickShape, ...]
    closing: ClosingShape | None


class PlannedShape(Shape):
    """A task that was, is or will be; `state` is null where its stage is not planned yet."""

    name: str
    type: TaskType
    title: str
    stage: Stage
    pair: str | None
    state: TaskState | None


class PlanShape(Shape):
    """What a release does from its start to the end of Stage 3, with one cycle as an example of those to come."""

    release: ReleaseShape
    tasks: tuple[PlannedShape, ...]


class TroubleShape(Shape):
    """The last thing that went wrong."""

    kind: TroubleKind
    reason: str
    at: datetime
    link: str | None


class WaitShape(Shape):
    """What a task waits for."""

    what: str
    owner: WaitOwner
    since: datetime
    deadline_at: datetime
    link: str | None


class TaskShape(PlannedShape):
    """A task. `name` is what the words behind it want."""

    state: TaskState
    cycle: str | None
    attempts: int
    trouble: TroubleShape | None
    wait: WaitShape | None
    note: str | None
    output: Mapping[str, str] = Field(description="What it left behind: branch, tag, ticket, test run")
    started_at: datetime | None
    finished_at: datetime | None
    retry_at: datetime | None


class UploadShape(Shape):
    """A file that is kept here; `file` names it in paths."""

    file: str
    name: str
    size: int
    sha256: str


class BuildShape(Shape):
    """A build, from CI or made by hand."""

    id: str
    task: str
    kind: BuildKind
    pair: str
    version: str
    ref: str
    state: BuildState
    number: str | None
    commit: str | None
    run_id: str | None
    run_url: str | None
    by: str | None = Field(description="Who reported it, where CI was not asked")
    files: tuple[str, ...] = Field(description="Addresses of its files")
    uploads: tuple[UploadShape, ...] = Field(description="Its files that were uploaded to us")
    store_number: str | None
    store_url: str | None


class StepShape(Shape):
    """Something that will happen; `at` is null where it happens when something else is done."""

    what: str
    owner: str
    at: datetime | None


class ObstacleShape(Shape):
    """Something in the way, and what removes it."""

    what: str
    owner: str
    since: datetime
    remedy: str
    link: str | None


class WhyShape(Shape):
    """Where the release stands, what comes next, and everything in its way."""

    phase: Phase
    next: tuple[StepShape, ...]
    obstacles: tuple[ObstacleShape, ...]
    late_seconds: int | None = Field(description="How long the target has passed")


class MomentShape(Shape):
    """A moment of a release: past, or planned."""

    at: datetime
    what: str
    past: bool


class TimelineShape(Shape):
    """All moments that are known, in the order of time."""

    items: tuple[MomentShape, ...]


class EventShape(Shape):
    """Something that happened. `seq` is its number in the audit chain of the workspace."""

    seq: int
    kind: EventKind
    at: datetime
    actor: str
    actor_kind: ActorKind
    data: Mapping[str, str]


class HeardShape(Shape):
    """How many waiting tasks are looked at again."""

    tasks: int


class ProposalShape(Shape):
    """What a new release could be: the next version of each pair, null where it has none yet."""

    configuration: str
    type: ReleaseType
    versions: Mapping[str, str | None]
    base_branch: str
    captain: str
