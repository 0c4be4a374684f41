"""A company in memory: every port's twin, a configuration that uses them all, and the story of a release."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from integrations.rehearsal.cicd import RehearsalCicd
from integrations.rehearsal.pm import RehearsalPm
from integrations.rehearsal.scm import RehearsalScm
from integrations.rehearsal.test_platform import CaseState, RehearsalCase, RehearsalTestPlatform
from orchestration.domain.builds import BuildKind
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.pairs import Pair, Platform, Target
from orchestration.domain.people import Actor
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Snapshot, TestPlan, TicketPlan, Workflow
from orchestration.domain.stages import CycleFlags
from orchestration.domain.tasks import TaskType
from orchestration.domain.version import ReleaseType
from orchestration.ports.cicd import BuildRequest, Run
from orchestration.ports.errors import TryLater
from orchestration.ports.runtime import Configuration, Integrations
from orchestration.services import decide
from orchestration.services.start_release import start_release
from orchestration.store.integrations import IntegrationRow, IntegrationState
from tests.support.engine import TENANT, Bench

ANDROID = Pair(platform=Platform.ANDROID, target=Target.PLAY_STORE)
IOS = Pair(platform=Platform.IOS, target=Target.APP_STORE)
ANN = Actor(id="U000ANN01")
BO = Actor(id="U0000BO02")
VIEWER = Actor(id="U00EVE005")


@dataclass
class Company:
    """The twins; `hook` is called with (port, verb) before every call of any of them."""

    hook: Callable[[str, str], None] = lambda _port, _verb: None
    scm: RehearsalScm = field(init=False)
    cicd: RehearsalCicd = field(init=False)
    pm: RehearsalPm = field(init=False)
    tests: RehearsalTestPlatform = field(init=False)

    def __post_init__(self) -> None:
        """Wire the hook into every twin."""
        titles = tuple(f"feat: change {n}" for n in range(1, 8))
        self.scm = RehearsalScm(titles=titles, hook=lambda verb: self.hook("scm", verb))
        self.cicd = RehearsalCicd(hook=lambda verb: self.hook("cicd", verb))
        self.pm = RehearsalPm(projects={"MOB": ("Task",)}, hook=lambda verb: self.hook("pm", verb))
        self.tests = RehearsalTestPlatform(
            projects={
                "1": (
                    RehearsalCase(squad="1", squad_name="Checkout"),
                    RehearsalCase(squad="1", squad_name="Checkout"),
                    RehearsalCase(squad="2", squad_name="Login"),
                )
            },
            hook=lambda verb: self.hook("tests", verb),
        )

    def ports(self) -> Integrations:
        """As the engine sees them."""
        return Integrations(
            scm={"github": self.scm},
            cicd={"actions": self.cicd},
            pm={"jira": self.pm},
            test_platform={"checkmate": self.tests},
        )


def lose_answers(company: Company) -> None:
    """From now on CI takes orders of regression builds, and its answers are lost."""
    made = company.cicd.trigger_regression_builds

    async def cut_off(request: BuildRequest) -> Run:
        await made(request)
        raise TryLater("The answer was lost", maybe_done=True)

    company.cicd.trigger_regression_builds = cut_off  # type: ignore[method-assign]  # for this test


def snapshot(**changes: object) -> Snapshot:
    """A configuration of two platforms that uses everything."""
    fields: dict[str, object] = {
        "config_id": "pixel",
        "name": "Pixel",
        "app": "Pixel",
        "pairs": (ANDROID, IOS),
        "base_branch": "main",
        "home": "C0RELEASES",
        "scm": "github",
        "pm": "jira",
        "test_platform": "checkmate",
        "workflows": tuple(
            Workflow(
                key=f"{kind.lower()}-{platform.lower()}",
                integration="actions",
                kind=kind,
                platform=platform,
                job="build.yml",
            )
            for kind in BuildKind
            for platform in (Platform.ANDROID, Platform.IOS)
        ),
        "tickets": {pair.key: TicketPlan(project="MOB", issue_type="Task") for pair in (ANDROID, IOS)},
        "test_plans": {pair.key: TestPlan(project="1") for pair in (ANDROID, IOS)},
        "channels": {"critical": ("C0CRITICAL",)},
    }
    return Snapshot(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name


async def found(bench: Bench, configured: Snapshot | None = None) -> None:
    """Store the configuration, the roles and the connections."""
    wanted = configured or snapshot()
    async with bench.store.work() as work:
        await work.directory.save_configuration(
            Configuration(
                id=wanted.config_id, tenant_id=TENANT, name=wanted.name, snapshot=wanted, default=True
            )
        )
        await work.directory.grant(TENANT, ANN.id, "editor")
        await work.directory.grant(TENANT, BO.id, "approver:qa")
        await work.directory.grant(TENANT, VIEWER.id, "viewer")
        await work.commit()
    for name in sorted(wanted.integrations()):
        await bench.store.integrations.add(
            IntegrationRow(
                id=name, tenant_id=TENANT, provider=name, name=name, state=IntegrationState.VERIFIED
            )
        )


def order(bench: Bench, *, version: str = "2.14.0", automation: bool = True) -> Order:
    """A minor release of both platforms, kicked off now, with one slot in 20 minutes."""
    now = bench.clock.now()
    return Order(
        type=ReleaseType.MINOR,
        versions={ANDROID.key: version, IOS.key: version},
        target_at=now + timedelta(days=7),
        slots=(WantedSlot(at=now + timedelta(minutes=20), flags=CycleFlags(automation=automation)),),
    )


async def begin(bench: Bench) -> Release:
    """Create the release."""
    return await start_release(bench.engine, TENANT, "pixel", order(bench), actor=ANN)


def finish_by_hand(company: Company, release: Release) -> None:
    """What people do outside: every test passes, every ticket is moved to Done."""
    for plan in release.plans:
        suite = release.output(TaskType.CREATE_TEST_SUITE, "id", pair=plan.pair)
        ticket = release.output(TaskType.CREATE_PROJECT_MANAGEMENT_TICKET, "key", pair=plan.pair)
        if suite is not None:
            company.tests.fill(suite, CaseState.PASSED)
        if ticket is not None:
            company.pm.move(ticket, "Done")


async def approve(bench: Bench, release_id: str) -> None:
    """Ann says yes to what is open."""
    release = await bench.release(release_id)
    gate = release.open_gate
    assert gate is not None
    assert gate.evidence is not None
    await decide.approve(bench.engine, TENANT, release_id, gate.id, digest=gate.evidence.digest, actor=ANN)
