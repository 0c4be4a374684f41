"""Releases for tests, lived through by the real rules and plan: `in_phase(...)`, or a `Journey` of one's own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from orchestration.catalogue import plan_stage
from orchestration.domain import acts, decisions, following, outcomes, submitting
from orchestration.domain.advance import advance
from orchestration.domain.builds import BuildState
from orchestration.domain.change import Change
from orchestration.domain.creation import Facts, Order, WantedSlot, create
from orchestration.domain.due import may_start
from orchestration.domain.events import Event
from orchestration.domain.gates import Gate
from orchestration.domain.outcomes import Failed, Later, Outcome, Waiting
from orchestration.domain.pairs import Pair, Platform, Target
from orchestration.domain.people import SYSTEM, Actor
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.snapshot import BuildMode, Snapshot
from orchestration.domain.stages import CycleFlags
from orchestration.domain.store_states import Rollout, StoreState
from orchestration.domain.submission import Sighting, Submission
from orchestration.domain.tasks import Task, TaskState, TaskType, TroubleKind, WaitOwner
from orchestration.domain.version import ReleaseType, Version
from tests.support.release_parts import CAPTAIN, NOW, PRODUCT, QA, STORES, build, done, evidence, snapshot

STAGE_4 = frozenset({Phase.IN_REVIEW, Phase.ROLLING_OUT, Phase.COMPLETED})
AFTER_STAGE_2 = frozenset({Phase.PRE_RELEASE, Phase.AWAITING_SUBMISSION, *STAGE_4, Phase.ARCHIVED})
"""The phases in which the commit to ship is fixed."""


class Journey:
    """A release under way. Every step keeps `release` and collects the `events` it made."""

    def __init__(
        self,
        *,
        configuration: Snapshot | None = None,
        slots: int = 2,
        kick_off_in: timedelta = timedelta(0),
        automation: bool = False,
        versions: str = "2.14.0",
    ) -> None:
        used = configuration or snapshot()
        self.now = NOW
        self.events: list[Event] = []
        flags = CycleFlags(automation=automation)
        kick_off = NOW + kick_off_in
        order = Order(
            type=ReleaseType.MINOR,
            versions={pair.key: versions for pair in used.pairs},
            target_at=kick_off + timedelta(days=slots + 3),
            slots=[WantedSlot(at=kick_off + timedelta(days=n), flags=flags) for n in range(1, slots + 1)],
            kick_off_at=kick_off if kick_off_in else None,
            captain=CAPTAIN,
        )
        facts = Facts(
            snapshot=used,
            active=True,
            latest={pair: Version(2, 13, 0) for pair in used.pairs},
            unverified={},
            last_tag="v2.13.0",
            branches_in_use=frozenset(),
        )
        self.release = create(
            order, facts, release_id="REL-7F3K2Q9D", tenant_id="T0TEAM", by=CAPTAIN, now=NOW
        )

    def change(self, act: Callable[[Change], object], *, by: str | None = None) -> "Journey":
        """Do something to the release, then let it move on by itself."""
        change = Change(self.release, now=self.now, actor=Actor(id=by) if by else SYSTEM)
        act(change)
        advance(change, plan_stage)
        self.release = change.release
        self.events += change.events
        return self

    def wait(self, span: timedelta) -> "Journey":
        """Let time pass."""
        self.now += span
        return self.change(lambda _change: None)

    def wait_until(self, at: datetime) -> "Journey":
        """Let time pass until a moment."""
        return self.wait(max(at - self.now, timedelta(0)))

    def outcome(self, task_id: str, outcome: Outcome) -> "Journey":
        """Try a task, with this outcome."""

        def act(change: Change) -> None:
            outcomes.started(change, task_id)
            outcomes.apply(change, task_id, outcome, jitter=0.5)

        return self.change(act)

    def startable(self) -> list[Task]:
        """The tasks that could start now."""
        return [t for t in self.release.tasks if t.state is TaskState.PENDING and may_start(self.release, t)]

    def find(self, kind: TaskType) -> Task:
        """The newest task of a type; StopIteration where there is none."""
        return next(t for t in reversed(self.release.tasks) if t.type is kind)

    def finish(self, *but: TaskType) -> "Journey":
        """Do every task that can be done, except those of some types."""
        while ready := [t for t in self.startable() if t.type not in but]:
            for task in ready:
                self.now += timedelta(seconds=40)
                self.outcome(task.id, done(self.release, task))
        return self

    def cycle(self) -> "Journey":
        """Wait for the next slot and run its cycle whole."""
        return self.wait_until(self.release.planned_slots[0].at).finish()

    def regression(self) -> "Journey":
        """Kick off and run every planned cycle."""
        self.wait_until(self.release.kick_off_at).finish()
        while self.release.planned_slots:
            self.cycle()
        return self

    def judged(self, *unmet: str) -> "Journey":
        """Read the evidence of the open gate; `unmet` are what unmet conditions say."""
        gate = self.open_gate
        shown = evidence(self.release, unmet=unmet, at=self.now)
        return self.change(
            lambda change: decisions.record_evidence(change, gate.id, shown, next_check=timedelta(minutes=1))
        )

    @property
    def open_gate(self) -> Gate:
        """The gate that is asked about; a failure where there is none."""
        gate = self.release.open_gate
        assert gate is not None
        return gate

    def sign(self, by: str, *areas: str, force: str | None = None) -> "Journey":
        """Approve what the open gate shows."""
        gate = self.open_gate
        assert gate.evidence is not None
        digest = gate.evidence.digest
        return self.change(
            lambda change: decisions.sign(change, gate.id, areas=areas, digest=digest, force=force), by=by
        )

    def approved(self) -> "Journey":
        """Judge the gate, all green, and have everybody sign."""
        return self.judged().sign(QA, "qa").sign(PRODUCT, "product")


def in_phase(where: Phase, *, configuration: Snapshot | None = None) -> Release:
    """A release in this phase, with what came before it done."""
    used = configuration or snapshot()
    if where is Phase.AWAITING_REGRESSION:
        used = replace(used, auto_stage_2=False)
    if where in STAGE_4:
        used = replace(used, stores={key: plan for key, plan in STORES.items() if key in _keys(used)})
    journey = Journey(
        configuration=used, kick_off_in=timedelta(days=1) if where is Phase.SCHEDULED else timedelta(0)
    )
    lived: dict[Phase, Callable[[Journey], object]] = {
        Phase.SCHEDULED: lambda j: j.wait(timedelta(0)),
        Phase.KICKOFF: lambda j: j.wait(timedelta(0)).finish(TaskType.TRIGGER_PRE_REGRESSION_BUILDS),
        Phase.AWAITING_REGRESSION: lambda j: j.wait(timedelta(0)).finish(),
        Phase.REGRESSION: _in_regression,
        Phase.BETWEEN_CYCLES: lambda j: j.wait(timedelta(0)).finish().cycle(),
        Phase.AWAITING_STAGE_3: lambda j: j.regression().judged(),
        Phase.PRE_RELEASE: lambda j: j.regression().approved().finish(TaskType.CREATE_AAB_BUILD),
        Phase.AWAITING_SUBMISSION: lambda j: j.regression().approved().finish(),
        Phase.IN_REVIEW: _submitted,
        Phase.ROLLING_OUT: _rolling,
        Phase.COMPLETED: _completed,
        Phase.ARCHIVED: _archived,
    }
    lived[where](journey)
    return journey.release


def _keys(used: Snapshot) -> set[str]:
    return {pair.key for pair in used.pairs}


def submissions(journey: Journey) -> tuple[Submission, ...]:
    """The newest of each pair."""
    return journey.release.current_submissions


def told(journey: Journey, submission: Submission, state: StoreState, **more: object) -> Journey:
    """Look at the store, which tells this; a moment later."""
    journey.now += timedelta(minutes=1)
    known = journey.release.submission(submission.id)
    assert known is not None
    facts = {"url": "https://store.example/2.14.0", "percent": known.percent, **more}
    seen = Sighting(state=state, asked_at=journey.now, **facts)  # type: ignore[arg-type]  # fields by name
    return journey.change(lambda change: following.see(change, submission.id, seen))


def _submitted(journey: Journey) -> None:
    """Every store approved and sent."""
    journey.regression().approved().finish()
    for submission in submissions(journey):
        approve_submission(journey, submission)
        told(journey, submission, StoreState.SUBMITTED)


def approve_submission(journey: Journey, submission: Submission) -> Journey:
    """Read the evidence of a submission and have it approved."""
    gate = next(g for g in journey.release.open_gates if g.subject == submission.id)
    shown = replace(
        evidence(journey.release, at=journey.now), offer=submitting.offered(journey.release, submission)
    )
    journey.change(
        lambda change: decisions.record_evidence(change, gate.id, shown, next_check=timedelta(minutes=1))
    )
    return journey.change(
        lambda change: decisions.sign(change, gate.id, areas=("release",), digest=shown.digest), by=CAPTAIN
    )


def _rolling(journey: Journey) -> None:
    _submitted(journey)
    for submission in submissions(journey):
        moving = StoreState.LIVE if submission.rollout is Rollout.PHASED else StoreState.IN_PROGRESS
        told(journey, submission, moving, percent=1.0, phased=True)


def _completed(journey: Journey) -> None:
    _rolling(journey)
    journey.finish()
    for submission in submissions(journey):
        told(journey, submission, StoreState.COMPLETE, percent=100.0)


def _in_regression(journey: Journey) -> None:
    journey.wait(timedelta(0)).finish().wait_until(journey.release.planned_slots[0].at)
    journey.finish(TaskType.TRIGGER_REGRESSION_BUILDS)
    for task in journey.startable()[:1]:
        journey.outcome(
            task.id,
            Waiting(
                what="run 8123",
                owner=WaitOwner.CI,
                check_after=timedelta(seconds=30),
                link="https://github.example/pixel/app/actions/runs/8123",
                builds=(build(journey.release, task, BuildState.RUNNING),),
            ),
        )


def _archived(journey: Journey) -> None:
    journey.wait(timedelta(0)).finish(TaskType.CREATE_TEST_SUITE)
    journey.change(lambda change: acts.archive(change, "superseded by 2.15.0"), by=CAPTAIN)


def failing(reason: str = "Bad credentials (401)") -> Release:
    """A release in Stage 1 with one failed task, one tried again and one that waits for the captain."""
    journey = Journey(configuration=snapshot(build_mode=BuildMode.MANUAL)).wait(timedelta(0))
    journey.finish(
        TaskType.CREATE_PROJECT_MANAGEMENT_TICKET,
        TaskType.CREATE_TEST_SUITE,
        TaskType.TRIGGER_PRE_REGRESSION_BUILDS,
    )
    by_type = {task.type: task.id for task in journey.startable()}
    link = "https://jira.example/browse"
    journey.outcome(
        by_type[TaskType.CREATE_PROJECT_MANAGEMENT_TICKET],
        Failed(kind=TroubleKind.REFUSED, reason=reason, link=link),
    )
    journey.outcome(by_type[TaskType.CREATE_TEST_SUITE], Later(reason="Checkmate answered 503"))
    journey.outcome(
        by_type[TaskType.TRIGGER_PRE_REGRESSION_BUILDS],
        Waiting(what="an uploaded build", owner=WaitOwner.CAPTAIN, check_after=timedelta(minutes=5)),
    )
    return journey.release


LONG = 'A <very> & long "name" ' * 40
LINK = "https://example.com/" + "a" * 380
SIX = tuple(
    Pair(platform=platform, target=target)
    for platform in (Platform.ANDROID, Platform.IOS, Platform.WEB)
    for target in (Target.PLAY_STORE, Target.WEB)
)


def crowded() -> Release:
    """As much as a release may hold: six pairs, ten slots, long names, and everything in its cycle failed or waits."""
    used = snapshot(pairs=SIX, app=LONG, branch_pattern="release/" + "x" * 180 + "/{version}")
    journey = Journey(configuration=used, slots=10, automation=True).wait(timedelta(0)).finish()
    journey.cycle().cycle().wait_until(journey.release.planned_slots[0].at)
    journey.finish(TaskType.TRIGGER_REGRESSION_BUILDS, TaskType.TRIGGER_AUTOMATION_RUNS)
    for number, task in enumerate(journey.startable()):
        waits = Waiting(what=LONG, owner=WaitOwner.CAPTAIN, check_after=timedelta(hours=1), link=LINK)
        fails = Failed(kind=TroubleKind.REFUSED, reason=LONG, link=LINK)
        journey.outcome(task.id, waits if number % 3 == 0 else fails)
    return journey.release
