"""The whole run: three cycles and all that can come between, a hotfix beside it; two releases of a train at once.

It is longer than the house rule, because one release is told from its start to its end.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path

from integrations.rehearsal.test_platform import CaseState
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.events import Event, EventKind
from orchestration.domain.freezes import Window
from orchestration.domain.frequency import Weeks
from orchestration.domain.gates import Condition, Gate, GateState, SignOff
from orchestration.domain.holds import HoldCause
from orchestration.domain.phase import Phase, phase
from orchestration.domain.release import Release
from orchestration.domain.snapshot import GateSettings
from orchestration.domain.stages import CycleFlags, CycleState
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.domain.train import Offset, SlotPlan
from orchestration.domain.version import ReleaseType
from orchestration.ports.cicd import RunState
from orchestration.services import act, credentials, decide, freezing, picks
from orchestration.services.pick_reference import reference
from orchestration.services.start_release import start_release
from tests.support.engine import TENANT, Bench, bench
from tests.support.planned import depot, moment
from tests.support.rehearsed import (
    ANDROID,
    ANN,
    BO,
    IOS,
    VIEWER,
    Company,
    approve,
    finish_by_hand,
    found,
    order,
    snapshot,
)

BRANCH, HOTFIX = "release/2.14.0", "hotfix/2.13.1"
SIGNED = GateSettings(
    sign_offs=(SignOff(area="qa", needed=1, people=()), SignOff(area="product", needed=1, people=(ANN.id,)))
)


@dataclass(kw_only=True)
class Story:
    """A bench, its company, and the verbs of the story."""

    b: Bench
    company: Company

    async def start(self, version: str, *, kind: ReleaseType, slots: tuple[int, ...]) -> str:
        """A release of both platforms with slots in so many minutes; its id."""
        now = self.b.clock.now()
        wanted = Order(
            type=kind,
            versions={ANDROID.key: version, IOS.key: version},
            target_at=now + timedelta(days=7),
            slots=tuple(
                WantedSlot(at=now + timedelta(minutes=m), flags=CycleFlags(automation=True)) for m in slots
            ),
        )
        return (await start_release(self.b.engine, TENANT, "pixel", wanted, actor=ANN)).id

    async def ship(self, release_id: str) -> Release:
        """Through what is planned, the signatures of both areas, and Stage 3."""
        await self.b.live(steps=14, minutes=3)
        finish_by_hand(self.company, await self.b.release(release_id))
        await self.b.live(steps=3, minutes=1)
        await self.sign(release_id)
        await approve(self.b, release_id)
        await self.b.live(steps=6, minutes=3)
        return await self.b.release(release_id)

    async def sign(self, release_id: str) -> None:
        """Bo says yes for quality."""
        gate = await self.gate(release_id)
        assert gate.evidence is not None
        await decide.approve(
            self.b.engine, TENANT, release_id, gate.id, digest=gate.evidence.digest, actor=BO
        )

    async def gate(self, release_id: str) -> Gate:
        """What is open."""
        gate = (await self.b.release(release_id)).open_gate
        assert gate is not None
        return gate

    async def told(self, release_id: str) -> list[Event]:
        """Everything that happened to it, oldest first."""
        async with self.b.store.look() as work:
            return list(reversed(await work.releases.events(TENANT, release_id, limit=2_000)))


async def _a_build_fails_on_one_platform(s: Story, release_id: str) -> None:
    """The other platform goes on, and the retry asks for one run and no other."""
    await s.b.settle()
    runs = {k.request.platform: k.run.id for k in list(s.company.cicd.kept.values())[-2:]}
    s.company.cicd.finish(runs["ANDROID"], RunState.FAILED)
    await s.b.live(steps=5, minutes=1)
    stopped = await s.b.release(release_id)
    (failed,) = stopped.failed_tasks
    beside = stopped.find_task(TaskType.TRIGGER_PRE_REGRESSION_BUILDS, pair=IOS)
    assert failed.pair == ANDROID
    assert beside is not None
    assert beside.state is TaskState.SUCCEEDED
    asked = len(s.company.cicd.kept)
    await act.retry(s.b.engine, TENANT, release_id, failed.id, actor=ANN)
    await s.b.live(steps=3, minutes=1)
    assert len(s.company.cicd.kept) == asked + 1
    assert (await s.b.release(release_id)).holds == ()


async def _a_late_change_is_picked(s: Story, release_id: str) -> str:
    """Asked for by who may only look, accepted by the captain; it is in the next candidate."""
    late = s.company.scm.grow("main", ["fix: the crash"])
    await picks.ask(s.b.engine, TENANT, release_id, reference(late), actor=VIEWER)
    pick = (await s.b.release(release_id)).picks[0]
    await picks.accept(s.b.engine, TENANT, release_id, pick.id, actor=ANN)
    await s.b.live(steps=16, minutes=3)
    kept, task = s.company.scm.kept, (await s.b.release(release_id)).task(pick.id)
    assert task is not None
    assert kept.tags["v2.14.0-rc.2"] == task.output["sha"] != kept.tags["v2.14.0-rc.1"]
    return task.output["sha"]


async def _what_was_signed_is_void_after_a_drift(s: Story, release_id: str) -> str:
    """Quality signs; then a commit comes: the signature does not count for it, and everybody hears what changed."""
    finish_by_hand(s.company, await s.b.release(release_id))
    await s.b.live(steps=2, minutes=1)
    await s.sign(release_id)
    assert [each.by for each in (await s.gate(release_id)).signatures] == [BO.id]
    newer = s.company.scm.grow(BRANCH, ["fix: unseen"])
    await s.b.live(steps=3, minutes=1)
    gate = await s.gate(release_id)
    assert gate.signatures == ()
    assert gate.evidence is not None
    assert [f.condition for f in gate.evidence.unmet] == [Condition.HEAD_IS_TESTED]
    assert "fix: unseen" in gate.evidence.unmet[0].says
    return newer


async def _a_third_cycle_is_approved_over_a_failing_test(s: Story, release_id: str) -> None:
    """The captain runs a cycle by hand; one platform's tests fail; they override with a reason, which is kept."""
    await act.cycle(s.b.engine, TENANT, release_id, CycleFlags(automation=True), actor=ANN)
    await s.b.live(steps=6, minutes=1)
    release = await s.b.release(release_id)
    finish_by_hand(s.company, release)
    suite = release.output(TaskType.CREATE_TEST_SUITE, "id", pair=IOS)
    assert suite is not None
    s.company.tests.fill(suite, CaseState.FAILED)
    await s.b.live(steps=2, minutes=1)
    gate = await s.gate(release_id)
    assert gate.evidence is not None
    assert [f.condition for f in gate.evidence.unmet] == [Condition.TESTS_PASSED]
    await decide.approve(
        s.b.engine,
        TENANT,
        release_id,
        gate.id,
        digest=gate.evidence.digest,
        actor=ANN,
        force="The failing case is out of date",
    )
    await s.b.live(steps=6, minutes=1)


