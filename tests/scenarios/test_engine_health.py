"""Health through the whole engine: steps wait for it, a drop stops the rollout, a person overrules, it recovers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from integrations.rehearsal.release_health import RehearsalReleaseHealth
from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.events import Event, EventKind
from orchestration.domain.explain import explain
from orchestration.domain.health_plan import HealthAction, HealthPlan
from orchestration.domain.release import Release
from orchestration.domain.rollout_plan import RolloutPlan
from orchestration.domain.snapshot import StorePlan
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Verb
from orchestration.ports.errors import NeedsCredentials, TryLater
from orchestration.services import health, rollout
from orchestration.store.tables import integrations
from orchestration.store.times import due_ms
from tests.support.distribution import (
    NUMBERS,
    VERSION,
    TwoStores,
    say_yes,
    stores,
    submission,
    tell,
    to_submission,
)
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import ANDROID, ANN, IOS, VIEWER

RULE = HealthPlan(
    integration="sentry", project="android", app="com.acme.pixel", sessions=100, action=HealthAction.PAUSE
)
STEPS = RolloutPlan(steps=(5.0, 20.0, 50.0), auto_advance=True, whats_new="Fixes")


@dataclass
class Watched(TwoStores):
    """The company, with a tool that counts crashes."""

    counting: RehearsalReleaseHealth = field(init=False)

    def __post_init__(self) -> None:
        """Two projects, one per platform."""
        super().__post_init__()
        self.counting = RehearsalReleaseHealth(
            projects=("android", "ios"), hook=lambda verb: self.hook("sentry", verb)
        )

    def used(self, b: Bench, *, crashed: int, sessions: int = 1000, version: str = VERSION) -> None:
        """Users used it now, and so many times it crashed."""
        build = NUMBERS[ANDROID] if version == VERSION else "2130001"
        self.counting.count(
            "android", RULE.app, version, build, at=b.clock.now(), sessions=sessions, crashed=crashed
        )


@asynccontextmanager
async def rolling(
    tmp_path: Path, company: Watched, rule: HealthPlan = RULE
) -> AsyncIterator[tuple[Bench, Release]]:
    """A release that 5 % of the users have on Android, on a Monday morning."""
    ports = replace(
        company.ports(),
        app_stores={"apple": company.apple, "play": company.play},
        release_health={"sentry": company.counting},
    )
    plans = stores(STEPS)
    android = StorePlan(integration="play", rollout=STEPS, health=rule)
    configuration = replace(plans, stores={**plans.stores, ANDROID.key: android})
    async with bench(tmp_path, ports) as b:
        release = await to_submission(b, company, configuration)
        await say_yes(b, release.id, ANDROID)
        company.play.releases.turn(VERSION, NUMBERS[ANDROID], StoreState.APPROVED)
        await b.live(steps=2, minutes=10)
        assert (await submission(b, release.id, ANDROID)).percent == 5.0
        yield b, await b.release(release.id)


async def told(b: Bench, release_id: str, kind: EventKind) -> list[Event]:
    """The facts of a kind, oldest first."""
    async with b.store.look() as work:
        events = await work.releases.events(TENANT, release_id, limit=400)
    return [event for event in reversed(events) if event.kind is kind]


async def test_steps_follow_by_themselves_on_good_figures_only(tmp_path: Path) -> None:
    """Without figures the step that is due waits, told once and said why; with good ones it is taken at once."""
    company = Watched()
    async with rolling(tmp_path, company) as (b, release):
        await b.live(steps=48, hours=1)
        assert (await submission(b, release.id, ANDROID)).percent == 5.0
        (held,) = await told(b, release.id, EventKind.STEP_HELD)
        assert (held.data["to"], held.data["says"]) == ("20", "nothing was counted of this build yet")
        (why,) = [
            o
            for o in explain(await b.release(release.id), now=b.clock.now()).obstacles
            if "no step" in o.what
        ]
        assert "nothing was counted" in why.what
        company.used(b, crashed=1)
        company.used(b, crashed=1, version="2.13.0", sessions=9000)
        await b.live(steps=2, minutes=16)
        found = await submission(b, release.id, ANDROID)
        assert found.health.finding is not None
        assert (found.health.finding.adoption, found.health.finding.before) == (10.0, "2.13.0")
        await b.live(steps=22, hours=1)
        assert (await submission(b, release.id, ANDROID)).percent == 20.0


async def test_a_drop_stops_the_rollout_and_a_person_overrules_it(tmp_path: Path) -> None:
    """Halted with figures, told loudly; who resumes says why; as bad is let go on, clearly worse stops it again."""
    company = Watched()
    async with rolling(tmp_path, company) as (b, release):
        company.used(b, crashed=30)
        company.used(b, crashed=1, version="2.13.0")
        await b.live(steps=2, minutes=16)
        halted = await submission(b, release.id, ANDROID)
        assert halted.state is StoreState.HALTED
        (poor,) = await told(b, release.id, EventKind.HEALTH_POOR)
        assert poor.data["says"] == (
            "97 % of 1000 sessions were free of crashes, at least 99 % are wanted; 97 % of 1000 sessions were free "
            "of crashes, after 99.9 % in 2.13.0: more than 0.5 points less"
        )
        assert poor.data["pauses"] == "yes"
        (stopped,) = await told(b, release.id, EventKind.STORE_INSTRUCTED)
        assert (stopped.data["verb"], stopped.data["reason"]) == (Verb.HALT, poor.data["says"])
        with pytest.raises(NotNow, match="stopped by the rule of its health: 97 %"):
            await tell(b, release.id, ANDROID, Verb.RESUME)
        await rollout.instruct(
            b.engine,
            TENANT,
            release.id,
            halted.id,
            Verb.RESUME,
            reason="a known crash of one phone",
            actor=ANN,
        )
        await b.live(steps=2, minutes=16)
        assert (await submission(b, release.id, ANDROID)).state is StoreState.IN_PROGRESS
        (overruled,) = await told(b, release.id, EventKind.HEALTH_OVERRULED)
        assert (overruled.actor.id, overruled.data["reason"]) == (ANN.id, "a known crash of one phone")
        company.used(b, crashed=500)
        await b.live(steps=2, minutes=16)
        assert (await submission(b, release.id, ANDROID)).state is StoreState.HALTED
        assert len(await told(b, release.id, EventKind.HEALTH_POOR)) == 2


async def test_what_recovered_is_told_and_resumed_by_a_person(tmp_path: Path) -> None:
    """Good figures lift the rule, not the halt; then nobody needs a reason."""
    company = Watched()
    async with rolling(tmp_path, company) as (b, release):
        company.used(b, crashed=30)
        await b.live(steps=2, minutes=16)
        assert (await submission(b, release.id, ANDROID)).state is StoreState.HALTED
        await b.live(steps=25, hours=1)
        assert not await told(b, release.id, EventKind.HEALTH_RECOVERED)  # too few figures are no recovery
        company.used(b, crashed=0)
        await b.live(steps=2, minutes=16)
        assert len(await told(b, release.id, EventKind.HEALTH_RECOVERED)) == 1
        assert (await submission(b, release.id, ANDROID)).state is StoreState.HALTED
        await tell(b, release.id, ANDROID, Verb.RESUME)
        assert (await submission(b, release.id, ANDROID)).state is StoreState.IN_PROGRESS


async def test_a_rule_that_warns_stops_nothing(tmp_path: Path) -> None:
    """People are told and may go on; a step by itself waits until somebody overrules the rule."""
    company = Watched()
    async with rolling(tmp_path, company, replace(RULE, action=HealthAction.WARN)) as (b, release):
        company.used(b, crashed=30)
        await b.live(steps=2, minutes=16)
        found = await submission(b, release.id, ANDROID)
        assert found.state is StoreState.IN_PROGRESS
        (poor,) = await told(b, release.id, EventKind.HEALTH_POOR)
        assert "pauses" not in poor.data
        await tell(b, release.id, ANDROID, Verb.RAISE, percent=10)
        for _ in range(4):
            company.used(b, crashed=30)
            await b.live(steps=12, hours=1)
        assert (await submission(b, release.id, ANDROID)).percent == 10.0
        await health.overrule(b.engine, TENANT, release.id, found.id, reason="we know it", actor=ANN)
        for _ in range(4):
            company.used(b, crashed=30)
            await b.live(steps=12, hours=1)
        assert (await submission(b, release.id, ANDROID)).percent >= 20.0


@pytest.mark.parametrize(
    "error", [TryLater("Sentry is down"), NeedsCredentials("Sentry does not take the token")]
)
async def test_a_tool_that_fails_ends_no_watch(tmp_path: Path, error: Exception) -> None:
    """h: it is asked again without an end and told once; meanwhile no step is taken by itself; then all goes on."""
    company = Watched()
    async with rolling(tmp_path, company) as (b, release):
        company.used(b, crashed=0)
        down = True

        def hook(port: str, _verb: str) -> None:
            if down and port == "sentry":
                raise error

        company.hook = hook
        await b.live(steps=48, hours=1)
        found = await submission(b, release.id, ANDROID)
        assert found.percent == 5.0
        assert found.health.trouble == str(error)
        assert found.health.check_at is not None
        assert found.health.check_at - b.clock.now() <= timedelta(hours=1)
        assert len(await told(b, release.id, EventKind.HEALTH_UNREAD)) == 1
        obstacles = [o.what for o in explain(await b.release(release.id), now=b.clock.now()).obstacles]
        assert any("its health can't be read" in what for what in obstacles)
        down = False
        company.used(b, crashed=0)
        await b.live(steps=24, hours=1)
        after = await submission(b, release.id, ANDROID)
        assert after.percent >= 20.0
        assert after.health.trouble is None


async def test_stopping_never_asks_for_health(tmp_path: Path) -> None:
    """d: halt works while the tool fails and nothing is known, and while the rule stopped the store already."""
    company = Watched()
    async with rolling(tmp_path, company) as (b, release):
        company.used(b, crashed=30)
        await b.live(steps=2, minutes=16)
        await tell(b, release.id, ANDROID, Verb.HALT)
        assert (await submission(b, release.id, ANDROID)).state is StoreState.HALTED


async def test_who_may_not_edit_may_not_overrule(tmp_path: Path) -> None:
    """And what is healthy, or judged by no rule, is overruled by nobody."""
    company = Watched()
    async with rolling(tmp_path, company) as (b, release):
        company.used(b, crashed=0)
        await b.live(steps=2, minutes=16)
        found = await submission(b, release.id, ANDROID)
        with pytest.raises(NotAllowed):
            await health.overrule(b.engine, TENANT, release.id, found.id, reason="go", actor=VIEWER)
        with pytest.raises(NotNow, match="is healthy"):
            await health.overrule(b.engine, TENANT, release.id, found.id, reason="go", actor=ANN)
        ios = await submission(b, release.id, IOS)
        with pytest.raises(NotNow, match="no rule judges"):
            await health.overrule(b.engine, TENANT, release.id, ios.id, reason="go", actor=ANN)


async def test_a_connection_that_is_not_taken_is_tried_by_itself(tmp_path: Path) -> None:
    """What watches connections is told to try this one now, and not when it would have come to it."""
    company = Watched()
    async with rolling(tmp_path, company) as (b, _release):
        far = due_ms(b.clock.now() + timedelta(days=9))
        async with b.store._database.transaction() as connection:
            await connection.execute(
                update(integrations).where(integrations.c.id == "sentry").values(due_ms=far, verify_ms=far)
            )
            await connection.commit()
        company.hook = _refused_token
        await b.live(steps=2, minutes=20)
        suspect = await b.store.integrations.get(TENANT, "sentry")
        assert suspect.verify_at is not None
        assert suspect.verify_at <= b.clock.now()


def _refused_token(port: str, _verb: str) -> None:
    if port == "sentry":
        raise NeedsCredentials("Sentry does not take the token")
