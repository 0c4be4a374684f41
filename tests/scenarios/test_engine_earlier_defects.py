"""Defects of earlier systems that only a whole release can show: through the engine, with every provider in memory."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from integrations.rehearsal.test_platform import CaseState
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.events import EventKind
from orchestration.domain.gates import Condition
from orchestration.domain.people import SYSTEM
from orchestration.domain.phase import Phase, phase
from orchestration.domain.rollout_plan import RolloutPlan
from orchestration.domain.stages import CycleFlags
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Verb
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.domain.version import ReleaseType
from orchestration.services import act
from orchestration.services.start_release import start_release
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
from tests.support.rehearsed import (
    ANDROID,
    ANN,
    IOS,
    Company,
    approve,
    begin,
    finish_by_hand,
    found,
    order,
)
from tests.support.stores import opened


async def test_every_run_is_tested_again_in_a_new_cycle(tmp_path: Path) -> None:
    """B-11, B-54: each pair's own run asks for a retest of what passed, and reads as untested until that is done."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.live(steps=10, minutes=3)
        finish_by_hand(company, await b.release(release.id))
        await act.cycle(b.engine, TENANT, release.id, CycleFlags(), actor=ANN)
        await b.live(steps=6, minutes=3)
        states = [{state for _, state in run.cases} for run in company.tests.runs.values()]
        assert states == [{CaseState.RETEST}, {CaseState.RETEST}]
        gate = (await b.release(release.id)).open_gate
        assert gate is not None
        assert gate.evidence is not None
        assert Condition.TESTS_PASSED in {finding.condition for finding in gate.evidence.unmet}


async def test_a_fault_of_ours_ends_in_a_failure_that_is_told(tmp_path: Path) -> None:
    """B-12: what breaks inside is tried again within the budget; then the task fails and holds the release."""

    def broken(_port: str, verb: str) -> None:
        if verb == "head_of":
            raise ZeroDivisionError("A bug")

    async with bench(tmp_path, Company(hook=broken).ports()) as b:
        await found(b)
        release = await begin(b)
        await b.live(steps=90, minutes=1)
        task = (await b.release(release.id)).find_task(TaskType.FORK_BRANCH)
        assert task is not None
        assert (task.state, task.attempts) == (TaskState.FAILED, task.retry.attempts)
        assert task.trouble is not None
        assert "Something broke inside Stationmaster (reference" in task.trouble.reason
        assert [hold.by for hold in (await b.release(release.id)).holds] == [task.id]


async def _ship(b: Bench, company: Company, release_id: str) -> None:
    await b.live(steps=14, minutes=3)
    finish_by_hand(company, await b.release(release_id))
    await b.live(steps=3, minutes=1)
    await approve(b, release_id)
    await b.live(steps=6, minutes=3)


async def test_final_notes_tell_of_all_since_the_last_release(tmp_path: Path) -> None:
    """B-51: they compare with the last release's tag, and never with the tag that they are for."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        first = await begin(b)
        await _ship(b, company, first.id)
        company.scm.grow("main", ["feat: one", "feat: two"])
        second = await start_release(b.engine, TENANT, "pixel", order(b, version="2.15.0"), actor=ANN)
        await b.settle()
        company.scm.grow("release/2.15.0", ["fix: three"])
        await _ship(b, company, second.id)
        shipped = await b.release(second.id)
        assert shipped.output(TaskType.CREATE_FINAL_RELEASE_NOTES, "since") == "v2.14.0"
        assert shipped.output(TaskType.CREATE_FINAL_RELEASE_NOTES, "commits") == "3"
        notes = shipped.output(TaskType.CREATE_FINAL_RELEASE_NOTES, "text") or ""
        assert all(title in notes for title in ("feat: one", "feat: two", "fix: three"))


async def _ordered_ahead(b: Bench, *, previous_tag: str | None = None) -> str:
    """The next release, as a train makes it: before the one that runs is tagged."""
    soon = b.clock.now() + timedelta(days=1)
    slot = WantedSlot(at=soon + timedelta(minutes=20), flags=CycleFlags(automation=True))
    wanted = replace(order(b, version="2.15.0"), kick_off_at=soon, slots=(slot,), previous_tag=previous_tag)
    return (await start_release(b.engine, TENANT, "pixel", wanted, actor=ANN)).id


async def test_notes_of_a_later_cycle_begin_at_the_candidate_before(tmp_path: Path) -> None:
    """B-52: they tell what came since the last candidate, and never since the one that they are for."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release_id = (await begin(b)).id
        await b.live(steps=10, minutes=3)
        company.scm.grow("release/2.14.0", ["fix: one", "fix: two"])
        await act.cycle(b.engine, TENANT, release_id, CycleFlags(), actor=ANN)
        await b.live(steps=3, minutes=3)
        release = await b.release(release_id)
        told = [
            (
                release.output(TaskType.CREATE_RELEASE_NOTES, "since", cycle_id=cycle.id),
                release.output(TaskType.CREATE_RELEASE_NOTES, "commits", cycle_id=cycle.id),
            )
            for cycle in release.cycles
        ]
        assert told[1] == ("v2.14.0-rc.1", "2")
        assert told[0][0] != "v2.14.0-rc.1"