async def test_three_cycles_with_all_that_comes_between_and_a_hotfix_beside(tmp_path: Path) -> None:
    """A failed build, a cherry-pick, a drift, a voided approval and a forced one: what was tested last is tagged.

    The hotfix of the version before is made, tested and tagged meanwhile, and nothing of the two is crossed.
    """
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        s = Story(b=b, company=company)
        await found(b, snapshot(gate=SIGNED, branch_patterns={"hotfix": "hotfix/{version}"}))
        await s.ship(await s.start("2.13.0", kind=ReleaseType.MINOR, slots=(20,)))
        whole = await s.start("2.14.0", kind=ReleaseType.MINOR, slots=(20, 200))
        await _a_build_fails_on_one_platform(s, whole)
        await b.live(steps=8, minutes=3)
        beside = await s.start("2.13.1", kind=ReleaseType.HOTFIX, slots=(10,))
        await b.settle()
        mend = company.scm.grow(HOTFIX, ["fix: the old crash"])
        shipped = await s.ship(beside)
        await b.live(steps=20, minutes=3)
        picked = await _a_late_change_is_picked(s, whole)
        newer = await _what_was_signed_is_void_after_a_drift(s, whole)
        await _a_third_cycle_is_approved_over_a_failing_test(s, whole)
        done = await b.release(whole)
        tags = company.scm.kept.tags
        assert phase(done) is phase(shipped) is Phase.AWAITING_SUBMISSION
        assert [cycle.state for cycle in done.cycles] == [CycleState.DONE] * 3
        assert (tags["v2.14.0-rc.2"], tags["v2.14.0-rc.3"], tags["v2.14.0"]) == (picked, newer, newer)
        assert (tags["v2.13.1-rc.1"], tags["v2.13.1"]) == (mend, mend)
        assert {task.state for task in (*done.tasks, *shipped.tasks)} == {TaskState.SUCCEEDED}
        await _everything_is_told_once(s, done)
        assert await b.store.broken_at(TENANT) is None


async def _everything_is_told_once(s: Story, done: Release) -> None:
    """The record says all of it, each as often as it happened."""
    kinds = Counter(event.kind for event in await s.told(done.id))
    once = (
        EventKind.TASK_FAILED,
        EventKind.TASK_RETRIED,
        EventKind.PICK_ASKED,
        EventKind.PICK_ACCEPTED,
        EventKind.DRIFT_FOUND,
        EventKind.APPROVAL_SIGNED,
        EventKind.APPROVAL_GRANTED,
    )
    assert {kind: kinds[kind] for kind in once} == dict.fromkeys(once, 1)
    assert kinds[EventKind.APPROVAL_VOIDED] >= 1
    assert kinds[EventKind.CYCLE_STARTED] == kinds[EventKind.CYCLE_FINISHED] == 3
    decision = done.gates[-1].decision
    assert decision is not None
    assert (decision.by, decision.reason) == (ANN.id, "The failing case is out of date")
    assert decision.forced == (Condition.TESTS_PASSED,)
    assert [gate.state for gate in done.gates][-1] is GateState.APPROVED


