"""Stage 2 through the engine: several cycles, one given up, slots that move, downtime, commits that come late."""

from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import Condition, Finding, Gate
from orchestration.domain.people import Actor, ActorKind
from orchestration.domain.phase import Phase, phase
from orchestration.domain.progress import pace
from orchestration.domain.stages import CycleFlags, CycleState, SlotState
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.cicd import RunState
from orchestration.ports.errors import Refused, TryLater
from orchestration.services import act, regression
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import (
    ANDROID,
    ANN,
    VIEWER,
    Company,
    approve,
    begin,
    finish_by_hand,
    found,
    lose_answers,
)

_NO_BUILDS = CycleFlags(regression_builds=False)


async def kinds(b: Bench, release_id: str) -> list[EventKind]:
    """What happened, oldest first."""
    async with b.store.look() as work:
        return [e.kind for e in reversed(await work.releases.events(TENANT, release_id, limit=500))]


async def running_cycle(b: Bench, company: Company) -> str:
    """A release in its first cycle, whose builds go on until somebody ends them."""
    await found(b)
    release = await begin(b)
    await b.live(steps=3, minutes=1)
    company.cicd._looks = 10**9
    while (await b.release(release.id)).active_cycle is None:
        await b.live(steps=1, minutes=3)
    await b.live(steps=1, minutes=1)
    return release.id


def states(company: Company, tag: str) -> set[RunState]:
    """The states of the runs on a candidate."""
    return {k.run.state for k in company.cicd.kept.values() if k.request.ref == tag}


async def test_an_abandoned_cycle_is_stopped_at_ci_and_the_next_one_tested(tmp_path: Path) -> None:
    """Its tasks are cancelled and its runs stopped where they run; the next candidate goes the whole way."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await running_cycle(b, company)
        assert states(company, "v2.14.0-rc.1") == {RunState.RUNNING}
        await regression.abandon_cycle(b.engine, TENANT, release_id, "It crashes", actor=ANN)
        await b.settle()
        assert states(company, "v2.14.0-rc.1") == {RunState.CANCELLED}
        assert EventKind.RUN_STOPPED in await kinds(b, release_id)
        company.cicd._looks = 2
        await act.cycle(b.engine, TENANT, release_id, _NO_BUILDS, actor=ANN)
        await b.live(steps=3, minutes=1)
        after = await b.release(release_id)
        assert [c.state for c in after.cycles] == [CycleState.ABANDONED, CycleState.DONE]
        finish_by_hand(company, after)
        await b.live(steps=2, minutes=1)
        await approve(b, release_id)
        await b.live(steps=5, minutes=1)
        assert company.scm.kept.tags["v2.14.0"] == company.scm.kept.tags["v2.14.0-rc.2"]


@pytest.mark.parametrize("trouble", [TryLater("CI is away"), Refused("You may not stop runs")])
async def test_a_run_that_ci_does_not_stop_is_told_of(tmp_path: Path, trouble: Exception) -> None:
    """Trouble passes and the run is stopped; a refusal is told, and nothing is asked for ever."""
    away = False

    def hook(port: str, verb: str) -> None:
        if away and (port, verb) == ("cicd", "cancel_run"):
            raise trouble

    company = Company(hook=hook)
    async with bench(tmp_path, company.ports()) as b:
        release_id = await running_cycle(b, company)
        away = True
        await regression.abandon_cycle(b.engine, TENANT, release_id, "It crashes", actor=ANN)
        await b.live(steps=2, seconds=1)
        told = EventKind.RUN_NOT_STOPPED in await kinds(b, release_id)
        assert told is isinstance(trouble, Refused)
        away = False
        await b.live(steps=4, minutes=5)
        stopped = states(company, "v2.14.0-rc.1") == {RunState.CANCELLED}
        assert stopped is isinstance(trouble, TryLater)
        assert all(t.stop_at is None for t in (await b.release(release_id)).tasks)


async def test_a_run_of_an_unanswered_order_is_found_and_stopped(tmp_path: Path) -> None:
    """B-23: CI took the order and its answer was lost; the cycle is abandoned, and the run is stopped all the same."""
    lost = False

    def hook(port: str, verb: str) -> None:
        if lost and (port, verb) == ("cicd", "find_run"):
            raise TryLater("CI does not answer")

    company = Company(hook=hook)
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release_id = (await begin(b)).id
        await b.live(steps=3, minutes=1)
        lost = True
        lose_answers(company)
        while (await b.release(release_id)).active_cycle is None:
            await b.live(steps=1, minutes=3)
        await b.settle()
        waiting = await b.release(release_id)
        assert waiting.builds_of(waiting.tasks[-1].id) == ()
        await regression.abandon_cycle(b.engine, TENANT, release_id, "It crashes", actor=ANN)
        lost = False
        await b.live(steps=3, minutes=1)
        assert states(company, "v2.14.0-rc.1") == {RunState.CANCELLED}


async def test_slots_are_caught_up_after_downtime_and_expire_past_the_target(tmp_path: Path) -> None:
    """B-13, B-64: a slot that was slept through is run late; one whose target has passed expires and says so."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.live(steps=3, minutes=1)
        target = release.target_at
        await regression.add_slot(
            b.engine, TENANT, release.id, target - timedelta(hours=1), _NO_BUILDS, actor=ANN
        )
        b.clock.at = target - timedelta(minutes=50)
        await b.live(steps=6, minutes=1)
        caught_up = await b.release(release.id)
        assert [c.state for c in caught_up.cycles] == [CycleState.DONE, CycleState.DONE]
        await regression.add_slot(
            b.engine, TENANT, release.id, target - timedelta(minutes=1), _NO_BUILDS, actor=ANN
        )
        b.clock.at = target + timedelta(hours=1)
        await b.live(steps=2, minutes=1)
        late = await b.release(release.id)
        assert late.slots[-1].state is SlotState.EXPIRED
        assert EventKind.SLOT_EXPIRED in await kinds(b, release.id)
        assert phase(late) is Phase.AWAITING_STAGE_3


