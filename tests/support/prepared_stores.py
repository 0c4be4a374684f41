"""A company with both stores up to the questions about its submissions, for databases of `tests.support.prepared`."""

from dataclasses import replace
from datetime import datetime, timedelta

from integrations.rehearsal.release_health import RehearsalReleaseHealth
from orchestration.domain.builds import BuildKind
from orchestration.domain.gates import GateKind
from orchestration.domain.health_plan import HealthAction, HealthPlan
from orchestration.domain.people import Actor
from orchestration.domain.rollout_plan import RolloutPlan
from orchestration.domain.snapshot import StorePlan, Timing, Workflow
from orchestration.ports.runtime import Integrations
from orchestration.services import decide
from orchestration.services.engine import Engine
from tests.support.distribution import NUMBERS, VERSION, TwoStores
from tests.support.rehearsed import ANDROID, IOS

STEPS = (5.0, 20.0, 50.0)
RULE = HealthPlan(integration="sentry", project="android", app="com.acme.pixel", action=HealthAction.PAUSE)


class Shops(TwoStores):
    """The company as the bot sees it, stores and what counts crashes."""

    def __post_init__(self) -> None:
        """One project, the Android app's."""
        super().__post_init__()
        self.counting = RehearsalReleaseHealth(projects=(RULE.project,))

    def ports(self) -> Integrations:
        """With the stores and the tool."""
        return replace(
            super().ports(),
            app_stores={"apple": self.apple, "play": self.play},
            release_health={RULE.integration: self.counting},
        )

    def used(self, at: datetime, *, crashed: int) -> None:
        """A thousand sessions of the Android app, of which so many crashed."""
        build = NUMBERS[ANDROID]
        self.counting.count(RULE.project, RULE.app, VERSION, build, at=at, sessions=1000, crashed=crashed)

    def arrive(self, at: datetime) -> None:
        """Both builds are in their stores."""
        for pair, number in NUMBERS.items():
            self.store(pair).upload(VERSION, number, at=at)


def store_fields(health: HealthPlan | None = None) -> dict[str, object]:
    """What a small configuration becomes with two platforms and their stores; `health` judges the Android app."""
    kinds = [(kind, pair) for kind in BuildKind for pair in (ANDROID, IOS)]
    return {
        "pairs": (ANDROID, IOS),
        "stores": {
            IOS.key: StorePlan(integration="apple", group="QA", rollout=RolloutPlan(whats_new="Fixes")),
            ANDROID.key: StorePlan(
                integration="play", rollout=RolloutPlan(steps=STEPS, whats_new="Fixes"), health=health
            ),
        },
        "workflows": tuple(
            Workflow(
                key=f"{kind.lower()}-{pair.platform.lower()}",
                integration="actions",
                kind=kind,
                platform=pair.platform,
                job="build.yml",
            )
            for kind, pair in kinds
        ),
        "timing": Timing(
            check_every=timedelta(seconds=0.1),
            gate_check_every=timedelta(hours=1),
            store_check_every=timedelta(seconds=0.2),
            health_check_every=timedelta(seconds=2),
        ),
    }


async def approve_stage_3(engine: Engine, tenant: str, release_id: str, person: str) -> None:
    """A yes to what is tested."""
    async with engine.look() as work:
        release = await work.releases.get(tenant, release_id)
    gate = next(g for g in release.open_gates if g.kind is GateKind.APPROVE_STAGE_3)
    assert gate.evidence is not None
    digest = gate.evidence.digest
    await decide.approve(engine, tenant, release_id, gate.id, digest=digest, actor=Actor(id=person))
