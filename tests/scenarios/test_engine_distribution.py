"""Stage 4 through the whole engine: each store at its own pace, from the question to everybody."""

from pathlib import Path

import pytest

from orchestration.domain.errors import NotNow
from orchestration.domain.phase import Phase, phase
from orchestration.domain.rollout_plan import RolloutPlan
from orchestration.domain.store_states import GoLive, StoreState
from orchestration.domain.submission import Verb
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.app_store import StoreOrder
from orchestration.services import act, decide, submissions
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
from tests.support.engine import TENANT, Bench
from tests.support.rehearsed import ANDROID, ANN, IOS, snapshot
from tests.support.stores import opened, to_store_builds


async def _kinds(b: Bench, release_id: str) -> list[str]:
    async with b.store.look() as work:
        events = await work.releases.events(TENANT, release_id, limit=400)
    return [str(event.kind) for event in reversed(events)]


def _turn(company: TwoStores, state: StoreState, pair: object, **more: str) -> None:
    store = company.apple if pair == IOS else company.play
    number = NUMBERS[IOS] if pair == IOS else NUMBERS[ANDROID]
    store.releases.turn(VERSION, number, state, **more)


async def test_both_stores_from_the_question_to_everybody(tmp_path: Path) -> None:
    """Asked per store, sent once each, followed through review, let out in steps, completed with the real dates."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company)
        assert phase(release) is Phase.AWAITING_SUBMISSION
        assert [g.about for g in release.open_gates] == ["Android", "iOS"]
        offer = release.open_gates[1].evidence
        assert offer is not None
        assert offer.offer is not None
        assert (offer.offer.version, offer.offer.build, dict(offer.offer.notes)) == (
            VERSION,
            "4711",
            {"*": "Fixes"},
        )
        await say_yes(b, release.id, IOS)
        await say_yes(b, release.id, ANDROID)
        assert phase(await b.release(release.id)) is Phase.IN_REVIEW
        _turn(company, StoreState.APPROVED, IOS)
        _turn(company, StoreState.APPROVED, ANDROID)
        await b.live(steps=2, minutes=10)
        rolling = await b.release(release.id)
        assert phase(rolling) is Phase.ROLLING_OUT
        android = await submission(b, release.id, ANDROID)
        assert (android.state, android.percent) == (StoreState.IN_PROGRESS, 5.0)
        assert (await submission(b, release.id, IOS)).percent == 1.0
        await tell(b, release.id, ANDROID, Verb.RAISE, percent=20)
        await tell(b, release.id, ANDROID, Verb.COMPLETE)
        for _ in range(6):
            company.apple.releases.next_day(VERSION, NUMBERS[IOS])
            await b.live(steps=25, hours=1)
        done = await b.release(release.id)
        assert phase(done) is Phase.COMPLETED
        assert done.ended
        for found in done.current_submissions:
            assert found.state is StoreState.COMPLETE
            assert None not in {found.submitted_at, found.live_at, found.completed_at}
        assert company.apple.releases.sent[VERSION, ""].reviews == 1
        assert {t.state for t in done.tasks if t.stage == "DISTRIBUTION"} == {TaskState.SUCCEEDED}
        assert (await _kinds(b, release.id))[-1] == "RELEASE_COMPLETED"


async def test_a_rejected_one_is_submitted_anew_while_the_other_is_at_20_percent(tmp_path: Path) -> None:
    """The reason is told; a new submission with another build is asked about; the other store goes on."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company)
        await say_yes(b, release.id, ANDROID)
        await say_yes(b, release.id, IOS)
        _turn(company, StoreState.APPROVED, ANDROID)
        _turn(company, StoreState.REJECTED, IOS, detail="Guideline 2.1: it crashes")
        await b.live(steps=2, minutes=10)
        await tell(b, release.id, ANDROID, Verb.RAISE, percent=20)
        rejected = await submission(b, release.id, IOS)
        assert (rejected.state, rejected.detail) == (StoreState.REJECTED, "Guideline 2.1: it crashes")
        company.apple.upload(VERSION, "4712", at=b.clock.now())
        await submissions.resubmit(b.engine, TENANT, release.id, rejected.id, actor=ANN)
        again = await submission(b, release.id, IOS)
        assert (again.number, again.state) == (2, StoreState.PENDING)
        await submissions.choose_build(b.engine, TENANT, release.id, again.id, "4712", actor=ANN)
        await b.settle()
        await say_yes(b, release.id, IOS)
        sent = company.apple.releases.sent[VERSION, ""]
        assert (sent.order.build.number, sent.reviews) == ("4712", 2)
        assert (await submission(b, release.id, ANDROID)).percent == 20
        assert (await submission(b, release.id, IOS)).state is StoreState.SUBMITTED