async def test_a_viewer_plans_and_abandons_nothing(tmp_path: Path) -> None:
    """Slots, cycles and drift take the permission to edit, checked when acting; a token decides on no drift."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        at = release.target_at - timedelta(hours=1)
        place = (b.engine, TENANT, release.id)
        for call in (
            regression.add_slot(*place, at, _NO_BUILDS, actor=VIEWER),
            regression.move_slot(*place, release.slots[0].id, at=at, flags=None, actor=VIEWER),
            regression.cancel_slot(*place, release.slots[0].id, actor=VIEWER),
            regression.abandon_cycle(*place, "no", actor=VIEWER),
            regression.accept_drift(*place, "g", head="h", reason="no", actor=VIEWER),
            regression.accept_drift(
                *place, "g", head="h", reason="no", actor=Actor(id="tok", kind=ActorKind.TOKEN)
            ),
        ):
            with pytest.raises(NotAllowed):
                await call
        assert (await b.release(release.id)).slots == release.slots


async def asking(b: Bench, company: Company) -> str:
    """A release that waits for approval, with everything fine."""
    await found(b)
    release_id = (await begin(b)).id
    await b.live(steps=12, minutes=3)
    finish_by_hand(company, await b.release(release_id))
    await b.live(steps=2, minutes=1)
    return release_id


def head_finding(gate: Gate | None) -> Finding:
    """What the gate says of the branch's head."""
    assert gate is not None
    assert gate.evidence is not None
    return next(f for f in gate.evidence.findings if f.condition is Condition.HEAD_IS_TESTED)