async def test_two_releases_of_a_train_run_at_once_across_the_clocks_and_a_holiday(tmp_path: Path) -> None:
    """Both come to their end, each on its own branch and tag, at the same hour by the clock of the train.

    Between their kick-offs the clocks change, and Easter Monday moves the second to Tuesday.
    """
    async with depot(tmp_path, at="2027-03-01T10:00") as d:
        await d.save(
            first_on=date(2027, 3, 22),
            cursor=date(2027, 3, 22),
            frequency=Weeks(weeks=1),
            holidays=("DE-BE",),
            slots=(SlotPlan(after=Offset(days=6, at=time(10)), flags=CycleFlags()),),
        )
        await d.at("2027-03-18T10:00")
        await d.at("2027-03-22T10:01")
        await d.bench.live(steps=6, minutes=5)
        await d.at("2027-03-25T10:01")
        await d.at("2027-03-30T10:01")
        await d.bench.live(steps=6, minutes=5)
        first, second = [each for each in await d.releases() if phase(each) is not Phase.SCHEDULED][:2]
        assert (first.kick_off_at, second.kick_off_at) == (
            moment("2027-03-22T10:00"),
            moment("2027-03-30T10:00"),
        )
        assert second.kick_off_at.hour == first.kick_off_at.hour - 1
        scm = d.bench.ports.scm["github"]
        heads = [await scm.find_branch(each.branch) for each in (first, second)]
        assert all(heads)
        assert first.branch != second.branch
        for slot in (first.slots[0], second.slots[0]):
            assert slot.at > second.kick_off_at
            d.bench.clock.at = slot.at
            await d.bench.live(steps=10, minutes=5)
        ended = [await d.bench.release(each.id) for each in (first, second)]
        assert [len(each.cycles) for each in ended] == [1, 1]
        tags = [await scm.find_tag(f"v{each.version}-rc.1") for each in ended]
        assert all(tags)


async def test_holds_of_different_causes_never_clear_each_other(tmp_path: Path) -> None:
    """A person's, a failed task's, a lost credential's and a freeze's: each goes by its own cause, the others stay."""
    async with depot(tmp_path) as d:
        b = d.bench
        cicd = b.ports.cicd["actions"]
        release = await start_release(b.engine, TENANT, "pixel", order(b), actor=ANN)
        await b.settle()
        run = next(k.run.id for k in cicd.kept.values() if k.request.platform == "ANDROID")  # type: ignore[attr-defined]  # the twin
        cicd.finish(run, RunState.FAILED)  # type: ignore[attr-defined]  # the twin
        await b.live(steps=3, minutes=1)
        await act.hold(b.engine, TENANT, release.id, "Launch day", actor=ANN)
        await credentials.keep_credentials_holds(b.engine, TENANT, "github", "401 from GitHub")
        now = b.clock.now()
        window = Window(
            reason="Black Friday",
            starts_at=now + timedelta(minutes=1),
            ends_at=now + timedelta(hours=2),
            zone="Europe/Berlin",
        )
        freeze = await freezing.add(b.engine, TENANT, window, actor=ANN)
        b.clock.forward(minutes=2)
        await b.settle()

        async def causes() -> set[HoldCause]:
            return {hold.cause for hold in (await b.release(release.id)).holds}

        assert await causes() == set(HoldCause)
        await act.resume(b.engine, TENANT, release.id, actor=ANN)
        assert await causes() == set(HoldCause) - {HoldCause.USER}
        await freezing.remove(b.engine, TENANT, freeze.id, actor=ANN)
        await b.settle()
        assert await causes() == {HoldCause.TASK_FAILURE, HoldCause.CREDENTIALS}
        (failed,) = (await b.release(release.id)).failed_tasks
        await act.retry(b.engine, TENANT, release.id, failed.id, actor=ANN)
        assert await causes() == {HoldCause.CREDENTIALS}
        await credentials.keep_credentials_holds(b.engine, TENANT, "github", None)
        assert await causes() == set()


async def test_settings_that_are_saved_change_nothing_of_what_runs(tmp_path: Path) -> None:
    """A release keeps the settings that it began with, task by task, until somebody takes over the new ones."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await start_release(b.engine, TENANT, "pixel", order(b), actor=ANN)
        await b.settle()
        before = (await b.release(release.id)).snapshot
        async with b.store.work() as work:
            (stored,) = await work.directory.configurations(TENANT)
            edited = replace(stored.snapshot, pm=None, tickets={}, home="C0ELSEWHERE", gate=SIGNED)
            await work.directory.save_configuration(replace(stored, snapshot=edited))
            await work.commit()
        await b.live(steps=14, minutes=3)
        lived = await b.release(release.id)
        assert lived.snapshot == before
        assert lived.home == "C0RELEASES"
        assert len(company.pm.kept) == 2
        finish_by_hand(company, lived)
        await b.live(steps=3, minutes=1)
        await approve(b, release.id)
        assert (await b.release(release.id)).gates[-1].state is GateState.APPROVED