async def test_another_text_voids_what_was_signed(tmp_path: Path) -> None:
    """The yes is bound to build and texts: with another text the old card approves nothing."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company)
        ios = await submission(b, release.id, IOS)
        gate = next(g for g in release.open_gates if g.subject == ios.id)
        assert gate.evidence is not None
        before = gate.evidence.digest
        await submissions.describe(b.engine, TENANT, release.id, ios.id, {"en-US": "Faster"}, actor=ANN)
        with pytest.raises(NotNow, match="evidence changed"):
            await decide.approve(b.engine, TENANT, release.id, gate.id, digest=before, actor=ANN)
        await say_yes(b, release.id, IOS)
        assert dict(company.apple.releases.sent[VERSION, ""].order.notes) == {"en-US": "Faster"}
        with pytest.raises(NotNow, match="sent to its store"):
            await submissions.describe(b.engine, TENANT, release.id, ios.id, {"en-US": "No"}, actor=ANN)


async def test_one_store_is_live_a_week_before_the_other_is_submitted(tmp_path: Path) -> None:
    """The release is completed when both are, and not before."""
    company = TwoStores()
    at_once = RolloutPlan(steps=(), whats_new="Fixes")
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company, stores(at_once, RolloutPlan(phased=False)))
        await say_yes(b, release.id, ANDROID)
        _turn(company, StoreState.APPROVED, ANDROID)
        await b.live(steps=2, minutes=10)
        assert (await submission(b, release.id, ANDROID)).state is StoreState.COMPLETE
        await b.live(steps=14, hours=12)
        assert phase(await b.release(release.id)) is Phase.ROLLING_OUT
        await say_yes(b, release.id, IOS)
        _turn(company, StoreState.APPROVED, IOS)
        await b.live(steps=3, hours=1)
        done = await b.release(release.id)
        assert phase(done) is Phase.COMPLETED
        dates = [s.completed_at for s in done.current_submissions]
        assert dates[0] is not None
        assert dates[1] is not None
        assert (dates[1] - dates[0]).days >= 6


async def test_people_in_the_console_are_followed(tmp_path: Path) -> None:
    """Halted, resumed, raised and completed there: the state follows, and says that it was not us."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company)
        await say_yes(b, release.id, ANDROID)
        _turn(company, StoreState.APPROVED, ANDROID)
        await b.live(steps=1, minutes=10)
        company.play.releases.stop(VERSION, NUMBERS[ANDROID])
        await b.live(steps=2, hours=1)
        assert (await submission(b, release.id, ANDROID)).state is StoreState.HALTED
        company.play.releases.resume(VERSION, NUMBERS[ANDROID])
        company.play.releases.set_rollout(VERSION, NUMBERS[ANDROID], 50)
        await b.live(steps=2, hours=1)
        android = await submission(b, release.id, ANDROID)
        assert (android.state, android.percent) == (StoreState.IN_PROGRESS, 50)
        company.play.releases.complete(VERSION, NUMBERS[ANDROID])
        await b.live(steps=2, hours=1)
        assert (await submission(b, release.id, ANDROID)).state is StoreState.COMPLETE
        async with b.store.look() as work:
            events = await work.releases.events(TENANT, release.id, limit=50)
        stopped = next(e for e in events if e.kind == "ROLLOUT_STOPPED")
        assert stopped.data["outside"] == "yes"


