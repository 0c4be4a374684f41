"""What test releases are made of: a configuration and what providers would leave behind."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from orchestration.domain.builds import Artifact, Build, BuildKind, BuildState, InStore
from orchestration.domain.gates import Condition, Evidence, Finding, SignOff
from orchestration.domain.outcomes import Done
from orchestration.domain.pairs import Pair, Platform, Target
from orchestration.domain.release import Release
from orchestration.domain.snapshot import (
    GateSettings,
    Snapshot,
    StorePlan,
    TestPlan,
    TicketPlan,
    Workflow,
)
from orchestration.domain.tasks import Task, TaskType

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CAPTAIN, QA, PRODUCT = "U0CAPTAIN", "U0QUALITY", "U0PRODUCT"
ANDROID = Pair(platform=Platform.ANDROID, target=Target.PLAY_STORE)
IOS = Pair(platform=Platform.IOS, target=Target.APP_STORE)
WEB = Pair(platform=Platform.WEB, target=Target.WEB)
SHA = "9f2c41d07be5a3c8e6f1b2d4a5c6e7f809182a3b"
SIGN_OFFS = (
    SignOff(area="qa", needed=1, people=(QA,)),
    SignOff(area="product", needed=1, people=(PRODUCT,)),
)
_BUILD_KINDS = {
    TaskType.TRIGGER_PRE_REGRESSION_BUILDS: BuildKind.PRE_REGRESSION,
    TaskType.TRIGGER_REGRESSION_BUILDS: BuildKind.REGRESSION,
    TaskType.TRIGGER_TEST_FLIGHT_BUILD: BuildKind.TEST_FLIGHT,
    TaskType.CREATE_AAB_BUILD: BuildKind.AAB,
}


STORES = {
    ANDROID.key: StorePlan(integration="google-play-1", group="internal"),
    IOS.key: StorePlan(integration="app-store-1", group="QA"),
}
"""A store for each pair, as a configuration names them."""


def snapshot(*, pairs: Sequence[Pair] = (ANDROID, IOS), app: str = "Pixel", **changes: object) -> Snapshot:
    """A configuration that uses everything."""
    made = Snapshot(
        config_id="cfg1",
        name=f"{app} releases",
        app=app,
        pairs=tuple(pairs),
        base_branch="main",
        home="C0RELEASES",
        scm="github-1",
        pm="jira-1",
        test_platform="checkmate-1",
        workflows=tuple(
            Workflow(key=f"{kind}-{p}", integration="github-1", kind=kind, platform=p, job=f"{kind}.yml")
            for kind in BuildKind
            for p in Platform
        ),
        tickets={pair.key: TicketPlan(project="PIX", issue_type="Task") for pair in pairs},
        test_plans={pair.key: TestPlan(project="7") for pair in pairs},
        channels={"critical": ("C0CRITICAL",), "builds": ("C0BUILDS",)},
        gate=GateSettings(sign_offs=SIGN_OFFS),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields are named by the callers


def done(release: Release, task: Task) -> Done:
    """What a provider would leave behind, in the words of the catalogue's tasks."""
    repo = "https://github.example/pixel/app"
    tag = next((c.tag for c in release.cycles if c.id == task.cycle_id), f"v{release.version}")
    pair = task.pair.title.lower() if task.pair else ""
    outputs = {
        TaskType.FORK_BRANCH: {"branch": release.branch, "sha": SHA, "url": f"{repo}/tree/{release.branch}"},
        TaskType.CREATE_PROJECT_MANAGEMENT_TICKET: {
            "key": f"PIX-{len(pair)}1",
            "url": f"https://jira.example/browse/PIX-{len(pair)}1",
        },
        TaskType.CREATE_TEST_SUITE: {
            "id": "42",
            "name": f"2.14.0 {pair}",
            "url": "https://checkmate.example/runs/42",
        },
        TaskType.CREATE_RC_TAG: {"tag": tag, "sha": SHA, "url": f"{repo}/releases/tag/{tag}"},
        TaskType.CREATE_RELEASE_TAG: {"tag": tag, "sha": SHA, "url": f"{repo}/releases/tag/{tag}"},
        TaskType.CREATE_RELEASE_NOTES: {
            "text": "- Fix <crash> & burn (#12)",
            "commits": "12",
            "since": "v2.13.0",
            "url": f"{repo}/compare/v2.13.0...{tag}",
        },
        TaskType.CREATE_FINAL_RELEASE_NOTES: {
            "text": "- Fix <crash> & burn (#12)",
            "commits": "14",
            "since": "v2.13.0",
            "name": f"Pixel {release.version}",
            "url": f"{repo}/releases/{tag}",
        },
    }
    builds = (build(release, task),) if task.type in _BUILD_KINDS else ()
    return Done(output=outputs.get(task.type, {}), builds=builds)


def build(release: Release, task: Task, state: BuildState = BuildState.READY) -> Build:
    """The build of a task."""
    assert task.pair is not None
    return Build(
        id=f"sm-{task.id.replace('/', '.')}",
        task_id=task.id,
        kind=_BUILD_KINDS[task.type],
        pair=task.pair,
        version=release.version,
        ref=release.branch,
        workflow="build.yml",
        state=state,
        run_id="8123",
        run_url="https://github.example/pixel/app/actions/runs/8123",
        number="417",
        commit=SHA,
        artifacts=(Artifact(name="app.aab", url="https://github.example/artifact/1", size=31_000_000),),
        store=_in_store(release, task),
    )


def _in_store(release: Release, task: Task) -> InStore | None:
    """What the store of a pair has, where the configuration names one."""
    stored = _BUILD_KINDS[task.type] in {BuildKind.TEST_FLIGHT, BuildKind.AAB}
    if task.pair is None or not stored or task.pair.key not in release.snapshot.stores:
        return None
    return InStore(number="4711", url="https://store.example/builds/4711")


def evidence(release: Release, *, unmet: Sequence[str] = (), at: datetime = NOW) -> Evidence:
    """The evidence for Stage 3; the first conditions are unmet, one for each text."""
    says = {
        Condition.NO_ACTIVE_CYCLE: "No regression cycle is running",
        Condition.NO_SLOTS_LEFT: "No regression slot is left",
        Condition.HEAD_IS_TESTED: "The branch's head is what was tested",
        Condition.AUTOMATION_GREEN: "Automated tests passed on Android and iOS",
        Condition.TESTS_PASSED: "412 of 412 cases passed",
        Condition.TICKETS_DONE: "PIX-71 and PIX-31 are done",
    }
    findings = [
        Finding(
            condition=condition,
            met=n >= len(unmet),
            says=unmet[n] if n < len(unmet) else said,
            owner="qa" if n < len(unmet) else None,
            link="https://checkmate.example/runs/42",
        )
        for n, (condition, said) in enumerate(says.items())
    ]
    cycle = release.tested_cycle
    return Evidence(
        commit=release.tested_commit,
        tag=cycle.tag if cycle else None,
        builds=tuple(b.id for b in release.tested_builds()),
        suites=("42",),
        findings=tuple(findings),
        read_at=at,
    )