@pytest.mark.parametrize(("named", "since"), [(None, "v2.14.0"), ("v2.13.0", "v2.13.0")])
async def test_notes_begin_at_the_release_that_came_out_meanwhile(
    tmp_path: Path, named: str | None, since: str
) -> None:
    """B-52: a release that was ordered before the last one was tagged tells nothing of it; what was named stays."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        first = await begin(b)
        await b.settle()
        await company.scm.create_release_tag(ref="main", tag="v2.13.0", targets=(), version="2.13.0")
        second = await _ordered_ahead(b, previous_tag=named)
        assert (await b.release(second)).previous_tag == named
        await _ship(b, company, first.id)
        company.scm.grow("main", ["feat: one", "feat: two"])
        b.clock.forward(days=1)
        await _ship(b, company, second)
        shipped = await b.release(second)
        cycle = shipped.cycles[0]
        assert shipped.output(TaskType.CREATE_RELEASE_NOTES, "since", cycle_id=cycle.id) == since
        assert shipped.output(TaskType.CREATE_FINAL_RELEASE_NOTES, "since") == since


async def test_notes_of_a_release_that_was_overtaken_do_not_begin_behind_it(tmp_path: Path) -> None:
    """B-52: a greater version that came out first is not what came before a smaller one."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        first = await begin(b)
        await b.settle()
        second = await start_release(b.engine, TENANT, "pixel", order(b, version="2.15.0"), actor=ANN)
        await b.settle()
        await act.hold(b.engine, TENANT, first.id, "Later", actor=ANN)
        await _ship(b, company, second.id)
        await act.resume(b.engine, TENANT, first.id, actor=ANN)
        await _ship(b, company, first.id)
        shipped = await b.release(first.id)
        assert shipped.output(TaskType.CREATE_FINAL_RELEASE_NOTES, "since") == ""


async def test_a_rollout_is_halted_while_a_hotfix_runs(tmp_path: Path) -> None:
    """e: one platform rolls out, a hotfix of it begins, and what stops still works; the two don't meet."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company)
        await say_yes(b, release.id, ANDROID)
        company.play.releases.turn(VERSION, NUMBERS[ANDROID], StoreState.APPROVED)
        await b.live(steps=1, minutes=10)
        assert (await submission(b, release.id, ANDROID)).state is StoreState.IN_PROGRESS
        now = b.clock.now()
        wanted = Order(
            type=ReleaseType.HOTFIX,
            versions={pair.key: "2.14.1" for pair in (ANDROID, IOS)},
            target_at=now + timedelta(days=2),
            slots=(WantedSlot(at=now + timedelta(hours=3), flags=CycleFlags()),),
        )
        hotfix = await start_release(b.engine, TENANT, release.snapshot.config_id, wanted, actor=ANN)
        await b.live(steps=3, minutes=1)
        await tell(b, release.id, ANDROID, Verb.HALT)
        assert (await submission(b, release.id, ANDROID)).state is StoreState.HALTED
        beside = await b.release(hotfix.id)
        assert phase(beside) in {Phase.KICKOFF, Phase.BETWEEN_CYCLES, Phase.AWAITING_REGRESSION}
        assert beside.submissions == ()


async def test_a_step_that_a_hold_kept_back_is_taken_afterwards(tmp_path: Path) -> None:
    """m: nothing is ordered while a person holds the release, and nobody has to begin the rollout anew when it goes."""
    company = TwoStores()
    plan = RolloutPlan(steps=(5.0, 20.0, 100.0), auto_advance=True, whats_new="Fixes")
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company, stores(plan))
        await say_yes(b, release.id, ANDROID)
        company.play.releases.turn(VERSION, NUMBERS[ANDROID], StoreState.APPROVED)
        await b.live(steps=1, minutes=10)
        await act.hold(b.engine, TENANT, release.id, "Wait for support", actor=ANN)
        await b.live(steps=28, hours=6)
        assert (await submission(b, release.id, ANDROID)).percent == 5.0
        await act.resume(b.engine, TENANT, release.id, actor=ANN)
        await b.live(steps=24, hours=3)
        assert (await submission(b, release.id, ANDROID)).percent >= 20.0


async def test_what_happens_by_itself_is_in_the_audit_log(tmp_path: Path) -> None:
    """B-38: stages, cycles, tasks and builds that nobody moved are there, in the system's name and in whole chains."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await _ship(b, company, release.id)
        async with b.store.look() as work:
            events = await work.releases.events(TENANT, release.id, limit=1000)
        assert {e.kind for e in events if e.actor == SYSTEM} >= {
            EventKind.STAGE_STARTED,
            EventKind.STAGE_COMPLETED,
            EventKind.CYCLE_STARTED,
            EventKind.CYCLE_FINISHED,
            EventKind.TASK_STARTED,
            EventKind.TASK_WAITING,
            EventKind.TASK_SUCCEEDED,
            EventKind.BUILD_READY,
            EventKind.APPROVAL_REQUESTED,
        }
        assert await b.store.broken_at(TENANT) is None
