"""Releases for the tests of the store: one with something in every field, and small changes to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from orchestration.domain.builds import Artifact, Build, BuildKind, BuildState
from orchestration.domain.change import Change
from orchestration.domain.effects import Effect, EffectState
from orchestration.domain.events import EventKind
from orchestration.domain.gates import (
    Condition,
    Decision,
    Evidence,
    Finding,
    Gate,
    GateKind,
    GateState,
    Signature,
    SignOff,
)
from orchestration.domain.holds import Hold, HoldCause
from orchestration.domain.pairs import Pair, Platform, Target
from orchestration.domain.people import Actor
from orchestration.domain.release import PairPlan, Release
from orchestration.domain.reminders import Reminder, ReminderKind
from orchestration.domain.snapshot import GateSettings, Snapshot, TestPlan, TicketPlan, Workflow
from orchestration.domain.stages import (
    Cycle,
    CycleFlags,
    CycleState,
    Slot,
    SlotState,
    Stage,
    StageRecord,
    StageState,
)
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Instruction, Submission, Verb
from orchestration.domain.tasks import Task, TaskState, TaskType, Trouble, TroubleKind, Wait, WaitOwner
from orchestration.domain.version import ReleaseType, Version

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT = "T0WORKSPACE"
OTHER_TENANT = "T0OTHER"
CAPTAIN = Actor(id="U0CAPTAIN")
IOS = Pair(platform=Platform.IOS, target=Target.APP_STORE)
ANDROID = Pair(platform=Platform.ANDROID, target=Target.PLAY_STORE)


def snapshot(app: str = "Pixel") -> Snapshot:
    """A configuration with every kind of mapping in it."""
    return Snapshot(
        config_id="default",
        name="Weekly",
        app=app,
        pairs=(ANDROID, IOS),
        base_branch="main",
        home="C0HOME",
        scm="github",
        pm="jira",
        test_platform="checkmate",
        workflows=(
            Workflow(
                key="ios",
                integration="github-actions",
                kind=BuildKind.REGRESSION,
                platform=Platform.IOS,
                job="ios.yml",
                inputs={"lane": "beta"},
            ),
        ),
        tickets={IOS.key: TicketPlan(project="MOB", issue_type="Task")},
        test_plans={IOS.key: TestPlan(project="7", sections=("1", "2"))},
        channels={"releases": ("C0HOME", "C0NEWS")},
        gate=GateSettings(sign_offs=(SignOff(area="qa", needed=1, people=("U0QA",)),), pass_percent=98),
    )


def small_release(release_id: str = "REL-7F3K2Q9D", *, tenant: str = TENANT, app: str = "Pixel") -> Release:
    """A release that has one task to run, due at once."""
    task = Task(id=f"{release_id}/fork", type=TaskType.FORK_BRANCH, stage=Stage.KICKOFF)
    stages = (
        StageRecord(stage=Stage.KICKOFF, state=StageState.IN_PROGRESS, started_at=NOW),
        *(StageRecord(stage=stage) for stage in list(Stage)[1:]),
    )
    return Release(
        id=release_id,
        tenant_id=tenant,
        type=ReleaseType.MINOR,
        plans=(
            PairPlan(pair=ANDROID, version=Version(2, 14, 0)),
            PairPlan(pair=IOS, version=Version(2, 14, 0)),
        ),
        snapshot=snapshot(app),
        base_branch="main",
        branch="release/2.14.0",
        kick_off_at=NOW,
        target_at=NOW + timedelta(days=4),
        captain=CAPTAIN.id,
        created_by=CAPTAIN.id,
        created_at=NOW - timedelta(hours=1),
        stages=stages,
        tasks=(task,),
    )


def rich_release(release_id: str = "REL-7F3K2Q9D", *, tenant: str = TENANT) -> Release:
    """A release with something in every field; its texts need more than ASCII."""
    return replace(
        small_release(release_id, tenant=tenant),
        base_commit="c0ffee",
        previous_tag="v2.13.0",
        slots=_slots(release_id),
        cycles=_cycles(release_id),
        tasks=_tasks(release_id),
        builds=(
            Build(
                id=f"{release_id}-b1",
                task_id=f"{release_id}/build",
                kind=BuildKind.REGRESSION,
                pair=IOS,
                version="2.14.0",
                ref="v2.14.0-rc.1",
                state=BuildState.READY,
                run_id="4711",
                artifacts=(Artifact(name="Pixel.ipa", url="https://ci.example/1", size=12),),
            ),
        ),
        gates=(_gate(release_id),),
        effects=(
            Effect(
                id=f"{release_id}/branch",
                task_id=f"{release_id}/fork",
                state=EffectState.SENT,
                sent_at=NOW,
                plan={"commit": "c0ffee"},
            ),
        ),
        reminders=(Reminder(id=f"{release_id}/r1", kind=ReminderKind.TARGET, at=NOW + timedelta(days=3)),),
        submissions=(_submission(release_id),),
        holds=(
            Hold(cause=HoldCause.TASK_FAILURE, by=f"{release_id}/ticket", reason="Grüße \U0001f600", at=NOW),
        ),
    )


def _slots(release_id: str) -> tuple[Slot, ...]:
    started = Slot(
        id=f"{release_id}/s1",
        at=NOW + timedelta(days=1),
        flags=CycleFlags(automation=True),
        state=SlotState.STARTED,
        cycle_id=f"{release_id}/c1",
    )
    return (started, Slot(id=f"{release_id}/s2", at=NOW + timedelta(days=2), flags=CycleFlags()))


def _cycles(release_id: str) -> tuple[Cycle, ...]:
    return (
        Cycle(
            id=f"{release_id}/c1",
            number=1,
            tag="v2.14.0-rc.1",
            flags=CycleFlags(automation=True),
            state=CycleState.IN_PROGRESS,
            started_at=NOW,
        ),
    )


def _tasks(release_id: str) -> tuple[Task, ...]:
    return (
        Task(
            id=f"{release_id}/fork",
            type=TaskType.FORK_BRANCH,
            stage=Stage.KICKOFF,
            state=TaskState.SUCCEEDED,
            output={"sha": "c0ffee"},
            finished_at=NOW,
        ),
        Task(
            id=f"{release_id}/ticket",
            type=TaskType.CREATE_PROJECT_MANAGEMENT_TICKET,
            stage=Stage.KICKOFF,
            pair=IOS,
            after=(f"{release_id}/fork",),
            state=TaskState.FAILED,
            attempts=3,
            trouble=Trouble(kind=TroubleKind.REFUSED, reason="No such project", at=NOW),
        ),
        Task(
            id=f"{release_id}/build",
            type=TaskType.TRIGGER_REGRESSION_BUILDS,
            stage=Stage.REGRESSION,
            cycle_id=f"{release_id}/c1",
            pair=IOS,
            state=TaskState.WAITING,
            wait=Wait(
                what="the build",
                owner=WaitOwner.CI,
                since=NOW,
                check_at=NOW + timedelta(seconds=30, microseconds=500),
                deadline_at=NOW + timedelta(hours=3),
            ),
            started_at=NOW,
        ),
    )


def _gate(release_id: str) -> Gate:
    evidence = Evidence(
        commit="c0ffee",
        tag="v2.14.0-rc.1",
        builds=(f"{release_id}-b1",),
        suites=("12",),
        findings=(Finding(condition=Condition.TESTS_PASSED, met=False, says="97 of 100 passed"),),
        read_at=NOW,
    )
    return Gate(
        id=f"{release_id}/g1",
        kind=GateKind.APPROVE_STAGE_3,
        opened_at=NOW,
        sign_offs=(SignOff(area="qa", needed=2, people=("U0QA", "U0TEST")),),
        state=GateState.REJECTED,
        evidence=evidence,
        check_at=NOW + timedelta(minutes=1),
        signatures=(Signature(by="U0QA", areas=("qa",), at=NOW, digest=evidence.digest),),
        decision=Decision(by="U0TEST", at=NOW, reason="no", forced=(Condition.TESTS_PASSED,)),
    )


def created(release: Release) -> Change:
    """The change that creates a release."""
    change = Change(release, now=NOW, actor=CAPTAIN)
    change.tell(EventKind.RELEASE_CREATED, title=release.title)
    return change


def noted(release: Release, note: str) -> Change:
    """A change of one task's note, with an event that says it."""
    change = Change(release, now=NOW, actor=CAPTAIN)
    task = replace(release.tasks[0], note=note)
    change.release = release.with_task(task)
    change.tell(EventKind.TASK_WAITING, task=task.id, note=note)
    return change


def _submission(release_id: str) -> Submission:
    return Submission(
        id=f"{release_id}/d1",
        pair=IOS,
        number=1,
        version="2.14.0",
        integration="app-store",
        build="4711",
        notes={"de-DE": "Grüße"},
        state=StoreState.LIVE,
        percent=2.0,
        opened_at=NOW - timedelta(days=3),
        submitted_at=NOW - timedelta(days=2),
        approved_at=NOW - timedelta(days=1),
        check_at=NOW + timedelta(days=30),
        instruction=Instruction(number=1, verb=Verb.COMPLETE, by="U0ANN", at=NOW + timedelta(days=30)),
    )
