"""A release with a small plan of its own, moved by the rules alone: no catalogue, no engine, no provider."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from orchestration.domain import decisions, outcomes
from orchestration.domain.advance import advance
from orchestration.domain.change import Change
from orchestration.domain.due import WorkKind, due_work
from orchestration.domain.events import Event, EventKind
from orchestration.domain.gates import Gate
from orchestration.domain.outcomes import Done, Outcome
from orchestration.domain.pairs import Pair
from orchestration.domain.people import SYSTEM, Actor
from orchestration.domain.release import PairPlan, Release
from orchestration.domain.reminders import Reminder, ReminderKind
from orchestration.domain.snapshot import GateSettings
from orchestration.domain.stages import Cycle, CycleFlags, Slot, Stage
from orchestration.domain.tasks import Task, TaskType
from orchestration.domain.version import ReleaseType, Version
from tests.support.release_parts import ANDROID, CAPTAIN, IOS, NOW, QA, evidence, snapshot

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OTHER = "U0SOMEBODY"
# (type, what it comes after, whether once per pair)
_ROWS: dict[Stage, tuple[tuple[TaskType, TaskType | None, bool], ...]] = {
    Stage.KICKOFF: (
        (TaskType.FORK_BRANCH, None, False),
        (TaskType.CREATE_PROJECT_MANAGEMENT_TICKET, TaskType.FORK_BRANCH, True),
        (TaskType.TRIGGER_PRE_REGRESSION_BUILDS, TaskType.FORK_BRANCH, True),
    ),
    Stage.REGRESSION: (
        (TaskType.CREATE_RC_TAG, None, False),
        (TaskType.TRIGGER_REGRESSION_BUILDS, TaskType.CREATE_RC_TAG, True),
    ),
    Stage.PRE_RELEASE: (
        (TaskType.CREATE_RELEASE_TAG, None, False),
        (TaskType.CREATE_FINAL_RELEASE_NOTES, TaskType.CREATE_RELEASE_TAG, False),
    ),
}


def plan(release: Release, stage: Stage, cycle: Cycle | None) -> tuple[Task, ...]:
    """A few tasks for each stage; builds of a cycle only where its slot wants them."""
    place = cycle.id if cycle else f"{release.id}/{stage.lower()}"
    made: list[Task] = []
    for kind, before, per_pair in _ROWS[stage]:
        if kind is TaskType.TRIGGER_REGRESSION_BUILDS and cycle and not cycle.flags.regression_builds:
            continue
        pairs: list[Pair | None] = [p.pair for p in release.plans] if per_pair else [None]
        made += [
            Task(
                id=f"{place}/{kind}" + (f"/{pair.key}" if pair else ""),
                type=kind,
                stage=stage,
                cycle_id=cycle.id if cycle else None,
                pair=pair,
                after=tuple(t.id for t in made if t.type is before),
            )
            for pair in pairs
        ]
    return tuple(made)


def release(*, slots: tuple[timedelta, ...] = (DAY, 2 * DAY), **changes: object) -> Release:
    """A release ordered at NOW: kick-off in an hour, target in five days, anyone may approve."""
    made = Release(
        id="REL-7F3K2Q9D",
        tenant_id="T0TEAM",
        type=ReleaseType.MINOR,
        plans=(
            PairPlan(pair=ANDROID, version=Version(2, 14, 0)),
            PairPlan(pair=IOS, version=Version(2, 14, 0)),
        ),
        snapshot=snapshot(gate=GateSettings()),
        base_branch="main",
        branch="release/2.14.0",
        kick_off_at=NOW + HOUR,
        target_at=NOW + 5 * DAY,
        captain=CAPTAIN,
        created_by=CAPTAIN,
        created_at=NOW,
        slots=tuple(
            Slot(id=f"REL-7F3K2Q9D/s{n}", at=NOW + at, flags=CycleFlags()) for n, at in enumerate(slots, 1)
        ),
        reminders=(
            Reminder(id="REL-7F3K2Q9D/r1", kind=ReminderKind.KICK_OFF, at=NOW + HOUR / 2),
            Reminder(id="REL-7F3K2Q9D/r2", kind=ReminderKind.TARGET, at=NOW + 5 * DAY),
        ),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields are named by the callers


class Life:
    """A release under way; keeps the time, the release and everything that happened."""

    def __init__(self, start: Release | None = None) -> None:
        self.release = start or release()
        self.now = NOW
        self.events: list[Event] = []

    def act(self, act: Callable[[Change], object], *, by: str | None = None) -> list[Event]:
        """Do something, let the release move on, and give the facts that came of it."""
        change = Change(self.release, now=self.now, actor=Actor(id=by) if by else SYSTEM)
        act(change)
        advance(change, plan)
        self.release = change.release
        self.events += change.events
        return change.events

    def wait(self, span: timedelta) -> list[Event]:
        """Let time pass, in one leap."""
        self.now += span
        return self.act(lambda _change: None)

    def wait_until(self, at: datetime) -> list[Event]:
        """Let time pass until a moment."""
        return self.wait(max(at - self.now, timedelta(0)))

    def due_tasks(self) -> list[Task]:
        """The tasks that a worker would be given now."""
        due = {
            work.subject
            for work in due_work(self.release, now=self.now)
            if work.kind is WorkKind.TASK and work.due_at is not None and work.due_at <= self.now
        }
        return [task for task in self.release.tasks if task.id in due]

    def start(self, task_id: str) -> list[Event]:
        """Give a task to a worker."""
        return self.act(lambda change: outcomes.started(change, task_id))

    def outcome(self, task_id: str, outcome: Outcome) -> list[Event]:
        """What came of a try."""
        return self.act(lambda change: outcomes.apply(change, task_id, outcome, jitter=0.5))

    def run(self, task_id: str, outcome: Outcome) -> list[Event]:
        """Start a task and say what came of it."""
        return [*self.start(task_id), *self.outcome(task_id, outcome)]

    def find(self, kind: TaskType) -> Task:
        """The newest task of a type; StopIteration where there is none."""
        return next(task for task in reversed(self.release.tasks) if task.type is kind)

    def finish(self, *but: TaskType) -> "Life":
        """Do everything that is due, until nothing more is, except tasks of some types."""
        while ready := [t for t in self.due_tasks() if t.type not in but]:
            for task in ready:
                self.run(task.id, Done(output={"sha": f"{len(self.release.cycles)}" * 40}))
        return self

    @property
    def gate(self) -> Gate:
        """The gate that is asked about; a failure where there is none."""
        gate = self.release.open_gate
        assert gate is not None
        return gate

    def judge(self, *unmet: str) -> list[Event]:
        """Read the evidence of the open gate; `unmet` are what unmet conditions say."""
        gate = self.gate
        shown = evidence(self.release, unmet=unmet, at=self.now)
        return self.act(lambda c: decisions.record_evidence(c, gate.id, shown, next_check=HOUR))

    def sign(self, by: str, *areas: str, force: str | None = None, digest: str | None = None) -> list[Event]:
        """Say yes to what the open gate shows."""
        gate = self.gate
        seen = digest or (gate.evidence.digest if gate.evidence else "")
        return self.act(lambda c: decisions.sign(c, gate.id, areas=areas, digest=seen, force=force), by=by)

    def reject(self, by: str, reason: str = "the login is broken") -> list[Event]:
        """Say no to what the open gate shows."""
        gate = self.gate
        seen = gate.evidence.digest if gate.evidence else ""
        return self.act(lambda c: decisions.reject(c, gate.id, digest=seen, reason=reason), by=by)

    # Places to start a test from.

    def kicked_off(self) -> "Life":
        """Stage 1 is done; the first slot is still to come."""
        self.wait_until(self.release.kick_off_at)
        return self.finish()

    def in_cycle(self) -> "Life":
        """The first cycle has begun and none of its tasks was started."""
        self.kicked_off().wait_until(self.release.planned_slots[0].at)
        return self

    def awaiting_stage_3(self) -> "Life":
        """Every planned cycle is done; the gate is open and nothing was read for it yet."""
        self.kicked_off()
        while self.release.planned_slots:
            self.wait_until(self.release.planned_slots[0].at)
            self.finish()
        return self

    def in_pre_release(self) -> "Life":
        """Approved; none of Stage 3's tasks was started."""
        self.awaiting_stage_3().judge()
        self.sign(QA, "release")
        return self

    def awaiting_submission(self) -> "Life":
        """Stage 3 is done."""
        return self.in_pre_release().finish()


def kinds(events: list[Event]) -> list[EventKind]:
    """What happened, in order."""
    return [event.kind for event in events]
