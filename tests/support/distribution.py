"""The story of a release from its store builds to its users, at a company with both stores."""

from integrations.rehearsal.app_store import RehearsalAppStore
from orchestration.domain.pairs import Pair
from orchestration.domain.people import Actor
from orchestration.domain.release import Release
from orchestration.domain.rollout_plan import RolloutPlan
from orchestration.domain.snapshot import Snapshot, StorePlan
from orchestration.domain.submission import Submission, Verb
from orchestration.ports.app_store import Rollout
from orchestration.services import decide, rollout
from tests.support.engine import TENANT, Bench
from tests.support.rehearsed import ANDROID, ANN, IOS, snapshot
from tests.support.stores import Stores, to_store_builds

VERSION = "2.14.0"
NUMBERS = {IOS: "4711", ANDROID: "2140001"}
STAGED = RolloutPlan(steps=(5.0, 20.0, 50.0), whats_new="Fixes")


class TwoStores(Stores):
    """The company, with stores that let out as the real ones do."""

    def __post_init__(self) -> None:
        """Days of its own in the one, percentages in the other."""
        super().__post_init__()
        self.play = RehearsalAppStore(
            groups=("internal",), hook=lambda verb: self.hook("play", verb), rollout=Rollout.STAGED
        )

    def store(self, pair: Pair) -> RehearsalAppStore:
        """The store of a pair."""
        return self.apple if pair == IOS else self.play


def stores(android: RolloutPlan = STAGED, ios: RolloutPlan | None = None, **changes: object) -> Snapshot:
    """A configuration with both stores."""
    plans = {
        IOS.key: StorePlan(integration="apple", group="QA", rollout=ios or RolloutPlan(whats_new="Fixes")),
        ANDROID.key: StorePlan(integration="play", rollout=android),
    }
    return snapshot(stores=plans, **changes)


async def to_submission(b: Bench, company: TwoStores, configuration: Snapshot | None = None) -> Release:
    """Play until both submissions are asked about."""
    waiting = await to_store_builds(b, company, configuration or stores())
    for pair, number in NUMBERS.items():
        company.store(pair).upload(VERSION, number, at=b.clock.now())
    await b.live(steps=2, minutes=1)
    return await b.release(waiting.id)


async def submission(b: Bench, release_id: str, pair: Pair) -> Submission:
    """The newest submission of a pair."""
    found = (await b.release(release_id)).submission_of(pair)
    assert found is not None
    return found


async def say_yes(b: Bench, release_id: str, pair: Pair, *, actor: Actor = ANN) -> None:
    """Approve the submission of a pair on what is shown, and let it be sent."""
    release = await b.release(release_id)
    wanted = await submission(b, release_id, pair)
    gate = next(g for g in release.open_gates if g.subject == wanted.id)
    assert gate.evidence is not None
    await decide.approve(b.engine, TENANT, release_id, gate.id, digest=gate.evidence.digest, actor=actor)
    await b.settle()


async def tell(
    b: Bench, release_id: str, pair: Pair, verb: Verb, *, percent: float | None = None, actor: Actor = ANN
) -> None:
    """Have the store of a pair told, and let it be done."""
    wanted = await submission(b, release_id, pair)
    await rollout.instruct(b.engine, TENANT, release_id, wanted.id, verb, percent=percent, actor=actor)
    await b.settle()
