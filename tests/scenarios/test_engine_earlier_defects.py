"""Defects of earlier systems that only a whole release can show: through the engine, with every provider in memory."""

from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path

import pytest

from orchestration.domain.builds import BuildState
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.phase import Phase, phase
from orchestration.domain.stages import CycleFlags
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Verb
from orchestration.domain.tasks import TaskType
from orchestration.domain.version import ReleaseType
from orchestration.ports.cicd import Run, RunState
from orchestration.services import act
from orchestration.services.start_release import start_release
from tests.support.distribution import NUMBERS, VERSION, TwoStores, say_yes, submission, tell, to_submission
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import ANDROID, ANN, IOS, Company, approve, begin, finish_by_hand, found, order
from tests.support.stores import opened


async def test_a_run_that_is_queued_again_is_followed(tmp_path: Path) -> None:
    """B-43a: CI takes a run back into its queue: the build is queued again, and ready when the run is."""
    company, said = Company(), [RunState.RUNNING, RunState.QUEUED, RunState.RUNNING, RunState.SUCCEEDED]
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.settle()
        run = next(k.run for k in company.cicd.kept.values() if k.request.platform == "ANDROID")
        ask = company.cicd.run_status

        async def run_status(run_id: str) -> Run:
            if run_id != run.id:
                return await ask(run_id)
            state = said.pop(0) if len(said) > 1 else said[0]
            company.cicd.finish(run_id, state)
            return replace(run, state=state)

        company.cicd.run_status = run_status  # type: ignore[method-assign]  # the twin, as its queue goes
        seen = []
        for _ in range(30):
            await b.live(steps=1, seconds=30)
            builds = (await b.release(release.id)).builds
            seen += [build.state for build in builds if build.run_id == run.id]
        shown = [state for state, _ in groupby(seen)]
        assert shown[-4:] == [BuildState.RUNNING, BuildState.QUEUED, BuildState.RUNNING, BuildState.READY]


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
