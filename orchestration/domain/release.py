"""The release: one value that holds everything about it, and questions to ask of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from orchestration.domain.builds import Build, BuildKind, BuildState
from orchestration.domain.closed_channels import ClosedChannel
from orchestration.domain.edited_notes import EditedNotes
from orchestration.domain.effects import Effect
from orchestration.domain.gates import Gate, GateKind, GateState
from orchestration.domain.holds import Hold
from orchestration.domain.lineage import Parent
from orchestration.domain.nudges import Nudge
from orchestration.domain.pairs import Pair
from orchestration.domain.picks import Pick
from orchestration.domain.progress import Progress
from orchestration.domain.reminders import Reminder
from orchestration.domain.restored import Restored
from orchestration.domain.rooms import Room
from orchestration.domain.snapshot import Snapshot
from orchestration.domain.stages import (
    Cycle,
    CycleState,
    Slot,
    SlotState,
    Stage,
    StageRecord,
    StageState,
)
from orchestration.domain.submission import Submission, current
from orchestration.domain.tasks import Task, TaskState, TaskType
from orchestration.domain.version import ReleaseType, Version, version_string
from orchestration.domain.whats_new import WhatsNew


@dataclass(frozen=True, kw_only=True, slots=True)
class PairPlan:
    """A platform/target pair of a release, with its own version."""

    pair: Pair
    version: Version


@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    """How a release ended before its time."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SkippedRegression:
    """Who decided, with which reason, that a hotfix goes out without regression."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptedDrift:
    """Commits after the tested one that are not shipped, as somebody accepted with a reason.

    It is bound to both ends: another head or another candidate asks again.
    """

    tested: str
    head: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """`id` is what people write (REL-7F3K2Q9D); `revision` is what a writer must have read.

    Notes begin at `previous_tag`; `follows_last`: nobody named that tag, so it is the last release's."""

    id: str
    tenant_id: str
    type: ReleaseType
    plans: tuple[PairPlan, ...]
    snapshot: Snapshot
    base_branch: str
    branch: str
    kick_off_at: datetime
    target_at: datetime
    captain: str
    created_by: str
    created_at: datetime
    base_commit: str | None = None
    previous_tag: str | None = None
    follows_last: bool = False
    train: str | None = None
    parent: Parent | None = None
    skipped: SkippedRegression | None = None
    stages: tuple[StageRecord, ...] = tuple(StageRecord(stage=stage) for stage in Stage)
    slots: tuple[Slot, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    tasks: tuple[Task, ...] = ()
    builds: tuple[Build, ...] = ()
    gates: tuple[Gate, ...] = ()
    effects: tuple[Effect, ...] = ()
    picks: tuple[Pick, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    holds: tuple[Hold, ...] = ()
    submissions: tuple[Submission, ...] = ()
    archived: Closing | None = None
    drifts: tuple[AcceptedDrift, ...] = ()
    notes: EditedNotes | None = None
    nudges: tuple[Nudge, ...] = ()
    whats_new: tuple[WhatsNew, ...] = ()
    progress: Progress = field(default_factory=Progress)
    room: Room | None = None
    restored: Restored | None = None
    closed_channels: tuple[ClosedChannel, ...] = ()
    revision: int = 0

    @property
    def version(self) -> str:
        """One name for the versions of all pairs."""
        return version_string({plan.pair: plan.version for plan in self.plans}, of=self.snapshot.pairs)

    @property
    def title(self) -> str:
        """`Pixel 2.14.0`."""
        return f"{self.snapshot.app} {self.version}"

    @property
    def home(self) -> str:
        """Where its card lives: its own channel where it has one."""
        own = self.room.channel if self.room is not None and self.room.stands else None
        return own or self.snapshot.home

    @property
    def cut_from(self) -> str:
        """What the release branch is cut from: a chosen commit, the parent of a hotfix, or the base branch."""
        parent = self.parent.ref if self.parent is not None else None
        return self.base_commit or parent or self.base_branch

    @property
    def ended(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.archived is not None or self.completed

    @property
    def completed(self) -> bool:
        """Whether every store is done with it, or a person said that it is out."""
        return self.in_state(Stage.DISTRIBUTION, StageState.COMPLETED)

    def candidate_tag(self, number: int) -> str:
        """The tag of the release candidate of a cycle: `v2.14.0-rc.2`."""
        return f"v{self.version}-rc.{number}"

    def stage(self, stage: Stage) -> StageRecord:
        """The record of a stage."""
        for record in self.stages:
            if record.stage is stage:
                return record
        raise LookupError(f"{self.id} has no {stage}")

    def in_state(self, stage: Stage, state: StageState) -> bool:
        """Whether a stage is in a state."""
        return self.stage(stage).state is state

    @property
    def current(self) -> Stage | None:
        """The stage in progress; there is one at most."""
        return next((r.stage for r in self.stages if r.state is StageState.IN_PROGRESS), None)

    @property
    def active_cycle(self) -> Cycle | None:
        """The cycle that is neither done nor abandoned."""
        return next((c for c in self.cycles if c.active), None)

    @property
    def tested_cycle(self) -> Cycle | None:
        """The newest cycle that was done: its commit is the one that was tested."""
        return next((c for c in reversed(self.cycles) if c.state is CycleState.DONE), None)

    @property
    def planned_slots(self) -> tuple[Slot, ...]:
        """Slots still to come, earliest first."""
        return tuple(sorted((s for s in self.slots if s.state is SlotState.PLANNED), key=lambda s: s.at))

    def tasks_of(self, stage: Stage, cycle_id: str | None = None) -> tuple[Task, ...]:
        """The tasks of a stage, or of one cycle of Stage 2."""
        return tuple(t for t in self.tasks if t.stage is stage and t.cycle_id == cycle_id)

    def task(self, task_id: str) -> Task | None:
        """A task by its id."""
        return next((t for t in self.tasks if t.id == task_id), None)

    def find_task(
        self, kind: TaskType, *, pair: Pair | None = None, cycle_id: str | None = None
    ) -> Task | None:
        """A task by what it does and for which pair and cycle."""
        return next(
            (t for t in self.tasks if t.type is kind and t.pair == pair and t.cycle_id == cycle_id), None
        )

    def output(
        self, kind: TaskType, name: str, *, pair: Pair | None = None, cycle_id: str | None = None
    ) -> str | None:
        """A value that a task left behind, None where it has not (yet)."""
        task = self.find_task(kind, pair=pair, cycle_id=cycle_id)
        return task.output.get(name) if task is not None else None

    @property
    def tested_commit(self) -> str | None:
        """The commit of the newest release candidate that went through a whole cycle."""
        cycle = self.tested_cycle
        return self.output(TaskType.CREATE_RC_TAG, "sha", cycle_id=cycle.id) if cycle else None

    def builds_of(self, task_id: str) -> tuple[Build, ...]:
        """The builds that a task asked for."""
        return tuple(b for b in self.builds if b.task_id == task_id)

    def tested_builds(self) -> tuple[Build, ...]:
        """The ready builds of the tested cycle: what people hold in their hands, not runs of automated tests."""
        cycle = self.tested_cycle
        if cycle is None:
            return ()
        ids = {t.id for t in self.tasks_of(Stage.REGRESSION, cycle.id)}
        ready = (b for b in self.builds if b.task_id in ids and b.state is BuildState.READY)
        return tuple(b for b in ready if b.kind is not BuildKind.AUTOMATION)

    def accepted_drift(self, head: str) -> AcceptedDrift | None:
        """Whether this head was accepted beside the candidate that is tested now."""
        wanted = (self.tested_commit, head)
        return next((d for d in reversed(self.drifts) if (d.tested, d.head) == wanted), None)

    @property
    def failed_tasks(self) -> tuple[Task, ...]:
        """The tasks that need a person."""
        return tuple(t for t in self.tasks if t.state is TaskState.FAILED)

    def gate(self, kind: GateKind) -> Gate | None:
        """The newest gate of a kind that is not void."""
        return next(
            (g for g in reversed(self.gates) if g.kind is kind and g.state is not GateState.VOID), None
        )

    @property
    def open_gates(self) -> tuple[Gate, ...]:
        """All gates that wait for a decision, or were rejected and may be approved later; a store has its own."""
        return tuple(g for g in self.gates if g.state in {GateState.OPEN, GateState.REJECTED})

    @property
    def current_submissions(self) -> tuple[Submission, ...]:
        """The newest submission of each pair."""
        return current(self.submissions)

    def submission(self, submission_id: str) -> Submission | None:
        """A submission by its id."""
        return next((s for s in self.submissions if s.id == submission_id), None)

    def submission_of(self, pair: Pair) -> Submission | None:
        """The newest submission of a pair."""
        return next((s for s in self.current_submissions if s.pair == pair), None)

    @property
    def open_gate(self) -> Gate | None:
        """The newest of `open_gates`."""
        return next(reversed(self.open_gates), None)

    def with_task(self, task: Task) -> "Release":
        """The release with this task in the place of the one of the same id."""
        return replace(self, tasks=tuple(task if t.id == task.id else t for t in self.tasks))

    def with_gate(self, gate: Gate) -> "Release":
        """The release with this gate in the place of the one of the same id."""
        return replace(self, gates=tuple(gate if g.id == gate.id else g for g in self.gates))

    def with_submission(self, submission: Submission) -> "Release":
        """The release with this submission added, or in the place of the one of the same id."""
        if all(s.id != submission.id for s in self.submissions):
            return replace(self, submissions=(*self.submissions, submission))
        return replace(
            self, submissions=tuple(submission if s.id == submission.id else s for s in self.submissions)
        )

    def with_builds(self, builds: tuple[Build, ...]) -> "Release":
        """The release with these builds added, or in the place of those of the same ids."""
        new = {b.id: b for b in builds}
        kept = tuple(new.pop(b.id, b) for b in self.builds)
        return replace(self, builds=(*kept, *new.values()))

    def with_effect(self, effect: Effect) -> "Release":
        """The release with this effect added, or in the place of the one of the same id."""
        if any(e.id == effect.id for e in self.effects):
            return replace(self, effects=tuple(effect if e.id == effect.id else e for e in self.effects))
        return replace(self, effects=(*self.effects, effect))

    def with_stage(self, record: StageRecord) -> "Release":
        """The release with this stage record."""
        return replace(self, stages=tuple(record if r.stage is record.stage else r for r in self.stages))