async def test_a_submission_by_hand_in_the_console_is_followed_and_not_asked_about(tmp_path: Path) -> None:
    """Somebody was quicker: the question is withdrawn, and the review is watched all the same."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company)
        build = company.play.kept["build-1"].build
        await company.play.submit(StoreOrder(build=build, percent=5))
        await b.live(steps=2, hours=1)
        followed = await b.release(release.id)
        assert [g.about for g in followed.open_gates] == ["iOS"]
        assert (await submission(b, release.id, ANDROID)).state is StoreState.SUBMITTED


async def test_halt_and_pause_work_on_hold_with_questions_open_and_after_archiving(tmp_path: Path) -> None:
    """What stops is never gated: not by a hold, by a question that waits, or by the end of the release."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company)
        await say_yes(b, release.id, ANDROID)
        _turn(company, StoreState.APPROVED, ANDROID)
        await b.live(steps=1, minutes=10)
        await act.hold(b.engine, TENANT, release.id, "crashes", actor=ANN)
        with pytest.raises(NotNow, match="on hold"):
            await tell(b, release.id, ANDROID, Verb.RAISE, percent=20)
        await tell(b, release.id, ANDROID, Verb.HALT)
        assert (await submission(b, release.id, ANDROID)).state is StoreState.HALTED
        await act.resume(b.engine, TENANT, release.id, actor=ANN)
        await tell(b, release.id, ANDROID, Verb.RESUME)
        assert (await submission(b, release.id, ANDROID)).state is StoreState.IN_PROGRESS
        await act.archive(b.engine, TENANT, release.id, "given up", actor=ANN)
        await tell(b, release.id, ANDROID, Verb.HALT)
        assert company.play.releases.find(VERSION, NUMBERS[ANDROID]).state is StoreState.HALTED  # type: ignore[union-attr]  # there is one


async def test_a_manual_release_waits_and_is_let_out_by_a_person(tmp_path: Path) -> None:
    """Approved is not live: somebody lets it out, and pauses it for 20 days, of which the budget is left."""
    company = TwoStores()
    manual = RolloutPlan(go_live=GoLive.MANUAL, phased=True, whats_new="Fixes")
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company, stores(ios=manual))
        await say_yes(b, release.id, IOS)
        _turn(company, StoreState.APPROVED, IOS)
        await b.live(steps=1, minutes=10)
        assert (await submission(b, release.id, IOS)).state is StoreState.APPROVED
        await tell(b, release.id, IOS, Verb.RELEASE)
        await tell(b, release.id, IOS, Verb.PAUSE)
        await b.live(steps=20, days=1)
        paused = await submission(b, release.id, IOS)
        assert paused.state is StoreState.PAUSED
        left = paused.pause_left(b.clock.now())
        assert left is not None
        assert left.days == 10
        await tell(b, release.id, IOS, Verb.RESUME)
        resumed = await submission(b, release.id, IOS)
        assert (resumed.state, resumed.paused_for.days) == (StoreState.LIVE, 20)


async def test_a_release_without_connected_stores_is_completed_by_a_person(tmp_path: Path) -> None:
    """Nothing is submitted here, so nothing is known: it is ready for submission until somebody says that it is out."""
    company = TwoStores()
    async with opened(tmp_path, company) as b:
        release = await to_store_builds(b, company, snapshot())
        await b.live(steps=3, minutes=5)
        assert phase(await b.release(release.id)) is Phase.AWAITING_SUBMISSION
        await submissions.finish(b.engine, TENANT, release.id, "out since noon", actor=ANN)
        assert phase(await b.release(release.id)) is Phase.COMPLETED
        with pytest.raises(NotNow, match="completed"):
            await act.hold(b.engine, TENANT, release.id, "late", actor=ANN)


def test_the_tasks_of_stage_4_are_of_the_catalogue() -> None:
    """The names are part of the interface."""
    assert {"SUBMIT_TO_APP_STORE", "SUBMIT_TO_PLAY_STORE", "ROLL_OUT"} <= set(TaskType)