async def test_late_commits_are_left_out_with_a_reason_until_another_comes(tmp_path: Path) -> None:
    """B-25, B-27: what came is named; accepted, the tested commit is released; another commit asks again."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await asking(b, company)
        tested = company.scm.kept.branches["release/2.14.0"]
        head = company.scm.grow("release/2.14.0", ["docs: changelog", "docs: more"])
        await b.live(steps=2, minutes=1)
        gate = (await b.release(release_id)).open_gate
        assert gate is not None
        finding = head_finding(gate)
        assert (finding.met, finding.key) == (False, head)
        assert finding.lines == ("docs: changelog (rehearsal)", "docs: more (rehearsal)")
        place = (b.engine, TENANT, release_id, gate.id)
        newer = company.scm.grow("release/2.14.0", ["fix: in between"])
        b.clock.forward(seconds=30)
        with pytest.raises(NotNow, match="Another commit came since you looked"):
            await regression.accept_drift(*place, head=head, reason="Docs only", actor=ANN)
        await regression.accept_drift(*place, head=newer, reason="Docs only", actor=ANN)
        await b.settle()
        assert head_finding((await b.release(release_id)).open_gate).met
        again = company.scm.grow("release/2.14.0", ["fix: too late"])
        await b.live(steps=2, minutes=1)
        asked = head_finding((await b.release(release_id)).open_gate)
        assert (asked.met, asked.key) == (False, again)
        assert (await kinds(b, release_id)).count(EventKind.DRIFT_FOUND) == 3
        await regression.accept_drift(*place, head=again, reason="Next time", actor=ANN)
        await b.settle()
        await approve(b, release_id)
        await b.live(steps=5, minutes=1)
        assert company.scm.kept.tags["v2.14.0"] == tested


async def test_a_branch_that_was_moved_off_the_candidate_is_not_what_was_tested(tmp_path: Path) -> None:
    """B-25: no commit came, but tested ones are gone; that is said, and the gate stays closed."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await asking(b, company)
        node = company.scm.kept.nodes[company.scm.kept.branches["release/2.14.0"]]
        company.scm.kept.branches["release/2.14.0"] = node.parents[0]
        await b.live(steps=2, minutes=1)
        finding = head_finding((await b.release(release_id)).open_gate)
        assert not finding.met
        assert finding.says == "The branch was moved off v2.14.0-rc.1: 1 of its commits are not in it"


async def test_the_card_learns_how_testing_gets_on(tmp_path: Path) -> None:
    """Runs are read from regression to approval, by squad; trouble keeps the old figures with the reason."""
    away = False

    def hook(port: str, verb: str) -> None:
        if away and (port, verb) == ("tests", "get_test_suite_status"):
            raise TryLater("Checkmate is away")

    company = Company(hook=hook)
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release_id = (await begin(b)).id
        await b.live(steps=12, minutes=3)
        before = (await b.release(release_id)).progress
        assert {name: f.total for name, f in before.readings[0].squads.items()} == {"Checkout": 2, "Login": 1}
        assert (before.tested, before.left) == (0, 6)
        finish_by_hand(company, await b.release(release_id))
        await b.live(steps=8, minutes=5)
        done = (await b.release(release_id)).progress
        assert (done.tested, done.left) == (6, 0)
        assert pace(done) is None
        away = True
        await b.live(steps=2, minutes=5)
        stale = (await b.release(release_id)).progress
        assert stale.readings == done.readings
        assert stale.trouble == "Checkmate is away"
        away = False
        await b.live(steps=2, minutes=5)
        await approve(b, release_id)
        await b.live(steps=5, minutes=1)
        over = await b.release(release_id)
        assert over.progress.trouble is None
        await b.live(steps=5, minutes=30)
        assert (await b.release(release_id)).progress == over.progress


async def test_a_task_of_an_abandoned_cycle_takes_no_late_result(tmp_path: Path) -> None:
    """B-21: news of its builds changes nothing any more; the task stays cancelled and is told once."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await running_cycle(b, company)
        await regression.abandon_cycle(b.engine, TENANT, release_id, "It crashes", actor=ANN)
        await b.live(steps=5, minutes=5)
        after = await b.release(release_id)
        task = after.find_task(TaskType.TRIGGER_REGRESSION_BUILDS, pair=ANDROID, cycle_id=after.cycles[0].id)
        assert task is not None
        assert task.state is TaskState.CANCELLED
        cancelled = [t for t in after.tasks if t.state is TaskState.CANCELLED]
        assert (await kinds(b, release_id)).count(EventKind.TASK_CANCELLED) == len(cancelled)
        assert after.holds == ()
