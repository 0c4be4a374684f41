"""The present engine goes on with a release of then: its world is put back, and people do what is left to do."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from integrations.rehearsal import app_store, cicd, pm, scm, store_releases, test_platform
from orchestration.domain.holds import HoldCause
from orchestration.domain.phase import Phase, phase
from orchestration.domain.release import Release
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import REVIEWED, Verb
from orchestration.domain.tasks import TaskState, WaitOwner
from orchestration.services import act, decide
from orchestration.store.database import open_engine
from orchestration.store.store import Store
from tests.support.distribution import NUMBERS, VERSION, TwoStores, tell
from tests.support.engine import TENANT, Bench, ManualClock, SteadyChance, engine_on
from tests.support.rehearsed import ANDROID, ANN, IOS, finish_by_hand
from tests.upgrades.moments import Moment

_ROUNDS = 200
# Far from the codes of then: a release or an effect of the same name would be no news.
_CODES_OF_NOW = 100_000


def company_of(world: Mapping[str, Any]) -> TwoStores:
    """The providers as they stood."""
    made = TwoStores()
    made.scm.kept = TypeAdapter(scm.Kept).validate_python(world["scm"])
    made.cicd.kept = TypeAdapter(dict[str, cicd.Kept]).validate_python(world["cicd"])
    made.pm.kept = TypeAdapter(dict[str, pm.Kept]).validate_python(world["pm"])
    made.tests.runs = TypeAdapter(dict[str, test_platform.KeptRun]).validate_python(world["tests"])
    for name, pair in (("apple", IOS), ("play", ANDROID)):
        store = made.store(pair)
        store.kept = TypeAdapter(dict[str, app_store.Kept]).validate_python(world.get(name, {}))
        for sent in TypeAdapter(list[store_releases.Sent]).validate_python(world.get(f"{name} sent", [])):
            # A phased store knows it by its version alone.
            number = "" if pair == IOS else sent.status.number or ""
            store.releases.sent[sent.status.version, number] = sent
    return made


def summary(company: TwoStores) -> Mapping[str, Any]:
    """What stands at the providers, counted by what it is: one more is one too many."""
    kept = company.scm.kept
    return {
        "branches": kept.branches,
        "tags": kept.tags,
        "published": sorted(kept.releases),
        "runs": Counter((run.request.workflow, run.request.ref) for run in company.cicd.kept.values()),
        "tickets": Counter(ticket.request.label for ticket in company.pm.kept.values()),
        "test runs": Counter(run.suite.name for run in company.tests.runs.values()),
        "submissions": {
            pair.key: [sent.reviews for sent in company.store(pair).releases.sent.values()]
            for pair in (ANDROID, IOS)
        },
    }


@asynccontextmanager
async def bench_on(url: str, company: TwoStores, moment: Moment) -> AsyncIterator[Bench]:
    """The present engine on the database, a minute after the kill, when the leases of then are over."""
    clock = ManualClock(at=moment.at + timedelta(minutes=1))
    store = Store(
        open_engine(url, durable=False),
        clock=clock,
        lease=timedelta(seconds=30),
        owner="present",
        lease_clock=clock,
    )
    ports = replace(company.ports(), app_stores={"apple": company.apple, "play": company.play})
    made = engine_on(store, clock, ports)
    assert isinstance(made.engine.chance, SteadyChance)
    made.engine.chance.count = _CODES_OF_NOW
    try:
        yield made
    finally:
        await store.close()


async def to_the_end(b: Bench, company: TwoStores, release_id: str) -> Release:
    """People do what is left to do, until the release is at its end or nothing moves."""
    for _ in range(_ROUNDS):
        await b.settle()
        release = await b.release(release_id)
        if release.ended or (phase(release) is Phase.AWAITING_SUBMISSION and not release.snapshot.stores):
            return release
        await _unblock(b, release)
        await _decide(b, company, release)
        await _play_stores(b, company, release)
        b.clock.forward(minutes=10)
    raise AssertionError(f"{phase(release)}: {[task for task in release.tasks if not task.finished]}")


async def _unblock(b: Bench, release: Release) -> None:
    if any(hold.cause is HoldCause.USER for hold in release.holds):
        await act.resume(b.engine, TENANT, release.id, actor=ANN)
    for task in release.failed_tasks:
        await act.retry(b.engine, TENANT, release.id, task.id, actor=ANN)


async def _decide(b: Bench, company: TwoStores, release: Release) -> None:
    if phase(release) is Phase.AWAITING_STAGE_3:
        finish_by_hand(company, release)
    for gate in release.open_gates:
        if gate.evidence is not None and not gate.evidence.unmet:
            digest = gate.evidence.digest
            await decide.approve(b.engine, TENANT, release.id, gate.id, digest=digest, actor=ANN)


async def _play_stores(b: Bench, company: TwoStores, release: Release) -> None:
    for task in release.tasks:
        if task.state is TaskState.WAITING and task.wait is not None and task.wait.owner is WaitOwner.STORE:
            assert task.pair is not None
            if not company.store(task.pair).kept:
                company.store(task.pair).upload(VERSION, NUMBERS[task.pair], at=b.clock.now())
    for submission in release.current_submissions:
        number = NUMBERS[submission.pair]
        store = company.store(submission.pair).releases
        if submission.state in REVIEWED:
            store.turn(VERSION, number, StoreState.APPROVED)
        elif submission.out and submission.pair == IOS:
            store.next_day(VERSION, number)
            b.clock.forward(hours=3)
        elif (
            submission.out and submission.state is not StoreState.COMPLETE and submission.instruction is None
        ):
            await tell(b, release.id, ANDROID, Verb.COMPLETE)
